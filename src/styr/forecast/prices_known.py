# SPDX-License-Identifier: EUPL-1.2
"""The price of every grant as spells: what a unit costs from which day on (METHODS § 2)."""

from __future__ import annotations

import polars as pl

#: Price units as a rate along one of the lines of calendar_units.UNITS: unit → (line, share of the price).
LINES = {"day": (0, 1.0), "week": (0, 1 / 7), "hour": (0, 1 / 7), "month": (1, 1.0), "year": (2, 1.0)}


def price_spells(grants: pl.DataFrame, grant_prices: pl.DataFrame) -> pl.DataFrame:
    """The days from which a grant has another price, and the price: that of the grant_prices row covering the day,
    else the grant's own.

    grants: row, grant_id, start, end, hours_per_week, own_price, own_unit; grant_prices: grant_id, from_day, to_day
    (null while it holds), price, price_unit. Gives row, from_day, rate (null without a price, or by the hour without
    hours), line; sorted by row and day.
    """
    about = grants.select("row", "grant_id", "start", "end", "hours_per_week", "own_price", "own_unit")
    joined = grant_prices.join(about, on="grant_id", how="inner")
    under = joined.select(
        "row", pl.max_horizontal("from_day", "start").alias("from_day"), *_priced("price", "price_unit")
    )
    covers = joined["to_day"].is_null() | (joined["to_day"] >= joined["start"])
    under = under.filter(covers)
    after = joined.filter(covers & joined["to_day"].is_not_null())
    after = after.select("row", (pl.col("to_day") + 1).alias("from_day"), *_priced("own_price", "own_unit"))
    begin = about.select("row", pl.col("start").alias("from_day"), *_priced("own_price", "own_unit"))
    points = pl.concat([begin, after, under])  # of one day the last holds
    points = points.unique(["row", "from_day"], keep="last", maintain_order=True).sort("row", "from_day")
    ends = about.select("row", "end")
    kept = points.join(ends, on="row", how="left", maintain_order="left")
    return kept.filter(pl.col("end").is_null() | (pl.col("from_day") <= pl.col("end"))).drop("end")


def _priced(price: str, unit: str) -> list[pl.Expr]:
    """A price with its unit as rate and line."""
    share = pl.col(unit).replace_strict({key: part for key, (_, part) in LINES.items()}, default=None)
    hours = pl.when(pl.col(unit) == "hour").then(pl.col("hours_per_week")).otherwise(1.0)
    line = pl.col(unit).replace_strict({key: line for key, (line, _) in LINES.items()}, default=0)
    return [(pl.col(price) * share * hours).alias("rate"), line.cast(pl.Int8).alias("line")]
