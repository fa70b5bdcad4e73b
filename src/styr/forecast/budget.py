# SPDX-License-Identifier: EUPL-1.2
"""A forecast held against a budget: the amount of each year, and the probability of staying within it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from styr import vocabulary
from styr.forecast.errors import Refused
from styr.forecast.months import Month
from styr.forecast.result import QUANTILES, Draws
from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, count

#: What a budget is laid down by: the dimensions of an account.
BUDGETED = ("municipality", "region", "function")


def budget_of(
    snapshot: Snapshot, choice: str, by: Sequence[str], years: Sequence[int], municipalities: Sequence[str] | None
) -> pl.DataFrame:
    """The budget of years: year, the dimensions, amount (DKK).

    choice: a budget version (adopted, revised) of the snapshot, or the path of a file (CSV or Parquet) with year,
    amount and the dimensions. Raises CannotAnswer where there is none, or it is not laid down by the dimensions.
    """
    if wrong := [name for name in by if name not in BUDGETED]:
        raise Refused("budget_not_by", word=wrong[0], known=", ".join(BUDGETED))
    if choice in vocabulary.codelist("budget_version"):
        return _delivered(snapshot, choice, by, years, municipalities)
    return _from_file(Path(choice), by, years)


def whole_years(first: Month, last: Month) -> list[int]:
    """The years a forecast covers; raises CannotAnswer when it does not cover all their months, which a budget is
    for."""
    if first.month != 1 or last.month != 12:
        raise Refused("budget_of_whole_years", first=first, last=last, first_year=first.year, last_year=last.year)
    return list(range(first.year, last.year + 1))


def held_against(found: Draws, budget: pl.DataFrame) -> pl.DataFrame:
    """Draws of years held against a budget (year, amount, and dimensions of the draws): a row for each cell with one.

    Gives year, the dimensions, budget, mean, probability (share of draws at or below the budget), overrun_p50 and
    overrun_p90 (DKK above the budget, negative when below).
    """
    by = [name for name in budget.columns if name not in ("year", "amount")]
    cells = found.labels.with_row_index("_cell") if by else pl.DataFrame({"_cell": [0]})
    rows = []
    for place, year in enumerate(found.periods):
        held = budget.filter(pl.col("year") == year)
        joined = cells.join(held, on=by, how="inner", nulls_equal=True) if by else cells.join(held, how="cross")
        values = found.values[joined["_cell"].to_numpy(), place]
        amount = joined["amount"].cast(pl.Float64).to_numpy()[:, None]
        overrun = np.quantile(values - amount, [QUANTILES["p50"], QUANTILES["p90"]], axis=1)
        rows.append(
            joined.select(
                pl.lit(year, pl.Int64).alias("year"),
                *by,
                pl.col("amount").cast(pl.Float64).alias("budget"),
                pl.Series("mean", values.mean(axis=1)),
                pl.Series("probability", (values <= amount).mean(axis=1)),
                pl.Series("overrun_p50", overrun[0]),
                pl.Series("overrun_p90", overrun[1]),
            )
        )
    return pl.concat(rows)


def _delivered(
    snapshot: Snapshot, version: str, by: Sequence[str], years: Sequence[int], municipalities: Sequence[str] | None
) -> pl.DataFrame:
    where = {"version": [version], **({"municipality": list(municipalities)} if municipalities else {})}
    try:
        found = count(snapshot, "budget", ("year", *by), where=where, disclosure_control=False).to_polars()
    except CannotAnswer as error:
        raise Refused("no_budget", error=error) from error
    rows = found.filter(pl.col("year").is_in(list(years)) & pl.col("value").is_not_null())
    _check_years(rows, years, "delivered_budget_lacks_years", version=version)
    return rows.select(pl.col("year").cast(pl.Int64), *by, pl.col("value").cast(pl.Float64).alias("amount"))


def _from_file(path: Path, by: Sequence[str], years: Sequence[int]) -> pl.DataFrame:
    kinds = ", ".join(term.code for term in vocabulary.codelist("budget_version"))
    if not path.is_file():
        raise Refused("budget_neither", path=path, kinds=kinds)
    try:
        rows = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
        if missing := [name for name in ("year", *by, "amount") if name not in rows.columns]:
            raise Refused(
                "budget_column_missing", path=path, name=missing[0], columns=", ".join(["year", *by, "amount"])
            )
        texts = [pl.col(name).cast(pl.String).alias(name) for name in by]
        rows = rows.select(pl.col("year").cast(pl.Int64), *texts, pl.col("amount").cast(pl.Float64))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise Refused("budget_unreadable", path=path, error=error) from error
    rows = rows.filter(pl.col("year").is_in(list(years)))
    _check_years(rows, years, "file_budget_lacks_years", path=path)
    return rows.group_by("year", *by).agg(pl.col("amount").sum())


def _check_years(rows: pl.DataFrame, years: Sequence[int], key: str, **values: object) -> None:
    if missing := sorted({*years} - set(rows["year"].to_list())):
        raise Refused(key, years=", ".join(map(str, missing)), **values)
