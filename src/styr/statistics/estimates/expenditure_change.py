# SPDX-License-Identifier: EUPL-1.2
"""The change of an expenditure between two years: number, unit cost, and both together, in each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from styr.register.snapshot import Snapshot
from styr.statistics.catalogue import Indicator, allowed, dimension, indicators
from styr.statistics.estimates.answers import answer
from styr.statistics.estimates.decomposition import expenditure_parts
from styr.statistics.estimates.two_years import SIDES, beside
from styr.statistics.result import Header

NUMBER = "full_time_recipients"
#: Options of a question that concern money alone.
OF_MONEY = ("price_level", "net_of_refund")
#: What rounding leaves of a sum of parts, relative to the sum.
ROUNDING = 1e-9


def is_expenditure(chosen: Indicator) -> bool:
    """Whether an indicator is a sum of money that is set against full-time recipients."""
    return chosen.money and chosen.ratio is None and not chosen.own and bool(_unit_costs(chosen))


def of_expenditure(
    snapshot: Snapshot, chosen: Indicator, by: Sequence[str], asked: Mapping[str, Any]
) -> tuple[pl.DataFrame, Header]:
    """The parts of the change in every cell, and the header of the expenditure.

    asked: the arguments of answer, with from_year and to_year. Returns by, whole, before, after, number_before,
    number_after, change, EXPENDITURE_PARTS, n, suppressed, method. The row of the whole is the sum of the cells: what
    the hidden ones have changed is undivided there. Raises CannotAnswer for a dimension that expenditure and
    recipients do not share.
    """
    for key in (*by, *(asked.get("where") or {})):
        allowed(_unit_costs(chosen)[0], key)
    sides, told = _both_sides(snapshot, chosen, by, asked)
    cells = expenditure_parts(sides).with_columns(whole=pl.lit(not by))
    if not by or any(dimension(key).many for key in by):
        return cells, told
    total, _ = _both_sides(snapshot, chosen, (), asked)
    parts = cells.select(pl.col("number", "unit_cost", "joint").sum())
    whole = pl.concat([total, parts], how="horizontal").with_columns(change=pl.col("after") - pl.col("before"))
    rest = pl.col("change") - pl.col("number") - pl.col("unit_cost") - pl.col("joint")
    rounding = ROUNDING * pl.max_horizontal(pl.col(*SIDES).abs())
    whole = whole.with_columns(
        whole=pl.lit(True), undivided=pl.when(rest.abs() > rounding).then(rest).otherwise(rest - rest)
    )
    return pl.concat([cells, whole], how="diagonal_relaxed"), told


def _unit_costs(chosen: Indicator) -> list[Indicator]:
    """The indicators that divide an expenditure by full-time recipients: they say which dimensions the two share."""
    return [each for each in indicators() if each.ratio and (each.ratio.of, each.ratio.by) == (chosen.key, NUMBER)]


def _both_sides(
    snapshot: Snapshot, chosen: Indicator, by: Sequence[str], asked: Mapping[str, Any]
) -> tuple[pl.DataFrame, Header]:
    """Expenditure and full-time recipients of the two years beside each other; hidden when either is.

    Columns: by, before, after, number_before, number_after, n, suppressed, method.
    """
    years = (asked["from_year"], asked["to_year"])
    money = answer(snapshot, chosen.key, by=(*by, "year"), **asked)
    counted = {key: value for key, value in asked.items() if key not in OF_MONEY}
    persons = answer(snapshot, NUMBER, by=(*by, "year"), **counted)
    left = beside(money.to_polars(), by, years, absent=0.0).with_columns(_one=pl.lit(0))
    right = beside(persons.to_polars(), by, years, absent=0.0).select(
        pl.lit(0).alias("_one"),
        *by,
        *(pl.col(side).alias(f"number_{side}") for side in SIDES),
        _n="n",
        _hidden="suppressed",
        _method="method",
    )
    joined = left.join(right, on=["_one", *by], how="left", nulls_equal=True, maintain_order="left")
    hidden = pl.col("suppressed") | pl.col("_hidden").fill_null(False)
    numbers = [pl.when(pl.col("_hidden").is_null()).then(0.0).otherwise(f"number_{side}") for side in SIDES]
    both = joined.select(
        *by,
        *(pl.when(~hidden).then(side).alias(side) for side in SIDES),
        *(pl.when(~hidden).then(number).alias(f"number_{side}") for side, number in zip(SIDES, numbers, strict=True)),
        n=pl.when(~hidden).then(pl.min_horizontal("n", "_n")),
        suppressed=hidden,
        method=pl.when(hidden & ~pl.col("suppressed")).then("_method").otherwise("method"),
    )
    return both, money.header
