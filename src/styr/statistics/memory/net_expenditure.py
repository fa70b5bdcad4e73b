# SPDX-License-Identifier: EUPL-1.2
"""Net expenditure as the accounts have it: postings added up."""

from __future__ import annotations

from styr.statistics.memory.accounts import added_up, posted
from styr.statistics.memory.cells import Cell
from styr.statistics.memory.register import Register
from styr.statistics.question import Question


def net_expenditure(register: Register, question: Question) -> list[Cell]:
    """DKK of the postings, income subtracted."""
    return added_up(posted(register, question), question)


def child_expenditure(register: Register, question: Question) -> list[Cell]:
    """The same of the functions for children and young people."""
    return added_up([amount for amount in posted(register, question) if amount.is_within("child")], question)
