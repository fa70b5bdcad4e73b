# SPDX-License-Identifier: EUPL-1.2
"""Exact Poisson intervals of counts."""

from __future__ import annotations

import polars as pl

from styr import vocabulary


def poisson_interval(counts: pl.Series, level: float | None = None) -> pl.DataFrame:
    """The exact interval of the mean of a Poisson count (Garwood 1936), in the unit of the counts.

    counts: 0 or more; null gives null. level: the vocabulary's confidence level unless given. Full-time persons are
    not whole numbers; the same formula holds for them as the next wider interval, since each weighs at most one
    person. Returns lower, upper.
    """
    from scipy.special import gammaincinv  # slow to load, and seldom needed

    tail = (1 - (level or vocabulary.parameter("confidence_level"))) / 2
    known = counts.fill_null(0.0).to_numpy()
    lower = pl.Series(gammaincinv(known, tail), nan_to_null=True).fill_null(0.0)  # no gamma has shape 0: its limit is 0
    upper = pl.Series(gammaincinv(known + 1, 1 - tail))
    missing = counts.is_null()
    return pl.DataFrame({"lower": lower, "upper": upper}).with_columns(pl.when(~missing).then(pl.all()))
