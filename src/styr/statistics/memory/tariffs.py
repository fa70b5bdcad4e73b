# SPDX-License-Identifier: EUPL-1.2
"""Tariffs on a day, in DKK per day: a week has 7 days, a month a twelfth of the year's; hour prices stand alone."""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from styr.statistics.memory.cells import Cell, Labels, shared, with_label
from styr.statistics.memory.departments import is_there, of_department, of_types
from styr.statistics.memory.dimensions import as_labels, both, narrowed
from styr.statistics.memory.prices import check_price_level, deflator
from styr.statistics.memory.quantiles import SHARES, quantile
from styr.statistics.memory.register import Register, Row
from styr.statistics.question import OF_PROVISIONS, Question


def tariff(register: Register, question: Question) -> list[Cell]:
    """The quantiles of the tariffs that hold on the day, each counting once; n is the tariffs."""
    amounts: dict[tuple[int, Labels], list[Fraction]] = defaultdict(list)
    for period, labels, _, amount in _tariffs(register, question):
        amounts[period, labels].append(amount)
    found = []
    for (period, labels), those in amounts.items():
        for word, share in SHARES.items():
            value = quantile(those, share)
            found.append(Cell(period, with_label(labels, "quantile", word, question), value, None, value, len(those)))
    return found


def mean_tariff(register: Register, question: Question) -> list[Cell]:
    """The mean of the tariffs that hold on the day, each counting once; n is the tariffs."""
    amounts: dict[tuple[int, Labels], list[Fraction]] = defaultdict(list)
    for period, labels, _, amount in _tariffs(register, question):
        amounts[period, labels].append(amount)
    return [shared(*cell, sum(those, Fraction()), len(those), n=len(those)) for cell, those in amounts.items()]


def mean_tariff_by_places(register: Register, question: Question) -> list[Cell]:
    """The mean of the tariffs that hold on the day, each counting as often as its department has places; n is the
    tariffs of departments with places."""
    weighed: dict[tuple[int, Labels], list[tuple[Fraction, int]]] = defaultdict(list)
    for period, labels, department, amount in _tariffs(register, question):
        places = _places(register, question, labels, department, question.periods[period].first)
        if places:
            weighed[period, labels].append((amount, places))
    return [
        shared(
            *cell,
            sum((amount * places for amount, places in those), Fraction()),
            sum(places for _, places in those),
            n=len(those),
        )
        for cell, those in weighed.items()
    ]


def _tariffs(register: Register, question: Question) -> Iterator[tuple[int, Labels, str, Fraction]]:
    """Every tariff that holds on the day, once for each cell: period, labels (with the unit), department, DKK."""
    check_price_level(register, question)
    for number, period in enumerate(question.periods):
        day = period.first
        for row in register["tariffs"]:
            if not is_there(row, day, question):
                continue
            own = both(
                narrowed(question, {"service": row["service"]}),
                of_department(register, question, row["department_id"]),
            )
            unit = "hour" if row["unit"] == "hour" else "day"
            amount = _per_unit(row, day) * deflator(register, question, day.year)
            for labels in as_labels(question, both(own, of_types(register, question, row["department_id"], day))):
                yield number, with_label(labels, "unit", unit, question), row["department_id"], amount


def _per_unit(row: Row, day: date) -> Fraction:
    """DKK per day, or per hour where the price is for an hour."""
    days_in_year = 366 if calendar.isleap(day.year) else 365
    units = {"week": Fraction(1, 7), "month": Fraction(12, days_in_year), "year": Fraction(1, days_in_year)}
    return Fraction(row["amount"]) * units.get(row["unit"], Fraction(1))


def _places(register: Register, question: Question, labels: Labels, department: str, day: date) -> int:
    """A department's places on a day that can be used for the provision of the cell, and that the question allows."""
    asked = dict(labels)
    total = 0
    for row in register.rows_where("places", "department_id", department):
        if is_there(row, day, question):
            allowed = [one for code in row["provisions"].split("|") for one in narrowed(question, {"provision": code})]
            if any(all(one[key] == asked.get(key, one[key]) for key in OF_PROVISIONS) for one in allowed):
                total += row["places"]
    return total
