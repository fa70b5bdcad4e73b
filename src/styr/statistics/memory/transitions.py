# SPDX-License-Identifier: EUPL-1.2
"""Transitions between provision groups, from the first day of a period to the day after its last."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

from styr import vocabulary
from styr.statistics.memory.cells import Cell, Labels, counted, in_order, shared
from styr.statistics.memory.groups import cells_of, groups_on
from styr.statistics.memory.people import covered_days, death_of
from styr.statistics.memory.register import Register
from styr.statistics.question import Question

#: The persons of each period and cell.
Persons = dict[tuple[int, Labels], set[str]]


def transitions(register: Register, question: Question) -> list[Cell]:
    """Citizens by the group they come from and the group they go to."""
    persons = _persons(register, question)
    return [counted(period, labels, len(those), n=len(those)) for (period, labels), those in persons.items()]


def transition_share(register: Register, question: Question) -> list[Cell]:
    """The same over all citizens who come from the same group, or all of the table when it is not asked for."""
    wherever = replace(
        question,
        by=tuple(key for key in question.by if key != "to_group"),
        where={key: allowed for key, allowed in question.where.items() if key != "to_group"},
    )
    everyone = _persons(register, wherever)
    found = []
    for (period, labels), those in _persons(register, question).items():
        among = everyone[period, tuple((key, value) for key, value in labels if key != "to_group")]
        found.append(shared(period, labels, len(those), len(among), n=len(those)))
    return found


def _persons(register: Register, question: Question) -> Persons:
    found: Persons = defaultdict(set)
    for number, period in enumerate(question.periods):
        later = period.observed_last + timedelta(days=1)
        before, after = (_main_groups(register, question, day) for day in (period.first, later))
        for citizen, group in {**before, **after}:
            move = {
                "from_group": before.get((citizen, group), "none"),
                "to_group": after.get((citizen, group)) or _gone(register, citizen, later),
            }
            if not all(_is_allowed(question, key, value) for key, value in move.items()):
                continue
            asked = {key: value for key, value in move.items() if key in question.by}
            for labels in cells_of(register, question, citizen, group, period.last):
                found[number, in_order({**dict(labels), **asked}, question)].add(citizen)
    return found


def _main_groups(register: Register, question: Question, day: date) -> dict[tuple[str, Labels], str]:
    """The provision group each citizen stands in on a day, for each cell asked for."""
    order = vocabulary.parameter("main_group_order")
    having: dict[tuple[str, Labels], set[str]] = defaultdict(set)
    for grant in register["grants"]:
        if covered_days(register, question, grant, day, day):
            for group in groups_on(register, question, grant, day):
                having[grant["citizen_id"], group].add(vocabulary.group_of(grant["provision"]))
    return {key: min(groups, key=order.index) for key, groups in having.items()}


def _gone(register: Register, citizen: str, day: date) -> str:
    died = death_of(register, citizen)
    return "dead" if died is not None and died < day else "none"


def _is_allowed(question: Question, key: str, group: str) -> bool:
    """Whether the question allows a group, which it may do by naming a union it is in."""
    allowed = question.where.get(key)
    return allowed is None or group in allowed or group in vocabulary.codes_below("provision_group", allowed)
