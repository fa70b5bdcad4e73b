# SPDX-License-Identifier: EUPL-1.2
"""Covered days joined to spells: from the first day a citizen is in a cell to the last, with no gap of a given length.

The room's other rules count covered days and need no spells. What begins, ends or lasts does.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import ibis
from ibis.expr import types as ir

from styr.statistics.engines import Engine
from styr.statistics.expressions.calendar_units import day_number
from styr.statistics.expressions.grants import cell_keys, covering_grants, with_target_groups
from styr.statistics.expressions.spans import EARLIEST, on_days, with_before
from styr.statistics.periods import Period
from styr.statistics.question import Question


def covering_rows(engine: Engine, question: Question, *, since: date = EARLIEST, until: date | None = None) -> ir.Table:
    """What spells are joined from: the grants that cover a day from `since` to `until` (the question's last observed
    day unless said), cut to the days of the target groups asked for.

    Columns: those of covering_grants; before, the last day an earlier row of the citizen and cell covered (null where
    none did), and whole, the last day any row of them covers.
    """
    last = until or question.last
    wider = replace(question, periods=(Period(since, last, last),))
    rows = with_target_groups(covering_grants(engine, wider), engine, wider)
    keys = list(cell_keys(rows, question))
    every = ibis.window(group_by=keys, order_by="start", preceding=None, following=None)
    return with_before(rows, keys).mutate(whole=rows.end.max().over(every))


def spells(rows: ir.Table, question: Question, *, apart: int) -> ir.Table:
    """The spells of each citizen in each cell asked for, by rows of covering_rows.

    Two days belong to different spells when none of the `apart` days before the later one is covered: with 1 spells
    are unbroken, with 365 a break of 365 days parts them.

    Columns: citizen_id, start, end (dates, inclusive), the dimensions asked for that hold for rows and days, and born
    when ages matter. Where the rows are of days since a day, a spell may have begun before it; and until a day, it may
    go on after it.
    """
    begins = rows.filter(rows.before.isnull() | (day_number(rows.start) - day_number(rows.before) > apart))
    # What earlier rows had covered when a spell begins is the last day of the spell before it.
    in_order = ibis.window(group_by=list(cell_keys(rows, question)), order_by="start")
    return begins.mutate(end=ibis.coalesce(begins.before.lead().over(in_order), begins.whole)).drop("before", "whole")


def on_days_asked_about(rows: ir.Table, day: str, question: Question) -> ir.Table:
    """Rows whose day (the name of a column of dates) is an observed day of a period, with that period's columns."""
    return on_days(rows, day, question)
