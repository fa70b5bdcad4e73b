# SPDX-License-Identifier: EUPL-1.2
"""What was budgeted, and what was spent of it."""

from __future__ import annotations

from styr.statistics.memory.accounts import added_up, budgeted
from styr.statistics.memory.cells import Cell, counted, shared
from styr.statistics.memory.net_expenditure import net_expenditure
from styr.statistics.memory.register import Register
from styr.statistics.question import Question


def budget(register: Register, question: Question) -> list[Cell]:
    """DKK of the budget lines; no persons are behind."""
    return added_up(budgeted(register, question), question)


def expenditure_of_budget(register: Register, question: Question) -> list[Cell]:
    """Net expenditure over the budget of the same cell; cells without a budget are left out."""
    asked = question.without_own()
    spent = {(cell.period, cell.labels): cell for cell in net_expenditure(register, asked)}
    found = []
    for cell in budget(register, question):
        of = cell.only(asked.labels)
        mine = spent.get((cell.period, of), counted(cell.period, of, 0, n=None))
        found.append(shared(cell.period, cell.labels, mine.value or 0, cell.value or 0, n=mine.n))
    return found
