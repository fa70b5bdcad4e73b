# SPDX-License-Identifier: EUPL-1.2
"""Comparing groups: how two or more values of a dimension differ, with interval and test (METHODS § 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
import yaml

from styr import vocabulary
from styr.register.snapshot import Snapshot
from styr.statistics.catalogue import Indicator, Words, allowed, dimension
from styr.statistics.catalogue import indicator as indicator_of
from styr.statistics.count import count
from styr.statistics.disclosure.axes import PERIODS
from styr.statistics.errors import CannotAnswer
from styr.statistics.estimates import two_groups
from styr.statistics.estimates.spread import error_of_interval, error_of_yearly_expenditure
from styr.statistics.estimates.two_groups import Column, TwoGroups, holm
from styr.statistics.question import read_age_groups, read_where
from styr.statistics.result import Header, Result, as_arrow, caveat

METHODS: Mapping[str, str] = {
    "counts": "Poisson, exact; difference by MOVER",
    "rates": "Poisson, exact; difference by MOVER",
    "shares": "Wilson, Newcombe and Katz; chi-square, or Fisher where few are expected",
    "means": "Welch's t",
    "by_citizen": "Welch's t over citizens",
}
FEW = "small_sample_warning"
COLUMNS = ("value", "numerator", "denominator", "n", "lower", "upper", "p", "p_adjusted", "few", "suppressed", "method")


def compare(
    snapshot: Snapshot,
    indicator: str,
    key: str,
    values: Sequence[str],
    *,
    by: Sequence[str] = (),
    **options: Any,
) -> Result:
    """Groups of one dimension set against each other, two and two, in each cell of the dimensions asked for.

    key: the dimension, or year. values: two or more of its values; a union such as residential is one group. options:
    those of count. Each group is counted by itself, with disclosure control; what is hidden is not compared.

    Columns: indicator, by, figure (value, difference, ratio), group, against (null for a value), value, numerator,
    denominator, n (persons; the fewer of the two), lower, upper, p (of no difference), p_adjusted (for the number of
    tests in the table, Holm), few (on fewer persons than small_sample_warning), suppressed, method. Raises CannotAnswer
    for an indicator whose chance variation is not known, with what to ask instead.
    """
    chosen = indicator_of(indicator)
    way = way_of(chosen)
    groups = _groups(chosen, key, values, options)
    told: list[Header] = []
    counted = []
    together = _together(snapshot, chosen, key, by, options)
    for group in groups:
        cells, header = _counted(snapshot, chosen, by, _narrowed(options, key, group), way)
        counted.append(cells if together is None else _hidden_in(together, cells, group, key, by))
        told.append(header)
    names = pl.concat([cells.select("_one", *by) for cells in counted]).unique(maintain_order=True)
    sides = [_beside(names, cells, by, way) for cells in counted]
    tables = [_values(group, side, by, way) for group, side in zip(groups, sides, strict=True)]
    for (one, a), (other, b) in combinations(zip(groups, sides, strict=True), 2):
        tables += _pair((one, a), (other, b), by, way)
    table = pl.concat(tables, how="diagonal_relaxed")
    p = table["p"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
    table = table.with_columns(p_adjusted=pl.Series(holm(p), nan_to_null=True))
    table = names.join(table, on=["_one", *by], how="inner", nulls_equal=True, maintain_order="left_right")
    table = table.select(pl.lit(indicator).alias("indicator"), *by, "figure", "group", "against", *COLUMNS)
    return Result(as_arrow(table), _header(told[0], chosen, key, groups, way, table))


def way_of(chosen: Indicator) -> str:
    """How groups of an indicator are compared: a key of comparisons.yaml; raises CannotAnswer when they are not."""
    for way, keys in _declared().items():
        if chosen.key in keys:
            return way
    if chosen.ratio and chosen.ratio.by == "inhabitants" and chosen.ratio.of in _declared()["counts"]:
        return "rates"
    if chosen.subject.table in ("postings", "budgets"):
        raise CannotAnswer("accounts_do_not_vary", indicator=chosen.key)
    if chosen.money:
        raise CannotAnswer("no_mean_over_citizens", indicator=chosen.key)
    known = ", ".join(key for keys in _declared().values() for key in keys)
    raise CannotAnswer("variation_not_known", indicator=chosen.key, known=known)


def _groups(chosen: Indicator, key: str, values: Sequence[str], options: Mapping[str, Any]) -> list[str]:
    """The values compared, as codes."""
    allowed(chosen, key)
    if len(values) < 2:
        raise CannotAnswer("two_groups_needed", key=key)
    if key in (options.get("where") or {}):
        raise CannotAnswer("compared_is_not_narrowed", key=key)
    if key == "year":
        if not all(value.isdecimal() for value in values):
            raise CannotAnswer("years_are_numbers", values=", ".join(values))
        codes = list(values)
    elif dimension(key).role == "period":
        raise CannotAnswer("periods_compared_by_year", key=key)
    else:
        groups = read_age_groups(options.get("age_groups"))
        codes = list(read_where(chosen, {key: values}, groups)[key])
    if len(set(codes)) < len(codes):
        raise CannotAnswer("value_twice", key=key)
    return codes


def _narrowed(options: Mapping[str, Any], key: str, group: str) -> dict[str, Any]:
    """The arguments of count for one group."""
    if key == "year":
        return {**options, "from_year": int(group), "to_year": int(group)}
    return {**options, "where": {**(options.get("where") or {}), key: [group]}}


def _counted(
    snapshot: Snapshot, chosen: Indicator, by: Sequence[str], options: Mapping[str, Any], way: str
) -> tuple[pl.DataFrame, Header]:
    result = count(snapshot, chosen.key, by=by, **options)
    cells = result.to_polars().with_columns(_one=pl.lit(0), error=pl.lit(None, pl.Float64))
    if way == "means":
        cells = error_of_interval(cells)
    if way == "by_citizen":
        errors = error_of_yearly_expenditure(snapshot, chosen.key, by, options).with_columns(_one=pl.lit(0))
        cells = cells.drop("error").join(errors, on=["_one", *by], how="left", nulls_equal=True, maintain_order="left")
    times = chosen.ratio.times if chosen.ratio else 1.0
    cells = cells.with_columns(exposed=pl.lit(1.0) if way == "counts" else pl.col("denominator") / times)
    return cells.select("_one", *by, "value", "numerator", "denominator", "n", "exposed", "error", "suppressed"), (
        result.header
    )


def _together(
    snapshot: Snapshot, chosen: Indicator, key: str, by: Sequence[str], options: Mapping[str, Any]
) -> pl.DataFrame | None:
    """The cells hidden when all groups are shown in one table; None where there is no control or no such table."""
    if key in (*PERIODS, *chosen.own, *by) or not options.get("disclosure_control", True) or not chosen.persons:
        return None
    cells = count(snapshot, chosen.key, by=[*by, key], **options).to_polars()
    return cells.filter("suppressed").select(*by, key, _also=pl.lit(True))


def _hidden_in(together: pl.DataFrame, cells: pl.DataFrame, group: str, key: str, by: Sequence[str]) -> pl.DataFrame:
    """The cells of a group, hidden where they are in the table of all groups, those without persons too."""
    its = together.filter(pl.col(key).cast(pl.String) == group).select(*by, _one=pl.lit(0), _also="_also").unique()
    marked = cells.join(its, on=["_one", *by], how="left", nulls_equal=True, maintain_order="left")
    without = its.join(cells, on=["_one", *by], how="anti", nulls_equal=True)
    marked = pl.concat([marked, without.with_columns(suppressed=True)], how="diagonal_relaxed")
    hidden = pl.col("suppressed") | pl.col("_also").fill_null(False)
    numbers = ("value", "numerator", "denominator", "n", "error")
    shown = [pl.when(~hidden).then(pl.col(name)).alias(name) for name in numbers]
    return marked.with_columns(*shown, suppressed=hidden).drop("_also")


def _beside(names: pl.DataFrame, cells: pl.DataFrame, by: Sequence[str], way: str) -> pl.DataFrame:
    """The cells of one group, one row for each cell any group has; a number of persons without a row is 0."""
    laid = names.join(cells, on=["_one", *by], how="left", nulls_equal=True, maintain_order="left")
    if way == "counts":
        absent = pl.col("suppressed").is_null()
        laid = laid.with_columns(
            *(pl.when(absent).then(0).otherwise(pl.col(name)).alias(name) for name in ("value", "n")),
            exposed=pl.lit(1.0),
        )
    return laid.with_columns(pl.col("suppressed").fill_null(False))


def _values(group: str, side: pl.DataFrame, by: Sequence[str], way: str) -> pl.DataFrame:
    """The rows of one group's own values, with their intervals."""
    ends = _tested(side, side, way).a
    return side.select(
        *by,
        "value",
        "numerator",
        "denominator",
        pl.col("n").cast(pl.Int64),
        "suppressed",
        "_one",
        figure=pl.lit("value"),
        group=pl.lit(group),
        against=pl.lit(None, pl.String),
        lower=_series(ends.lower),
        upper=_series(ends.upper),
        p=pl.lit(None, pl.Float64),
        few=_few(pl.col("n")),
        method=pl.when("suppressed").then(pl.lit("hidden")).otherwise(pl.lit(METHODS[way])),
    )


