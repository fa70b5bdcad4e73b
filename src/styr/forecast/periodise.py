# SPDX-License-Identifier: EUPL-1.2
"""Spans of days at a price, spread over the months they cover (METHODS § 2).

A span touches few places however long it is: what it costs in its first and last month is added there, and its whole
months by what changes at their beginning and after their end; a running sum then gives every month.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from styr.forecast.axis import Axis
from styr.forecast.compiled import compiled, inlined
from styr.forecast.parts import Cells


class Spread(NamedTuple):
    """Amounts in the making, by row (see parts.Cells) and before prices have grown. part: DKK of broken months (rows,
    months); change: change of the rate of whole months by line (3, rows, months + 1); days and day_change: the same of
    days; persons: change of the number of grants with a day in the month (rows, months + 1); in_year: grants with a
    day in the year (rows, years)."""

    part: np.ndarray
    change: np.ndarray
    days: np.ndarray
    day_change: np.ndarray
    persons: np.ndarray
    in_year: np.ndarray


def empty_spread(rows: int, axis: Axis) -> Spread:
    """Nothing yet, in so many rows."""
    months, years = axis.months, len(axis.year_starts) - 1
    return Spread(
        np.zeros((rows, months)),
        np.zeros((3, rows, months + 1)),
        np.zeros((rows, months)),
        np.zeros((rows, months + 1)),
        np.zeros((rows, months + 1)),
        np.zeros((rows, years)),
    )


@inlined
def add_cost(spread: Spread, axis: Axis, row: int, line: int, rate: float, first: int, last: int) -> None:
    """Add what the days first..last (inside the axis) cost to a row."""
    begin, end = axis.month_of[first - axis.first_day], axis.month_of[last - axis.first_day]
    whole_from, whole_to = begin, end
    if first > axis.starts[begin] or (begin == end and last < axis.starts[end + 1] - 1):
        stop = min(last, axis.starts[begin + 1] - 1)
        spread.part[row, begin] += rate * (stop - first + 1) * axis.weight[line, begin]
        whole_from = begin + 1
    if end >= whole_from and last < axis.starts[end + 1] - 1:
        spread.part[row, end] += rate * (last - axis.starts[end] + 1) * axis.weight[line, end]
        whole_to = end - 1
    if whole_from <= whole_to:
        spread.change[line, row, whole_from] += rate
        spread.change[line, row, whole_to + 1] -= rate


@inlined
def add_days(spread: Spread, axis: Axis, row: int, first: int, last: int) -> None:
    """Add the days first..last (inside the axis), and a grant to the months they touch."""
    begin, end = axis.month_of[first - axis.first_day], axis.month_of[last - axis.first_day]
    spread.persons[row, begin] += 1.0
    spread.persons[row, end + 1] -= 1.0
    if begin == end:
        spread.days[row, begin] += last - first + 1
        return
    spread.days[row, begin] += axis.starts[begin + 1] - first
    spread.days[row, end] += last - axis.starts[end] + 1
    if end - begin > 1:
        spread.day_change[row, begin + 1] += 1.0
        spread.day_change[row, end] -= 1.0


@compiled
def gather(
    spread: Spread, axis: Axis, cells: Cells, growth: np.ndarray, cost: np.ndarray, days: np.ndarray,
    persons: np.ndarray, in_year: np.ndarray,
) -> None:  # fmt: skip
    """Write DKK, days and grants by cell and month into arrays (cells, months) and grants by cell and year into one
    (cells, years), and empty the spread. growth: prices by provision and year of the axis, as factors."""
    rows, months = spread.part.shape
    years = len(axis.year_starts) - 1
    for cell in range(cells.size):
        for month in range(months):
            cost[cell, month], days[cell, month], persons[cell, month] = 0.0, 0.0, 0.0
        for year in range(years):
            in_year[cell, year] = 0.0
    for row in range(rows):
        cell, provision = cells.cell_of[row], cells.provision_of[row]
        by_day, by_month, by_year, whole, many = 0.0, 0.0, 0.0, 0.0, 0.0
        for month in range(months):
            by_day += spread.change[0, row, month]
            by_month += spread.change[1, row, month]
            by_year += spread.change[2, row, month]
            whole += spread.day_change[row, month]
            many += spread.persons[row, month]
            length = axis.starts[month + 1] - axis.starts[month]
            full = by_day + by_month * axis.weight[1, month] + by_year * axis.weight[2, month]
            cost[cell, month] += (spread.part[row, month] + full * length) * growth[provision, axis.year_of[month]]
            days[cell, month] += spread.days[row, month] + whole * length
            persons[cell, month] += many
            spread.part[row, month], spread.days[row, month] = 0.0, 0.0
        for month in range(months + 1):
            for line in range(3):
                spread.change[line, row, month] = 0.0
            spread.day_change[row, month], spread.persons[row, month] = 0.0, 0.0
        for year in range(years):
            in_year[cell, year] += spread.in_year[row, year]
            spread.in_year[row, year] = 0.0
