# SPDX-License-Identifier: EUPL-1.2
"""The change in persons between two years: size of the population, mix of ages, and rate, in each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from styr.register.snapshot import Snapshot
from styr.statistics.catalogue import Indicator
from styr.statistics.count import ask
from styr.statistics.engines import open_engine
from styr.statistics.estimates.answers import answer
from styr.statistics.estimates.decomposition import ACTIVITY_PARTS, activity_parts
from styr.statistics.estimates.scaling import UNSAID, counted
from styr.statistics.estimates.two_years import SIDES, beside
from styr.statistics.expressions.population import OF_INHABITANTS, inhabitants
from styr.statistics.result import Header

#: Arguments of answer that are not part of the question itself.
NOT_ASKED = ("from_year", "to_year", "scale_to", "delivered", "engine", "disclosure_control")
ROUNDING = 1e-9


def is_activity(chosen: Indicator) -> bool:
    """Whether an indicator is a number of persons that can be set against inhabitants of the same age."""
    counts = chosen.kind in ("stock", "period") and chosen.persons and chosen.ratio is None and not chosen.money
    return counts and chosen.ages is not None and not chosen.own and "age_group" in chosen.dimensions


def of_activity(
    snapshot: Snapshot, chosen: Indicator, by: Sequence[str], asked: Mapping[str, Any]
) -> tuple[pl.DataFrame, Header]:
    """The parts of the change in every cell, summed over ages, and the header of the count.

    asked: the arguments of answer, with from_year and to_year. Returns by, whole, before, after, population_before,
    population_after (inhabitants of all ages of the age groups), change, ACTIVITY_PARTS, n, suppressed, method. The
    row of the whole is the sum of the cells; it is left out where persons stand in several cells, and where cells are
    hidden. Ages are counted without disclosure control, for only sums over them are shown: whether a row is shown
    follows the count of the row itself.
    """
    years = (asked["from_year"], asked["to_year"])
    shown = answer(snapshot, chosen.key, by=(*by, "year"), **asked)
    unhidden = {**asked, "disclosure_control": False}
    keys = tuple(dict.fromkeys((*by, "age_group")))
    aged = answer(snapshot, chosen.key, by=(*keys, "year"), **unhidden).to_polars()
    people = _inhabitants(snapshot, chosen, keys, asked)
    rows = _under_control(_parted(aged, people, keys, by, years), shown.to_polars(), by, years)
    if not by or rows["suppressed"].any():
        return rows.with_columns(whole=pl.lit(not by)), shown.header
    whole, _ = of_activity(snapshot, chosen, (), asked)
    summed = rows.select(pl.col(*SIDES, "change", *ACTIVITY_PARTS).sum())
    difference = (whole.select(SIDES) - summed.select(SIDES)).select(pl.max_horizontal(pl.all().abs())).item()
    rows = rows.with_columns(whole=pl.lit(False))
    if difference is None or difference > ROUNDING * max(whole["after"][0], 1):
        return rows, shown.header
    whole = whole.with_columns(summed.get_columns())
    return pl.concat([rows, whole], how="diagonal_relaxed"), shown.header


def _inhabitants(snapshot: Snapshot, chosen: Indicator, keys: Sequence[str], asked: Mapping[str, Any]) -> pl.DataFrame:
    """Inhabitants on 1 January: year, those of the keys that inhabitants have, value (persons). They are those of the
    municipalities counted, or of the area scaled to."""
    options = {**UNSAID, **{key: value for key, value in asked.items() if key not in NOT_ASKED}}
    of = ("year", *(key for key in keys if key in OF_INHABITANTS))
    running = open_engine(asked.get("engine", "duckdb"), snapshot)
    try:
        if to := asked.get("scale_to"):
            found = counted(
                running, chosen.key, to, of, asked["from_year"], asked["to_year"], asked.get("delivered"), options
            )
            question, rows = found.question, found.target
        else:
            question = ask(running, chosen.key, of, asked["from_year"], asked["to_year"], **options)
            frame = pl.from_arrow(running.run(inhabitants(running, question)))
            assert isinstance(frame, pl.DataFrame)
            rows = frame
    finally:
        running.close()
    numbers = {number: period.first.year for number, period in enumerate(question.periods)}
    year = pl.col("period").replace_strict(numbers, return_dtype=pl.Int32)
    return rows.select(*(key for key in of if key != "year"), year=year, value="denominator")


def _parted(
    aged: pl.DataFrame, people: pl.DataFrame, keys: Sequence[str], by: Sequence[str], years: tuple[int, int]
) -> pl.DataFrame:
    """The parts of every cell: those of each age in it, summed. An age in which a cell has no one has no part in it.

    Returns by, before, after, population_before, population_after, change, ACTIVITY_PARTS.
    """
    of = [key for key in keys if key in OF_INHABITANTS]
    places = [key for key in of if key != "age_group"]
    ages = _renamed(beside(people, of, years, absent=0.0), of, "inhabitants")
    sizes = [pl.col(f"inhabitants_{side}").sum().alias(f"population_{side}") for side in SIDES]
    ages = ages.with_columns([size.over(places) for size in sizes] if places else sizes)
    persons = _renamed(beside(aged, keys, years, absent=0.0), keys, "persons")
    persons = persons.join(ages, on=of, how="left", nulls_equal=True, maintain_order="left")
    parted = activity_parts(persons).with_columns(before="persons_before", after="persons_after", _one=pl.lit(0))
    return (
        parted.group_by(["_one", *by], maintain_order=True)
        .agg(pl.col(*SIDES, "change", *ACTIVITY_PARTS).sum(), pl.col("population_before", "population_after").max())
        .drop("_one")
    )


def _renamed(sides: pl.DataFrame, keys: Sequence[str], name: str) -> pl.DataFrame:
    return sides.select(*keys, *(pl.col(side).alias(f"{name}_{side}") for side in SIDES))


def _under_control(
    parted: pl.DataFrame, shown: pl.DataFrame, by: Sequence[str], years: tuple[int, int]
) -> pl.DataFrame:
    """The parted rows with n, suppressed and method of the counted ones, hidden where these are."""
    control = beside(shown, by, years, absent=0.0).select(pl.lit(0).alias("_one"), *by, "n", "suppressed", "method")
    joined = parted.with_columns(_one=pl.lit(0)).join(
        control, on=["_one", *by], how="left", nulls_equal=True, maintain_order="left"
    )
    hidden = [*SIDES, "change", *ACTIVITY_PARTS]
    return joined.drop("_one").with_columns(pl.when(~pl.col("suppressed")).then(pl.col(hidden)))
