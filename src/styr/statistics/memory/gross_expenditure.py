# SPDX-License-Identifier: EUPL-1.2
"""Expenditure before income, what of it is bought from others, and what is sold to them."""

from __future__ import annotations

from dataclasses import replace

from styr.statistics.errors import CannotAnswer
from styr.statistics.memory.accounts import Amount, added_up, posted
from styr.statistics.memory.cells import Cell, counted, shared
from styr.statistics.memory.register import Register
from styr.statistics.question import Question

RESIDENTIAL = "adult.residential"


def gross_expenditure(register: Register, question: Question) -> list[Cell]:
    """DKK of the postings that are not income."""
    return added_up([amount for amount in _posted(register, question) if not amount.is_income], question)


def sales(register: Register, question: Question) -> list[Cell]:
    """DKK of the income on the residential functions, as a positive amount."""
    income = [amount for amount in _posted(register, question) if amount.is_income and amount.is_within(RESIDENTIAL)]
    return added_up([replace(amount, dkk=-amount.dkk) for amount in income], question)


def purchase_share(register: Register, question: Question) -> list[Cell]:
    """Residential expenditure with external suppliers over all of it: over that on all suppliers, also when split by
    who sells. n is the persons whose places are bought."""
    of_all = replace(
        question,
        by=tuple(key for key in question.by if key != "operator_type"),
        where={key: words for key, words in question.where.items() if key != "operator_type"},
    )
    spent = [amount for amount in _posted(register, question) if not amount.is_income and amount.is_within(RESIDENTIAL)]
    in_all = {(cell.period, cell.labels): cell.value or 0 for cell in added_up(spent, of_all)}
    bought = {
        (cell.period, cell.labels): cell
        for cell in added_up([amount for amount in spent if amount.supplier == "external"], question)
    }
    split = "operator_type" in question.labels
    cells = [(cell.period, cell.labels) for cell in added_up(spent, question)] if split else list(in_all)
    found = []
    for period, labels in cells:
        mine = bought.get((period, labels), counted(period, labels, 0, n=0))
        of = in_all[period, tuple(pair for pair in labels if pair[0] != "operator_type")]
        found.append(shared(period, labels, mine.value or 0, of, n=mine.n))
    return found


def _posted(register: Register, question: Question) -> list[Amount]:
    if question.net_of_refund:
        raise CannotAnswer("before_refund", indicator=question.indicator.key)
    return posted(register, question)
