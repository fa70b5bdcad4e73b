# SPDX-License-Identifier: EUPL-1.2
"""Who comes and who goes: new recipients, ended recipients, and the one less the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from styr import vocabulary
from styr.statistics.memory.cells import Cell, Labels, counted, shared
from styr.statistics.memory.groups import cells_of, days_in_groups
from styr.statistics.memory.people import days_between
from styr.statistics.memory.register import Register
from styr.statistics.question import Question

#: The persons of each period and cell.
Persons = dict[tuple[int, Labels], set[str]]


def new_recipients(register: Register, question: Question) -> list[Cell]:
    """Distinct citizens with a covered day in the period and none in the 365 days before it."""
    return _counted(_new(register, question))


def ended_recipients(register: Register, question: Question) -> list[Cell]:
    """Distinct citizens with a covered day in the period and none in the 30 days after it."""
    return _counted(_ended(register, question))


def net_flow(register: Register, question: Question) -> list[Cell]:
    """New recipients less ended ones; n is the persons who are either."""
    new, ended = _new(register, question), _ended(register, question)
    found = []
    for period, labels in {**new, **ended}:
        came, went = new.get((period, labels), set()), ended.get((period, labels), set())
        found.append(counted(period, labels, len(came) - len(went), n=len(came | went)))
    return found


def new_recipients_income_basis(register: Register, question: Question) -> list[Cell]:
    """New recipients with the income basis over all new recipients, whatever their basis."""
    whatever = replace(
        question,
        by=tuple(key for key in question.by if key != "income_basis"),
        where={key: allowed for key, allowed in question.where.items() if key != "income_basis"},
    )
    everyone = _new(register, whatever)
    found = []
    for (period, labels), having in _new(register, question).items():
        among = everyone[period, tuple((key, value) for key, value in labels if key != "income_basis")]
        found.append(shared(period, labels, len(having), len(among), n=len(having)))
    return found


def _new(register: Register, question: Question) -> Persons:
    window = vocabulary.parameter("window_new_days")
    found: Persons = defaultdict(set)
    covered = days_in_groups(register, question, question.first - timedelta(days=window), question.last)
    for (citizen, group), days in covered.items():
        for day in days:
            before = days_between(day - timedelta(days=window), day - timedelta(days=1))
            if not _any_in(before, days):
                _put(found, register, question, citizen, group, day)
    return found


def _ended(register: Register, question: Question) -> Persons:
    window = vocabulary.parameter("window_ended_days")
    found: Persons = defaultdict(set)
    covered = days_in_groups(register, question, question.first, question.last + timedelta(days=window))
    for (citizen, group), days in covered.items():
        for day in days:
            after = days_between(day + timedelta(days=1), day + timedelta(days=window))
            if not _any_in(after, days):
                _put(found, register, question, citizen, group, day)
    return found


def _put(found: Persons, register: Register, question: Question, citizen: str, group: Labels, day: date) -> None:
    """Add a citizen to the cells of a day, in the period the day lies in."""
    for number, period in enumerate(question.periods):
        if period.first <= day <= period.observed_last:
            for labels in cells_of(register, question, citizen, group, day):
                found[number, labels].add(citizen)


def _any_in(wanted: Collection[date], days: Collection[date]) -> bool:
    return any(day in days for day in wanted)


def _counted(persons: Persons) -> list[Cell]:
    return [counted(period, labels, len(those), n=len(those)) for (period, labels), those in persons.items()]
