# SPDX-License-Identifier: EUPL-1.2
"""Background of municipalities: what may lie behind a difference, from the register, the catalogue or a user's file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from math import inf
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from styr.register.snapshot import Snapshot
from styr.statistics.benchmark.background_file import read_background
from styr.statistics.benchmark.municipal import municipal
from styr.statistics.catalogue import Words, indicators
from styr.statistics.engines import require
from styr.statistics.errors import CannotAnswer, unknown

#: What municipalities are likened by when nothing is said: size and age.
USUAL = ("log_inhabitants", "share_0_17", "share_18_30", "share_67_plus")


def background(
    snapshot: Snapshot,
    year: int,
    variables: Sequence[str] = USUAL,
    file: Path | None = None,
    *,
    explaining: str | None = None,
    delivered: Sequence[str] | None = None,
    disclosure_control: bool = True,
    engine: str = "duckdb",
) -> pl.DataFrame:
    """Background variables of municipalities in a year: municipality and a column for each variable.

    A variable is a column of the file (municipality + numbers; see read_background), one of `variables_of_register`,
    or an indicator of the catalogue that can be compared between municipalities; the file goes first. explaining:
    the indicator that is to be explained, which cannot be its own background. delivered: see municipal. A
    municipality without a value of a variable, or whose value may not be shown, has null. Raises CannotAnswer naming
    the nearest variables.
    """
    if not variables:
        raise CannotAnswer("no_variable", usual=", ".join(USUAL))
    if doubled := sorted({name for name in variables if variables.count(name) > 1}):
        raise CannotAnswer("variable_twice", name=doubled[0])
    if explaining in variables:
        raise CannotAnswer("explains_itself", explaining=explaining)
    given = read_background(file, year) if file else None
    asked: dict[str, Any] = {"delivered": delivered, "disclosure_control": disclosure_control, "engine": engine}
    frames = []
    for name in variables:
        if given is not None and name in given.columns:
            frames.append(given.select("municipality", name))
        elif name in _declared():
            frames.append(_of_population(snapshot, year, name))
        else:
            frames.append(_of_catalogue(snapshot, year, name, given, asked))
    joined = frames[0]
    for frame in frames[1:]:
        joined = joined.join(frame, on="municipality", how="full", coalesce=True)
    return joined.sort("municipality")


def variables_of_register() -> Mapping[str, Words]:
    """The variables made from the population, with their names."""
    return {key: Words(entry["da"], entry["en"]) for key, entry in _declared().items()}


def _of_population(snapshot: Snapshot, year: int, name: str) -> pl.DataFrame:
    require(snapshot, "population", name)
    entry = _declared()[name]
    value = _persons(entry["ages"])
    if "among" in entry:
        value = value / _persons(entry["among"])
    if entry.get("log"):
        value = value.log()
    population = pl.scan_parquet(snapshot.path("population")).filter(pl.col("year") == year)
    rows = population.group_by("municipality").agg(value.alias(name)).collect()
    if rows.is_empty():
        raise CannotAnswer("population_behind_variable", year=year, name=name)
    return rows


def _persons(ages: tuple[int, int | None]) -> pl.Expr:
    low, high = ages
    within = pl.col("age").is_between(low, inf if high is None else high)
    return pl.col("persons").filter(within).sum().cast(pl.Float64)


def _of_catalogue(
    snapshot: Snapshot, year: int, name: str, given: pl.DataFrame | None, asked: dict[str, Any]
) -> pl.DataFrame:
    if name not in {each.key for each in indicators()}:
        of_file = [column for column in given.columns if column != "municipality"] if given is not None else []
        raise unknown("variable", name, [*of_file, *_declared(), *(each.key for each in indicators() if each.ratio)])
    found = municipal(snapshot, name, year, **asked)
    return found.rows.select("municipality", pl.col("value").alias(name))


@cache
def _declared() -> Mapping[str, Any]:
    text = files("styr.statistics.benchmark").joinpath("background.yaml").read_text(encoding="utf-8")
    raw: Mapping[str, Any] = yaml.safe_load(text)
    return raw
