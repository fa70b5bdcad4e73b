# SPDX-License-Identifier: EUPL-1.2
"""Persons and citizen-days: recipients on a day and in a period, full-time recipients."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from styr.statistics.memory.cells import Cell, Labels, counted, shared
from styr.statistics.memory.people import grant_days
from styr.statistics.memory.register import Register
from styr.statistics.question import Question


def recipients(register: Register, question: Question) -> list[Cell]:
    """Distinct citizens with a covered day in the period (for a stock the period is the day)."""
    persons: dict[tuple[int, Labels], set[str]] = defaultdict(set)
    for covered in grant_days(register, question):
        persons[covered.period, covered.labels].add(covered.citizen)
    return [counted(period, labels, len(those), n=len(those)) for (period, labels), those in persons.items()]


def full_time_recipients(register: Register, question: Question) -> list[Cell]:
    """Citizen-days over the observed days of the period; a citizen's day counts once in each cell."""
    citizen_days: dict[tuple[int, Labels], set[tuple[str, date]]] = defaultdict(set)
    for covered in grant_days(register, question):
        citizen_days[covered.period, covered.labels].add((covered.citizen, covered.day))
    return [
        shared(
            period,
            labels,
            numerator=len(those),
            denominator=question.periods[period].days,
            n=len({citizen for citizen, _ in those}),
        )
        for (period, labels), those in citizen_days.items()
    ]
