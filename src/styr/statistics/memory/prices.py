# SPDX-License-Identifier: EUPL-1.2
"""What a grant costs on a day, and what carries an amount to the prices of another year."""

from __future__ import annotations

import calendar
from datetime import date
from fractions import Fraction

from styr.statistics.engines import require
from styr.statistics.errors import CannotAnswer, part, unknown
from styr.statistics.memory.people import holds_on
from styr.statistics.memory.register import Register, Row
from styr.statistics.question import Question

DAYS_IN_A_WEEK = 7


def price_of_day(register: Register, grant: Row, day: date) -> Fraction | None:
    """What a covered day of a grant costs, in DKK and exactly; None when it has no price.

    The price is that of the grant price covering the day, else the grant's own. A month or year price is paid by the
    days of that month or year, a week price by sevenths, an hour price for the grant's hours a week by sevenths.
    """
    priced = grant
    for row in register.rows_where("grant_prices", "grant_id", grant["grant_id"]):
        if holds_on(row, day):
            priced = row
    price, unit, hours = priced["price"], priced["price_unit"], grant["hours_per_week"]
    if price is None or unit is None or (unit == "hour" and hours is None):
        return None
    if unit == "hour":
        return Fraction(price) * Fraction(hours) / DAYS_IN_A_WEEK
    days = {
        "day": 1,
        "week": DAYS_IN_A_WEEK,
        "month": calendar.monthrange(day.year, day.month)[1],
        "year": 366 if calendar.isleap(day.year) else 365,
    }
    return Fraction(price) / days[unit]


def deflator(register: Register, question: Question, year: int) -> Fraction:
    """What an amount of a year is multiplied by to be in the prices asked for: the index of the one year over that of
    the other; 1 when no price level is asked for. Raises CannotAnswer when the index is missing."""
    level = question.price_level
    return _index(register, level.series, level.year) / _index(register, level.series, year) if level else Fraction(1)


def check_price_level(register: Register, question: Question) -> None:
    """Raise CannotAnswer unless every year asked about has an index, whether or not it has amounts."""
    if question.price_level:
        require(register.snapshot, "price_indices", part("a_price_level"))
        for period in question.periods:
            for year in range(period.first.year, period.observed_last.year + 1):
                deflator(register, question, year)


def _index(register: Register, series: str, year: int) -> Fraction:
    known = register.rows_where("price_indices", "series", series)
    if not known:
        raise unknown("price index series", series, sorted({row["series"] for row in register["price_indices"]}))
    for row in known:
        if row["year"] == year and row["value"]:
            return Fraction(row["value"])
    years = [row["year"] for row in known]
    raise CannotAnswer("price_index_missing", series=series, year=year, first=min(years), last=max(years))
