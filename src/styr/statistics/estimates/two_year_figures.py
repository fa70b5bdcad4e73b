# SPDX-License-Identifier: EUPL-1.2
"""A figure made of two years' numbers, with the interval that says whether it may be chance.

With several municipalities the interval is the jackknife's over them: it is as wide as they differ. With few, it is
that of counts: each number of persons is drawn anew as Poisson, many times, from a fixed seed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.count import cells_of
from styr.statistics.engines import Engine
from styr.statistics.errors import CannotAnswer
from styr.statistics.estimates.jackknife import jackknifed
from styr.statistics.estimates.scaling import leave_one_out
from styr.statistics.estimates.two_years import SIDES
from styr.statistics.expressions.population import inhabitants_of
from styr.statistics.question import Question

#: Fewer municipalities than these say little of how municipalities differ.
FEWEST_MUNICIPALITIES = 5
DRAWS, SEED = 4000, 2019
NAMES = (*SIDES, "whole_before", "whole_after")
#: Figure → what it is of the value before and after, of the part and of the whole.
FIGURES = {
    "growth": 100 * (pl.col("after") / pl.col("before") - 1),
    "change": pl.col("after") - pl.col("before"),
    "share_change": 100 * (pl.col("after") / pl.col("whole_after") - pl.col("before") / pl.col("whole_before")),
    "contribution": 100 * (pl.col("after") - pl.col("before")) / (pl.col("whole_after") - pl.col("whole_before")),
}


@dataclass(frozen=True)
class Worked:
    """A figure worked out: its value and interval, the numbers of the two years it is made of, the fewest persons
    behind one of them, and how the interval was made."""

    value: float | None
    lower: float | None
    upper: float | None
    before: float | None
    after: float | None
    n: int | None
    method: str


@dataclass(frozen=True)
class Numbers:
    """What municipalities count in two periods: rows (period, municipality, top, bottom, n); bottom is null where
    nothing is divided by. scaled: inhabitants of the municipalities and of the target, when it is scaled. lacking:
    whether it would have been scaled, had there been a population."""

    rows: pl.DataFrame
    municipalities: tuple[str, ...]
    scaled: tuple[pl.DataFrame, pl.DataFrame] | None = None
    lacking: bool = False


def numbers(
    engine: Engine,
    question: Question,
    municipalities: tuple[str, ...],
    target: tuple[str, ...] | None,
    *,
    numerator: bool = False,
) -> Numbers:
    """An indicator counted in each municipality, in the question's two periods.

    target: the municipalities it is scaled to by inhabitants; None, and for rates and means, it is not scaled.
    numerator: takes what a share counts, not the share.
    """
    split = replace(question, by=("year", "municipality"))
    cells = cells_of(engine, split).filter(pl.col("municipality").is_in(municipalities))
    divided = divides(question, cells) and not numerator
    times = question.indicator.ratio.times if question.indicator.ratio else 1.0
    top = pl.col("numerator" if divided or numerator else "value")
    rows = cells.select(
        pl.col("period").cast(pl.Int64), "municipality", "n", top=top,
        bottom=pl.col("denominator") / times if divided else pl.lit(None, pl.Float64),
    )  # fmt: skip
    if target is None or divided or set(target) <= set(municipalities) or question.indicator.ages is None:
        return Numbers(rows, municipalities)
    everywhere = replace(
        question, where={key: words for key, words in question.where.items() if key not in ("municipality", "region")}
    )
    try:
        sample = _frame(engine, inhabitants_of(engine, split, municipalities))
        whole = _frame(engine, inhabitants_of(engine, replace(everywhere, by=("year",)), target))
    except CannotAnswer:  # growth and shares of what was delivered stand without the population of the rest
        return Numbers(rows, municipalities, lacking=True)
    return Numbers(rows, municipalities, (sample, whole))


def divides(question: Question, cells: pl.DataFrame) -> bool:
    """Whether values are of one thing by another: rates, shares and means. The days of the period, by which full-time
    recipients are divided, are the same in every cell and no such thing."""
    if question.indicator.ratio:
        return True
    days = {number: float(period.days) for number, period in enumerate(question.periods)}
    of_period = pl.col("period").cast(pl.Int64).replace_strict(days, return_dtype=pl.Float64)
    return bool(cells.select((pl.col("denominator") != of_period).any()).item())


def worked(kind: str, part: Numbers, whole: Numbers | None, times: float) -> Worked:
    """The figure of a kind (FIGURES), of the part in the whole (None where it needs none)."""
    levels = _levels(part, whole, times).with_columns(figure=FIGURES[kind])
    found = levels.filter(pl.col("left_out").is_null()).row(0, named=True)
    persons, value = _persons(part), found["figure"]
    before, after = (found[side] for side in SIDES)
    if kind == "share_change" and value is not None:
        before, after = (100 * found[side] / found[f"whole_{side}"] for side in SIDES)
    if value is None or not np.isfinite(value):
        return Worked(None, None, None, before, after, persons, "none: nothing to divide by")
    if len(part.municipalities) >= FEWEST_MUNICIPALITIES:
        ends = jackknifed(levels, (), ("figure",)).row(0, named=True)
        lower, upper = ends["lower_figure"], ends["upper_figure"]
        method = f"jackknife over {len(part.municipalities)} municipalities"
    else:
        lower, upper = _drawn(kind, part, whole, times)
        method = "Poisson draws"
    if part.lacking:
        method += ", not scaled: the population of the country is missing"
    return Worked(value, lower, upper, before, after, persons, method)


def _levels(part: Numbers, whole: Numbers | None, times: float) -> pl.DataFrame:
    """The numbers of the two years (NAMES), with each municipality left out (left_out; null: none is)."""
    levels = _level(part, times, SIDES)
    other = _level(whole, times, ("whole_before", "whole_after")) if whole else None
    if other is None:
        return levels.with_columns(whole_before=pl.lit(None, pl.Float64), whole_after=pl.lit(None, pl.Float64))
    return levels.join(other, on="left_out", how="left", nulls_equal=True)


def _level(found: Numbers, times: float, names: tuple[str, ...]) -> pl.DataFrame:
    sample, target = found.scaled or _alike(found.municipalities)
    grid = pl.DataFrame({"period": [0, 1]}, schema={"period": pl.Int64})
    sides = {}
    for column in ("top", "bottom"):
        rows = found.rows.select("period", "municipality", "n", value=column).filter(pl.col("value").is_not_null())
        # a period without a row counts nothing: one of no one is put in, so that it has a cell
        empty = grid.with_columns(
            municipality=pl.lit(found.municipalities[0]), n=pl.lit(0, pl.Int64), value=pl.lit(0.0)
        ).join(rows.select("period").unique(), on="period", how="anti")
        if column == "bottom" and rows.is_empty():
            continue
        rows = pl.concat([rows, empty.select(rows.columns)], how="vertical_relaxed")
        sides[column] = leave_one_out(rows, ("period",), _whole_numbers(sample), _whole_numbers(target))
    value = sides["top"].rename({"value": "top"})
    if "bottom" in sides:
        value = value.join(
            sides["bottom"].select("left_out", "period", bottom="value"), on=["left_out", "period"], nulls_equal=True
        )
    quotient = times * pl.col("top") / pl.col("bottom") if "bottom" in sides else times * pl.col("top")
    value = value.with_columns(level=quotient)
    first, last = (
        value.filter(pl.col("period") == number).select("left_out", pl.col("level").alias(name))
        for number, name in enumerate(names)
    )
    return first.join(last, on="left_out", how="left", nulls_equal=True)


def _alike(municipalities: tuple[str, ...]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Municipalities that count the same, whatever their inhabitants: what is not scaled."""
    codes = list(municipalities)
    sample = pl.DataFrame({"municipality": codes, "denominator": [1.0] * len(codes)})
    periods = pl.DataFrame({"period": [0, 1]}, schema={"period": pl.Int64})
    return sample.join(periods, how="cross"), periods.with_columns(denominator=pl.lit(float(len(codes))))


