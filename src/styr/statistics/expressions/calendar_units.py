# SPDX-License-Identifier: EUPL-1.2
"""Time as units on a line, so that the units between two days are a subtraction.

A month price is paid for the covered share of that month's days: the months from one day to another are the place of
the end on the line of months less the place of the start. The same for years and days. Places are given before a
day begins (start) and after it has ended (end), in whole and broken units since 1 January 2000.
"""

from __future__ import annotations

import calendar
from datetime import date

import ibis
from ibis.expr import types as ir

EPOCH = date(2000, 1, 1)
UNITS = ("day", "month", "year")


def place(day: date, unit: str, *, after: bool) -> float:
    """The place of a day on the line of a unit, before the day begins or after it has ended."""
    if unit == "day":
        return float((day - EPOCH).days + after)
    if unit == "month":
        length = calendar.monthrange(day.year, day.month)[1]
        return (day.year - 2000) * 12 + day.month - 1 + (day.day - 1 + after) / length
    length = 366 if calendar.isleap(day.year) else 365
    return day.year - 2000 + (day.timetuple().tm_yday - 1 + after) / length


def places(days: ir.DateValue, unit: str, *, after: bool) -> ir.FloatingValue:
    """The same as place for a column of days."""
    end = 1 if after else 0
    if unit == "day":
        return day_number(days).cast("float64") + end
    year = days.year()
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    if unit == "month":
        month = days.month()
        length = ibis.cases((month == 2, leap.ifelse(29, 28)), (month.isin([4, 6, 9, 11]), 30), else_=31)
        return (year - 2000) * 12.0 + month - 1 + (days.day() - 1 + end) / length
    return (year - 2000) + (days.day_of_year() - 1 + end) / leap.ifelse(366, 365)


def day_number(days: ir.DateValue) -> ir.IntegerValue:
    """Days since 1 January 2000."""
    return days.delta(ibis.date(EPOCH.isoformat()), unit="day")
