# SPDX-License-Identifier: EUPL-1.2
"""A forecast held against a budget: the amount of each year, and the probability of staying within it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from styr import vocabulary
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
        raise CannotAnswer(
            f"A budget is not laid down by {wrong[0]}, so the forecast cannot be held against it. "
            f"Split by {', '.join(BUDGETED)} only, or leave --budget out."
        )
    if choice in vocabulary.codelist("budget_version"):
        return _delivered(snapshot, choice, by, years, municipalities)
    return _from_file(Path(choice), by, years)


def whole_years(first: Month, last: Month) -> list[int]:
    """The years a forecast covers; raises CannotAnswer when it does not cover all their months, which a budget is
    for."""
    if first.month != 1 or last.month != 12:
        raise CannotAnswer(
            f"A budget is for whole years, and the forecast is of {first} to {last}. "
            f"Ask for {first.year}-01 to {last.year}-12: months gone by are then what the accounts say."
        )
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
        raise CannotAnswer(
            f"There is no budget to hold the forecast against ({error}) The forecast itself needs none: leave --budget "
            "out, or name a file with year and amount."
        ) from error
    rows = found.filter(pl.col("year").is_in(list(years)) & pl.col("value").is_not_null())
    _check_years(rows, years, f"{version} budget of", "Deliver it in the table budgets")
    return rows.select(pl.col("year").cast(pl.Int64), *by, pl.col("value").cast(pl.Float64).alias("amount"))


def _from_file(path: Path, by: Sequence[str], years: Sequence[int]) -> pl.DataFrame:
    kinds = ", ".join(term.code for term in vocabulary.codelist("budget_version"))
    if not path.is_file():
        raise CannotAnswer(f"--budget {path}: is neither a budget version ({kinds}) nor a file that is there.")
    try:
        rows = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
        if missing := [name for name in ("year", *by, "amount") if name not in rows.columns]:
            said = ", ".join(["year", *by, "amount"])
            raise CannotAnswer(f"{path}: the column {missing[0]} is missing. A budget has the columns {said}.")
        texts = [pl.col(name).cast(pl.String).alias(name) for name in by]
        rows = rows.select(pl.col("year").cast(pl.Int64), *texts, pl.col("amount").cast(pl.Float64))
    except (OSError, pl.exceptions.PolarsError) as error:
        raise CannotAnswer(f"{path}: cannot be read as a table with year and amount ({error}).") from error
    rows = rows.filter(pl.col("year").is_in(list(years)))
    _check_years(rows, years, f"budget in {path} of", "Add it")
    return rows.group_by("year", *by).agg(pl.col("amount").sum())


def _check_years(rows: pl.DataFrame, years: Sequence[int], what: str, remedy: str) -> None:
    if missing := sorted({*years} - set(rows["year"].to_list())):
        raise CannotAnswer(
            f"There is no {what} {', '.join(map(str, missing))}, so the probability of staying within it cannot be "
            f"told. {remedy}, or leave --budget out: the forecast itself needs none."
        )
