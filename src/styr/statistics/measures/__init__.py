# SPDX-License-Identifier: EUPL-1.2
"""The expression behind an indicator: a measure of its own, or one measure divided by another or by inhabitants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Any

import ibis
import polars as pl
from ibis.expr import types as ir

from styr.statistics.catalogue import Ratio, indicator, indicators
from styr.statistics.engines import Engine, require, shared
from styr.statistics.errors import part
from styr.statistics.expressions.null_safe import beside
from styr.statistics.expressions.population import OF_INHABITANTS, inhabitants
from styr.statistics.question import Question

Finish = Callable[[pl.DataFrame, Question], pl.DataFrame]


def measured(engine: Engine, question: Question) -> ir.Table:
    """The cells of a question.

    Columns: period (number), the dimensions asked for, value, numerator, denominator (null when nothing is divided
    by), n (persons, null when they are not known; of what rests on no persons the offers or
    tariffs behind, or null), unpriced (grant-days without a price).
    """
    chosen = question.indicator
    if chosen.ratio:
        return _divided(engine, question, chosen.ratio)
    cells = named(str(chosen.measure))(engine, question)
    if str(chosen.measure) in _several_times():
        cells = shared(engine, cells)
    if "denominator" not in cells.columns:
        cells = cells.mutate(denominator=ibis.null("float64"), value=cells.numerator)
    else:
        cells = cells.mutate(value=cells.numerator / cells.denominator.nullif(0))
    return cells if "unpriced" in cells.columns else cells.mutate(unpriced=0)


def finished(question: Question, cells: pl.DataFrame) -> pl.DataFrame:
    """The measured cells after the indicator's finish, when it has one."""
    finish = question.indicator.finish
    return named(finish)(cells, question) if finish else cells


def named(dotted: str) -> Any:
    """The function of measures/ that an indicator names, as module.function."""
    module, function = dotted.split(".")
    return getattr(import_module(f"{__name__}.{module}"), function)


@cache
def _several_times() -> frozenset[str]:
    """The measures that more than one indicator of the catalogue is made of."""
    parts = [part for each in indicators() if each.ratio for part in (each.ratio.of, each.ratio.by)]
    counted = (*indicators(), *(indicator(part) for part in parts if part != "inhabitants"))
    used = Counter(each.measure for each in counted if each.measure)
    return frozenset(measure for measure, times in used.items() if times > 1)


def _divided(engine: Engine, question: Question, ratio: Ratio) -> ir.Table:
    """One measure over another: the value of `of` as numerator, that of `by` (or the inhabitants) as denominator."""
    of = indicator(ratio.of)
    if ratio.by == "inhabitants":
        asked = question.about(of)
        if of.persons and of.kind != "money" and not (question.involves("age_group") or question.involves("age")):
            require(engine.snapshot, "citizens", part("age_of_recipients"))
            asked = replace(asked, ages=question.indicator.ages)
        top = measured(engine, asked)
        bottom = inhabitants(engine, question)
        keys = ("period", *(key for key in question.labels if key in OF_INHABITANTS))
    else:
        top = measured(engine, question.about(of))
        divisor = measured(engine, question.about(indicator(ratio.by)))
        keys = ("period", *question.labels)
        bottom = divisor.select(*keys, denominator="value", persons="n")
    cells = beside(top.drop("denominator").mutate(numerator=top.value), bottom, keys)
    if "persons" in cells.columns:
        cells = cells.mutate(n=ibis.least(cells.n.fill_null(cells.persons), cells.persons)).drop("persons")
    return cells.filter(cells.denominator.notnull()).mutate(
        value=lambda t: ratio.times * t.numerator / t.denominator.nullif(0)
    )
