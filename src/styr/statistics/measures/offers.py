# SPDX-License-Identifier: EUPL-1.2
"""Offers and departments on a day: each once, or once under every type or target group.

Counted once, an offer stands in every row it belongs to, and rows do not add up to the offers there are. Counted
under types (or target groups) what is counted is the offer's types (or groups): rows add up, to more than the offers
there are. Document 000 prints rows of the one kind and totals of the other, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import ibis
from ibis.expr import types as ir

from styr.statistics.engines import Engine
from styr.statistics.expressions import offers as known
from styr.statistics.expressions.calendar_units import day_number
from styr.statistics.expressions.spans import in_periods
from styr.statistics.question import Question


def offers(engine: Engine, question: Question) -> ir.Table:
    """Offers open on the days asked about, each once in a cell.

    Columns: period, the dimensions asked for, numerator (offers), n (null: no persons are behind). With types or
    target groups taking part an offer counts when a department of it has such places on the day, or is for such a
    group.
    """
    return _counted(_offers(engine, question), question, ("offer_id",))


def departments(engine: Engine, question: Question) -> ir.Table:
    """Departments of offers open on the days asked about, each once in a cell; columns as offers."""
    rows = known.open_days(known.departments(engine), question)
    rows = rows.select("start", "end", department_id=rows.department)
    rows = known.at_departments(known.of_types(rows, engine, question), engine, question)
    return _counted(rows, question, ("department_id",))


def offers_under_types(engine: Engine, question: Question) -> ir.Table:
    """Offers and types: an offer once under each provision it has places for on the day; columns as offers."""
    asked = replace(question, by=tuple(dict.fromkeys((*question.by, "provision"))))
    return _counted(_offers(engine, asked), question, ("offer_id", "provision"))


def offers_under_target_groups(engine: Engine, question: Question) -> ir.Table:
    """Offers and target groups: an offer once under each main target group a department of it is for; columns as
    offers."""
    asked = replace(question, by=tuple(dict.fromkeys((*question.by, "target_group"))))
    return _counted(_offers(engine, asked), question, ("offer_id", "target_group"))


def _offers(engine: Engine, question: Question) -> ir.Table:
    """Offers with the days they are open, once for each department, type and target group that takes part."""
    rows = known.open_days(known.offers(engine), question)
    rows = rows.select("start", "end", offer_id=rows.offer)
    return known.in_departments(known.at_offers(rows, engine, question), engine, question)


def _counted(rows: ir.Table, question: Question, of: Sequence[str]) -> ir.Table:
    """Cells with how many different values of some columns there are on the days of their period."""
    rows = rows.mutate(start=day_number(rows.start), end=day_number(rows.end))
    different = (
        in_periods(rows, question, few=True).select(*dict.fromkeys(("period", *question.labels, *of))).distinct()
    )
    cells = different.group_by("period", *question.labels).agg(numerator=different.count().cast("float64"))
    return cells.mutate(n=ibis.null("int64"))
