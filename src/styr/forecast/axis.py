# SPDX-License-Identifier: EUPL-1.2
"""The axis of time a forecast runs along: days as numbers since 1 January 2000, in months and years."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from styr.forecast.months import Month, months_between
from styr.statistics.expressions.calendar_units import EPOCH


class Axis(NamedTuple):
    """Months from the first to the last, as arrays.

    first_day, last_day: of the whole axis. month_of: place of the month of each day. starts: first day of each month,
    and of the one after the last. weight: what a day is of a unit in each month: rows are the lines day, month, year
    (a day is 1, a share of the month, a share of the year). year_of: place of the year of each month. year_starts:
    first day of each year, and of the one after the last. first_year, first_number: the first year, and the number of
    the first month.
    """

    first_day: int
    last_day: int
    month_of: np.ndarray
    starts: np.ndarray
    weight: np.ndarray
    year_of: np.ndarray
    year_starts: np.ndarray
    first_year: int
    first_number: int

    @property
    def months(self) -> int:
        """How many months it has."""
        return len(self.year_of)

    def place(self, month: Month) -> int:
        """The place of a month."""
        return month.number - self.first_number


def axis(first: Month, last: Month) -> Axis:
    """The axis of the months from first to last."""
    months = months_between(first, last)
    starts = np.array([(month.first - EPOCH).days for month in (*months, last.later(1))], dtype=np.int64)
    lengths = np.diff(starts)
    years = range(first.year, last.year + 2)
    year_starts = np.array([(Month(year, 1).first - EPOCH).days for year in years], dtype=np.int64)
    year_of = np.array([month.year - first.year for month in months], dtype=np.int64)
    year_lengths = np.diff(year_starts)[year_of]
    weight = np.stack([np.ones(len(months)), 1.0 / lengths, 1.0 / year_lengths])
    return Axis(
        int(starts[0]),
        int(starts[-1]) - 1,
        np.repeat(np.arange(len(months)), lengths),
        starts,
        weight,
        year_of,
        year_starts,
        first.year,
        first.number,
    )
