# SPDX-License-Identifier: EUPL-1.2
"""What known grants have cost and covered up to the known-at day, by cell and month."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from styr.forecast.axis import Axis
from styr.forecast.compiled import compiled
from styr.forecast.history import Grants
from styr.forecast.lives import charge
from styr.forecast.parts import Cells
from styr.forecast.periodise import Spread, empty_spread, gather


class Prices(NamedTuple):
    """Prices of grants: those of grant g are rows first[g] to first[g + 1]; rate is 0 where there is no price."""

    first: np.ndarray
    from_day: np.ndarray
    rate: np.ndarray
    line: np.ndarray


class Observed(NamedTuple):
    """DKK, days and grants by cell and month of an axis, and grants by cell and year of it."""

    cost: np.ndarray
    days: np.ndarray
    persons: np.ndarray
    in_year: np.ndarray


def observed(grants: Grants, prices: Prices, sickness: np.ndarray, cells: Cells, axis: Axis, today: int) -> Observed:
    """What grants cost and cover on the days of the axis up to a day; sickness: the share added for it, as a factor by
    provision."""
    spread = empty_spread(len(cells.cell_of), axis)
    still = np.ones((len(sickness), len(axis.year_starts) - 1))
    end = np.minimum(grants.end, today)
    _add(
        spread, axis, cells, still, grants.provision, grants.operator, grants.birth, grants.groups, grants.start, end,
        prices, sickness,
    )  # fmt: skip
    shape = (cells.size, axis.months)
    cost, days, persons = np.empty(shape), np.empty(shape), np.empty(shape)
    in_year = np.empty((cells.size, len(axis.year_starts) - 1))
    gather(spread, axis, cells, still, cost, days, persons, in_year)
    return Observed(cost, days, persons, in_year)


@compiled
def _add(
    spread: Spread, axis: Axis, cells: Cells, still: np.ndarray, provision: np.ndarray, operator: np.ndarray,
    birth: np.ndarray, groups: np.ndarray, start: np.ndarray, end: np.ndarray, prices: Prices, sickness: np.ndarray,
) -> None:  # fmt: skip
    for grant in range(len(start)):
        if end[grant] < axis.first_day or start[grant] > axis.last_day:
            continue
        for price in range(prices.first[grant], prices.first[grant + 1]):
            first = max(start[grant], prices.from_day[price])
            last = end[grant]
            if price + 1 < prices.first[grant + 1]:
                last = min(last, prices.from_day[price + 1] - 1)
            goes_on = first > max(start[grant], axis.first_day)
            charge(
                spread, axis, cells, still, provision[grant], operator[grant], birth[grant], groups[grant],
                prices.line[price], prices.rate[price] * sickness[provision[grant]], 0, first, last, goes_on, True,
            )  # fmt: skip
