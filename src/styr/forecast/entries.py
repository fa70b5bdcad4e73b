# SPDX-License-Identifier: EUPL-1.2
"""What new grants are like: price, unit, operator, age, target groups and expected length together, as those of the
last years were, their prices brought to the level of the known-at day."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from styr.forecast.exposure import NO_EXPECTATION
from styr.forecast.history import Grants

_POOLED = 400  # of each provision that other municipalities may borrow
_WORTH = 8.0  # entries that the borrowed ones are worth together


#: An entry: rate and line of its price, operator, set of target groups, age (days at the start), length (days expected,
#: -1 without).
MARK = np.dtype(
    [
        ("rate", np.float64), ("line", np.int64), ("operator", np.int64), ("groups", np.int64), ("age", np.int64),
        ("length", np.int64),
    ]
)  # fmt: skip


class Marks(NamedTuple):
    """Entries (MARK) to draw from, by provision: those of provision p are rows first[p] to first[p + 1]."""

    first: np.ndarray
    rows: np.ndarray

    def repriced(self, factor: np.ndarray) -> Marks:
        """The same at prices times a factor by provision."""
        rows = self.rows.copy()
        rows["rate"] *= np.repeat(factor, np.diff(self.first))
        return Marks(self.first, rows)


def entries(
    grants: Grants, today: int, days: int, growth: dict[int, np.ndarray], provisions: int, sample: bool = False
) -> Marks:
    """The grants begun in the last days that are not continuations of the same, with a price, as entries.

    growth: {year: log growth of prices at its beginning, by provision}; sample: only so many that all may share them.
    """
    renewed = (grants.after >= 0) & (grants.delay <= 31) & (grants.rate > 0)
    recent = (grants.start > today - days) & (grants.start <= today) & np.isfinite(grants.rate) & ~renewed
    rows = np.flatnonzero(recent)
    rows = rows[np.argsort(grants.provision[rows], kind="stable")]
    if sample:
        rows = _thinned(rows, grants.provision[rows])
    chosen = grants.of(rows)
    level = _level(chosen, growth, today)
    length = np.where(chosen.expected == NO_EXPECTATION, -1, chosen.expected - chosen.start)
    made = np.empty(len(chosen), dtype=MARK)
    made["rate"], made["line"] = chosen.rate * level, chosen.line
    made["operator"], made["groups"] = chosen.operator, chosen.groups
    made["age"], made["length"] = chosen.start - chosen.birth, np.maximum(length, -1)
    return Marks(np.searchsorted(chosen.provision, np.arange(provisions + 1)), made)


def own_share(own: Marks) -> np.ndarray:
    """The chance, by provision, that an entry is drawn from the municipality's own and not from all."""
    count = np.diff(own.first)
    return np.asarray(count / (count + _WORTH))


def _thinned(rows: np.ndarray, provision: np.ndarray) -> np.ndarray:
    """Evenly chosen rows of each provision."""
    kept = []
    for each in np.unique(provision):
        mine = rows[provision == each]
        step = max(1, -(-len(mine) // _POOLED))
        kept.append(mine[::step])
    return np.concatenate(kept) if kept else rows


def _level(grants: Grants, growth: dict[int, np.ndarray], today: int) -> np.ndarray:
    """What brings a price from the year it was last known in to the year of the known-at day."""
    years = np.datetime64("2000-01-01") + np.minimum(np.maximum(grants.priced, np.minimum(grants.end, today)), today)
    year = years.astype("datetime64[Y]").astype(int) + 1970
    total = np.zeros(len(grants))
    for later, by_provision in growth.items():
        total += np.where(year < later, by_provision[grants.provision], 0.0)
    return np.asarray(np.exp(total))
