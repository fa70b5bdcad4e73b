# SPDX-License-Identifier: EUPL-1.2
"""Intervals of anything made of scaled numbers: worked out again with each municipality left out (METHODS § 3)."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from styr import vocabulary


def jackknifed(figures: pl.DataFrame, keys: Sequence[str], names: Sequence[str]) -> pl.DataFrame:
    """Figures with intervals.

    figures: left_out (null: nothing is left out; else the municipality that is), keys, and the figures named. Returns
    keys and, for each name, lower_NAME and upper_NAME: the figure ± t of (municipalities − 1) × the jackknife error.
    Null with fewer than two municipalities, or where the figure or one of its replicates is not a number.
    """
    figures = figures.with_columns(_one=pl.lit(0))
    by = ["_one", *keys]
    replicates = figures.filter(pl.col("left_out").is_not_null())
    municipalities = replicates["left_out"].n_unique()
    errors = replicates.group_by(by).agg(_error(name, municipalities).alias(f"_error_{name}") for name in names)
    joined = figures.filter(pl.col("left_out").is_null()).join(errors, on=by, how="left", nulls_equal=True)
    width = t_quantile(municipalities - 1)
    ends = {"lower": -width, "upper": width}
    return joined.select(
        *keys,
        *((pl.col(name) + side * pl.col(f"_error_{name}")).alias(f"{end}_{name}")
          for name in names for end, side in ends.items()),
    )  # fmt: skip


def t_quantile(freedom: float) -> float:
    """The quantile of the t distribution that gives intervals of the vocabulary's confidence level."""
    from scipy.special import stdtrit  # slow to load, and seldom needed

    return float(stdtrit(max(freedom, 1), (1 + vocabulary.parameter("confidence_level")) / 2))


def _error(name: str, count: int) -> pl.Expr:
    """The jackknife error; null when a replicate is missing, for the cell then stands on one municipality alone."""
    value = pl.col(name)
    known = (value.is_not_null() & value.is_finite()).sum() == count
    spread = ((value - value.mean()) ** 2).sum() * (count - 1) / max(count, 1)
    return pl.when(known & (count > 1)).then(spread.sqrt())
