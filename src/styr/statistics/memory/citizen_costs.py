# SPDX-License-Identifier: EUPL-1.2
"""What each citizen's grants cost in a cell, and on how many days: what rules about dear cases build on."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from styr.statistics.memory.cells import Labels
from styr.statistics.memory.people import grant_days
from styr.statistics.memory.prices import check_price_level, deflator, price_of_day
from styr.statistics.memory.register import Register
from styr.statistics.question import Question


@dataclass
class Cost:
    """What a citizen's grants cost, and the days that cost it: each once however many grants cover it."""

    dkk: Fraction = Fraction(0)
    days: set[date] = field(default_factory=set)


@dataclass
class Costs:
    """The citizens of a cell with a priced day, and the cell's grant-days without a price."""

    citizens: dict[str, Cost] = field(default_factory=lambda: defaultdict(Cost))
    unpriced: int = 0


def citizen_costs(register: Register, question: Question) -> dict[tuple[int, Labels], Costs]:
    """Costs by period and cell."""
    check_price_level(register, question)
    found: dict[tuple[int, Labels], Costs] = defaultdict(Costs)
    for covered in grant_days(register, question):
        cell = found[covered.period, covered.labels]
        price = price_of_day(register, covered.grant, covered.day)
        if price is None:
            cell.unpriced += 1
        else:
            cell.citizens[covered.citizen].dkk += price * deflator(register, question, covered.day.year)
            cell.citizens[covered.citizen].days.add(covered.day)
    return found
