# SPDX-License-Identifier: EUPL-1.2
"""Asking a snapshot what a change between two years comes from; decomposition.py beside this holds the arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from styr.register.snapshot import Snapshot
from styr.statistics.catalogue import Words
from styr.statistics.catalogue import indicator as indicator_of
from styr.statistics.errors import CannotAnswer
from styr.statistics.estimates.activity_change import is_activity, of_activity
from styr.statistics.estimates.decomposition import ACTIVITY_PARTS, EXPENDITURE_PARTS
from styr.statistics.estimates.expenditure_change import is_expenditure, of_expenditure
from styr.statistics.estimates.two_years import SIDES, check_years
from styr.statistics.result import Header, Result, as_arrow, caveat


def decomposition(
    snapshot: Snapshot, indicator: str, from_year: int, to_year: int, by: Sequence[str] = (), **options: Any
) -> Result:
    """What the change of an indicator from one year to another comes from, in each cell of the dimensions asked for.

    Expenditure is parted into number (full-time recipients), unit_cost and joint; a count of persons into population
    (its size), age_mix and rate. options: those of count, and scale_to and delivered as in scaled.

    Columns: indicator, the dimensions, whole (the row of all cells together, there when the cells add up to it),
    before, after, the numbers behind (number_before, number_after, or population_before, population_after), the parts,
    value (the change: the sum of the parts), numerator, denominator (null), n, lower, upper (null), suppressed,
    method. The parts are EXPENDITURE_PARTS or ACTIVITY_PARTS, in the indicator's unit. Raises CannotAnswer for
    indicators that are neither, and dimensions the two sides do not share.
    """
    check_years(from_year, to_year, by)
    chosen = indicator_of(indicator)
    asked = {**options, "from_year": from_year, "to_year": to_year}
    if is_expenditure(chosen):
        found, told = of_expenditure(snapshot, chosen, by, asked)
        numbers, parts, kind = "number", EXPENDITURE_PARTS, "expenditure"
    elif is_activity(chosen):
        found, told = of_activity(snapshot, chosen, by, asked)
        numbers, parts, kind = "population", ACTIVITY_PARTS, "activity"
    else:
        raise CannotAnswer("change_has_no_parts", indicator=indicator)
    nothing = pl.lit(None, pl.Float64)
    table = found.select(
        pl.lit(indicator).alias("indicator"),
        *by,
        "whole",
        *SIDES,
        *(f"{numbers}_{side}" for side in SIDES),
        *parts,
        value="change",
        numerator=nothing,
        denominator=nothing,
        n="n",
        lower=nothing,
        upper=nothing,
        suppressed="suppressed",
        method="method",
    )
    return Result(as_arrow(table), _header(told, (from_year, to_year), kind, table))


def _header(told: Header, years: tuple[int, int], kind: str, table: pl.DataFrame) -> Header:
    """The header of what changed, with how the change is parted."""
    of = told.title.lower()
    title = Words(f"Ændring {years[0]}-{years[1]}: {of.da}", f"Change {years[0]}-{years[1]}: {of.en}")
    said = [caveat(f"decomposed_{kind}")]
    if not table["whole"].any():
        said.append(caveat("no_whole"))
    return replace(told, title=title, caveats=(*said, *told.caveats))
