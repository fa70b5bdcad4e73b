# SPDX-License-Identifier: EUPL-1.2
"""Where each municipality stands: index, rank and quartile; and how values lie in country, regions and size bands.

Only what is shown takes part: a rank or quartile counted over hidden values would tell of them.
"""

from __future__ import annotations

import polars as pl

from styr.statistics.benchmark.municipal import SIZE_BANDS, Municipal

AREAS = ("region", "size_band")


def standing(found: Municipal) -> pl.DataFrame:
    """The municipal rows with country (its value), index (country = 100), rank (1 is the highest value; equals share
    the better one) and quartile (1 lowest to 4 highest; quartiles by linear interpolation, type 7)."""
    value = pl.col("value")
    q1, median, q3 = (value.quantile(share, "linear") for share in (0.25, 0.5, 0.75))
    passed = [(value > bound).cast(pl.Int32) for bound in (q1, median, q3)]
    return found.rows.with_columns(
        country=pl.lit(found.country),
        index=100 * value / pl.lit(found.country or None, pl.Float64),
        rank=value.rank("min", descending=True).cast(pl.Int32),
        quartile=1 + pl.sum_horizontal(*passed, ignore_nulls=False),
    )


def summary(found: Municipal) -> pl.DataFrame:
    """How the municipalities' values lie in the country, in each region and in each size band.

    Columns: scope (country, region, size_band), area (code; null for the country), municipalities, hidden,
    inhabitants, value (all taken together; null when a municipality of the area is hidden or nothing is divided by),
    index (country = 100), lowest, q1, median, q3, highest (of the values shown; 002 l.2599-2618).
    """
    country = _spread(found.rows.with_columns(country=pl.lit(None, pl.String)), "country", found.times)
    country = country.with_columns(value=pl.lit(found.country))
    parts = [_spread(found.rows, scope, found.times) for scope in AREAS]
    return pl.concat([country, *parts]).with_columns(
        index=100 * pl.col("value") / pl.lit(found.country or None, pl.Float64)
    )


def _spread(rows: pl.DataFrame, scope: str, times: float) -> pl.DataFrame:
    value = pl.col("value")
    together = times * pl.col("numerator").sum() / pl.col("denominator").sum()
    complete = pl.all_horizontal(pl.col("numerator", "denominator").is_not_null().all())
    order = {band: place for place, band in enumerate(SIZE_BANDS)}
    spread = rows.group_by(area=scope).agg(
        municipalities=pl.len().cast(pl.Int32),
        hidden=pl.col("suppressed").sum().cast(pl.Int32),
        inhabitants=pl.col("inhabitants").sum(),
        value=pl.when(complete).then(together),
        lowest=value.min(),
        q1=value.quantile(0.25, "linear"),
        median=value.median(),
        q3=value.quantile(0.75, "linear"),
        highest=value.max(),
    )
    ordered = spread.sort(pl.col("area").replace_strict(order, default=0, return_dtype=pl.Int32), "area")
    return ordered.select(
        pl.lit(scope).alias("scope"), "area", "municipalities", "hidden", "inhabitants", "value",
        pl.lit(None, pl.Float64).alias("index"), "lowest", "q1", "median", "q3", "highest",
    )  # fmt: skip
