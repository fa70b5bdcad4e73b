# SPDX-License-Identifier: EUPL-1.2
"""Places and their use. A flexible place counts once in all, and under each provision it can be used for."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date

from styr.statistics.memory.cells import Cell, Labels, counted, shared
from styr.statistics.memory.departments import is_there, of_department
from styr.statistics.memory.dimensions import Possibilities, as_labels, both, each_of
from styr.statistics.memory.people import covered_days, days_between
from styr.statistics.memory.register import Register, Row
from styr.statistics.question import Question


def places(register: Register, question: Question) -> list[Cell]:
    """Places on the days asked about; no persons are behind."""
    found: Counter[tuple[int, Labels]] = Counter()
    for number, period in enumerate(question.periods):
        for row in register["places"]:
            if is_there(row, period.first, question):
                for labels in as_labels(question, _of_places(register, question, row)):
                    found[number, labels] += row["places"]
    return [counted(*cell, count, n=None) for cell, count in found.items()]


def occupancy(register: Register, question: Question) -> list[Cell]:
    """Occupied place-days over available place-days. A citizen takes one place of a department on a day when a grant
    there covers it, for a provision the department has places for that day."""
    available: Counter[tuple[int, Labels]] = Counter()
    taken: dict[tuple[int, Labels], set[tuple[str, str, date]]] = defaultdict(set)
    for number, period in enumerate(question.periods):
        for row in register["places"]:
            for labels in as_labels(question, _of_places(register, question, row)):
                days = days_between(period.first, period.observed_last)
                available[number, labels] += sum(row["places"] for day in days if is_there(row, day, question))
        for grant in register["grants"]:
            department = grant["department_id"]
            stock = [
                row
                for row in register.rows_where("places", "department_id", department)
                if grant["provision"] in row["provisions"].split("|")
            ]
            own = both(
                each_of(question, "provision", [grant["provision"]]), of_department(register, question, department)
            )
            for labels in as_labels(question, own):
                for day in covered_days(register, question, grant, period.first, period.observed_last):
                    if any(is_there(row, day, question) for row in stock):
                        taken[number, labels].add((grant["citizen_id"], department, day))
    return [
        shared(*cell, len(taken[cell]), days, n=len({citizen for citizen, _, _ in taken[cell]}))
        for cell, days in available.items()
        if days
    ]


def places_under_types(register: Register, question: Question) -> list[Cell]:
    """Places on the day, each once under every provision it can be used for."""
    return _under(register, question, "provision")


def places_under_target_groups(register: Register, question: Question) -> list[Cell]:
    """Places on the day, each once under every main target group its department is for."""
    return _under(register, question, "target_group")


def _under(register: Register, question: Question, key: str) -> list[Cell]:
    """Places split by a dimension, asked for or not, and then added up."""
    found: Counter[tuple[int, Labels]] = Counter()
    for cell in places(register, replace(question, by=tuple(dict.fromkeys((*question.by, key))))):
        found[cell.period, cell.only(question.labels)] += int(cell.numerator or 0)
    return [counted(*cell, count, n=None) for cell, count in found.items()]


def _of_places(register: Register, question: Question, row: Row) -> Possibilities:
    """What a row of places can stand under: each of its provisions."""
    types = each_of(question, "provision", row["provisions"].split("|"))
    return both(types, of_department(register, question, row["department_id"]))