def _pair(
    one: tuple[str, pl.DataFrame], other: tuple[str, pl.DataFrame], by: Sequence[str], way: str
) -> list[pl.DataFrame]:
    """The rows of the difference and the ratio of two groups."""
    (group, a), (against, b) = one, other
    tested = _tested(a, b, way)
    hidden = a["suppressed"] | b["suppressed"]
    fewer = pl.select(pl.min_horizontal(a["n"], b["n"])).to_series().cast(pl.Int64)
    shown = a.select("_one", *by).with_columns(
        group=pl.lit(group),
        against=pl.lit(against),
        n=pl.when(~hidden).then(fewer),
        few=pl.when(hidden).then(False).otherwise(_few(a["n"]) | _few(b["n"])),
        suppressed=hidden,
        method=pl.when(hidden).then(pl.lit("hidden")).otherwise(pl.lit(METHODS[way])),
        p=_series(tested.p),
    )
    figures = {"difference": (tested.difference, tested.of_difference), "ratio": (tested.ratio, tested.of_ratio)}
    rows = [
        shown.with_columns(
            figure=pl.lit(name), value=_series(value), lower=_series(ends.lower), upper=_series(ends.upper)
        )
        for name, (value, ends) in figures.items()
    ]
    return [rows[0], rows[1].with_columns(p=pl.lit(None, pl.Float64))]


