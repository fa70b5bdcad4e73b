# SPDX-License-Identifier: EUPL-1.2
"""Hours ordered from departments by the grants made, and hours the departments delivered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from fractions import Fraction

from styr.statistics.memory.cells import Cell, Labels, counted, shared
from styr.statistics.memory.departments import of_department
from styr.statistics.memory.dimensions import as_labels, both, narrowed
from styr.statistics.memory.own_bought_sold import buyer_of
from styr.statistics.memory.people import covered_days, of_day, of_grant_and_reference_day
from styr.statistics.memory.register import Register
from styr.statistics.question import Question

DAYS_IN_A_WEEK = 7
CITIZEN = "citizen"
#: What a grant has from the department that delivers it, and from who pays.
OF_DELIVERY = (
    "municipality",
    "region",
    "buyer",
    "operator_type",
    "operator",
    "highly_specialised",
    "offer",
    "department",
)
Hours = dict[tuple[int, Labels], Fraction]
Persons = dict[tuple[int, Labels], set[str]]


def ordered_hours(register: Register, question: Question) -> list[Cell]:
    """Hours granted a week, a seventh of them on each covered day; grants without hours order none."""
    of_grants = question.keeping(lambda key: key not in OF_DELIVERY)
    of_place = question.keeping(lambda key: key in OF_DELIVERY)
    hours: Hours = defaultdict(Fraction)
    persons: Persons = defaultdict(set)
    for number, period in enumerate(question.periods):
        for grant in register["grants"]:
            if grant["hours_per_week"] is None:
                continue
            lasting = of_grant_and_reference_day(register, of_grants, grant, period.last)
            lasting = both(lasting, narrowed(of_place, {"buyer": buyer_of(question, grant)}))
            lasting = both(lasting, of_department(register, of_place, grant["department_id"]))
            for day in covered_days(register, question, grant, period.first, period.observed_last) if lasting else ():
                held = of_day(register, of_grants, grant["citizen_id"], day)
                for labels in as_labels(question, both(lasting, held)):
                    hours[number, labels] += Fraction(grant["hours_per_week"]) / DAYS_IN_A_WEEK
                    persons[number, labels].add(grant["citizen_id"])
    return [counted(*cell, number, n=len(persons[cell])) for cell, number in hours.items()]


def delivered_hours(register: Register, question: Question) -> list[Cell]:
    """Hours departments have reported for the months of the period."""
    return [counted(*cell, hours, n=None) for cell, hours in _delivered(register, question, None).items()]


def citizen_hours_share(register: Register, question: Question) -> list[Cell]:
    """Hours with the citizen over all hours reported for the months of the period."""
    with_citizen = _delivered(register, question, CITIZEN)
    every = _delivered(register, question, None)
    return [shared(*cell, with_citizen.get(cell, Fraction()), hours, n=None) for cell, hours in every.items()]


def delivered_of_ordered(register: Register, question: Question) -> list[Cell]:
    """Hours delivered with the citizen over hours ordered: of departments that hours are ordered from in the period,
    in the months they have reported hours with the citizen for."""
    reported = {(row["department_id"], row["month"]) for row in register["delivered_hours"] if row["kind"] == CITIZEN}
    ordered: Hours = defaultdict(Fraction)
    persons: Persons = defaultdict(set)
    ordered_from = set()
    for number, period in enumerate(question.periods):
        for grant in register["grants"]:
            department = grant["department_id"]
            if grant["hours_per_week"] is None:
                continue
            for day in covered_days(register, question, grant, period.first, period.observed_last):
                if (department, day.replace(day=1)) in reported:
                    ordered_from.add((number, department))
                    for labels in as_labels(question, of_department(register, question, department)):
                        ordered[number, labels] += Fraction(grant["hours_per_week"]) / DAYS_IN_A_WEEK
                        persons[number, labels].add(grant["citizen_id"])
    delivered = _delivered(register, question, CITIZEN, lambda *which: which in ordered_from)
    return [shared(*cell, delivered[cell], hours, n=len(persons[cell])) for cell, hours in ordered.items()]


def _delivered(
    register: Register, question: Question, kind: str | None, counts: Callable[[int, str], bool] | None = None
) -> Hours:
    """Hours reported for the months that begin in each period, of one kind or every kind, and of the departments that
    count in it."""
    found: Hours = defaultdict(Fraction)
    for number, period in enumerate(question.periods):
        for row in register["delivered_hours"]:
            month: date = row["month"]
            department = row["department_id"]
            if not period.first <= month <= period.observed_last or (kind and row["kind"] != kind):
                continue
            if counts and not counts(number, department):
                continue
            own = both(narrowed(question, {"hour_kind": row["kind"]}), of_department(register, question, department))
            for labels in as_labels(question, own):
                found[number, labels] += Fraction(row["hours"])
    return found
