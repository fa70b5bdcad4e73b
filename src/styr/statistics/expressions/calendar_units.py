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
import numpy as np
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


def places_of(days: np.ndarray, unit: str, *, after: bool) -> np.ndarray:
    """The same as place for many days, given as numbers of days since 1 January 2000."""
    if unit == "day":
        return (days + after).astype("float64")
    dates = np.datetime64(EPOCH) + days.astype("timedelta64[D]")
    line = dates.astype("datetime64[M]" if unit == "month" else "datetime64[Y]")
    begins, length = line.astype("datetime64[D]"), (line + 1).astype("datetime64[D]") - line.astype("datetime64[D]")
    gone = (dates - begins).astype("int64") + after
    units: np.ndarray = (line - np.datetime64(EPOCH).astype(line.dtype)).astype("int64") + gone / length.astype("int64")
    return units


def day_number(days: ir.DateValue) -> ir.IntegerValue:
    """Days since 1 January 2000."""
    return days.delta(ibis.date(EPOCH.isoformat()), unit="day")


def days_later(days: ir.DateValue, count: int) -> ir.DateValue:
    """So many days later (earlier, when negative). A date and an interval make a moment on DuckDB, whatever Ibis takes
    them to make; said twice, it is a date again."""
    return (days + ibis.interval(days=count)).cast("timestamp").cast("date")