def _tested(a: pl.DataFrame, b: pl.DataFrame, way: str) -> TwoGroups:
    """Two groups, row by row, in the unit of the value; nan where one is hidden or missing."""
    if way in ("counts", "rates"):
        counted = "value" if way == "counts" else "numerator"
        return two_groups.rates(_array(a, counted), _array(a, "exposed"), _array(b, counted), _array(b, "exposed"))
    if way == "shares":
        return two_groups.shares(*(_array(side, name) for side in (a, b) for name in ("numerator", "denominator")))
    return two_groups.means(*(_array(side, name) for side in (a, b) for name in ("value", "error", "n")))


def _array(side: pl.DataFrame, name: str) -> Column:
    shown = side.select(pl.when(~pl.col("suppressed")).then(pl.col(name)).cast(pl.Float64).fill_null(float("nan")))
    return shown.to_series().to_numpy()


def _series(column: Column) -> pl.Series:
    """A column with what is not a number, or without end, as null."""
    return pl.Series(np.where(np.isfinite(column), column, np.nan), nan_to_null=True)


def _few(n: Any) -> Any:
    """Whether something rests on few persons: at least one, and fewer than the vocabulary's number."""
    return (n < vocabulary.parameter(FEW)).fill_null(False)


def _header(told: Header, chosen: Indicator, key: str, groups: Sequence[str], way: str, table: pl.DataFrame) -> Header:
    """The header of what is compared, with how, and what a reader must know of it."""
    titled = dimension(key).title.lower()
    title = Words(f"{chosen.title.da}: sammenligning efter {titled.da}", f"{chosen.title.en}: compared by {titled.en}")
    tests = int(table["p"].is_not_null().sum())
    said = [caveat(f"compared_{way}")]
    if tests > 1:
        said.append(caveat("compared_many", tests=tests))
    if dimension(key).many or key == "year":
        said.append(caveat("compared_overlap"))
    if table["few"].any():
        said.append(caveat("few_persons", few=vocabulary.parameter(FEW)))
    return replace(told, title=title, caveats=(*said, *told.caveats))


@cache
def _declared() -> Mapping[str, Sequence[str]]:
    text = files("styr.statistics.estimates").joinpath("comparisons.yaml").read_text(encoding="utf-8")
    raw: Mapping[str, Sequence[str]] = yaml.safe_load(text)
    return raw
