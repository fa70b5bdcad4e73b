# SPDX-License-Identifier: EUPL-1.2
"""The counting rules once more, a day and a person at a time: slow, plain, and written to be read.

It takes rows as dictionaries and answers as count does, for the activity and individual expenditure of grants.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

Row = Mapping[str, Any]
Register = Mapping[str, Sequence[Row]]
Cell = tuple[Any, ...]
AGE_GROUPS = ((0, 17), (18, 24), (25, 34), (35, 44), (45, 54), (55, 64), (65, 74), (75, 200))


def answer(
    register: Register, known_at: date, indicator: str, by: Sequence[str], years: Sequence[int]
) -> dict[Cell, float]:
    """The value of each cell: cell (in the order of by) → number."""
    found: dict[Cell, float] = {}
    for first, last in _periods(indicator, by, years, known_at):
        observed = [day for day in _days(first, last) if day <= known_at]
        persons: dict[Cell, set[str]] = defaultdict(set)
        person_days: dict[Cell, set[tuple[str, date]]] = defaultdict(set)
        amounts: dict[Cell, float] = defaultdict(float)
        for day in observed:
            for grant in _covering(register, day):
                price = _price(register, grant, day)
                for cell in _cells(register, grant, day, last, by):
                    persons[cell].add(grant["citizen_id"])
                    person_days[cell].add((grant["citizen_id"], day))
                    if price is not None:
                        amounts[cell] += price
        if indicator in ("recipients_on", "recipients_in"):
            found |= {cell: len(those) for cell, those in persons.items()}
        elif indicator == "full_time_recipients":
            found |= {cell: len(those) / len(observed) for cell, those in person_days.items()}
        else:
            found |= amounts
    return found


def _periods(indicator: str, by: Sequence[str], years: Sequence[int], known_at: date) -> list[tuple[date, date]]:
    months = [(year, month) for year in years for month in range(1, 13)]
    if indicator == "recipients_on":
        firsts = [date(*pair, 1) for pair in months] if "month" in by else [date(year, 1, 1) for year in years]
        return [(day, day) for day in firsts if day <= known_at]
    if "month" in by:
        return [
            (date(y, m, 1), date(y, m, calendar.monthrange(y, m)[1])) for y, m in months if date(y, m, 1) <= known_at
        ]
    if "year" in by:
        return [(date(year, 1, 1), date(year, 12, 31)) for year in years]
    return [(date(years[0], 1, 1), date(years[-1], 12, 31))]


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def _covers(row: Row, day: date) -> bool:
    return (row["start_date"] or date.min) <= day <= (row["end_date"] or date.max)


def _covering(register: Register, day: date) -> list[Row]:
    """Grants covering the day, of citizens who are not dead on it."""
    return [
        grant
        for grant in register["grants"]
        if _covers(grant, day) and day <= (_citizen(register, grant)["death_date"] or date.max)
    ]


def _citizen(register: Register, grant: Row) -> Row:
    return next(row for row in register["citizens"] if row["citizen_id"] == grant["citizen_id"])


def _cells(register: Register, grant: Row, day: date, last: date, by: Sequence[str]) -> list[Cell]:
    """The cells the grant belongs to on the day: several when the citizen has several target groups."""
    groups = [None]
    if "target_group" in by:
        held = [
            row["target_group"]
            for row in register["target_groups"]
            if row["citizen_id"] == grant["citizen_id"] and _covers(row, day)
        ]
        groups = sorted({group.split(".")[0] for group in held})
    return [tuple(_label(register, grant, last, group, key) for key in by) for group in groups]


def _label(register: Register, grant: Row, last: date, group: str | None, key: str) -> Any:
    citizen = _citizen(register, grant)
    if key == "age_group":
        born = citizen["birth_date"]
        age = last.year - born.year - ((last.month, last.day) < (born.month, born.day))
        return next("75+" if low == 75 else f"{low}-{high}" for low, high in AGE_GROUPS if low <= age <= high)
    values = {
        "year": last.year,
        "month": f"{last:%Y-%m}",
        "municipality": grant["paying_municipality"],
        "provision": grant["provision"],
        "sex": citizen["sex"],
        "target_group": group,
    }
    return values[key]


def _price(register: Register, grant: Row, day: date) -> float | None:
    """What the grant costs on the day; None without a price."""
    priced = next(
        (row for row in register["grant_prices"] if row["grant_id"] == grant["grant_id"] and _covers(row, day)),
        grant,
    )
    price, unit = priced["price"], priced["price_unit"]
    if price is None or unit is None:
        return None
    price = float(price)
    if unit == "hour":
        return None if grant["hours_per_week"] is None else price * grant["hours_per_week"] / 7
    days = {
        "day": 1,
        "week": 7,
        "month": calendar.monthrange(day.year, day.month)[1],
        "year": 366 if calendar.isleap(day.year) else 365,
    }
    return price / days[unit]
