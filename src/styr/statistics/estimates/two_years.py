# SPDX-License-Identifier: EUPL-1.2
"""The values of two years beside each other: what growth and decomposition are worked out of."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from styr.statistics.errors import CannotAnswer
from styr.statistics.periods import NAMES

SIDES = ("before", "after")


def check_years(from_year: int, to_year: int, by: Sequence[str]) -> None:
    """Raise CannotAnswer when the two years are not two, or time is asked for as a dimension too."""
    if from_year >= to_year:
        raise CannotAnswer("years_turned_round", first=from_year, last=to_year)
    for key in NAMES:
        if key in by:
            raise CannotAnswer("years_are_the_dimension", key=key)


def beside(cells: pl.DataFrame, keys: Sequence[str], years: tuple[int, int], *, absent: float | None) -> pl.DataFrame:
    """Cells of two years beside each other.

    cells: year, keys, value, and n, suppressed, method when they have them. absent: what a cell without a row in a
    year counts. Returns keys, before, after, n (the fewer), suppressed (hidden in one of the years; before and after
    are null then), method.
    """
    further = {"n": pl.lit(None, pl.Int64), "suppressed": pl.lit(False), "method": pl.lit("")}
    cells = cells.with_columns(value.alias(name) for name, value in further.items() if name not in cells.columns)
    cells = cells.filter(pl.col("year").is_in(years)).with_columns(_one=pl.lit(0))
    names = ["_one", *keys]
    both = cells.select(names).unique(maintain_order=True)
    for side, year in zip(SIDES, years, strict=True):
        of_year = cells.filter(pl.col("year") == year).select(
            *names, *(pl.col(name).alias(f"{name}_{side}") for name in ("value", "n", "suppressed", "method"))
        )
        both = both.join(of_year, on=names, how="left", nulls_equal=True, maintain_order="left")
    hidden = pl.any_horizontal(pl.col(f"suppressed_{side}").fill_null(False) for side in SIDES)
    return both.select(
        *keys,
        *(pl.when(~hidden).then(_value(side, absent)).alias(side) for side in SIDES),
        n=pl.when(~hidden).then(pl.min_horizontal("n_before", "n_after")),
        suppressed=hidden,
        method=pl.when(hidden & pl.col("suppressed_after").fill_null(False))
        .then("method_after")
        .otherwise(pl.coalesce("method_before", "method_after")),
    )


def _value(side: str, absent: float | None) -> pl.Expr:
    there = pl.col(f"suppressed_{side}").is_not_null()
    return pl.when(there).then(pl.col(f"value_{side}")).otherwise(pl.lit(absent, pl.Float64))
