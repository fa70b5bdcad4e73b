# SPDX-License-Identifier: EUPL-1.2
"""What recipients had before: help as a child among the young."""

from __future__ import annotations

from dataclasses import replace

import ibis
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.engines import Engine
from styr.statistics.expressions.grants import covering_grants
from styr.statistics.expressions.lookups import provisions_in
from styr.statistics.expressions.persons import persons
from styr.statistics.expressions.reference import with_age_labels
from styr.statistics.expressions.spans import period_table
from styr.statistics.question import Question


def previous_child_intervention(engine: Engine, question: Question) -> ir.Table:
    """Young recipients of help to adults on the day who had help as a child in the 1,826 days before it.

    Columns: period, the dimensions asked for, numerator (those who had), denominator (young recipients), n (those who
    had; where none had, all).
    """
    young = replace(question, ages=vocabulary.parameter("young_recipient_ages"))
    grants = covering_grants(engine, young, ("provision",))
    helped_as_adults = grants.filter(grants.provision.notin(_for_children()))
    rows = persons(helped_as_adults, engine, young)
    had = _helped_as_children(engine, question)
    rows = rows.left_join(had, [rows.citizen_id == had["_citizen"], rows.period == had["_period"]])
    cells = rows.group_by("period", *question.labels).agg(
        having=rows["_citizen"].count(where=rows.counts), everyone=rows.counts.cast("int64").sum()
    )
    cells = cells.filter(cells.everyone > 0)
    cells = cells.mutate(
        numerator=cells.having.cast("float64"),
        denominator=cells.everyone.cast("float64"),
        n=cells.having.nullif(0).fill_null(cells.everyone),
    )
    return with_age_labels(cells.drop("having", "everyone"), question)


def _for_children() -> list[str]:
    """The provisions that are help to children and young people."""
    return [term.code for term in vocabulary.codelist("provision") if term.extra.get("children")]


def _helped_as_children(engine: Engine, question: Question) -> ir.Table:
    """Who had such help in the days before each period's day: _citizen, _period."""
    window = vocabulary.parameter("child_intervention_window_days")
    grants = engine.table("grants")
    counts = grants.provision.isin(provisions_in(vocabulary.parameter("child_intervention_groups")))
    rows = grants.filter(counts).select(
        "citizen_id", start="start_date", end=grants.end_date.fill_null(question.known_at)
    )
    days = period_table(question.periods).select("period", "first_date")
    earliest = (days.first_date - ibis.interval(days=window)).cast("date")
    rows = rows.inner_join(days, [rows.start < days.first_date, rows.end >= earliest])
    return rows.select(_citizen="citizen_id", _period="period").distinct()
