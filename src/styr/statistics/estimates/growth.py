# SPDX-License-Identifier: EUPL-1.2
"""Growth between two years, shares, and what each part contributes to the growth of the whole (METHODS § 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from styr.register.snapshot import Snapshot
from styr.statistics.catalogue import Indicator, Words
from styr.statistics.catalogue import indicator as indicator_of
from styr.statistics.engines import open_engine
from styr.statistics.estimates.answers import answer
from styr.statistics.estimates.jackknife import jackknifed
from styr.statistics.estimates.scaling import Municipal, counted, leave_one_out
from styr.statistics.estimates.two_years import SIDES, beside, check_years
from styr.statistics.result import Header, Result, as_arrow, caveat

PER_CENT = 100
#: What is worked out of the value before and after.
FIGURES = ("change", "share_before", "share_after", "share_change", "contribution")


def growth(
    snapshot: Snapshot,
    indicator: str,
    from_year: int,
    to_year: int,
    by: Sequence[str] = (),
    *,
    scale_to: str | None = None,
    delivered: Sequence[str] | None = None,
    **options: Any,
) -> Result:
    """What an indicator has grown from one year to another, in each cell of the dimensions asked for.

    scale_to, delivered: as in scaled; options: those of count. Worked out of unrounded values. Columns: indicator, the
    dimensions, before, after, change (in the indicator's unit), share_before, share_after (of the whole, per cent),
    share_change (percentage points), contribution (to the change of the whole, per cent), value (the growth, per
    cent), numerator (the change), denominator (before), n (the fewer persons of the two years), lower, upper (of the
    growth, by jackknife over municipalities, when scaled), suppressed, method. Shares and contributions are null where
    values do not add up (rates, means, quantiles). Raises CannotAnswer when a year is not observed.
    """
    check_years(from_year, to_year, by)
    years = (from_year, to_year)
    asked = {**options, "from_year": from_year, "to_year": to_year, "scale_to": scale_to, "delivered": delivered}
    cells = answer(snapshot, indicator, by=(*by, "year"), **asked)
    whole = answer(snapshot, indicator, by=("year",), **asked).to_polars()
    additive = adds_up(indicator_of(indicator), cells.to_polars(), whole)
    found = grown(cells.to_polars(), whole, by, years, additive=additive)
    if scale_to:
        found = _with_intervals(found, _replicates(snapshot, indicator, by, asked), by, years, additive=additive)
    table = found.select(
        pl.lit(indicator).alias("indicator"),
        *by,
        *SIDES,
        *FIGURES,
        value="growth",
        numerator="change",
        denominator="before",
        n="n",
        lower="lower" if scale_to else pl.lit(None, pl.Float64),
        upper="upper" if scale_to else pl.lit(None, pl.Float64),
        suppressed="suppressed",
        method="method",
    )
    return Result(as_arrow(table), _header(cells.header, years, additive=additive))


def grown(
    cells: pl.DataFrame, whole: pl.DataFrame, by: Sequence[str], years: tuple[int, int], *, additive: bool
) -> pl.DataFrame:
    """The figures of growth, in each cell (and, where there is the column left_out, for each municipality left out).

    cells: year, by, value (n, suppressed, method when there is disclosure control); whole: the same without by.
    Returns by, before, after, FIGURES, growth (per cent), n, suppressed, method.
    """
    over = ["left_out"] if "left_out" in cells.columns else []
    sides = beside(cells, [*over, *by], years, absent=0.0 if additive else None).with_columns(_one=pl.lit(0))
    total = beside(whole, over, years, absent=None).select(
        pl.lit(0).alias("_one"), *over, *(pl.col(side).alias(f"whole_{side}") for side in SIDES)
    )
    sides = sides.join(total, on=["_one", *over], how="left", nulls_equal=True, maintain_order="left").drop("_one")
    change, whole_change = pl.col("after") - pl.col("before"), pl.col("whole_after") - pl.col("whole_before")
    share_before, share_after = _per_cent("before", "whole_before"), _per_cent("after", "whole_after")
    parts = {
        "share_before": share_before,
        "share_after": share_after,
        "share_change": share_after - share_before,
        "contribution": pl.when(whole_change != 0).then(PER_CENT * change / whole_change),
    }
    return sides.with_columns(
        change=change,
        growth=pl.when(pl.col("before") != 0).then(PER_CENT * change / pl.col("before")),
        **{name: part if additive else pl.lit(None, pl.Float64) for name, part in parts.items()},
    )


def adds_up(chosen: Indicator, cells: pl.DataFrame, whole: pl.DataFrame) -> bool:
    """Whether the values of an indicator's cells are parts of a whole: counts and sums are, also those divided by the
    days of the period; what is divided by anything of the cell itself is not, nor are quantiles."""
    if chosen.ratio or any(value is not None for value in chosen.own.values()):
        return False
    if "denominator" not in cells.columns:
        return True
    of_whole = whole.select("year", whole="denominator")
    same = cells.join(of_whole, on="year", how="left").filter(pl.col("denominator").is_not_null())
    return bool((same["denominator"] == same["whole"]).all())


def _per_cent(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) != 0).then(PER_CENT * pl.col(part) / pl.col(whole))


def _replicates(
    snapshot: Snapshot, indicator: str, by: Sequence[str], asked: Mapping[str, Any]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The scaled values by year and cell, and by year, with each municipality left out (see leave_one_out)."""
    options = {key: value for key, value in asked.items() if key not in NOT_OF_A_QUESTION}
    running = open_engine(asked.get("engine", "duckdb"), snapshot)
    try:
        cells, whole = (
            counted(
                running, indicator, asked["scale_to"], ("year", *keys), asked["from_year"], asked["to_year"],
                asked["delivered"], options,
            )
            for keys in (by, ())
        )  # fmt: skip
        return in_years(cells), in_years(whole)
    finally:
        running.close()


#: Arguments of growth that are not part of the question.
NOT_OF_A_QUESTION = ("from_year", "to_year", "scale_to", "delivered", "engine", "disclosure_control")


def in_years(found: Municipal) -> pl.DataFrame:
    """The scaled values of what was counted by municipality, with each left out, by year in place of period."""
    values = leave_one_out(found.rows, found.keys, found.inhabitants, found.target)
    numbers = {number: period.first.year for number, period in enumerate(found.question.periods)}
    return values.with_columns(year=pl.col("period").replace_strict(numbers, return_dtype=pl.Int32)).drop("period")


def _with_intervals(
    found: pl.DataFrame,
    replicates: tuple[pl.DataFrame, pl.DataFrame],
    by: Sequence[str],
    years: tuple[int, int],
    *,
    additive: bool,
) -> pl.DataFrame:
    """Rows with lower and upper of the growth; null where it is hidden."""
    ends = jackknifed(grown(*replicates, by, years, additive=additive), by, ("growth",)).with_columns(_one=pl.lit(0))
    joined = found.with_columns(_one=pl.lit(0)).join(
        ends, on=["_one", *by], how="left", nulls_equal=True, maintain_order="left"
    )
    shown = ~pl.col("suppressed")
    return joined.with_columns(lower=pl.when(shown).then("lower_growth"), upper=pl.when(shown).then("upper_growth"))


def _header(told: Header, years: tuple[int, int], *, additive: bool) -> Header:
    """The header of what grew, with what growth adds to it."""
    span = f"{years[0]}-{years[1]}"
    title = Words(f"Vækst {span}: {told.title.lower().da}", f"Growth {span}: {told.title.lower().en}")
    said = caveat("growth") if additive else caveat("growth_alone")
    return replace(told, title=title, unit=Words("procent", "per cent"), caveats=(said, *told.caveats))
