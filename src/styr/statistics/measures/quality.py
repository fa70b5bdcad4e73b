# SPDX-License-Identifier: EUPL-1.2
"""Quality: the scores the social supervision gives offers in each of seven themes, from 1 to 5 (000 l.131-143).

Of an offer and theme the latest score of the period counts, as where the scores are published by calendar year (000
l.143). An offer has as many scores as themes it was judged in, and every score counts once.
"""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.engines import Engine, shared
from styr.statistics.expressions.calendar_units import day_number
from styr.statistics.expressions.lookups import narrowed
from styr.statistics.expressions.offers import at_offers, in_departments
from styr.statistics.expressions.spans import on_days
from styr.statistics.question import Question


def quality_score(engine: Engine, question: Question) -> ir.Table:
    """The mean of the scores.

    Columns: period, the dimensions asked for, numerator (the sum of scores), denominator (scores) and n (offers).
    """
    rows = _scores(engine, question)
    return _over_scores(rows, question, rows.score)


def high_quality_share(engine: Engine, question: Question) -> ir.Table:
    """The share of scores that are high (the parameter high_quality_score, or more).

    Columns: as quality_score, with the high scores as numerator.
    """
    rows = _scores(engine, question)
    high = rows.score >= vocabulary.parameter("high_quality_score")
    return _over_scores(rows, question, high.cast("float64"))


def _over_scores(rows: ir.Table, question: Question, value: ir.FloatingValue) -> ir.Table:
    return rows.group_by("period", *question.labels).agg(
        numerator=value.sum(), denominator=rows.count().cast("float64"), n=rows.offer_id.nunique()
    )


def _scores(engine: Engine, question: Question) -> ir.Table:
    """The latest score of each period, offer and theme, once in each cell it belongs to: period, offer_id, theme, score
    and the dimensions asked for."""
    table = engine.table("inspections")
    day = day_number(table.date)
    rows = table.select("offer_id", "score", "date", theme=table.theme.cast("string"), day=day)
    rows = narrowed(rows, question, ("theme",))
    rows = on_days(rows, "day", question).select("period", "offer_id", "theme", "score", "date")
    latest = ibis.window(group_by=["period", "offer_id", "theme"], order_by=ibis.desc("date"))
    rows = rows.mutate(_place=ibis.row_number().over(latest))
    rows = rows.filter(rows["_place"] == 0).select("period", "offer_id", "theme", "score", start="date", end="date")
    rows = in_departments(at_offers(rows, engine, question), engine, question)
    rows = rows.select(*dict.fromkeys(("period", "offer_id", "theme", "score", *question.labels))).distinct()
    return shared(engine, rows)