def _whole_numbers(people: pl.DataFrame) -> pl.DataFrame:
    return people.with_columns(pl.col("period").cast(pl.Int64))


def _persons(found: Numbers) -> int | None:
    """The fewest persons behind one of the two numbers; none known where they are not."""
    by_period = found.rows.group_by("period").agg(pl.col("n").sum(), unknown=pl.col("n").is_null().any())
    if by_period["unknown"].any():
        return None
    return int(by_period.select(pl.col("n").min()).item()) if by_period.height == len(SIDES) else 0


def _drawn(kind: str, part: Numbers, whole: Numbers | None, times: float) -> tuple[float | None, float | None]:
    """The interval of a figure when every number of persons in it is Poisson."""
    generator = np.random.default_rng(SEED)
    drawn: dict[str, npt.NDArray[np.floating[Any]]] = {}
    for number, side in enumerate(SIDES):
        having = _sum(part, number, "top")
        bottom = _sum(part, number, "bottom") if part.rows["bottom"].is_not_null().any() else None
        everyone = _sum(whole, number, "top") if whole else None
        counts = generator.poisson(having, DRAWS).astype(float)
        rest = generator.poisson(max((everyone or 0.0) - having, 0.0), DRAWS)
        drawn[side] = times * (counts / bottom if bottom else counts)
        drawn[f"whole_{side}"] = times * (counts + rest)
    figures = pl.DataFrame(drawn).select(figure=FIGURES[kind])["figure"]
    figures = figures.filter(figures.is_finite())
    if figures.len() < DRAWS / 2:
        return None, None
    tail = (1 - vocabulary.parameter("confidence_level")) / 2
    return figures.quantile(tail, "linear"), figures.quantile(1 - tail, "linear")


def _sum(found: Numbers, period: int, column: str) -> float:
    return float(found.rows.filter(pl.col("period") == period)[column].sum() or 0.0)


def _frame(engine: Engine, expression: ir.Table) -> pl.DataFrame:
    frame = pl.from_arrow(engine.run(expression))
    assert isinstance(frame, pl.DataFrame)
    return frame
