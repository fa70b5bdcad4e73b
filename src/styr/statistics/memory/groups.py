# SPDX-License-Identifier: EUPL-1.2
"""The days each citizen is in each group: in the cells asked for, but for what is taken on a reference day.

Age, diagnoses and income basis are no groups that one enters or leaves; a rule about entering, leaving and staying
looks them up on the day it is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from styr.statistics.memory.cells import Labels
from styr.statistics.memory.dimensions import as_labels, both
from styr.statistics.memory.people import covered_days, of_citizen, of_day, of_grant, of_reference_day
from styr.statistics.memory.register import Register, Row
from styr.statistics.question import Question

ONE_DAY = timedelta(days=1)


def days_in_groups(
    register: Register, question: Question, first: date, last: date
) -> dict[tuple[str, Labels], set[date]]:
    """The days from first to last on which a citizen (first part of the key) is covered in a group (second part)."""
    found: dict[tuple[str, Labels], set[date]] = defaultdict(set)
    for grant in register["grants"]:
        for day in covered_days(register, question, grant, first, last):
            for group in groups_on(register, question, grant, day):
                found[grant["citizen_id"], group].add(day)
    return found


def groups_on(register: Register, question: Question, grant: Row, day: date) -> list[Labels]:
    """The groups a grant puts its citizen in on a day; none when the question leaves it out."""
    citizen = grant["citizen_id"]
    lasting = both(of_grant(register, question, grant), of_citizen(register, question, citizen))
    return as_labels(question, both(lasting, of_day(register, question, citizen, day))) if lasting else []


def cells_of(register: Register, question: Question, citizen: str, group: Labels, reference: date) -> list[Labels]:
    """The cells of a citizen in a group, when age, diagnoses and income basis are those of the reference day."""
    return as_labels(question, both([dict(group)], of_reference_day(register, question, citizen, reference)))


def spells_of(days: Collection[date]) -> list[tuple[date, date]]:
    """Days as unbroken spells, each its first and last day, in order."""
    firsts = sorted(day for day in days if day - ONE_DAY not in days)
    lasts = sorted(day for day in days if day + ONE_DAY not in days)
    return list(zip(firsts, lasts, strict=True))
