# SPDX-License-Identifier: EUPL-1.2
"""Spans of days at a price, spread over the months they cover (METHODS § 2).

A span touches few places however long it is: what it costs in its first and last month is added there, and its whole
months by what changes at their beginning and after their end; a running sum then gives every month.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from styr.forecast.axis import Axis
from styr.forecast.compiled import compiled


class Spread(NamedTuple):
    """Amounts in the making. part: DKK of broken months (cells, months); change: change of the rate of whole months by
    line (3, cells, months + 1); days and day_change: the same of days; persons: change of the number of grants with a
    day in the month (cells, months + 1); in_year: grants with a day in the year (cells, years)."""

    part: np.ndarray
    change: np.ndarray
    days: np.ndarray
    day_change: np.ndarray
    persons: np.ndarray
    in_year: np.ndarray


def empty_spread(cells: int, axis: Axis) -> Spread:
    """Nothing yet, for so many cells."""
    months, years = axis.months, len(axis.year_starts) - 1
    return Spread(
        np.zeros((cells, months)),
        np.zeros((3, cells, months + 1)),
        np.zeros((cells, months)),
        np.zeros((cells, months + 1)),
        np.zeros((cells, months + 1)),
        np.zeros((cells, years)),
    )


@compiled
def add_cost(spread: Spread, axis: Axis, cell: int, line: int, rate: float, first: int, last: int) -> None:
    """Add what the days first..last (inside the axis) cost in a cell."""
    begin, end = axis.month_of[first - axis.first_day], axis.month_of[last - axis.first_day]
    whole_from, whole_to = begin, end
    if first > axis.starts[begin] or (begin == end and last < axis.starts[end + 1] - 1):
        stop = min(last, axis.starts[begin + 1] - 1)
        spread.part[cell, begin] += rate * (stop - first + 1) * axis.weight[line, begin]
        whole_from = begin + 1
    if end >= whole_from and last < axis.starts[end + 1] - 1:
        spread.part[cell, end] += rate * (last - axis.starts[end] + 1) * axis.weight[line, end]
        whole_to = end - 1
    if whole_from <= whole_to:
        spread.change[line, cell, whole_from] += rate
        spread.change[line, cell, whole_to + 1] -= rate


@compiled
def add_days(spread: Spread, axis: Axis, cell: int, first: int, last: int) -> None:
    """Add the days first..last (inside the axis), and a grant to the months they touch."""
    begin, end = axis.month_of[first - axis.first_day], axis.month_of[last - axis.first_day]
    spread.persons[cell, begin] += 1.0
    spread.persons[cell, end + 1] -= 1.0
    if begin == end:
        spread.days[cell, begin] += last - first + 1
        return
    spread.days[cell, begin] += axis.starts[begin + 1] - first
    spread.days[cell, end] += last - axis.starts[end] + 1
    if end - begin > 1:
        spread.day_change[cell, begin + 1] += 1.0
        spread.day_change[cell, end] -= 1.0


@compiled
def gather(spread: Spread, axis: Axis, cost: np.ndarray, days: np.ndarray, persons: np.ndarray) -> None:
    """Write DKK, days and grants by cell and month into arrays (cells, months), and empty the spread."""
    cells, months = spread.part.shape
    for cell in range(cells):
        by_day, by_month, by_year, whole, many = 0.0, 0.0, 0.0, 0.0, 0.0
        for month in range(months):
            by_day += spread.change[0, cell, month]
            by_month += spread.change[1, cell, month]
            by_year += spread.change[2, cell, month]
            whole += spread.day_change[cell, month]
            many += spread.persons[cell, month]
            length = axis.starts[month + 1] - axis.starts[month]
            full = by_day + by_month * axis.weight[1, month] + by_year * axis.weight[2, month]
            cost[cell, month] = spread.part[cell, month] + full * length
            days[cell, month] = spread.days[cell, month] + whole * length
            persons[cell, month] = many
            spread.part[cell, month], spread.days[cell, month] = 0.0, 0.0
        for month in range(months + 1):
            for line in range(3):
                spread.change[line, cell, month] = 0.0
            spread.day_change[cell, month], spread.persons[cell, month] = 0.0, 0.0
