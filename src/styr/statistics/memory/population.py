# SPDX-License-Identifier: EUPL-1.2
"""Inhabitants on 1 January, of the municipalities that have delivered."""

from __future__ import annotations

from collections import Counter

from styr.statistics.engines import require
from styr.statistics.errors import CannotAnswer
from styr.statistics.memory.cells import Cell, Labels, counted
from styr.statistics.memory.departments import municipality_of
from styr.statistics.memory.dimensions import Possibilities, as_labels, both, each_of, narrowed
from styr.statistics.memory.register import Register, Row
from styr.statistics.question import Question

#: Dimensions inhabitants can be split by.
OF_INHABITANTS: tuple[str, ...] = ("municipality", "region", "sex", "age_group", "age")


def inhabitants(register: Register, question: Question) -> list[Cell]:
    """Inhabitants of each period's year, in the dimensions they have of those asked for. Ages are the indicator's, or
    those of the ages or age groups asked about. Raises CannotAnswer when a population is missing."""
    require(register.snapshot, "population", question.indicator.key)
    if any(period.first.year != period.last.year for period in question.periods):
        raise CannotAnswer("inhabitants_of_one_year", indicator=question.indicator.key)
    municipalities = delivered(register, question)
    _check(register, question, municipalities)
    persons: Counter[tuple[int, Labels]] = Counter()
    for number, period in enumerate(question.periods):
        for row in register.rows_where("population", "year", period.first.year):
            if row["municipality"] in municipalities:
                for labels in as_labels(question, _of(question, row)):
                    persons[number, labels] += row["persons"]
    return [counted(period, labels, count, n=None) for (period, labels), count in persons.items()]


def delivered(register: Register, question: Question) -> set[str]:
    """The municipalities that have delivered: those the rows of the indicator's table belong to."""
    if question.indicator.subject.table == "grants":
        found = {row["paying_municipality"] for row in register["grants"]}
        if question.acting:
            found = {row["acting_municipality"] or row["paying_municipality"] for row in register["grants"]}
    elif question.indicator.subject.table == "places":
        found = {municipality_of(register, row["department_id"]) for row in register["places"]}
    else:
        found = {row["municipality"] for row in register[question.indicator.subject.table]}
    return {code for code in found if code is not None and narrowed(question, {"municipality": code})}


def _check(register: Register, question: Question, municipalities: set[str]) -> None:
    for year in sorted({period.first.year for period in question.periods}):
        have = {row["municipality"] for row in register.rows_where("population", "year", year)}
        if missing := sorted(municipalities - have):
            raise CannotAnswer("population_missing", year=year, municipalities=", ".join(missing))


def _of(question: Question, row: Row) -> Possibilities:
    found = narrowed(question, {"municipality": row["municipality"], "sex": row["sex"]})
    if question.involves("age_group"):
        groups = [
            group.label
            for group in question.age_groups
            if group.low <= row["age"] and (group.high is None or row["age"] <= group.high)
        ]
        found = both(found, each_of(question, "age_group", groups))
    if question.involves("age"):
        found = both(found, each_of(question, "age", [row["age"]]))
    if question.involves("age_group") or question.involves("age"):
        return found
    low, high = question.indicator.ages or (0, None)
    return found if low <= row["age"] and (high is None or row["age"] <= high) else []
