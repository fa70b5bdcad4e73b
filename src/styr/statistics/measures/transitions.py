# SPDX-License-Identifier: EUPL-1.2
"""Transitions between provision groups, from the first day of a period to the day after its last.

A citizen stands in one group on each of the two days: the first of those the citizen has, in the order of the
vocabulary's main_group_order; else in "none", or "dead" for one who has died before the later day.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.engines import Engine, shared
from styr.statistics.expressions.grants import covering_grants, with_target_groups
from styr.statistics.expressions.lookups import provision_groups
from styr.statistics.expressions.null_safe import beside
from styr.statistics.expressions.persons import among, counted_persons
from styr.statistics.expressions.reference import with_reference_dimensions
from styr.statistics.expressions.small_tables import small_table
from styr.statistics.expressions.spans import written_day
from styr.statistics.periods import Period
from styr.statistics.question import Question, words_of

NONE, DEAD = "none", "dead"
MATRIX = ("from_group", "to_group")


def transitions(engine: Engine, question: Question) -> ir.Table:
    """Citizens by the group they come from and the group they go to.

    Columns: period, the dimensions asked for, numerator and n (both the persons).
    """
    return counted_persons(_allowed(_moves(engine, question), question), question, each_once=True)


def transition_share(engine: Engine, question: Question) -> ir.Table:
    """The same over all citizens who come from the same group, or, when it is not asked for, all of the table.

    Columns: period, the dimensions asked for, numerator, denominator and n (the persons of the numerator).
    """
    wherever = replace(
        question,
        by=tuple(key for key in question.by if key != "to_group"),
        where={key: words for key, words in question.where.items() if key != "to_group"},
    )
    moves = _moves(engine, question)
    everyone = counted_persons(_allowed(moves, wherever), wherever, each_once=True)
    return among(counted_persons(_allowed(moves, question), question, each_once=True), everyone)


def _allowed(rows: ir.Table, question: Question) -> ir.Table:
    for key in MATRIX:
        if key in question.where:
            rows = rows.filter(rows[key].isin(words_of(key, question.where[key])))
    return rows


def _moves(engine: Engine, question: Question) -> ir.Table:
    """A row for each citizen, period and cell with from_group and to_group."""
    rows, days = _on_either_day(engine, question), _days(question)
    kept = [key for key in (*question.labels, "born") if key in rows.columns]
    rows = rows.group_by("period", "citizen_id", *kept).agg(
        came_from=rows.place.min(where=rows.on_first), goes_to=rows.place.min(where=rows.on_later)
    )
    rows = beside(rows, days.select("period", "later_day", "reference"), ("period",))
    rows = _with_death(rows, engine)
    names = list(enumerate(vocabulary.parameter("main_group_order")))
    gone = rows.dead.ifelse(DEAD, NONE)
    rows = rows.mutate(
        from_group=ibis.cases(*((rows.came_from == place, name) for place, name in names), else_=NONE),
        to_group=ibis.cases(*((rows.goes_to == place, name) for place, name in names), else_=gone),
    )
    rows = rows.drop("came_from", "goes_to", "dead", "later_day")
    return shared(engine, with_reference_dimensions(rows, engine, question))


def _on_either_day(engine: Engine, question: Question) -> ir.Table:
    """Grants that cover the first day of a period or the day after its last: place (of the group, in the order of
    groups), period, on_first and on_later."""
    last = question.last + timedelta(days=1)
    wider = replace(question, periods=(Period(question.first, last, last),))
    rows = with_target_groups(covering_grants(engine, wider, ("provision",)), engine, wider)
    order = vocabulary.parameter("main_group_order")
    groups = provision_groups()
    places = small_table(
        pa.table({"_provision": list(groups), "place": [order.index(group) for group in groups.values()]})
    )
    rows = rows.inner_join(places, rows.provision == places["_provision"]).drop("_provision")
    days = _days(question)
    rows = rows.inner_join(days, [rows.start <= days.later_day, rows.end >= days.first_day])
    rows = rows.mutate(
        on_first=rows.start <= rows.first_day,  # it does not end before
        on_later=rows.end >= rows.later_day,  # it does not begin after
    )
    return rows.filter(rows.on_first | rows.on_later).drop("first_day", "later_day", "reference")


def _days(question: Question) -> ir.Table:
    """Columns: period (number), first_day, later_day, and reference (the reference day as it is written)."""
    rows = [
        {
            "period": number,
            "first_day": period.first,
            "later_day": period.observed_last + timedelta(days=1),
            "reference": written_day(period.last),
        }
        for number, period in enumerate(question.periods)
    ]
    return small_table(pa.Table.from_pylist(rows))


def _with_death(rows: ir.Table, engine: Engine) -> ir.Table:
    """Rows with whether the citizen has died before the later day."""
    if engine.snapshot.rows("citizens") == 0:
        return rows.mutate(dead=ibis.literal(False))
    citizens = engine.table("citizens")
    died = citizens.filter(citizens.death_date.notnull()).select(_citizen="citizen_id", _death="death_date")
    rows = rows.left_join(died, rows.citizen_id == died["_citizen"])
    return rows.mutate(dead=(rows["_death"] < rows.later_day).fill_null(False)).drop("_citizen", "_death")
