# SPDX-License-Identifier: EUPL-1.2
"""Covered days joined to spells: from the first day a citizen is in a cell to the last, with no gap of a given length.

The room's other rules count covered days and need no spells. What begins, ends or lasts does. Days are day numbers
(calendar_units.py).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import ibis
from ibis.expr import types as ir

from styr.statistics.engines import Engine, shared
from styr.statistics.expressions.grants import cell_keys, told_days
from styr.statistics.expressions.spans import EARLIEST, NEVER_BEFORE
from styr.statistics.periods import Period
from styr.statistics.question import Question


def covering_rows(engine: Engine, question: Question, *, since: date = EARLIEST, until: date | None = None) -> ir.Table:
    """What spells are made of: the grants that cover a day from `since` (or any earlier day) to `until` (the question's
    last observed day unless said), cut to the days of the target groups asked for.

    Columns: citizen_id, the row dimensions asked for, born when ages matter, began (the first day, a date), start, end
    and before (day numbers; before is the last day an earlier row of the citizen and cell covered).
    """
    last = until or question.last
    wider = replace(question, periods=(Period(since, last, last),))
    return shared(engine, told_days(engine, wider))


def first_rows(rows: ir.Table, *, apart: int) -> ir.Table:
    """The rows (of covering_rows) a spell begins with; start is the spell's first day.

    Two days belong to different spells when none of the `apart` days before the later one is covered: with 1 spells
    are unbroken, with 365 a break of 365 days parts them.
    """
    return rows.filter(rows.start - rows.before > apart)


def last_days(rows: ir.Table, question: Question, *, apart: int) -> ir.Table:
    """The last day of each spell, of rows as covering_rows gives them: end, with citizen_id, the dimensions asked for
    that hold for rows and days, and born when ages matter."""
    named = dict.fromkeys((*cell_keys(rows, question), *_others(rows, question)))
    # What earlier rows had covered when a spell begins is the last day of the spell before it.
    later = first_rows(rows, apart=apart)
    before = later.filter(later.before > NEVER_BEFORE).select(*named, end="before")
    return before.union(rows.group_by(*named).agg(end=rows.end.max()))


def spells(rows: ir.Table, question: Question, *, apart: int) -> ir.Table:
    """The spells of each citizen in each cell asked for, by rows of covering_rows: its columns, without before; end is
    the last day of the spell. Where the rows are until a day, a spell may go on after it."""
    keys = list(cell_keys(rows, question))
    every = ibis.window(group_by=keys, order_by="start", preceding=None, following=None)
    begins = first_rows(rows.mutate(whole=rows.end.max().over(every)), apart=apart)
    in_order = ibis.window(group_by=keys, order_by="start")
    return begins.mutate(end=ibis.coalesce(begins.before.lead().over(in_order), begins.whole)).drop("before", "whole")


def _others(rows: ir.Table, question: Question) -> list[str]:
    """Columns that follow from the citizen."""
    return [key for key in (*question.labels, "born") if key in rows.columns]
