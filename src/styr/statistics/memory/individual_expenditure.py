# SPDX-License-Identifier: EUPL-1.2
"""What grants cost: the price of every covered day, added up."""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction

from styr.statistics.memory.cells import Cell, Labels, counted
from styr.statistics.memory.people import grant_days
from styr.statistics.memory.prices import check_price_level, deflator, price_of_day
from styr.statistics.memory.register import Register
from styr.statistics.question import Question


def individual_expenditure(register: Register, question: Question) -> list[Cell]:
    """DKK of the days that have a price; n is the persons with such a day, unpriced the grant-days without."""
    check_price_level(register, question)
    amounts: dict[tuple[int, Labels], Fraction] = defaultdict(Fraction)
    persons: dict[tuple[int, Labels], set[str]] = defaultdict(set)
    unpriced: Counter[tuple[int, Labels]] = Counter()
    for covered in grant_days(register, question):
        cell = covered.period, covered.labels
        price = price_of_day(register, covered.grant, covered.day)
        if price is None:
            unpriced[cell] += 1
        else:
            amounts[cell] += price * deflator(register, question, covered.day.year)
            persons[cell].add(covered.citizen)
    return [
        counted(*cell, amounts[cell], n=len(persons[cell]), unpriced=unpriced[cell]) for cell in {**amounts, **unpriced}
    ]
