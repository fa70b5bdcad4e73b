# SPDX-License-Identifier: EUPL-1.2
"""The expression behind an indicator: a measure of its own, or one measure divided by another or by inhabitants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from styr.statistics.catalogue import Ratio, indicator
from styr.statistics.engines import Engine, require
from styr.statistics.expressions.null_safe import beside
from styr.statistics.expressions.population import OF_INHABITANTS, inhabitants
from styr.statistics.expressions.price_level import deflators
from styr.statistics.measures.activity import full_time_recipients, recipients
from styr.statistics.measures.individual_expenditure import individual_expenditure
from styr.statistics.measures.net_expenditure import net_expenditure
from styr.statistics.measures.supply import occupancy, places
from styr.statistics.question import Question

COUNTS: Mapping[str, Callable[[Engine, Question], ir.Table]] = {
    "recipients": recipients,
    "full_time_recipients": full_time_recipients,
    "places": places,
    "occupancy": occupancy,
}
MONEY: Mapping[str, Callable[[Engine, Question, Mapping[int, float] | None], ir.Table]] = {
    "net_expenditure": net_expenditure,
    "individual_expenditure": individual_expenditure,
}


def measured(engine: Engine, question: Question) -> ir.Table:
    """The cells of a question.

    Columns: period (number), the dimensions asked for, value, numerator, denominator (null when nothing is divided
    by), n (persons, null when they are not known), unpriced (grant-days without a price).
    """
    chosen = question.indicator
    if chosen.ratio:
        return _divided(engine, question, chosen.ratio)
    measure = str(chosen.measure)
    if measure in MONEY:
        level = deflators(engine, question.price_level, question.periods)
        cells = MONEY[measure](engine, question, level)
    else:
        cells = COUNTS[measure](engine, question)
    if chosen.measure == "full_time_recipients":
        cells = _over_days(cells, question)
    if "denominator" not in cells.columns:
        cells = cells.mutate(denominator=ibis.null("float64"), value=cells.numerator)
    else:
        cells = cells.mutate(value=cells.numerator / cells.denominator.nullif(0))
    return cells if "unpriced" in cells.columns else cells.mutate(unpriced=0)


def _over_days(cells: ir.Table, question: Question) -> ir.Table:
    """Cells with the observed days of their period as denominator."""
    days = [float(period.days) for period in question.periods]
    lengths = ibis.memtable(pa.table({"period": list(range(len(days))), "denominator": days}))
    return beside(cells, lengths, ("period",))


def _divided(engine: Engine, question: Question, ratio: Ratio) -> ir.Table:
    """One measure over another: the value of `of` as numerator, that of `by` (or the inhabitants) as denominator."""
    of = indicator(ratio.of)
    if ratio.by == "inhabitants":
        asked = question.about(of)
        if of.kind != "money" and not question.involves("age_group"):
            require(engine.snapshot, "citizens", "the age of recipients")
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
