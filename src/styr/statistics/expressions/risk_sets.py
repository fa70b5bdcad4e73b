# SPDX-License-Identifier: EUPL-1.2
"""How many are at risk on each day of their course, and how many end on it: what a survival curve is made of."""

from __future__ import annotations

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from styr.statistics.expressions.small_tables import small_table
from styr.statistics.question import Question

#: Dimensions that are read off a curve and so are none of its risk sets'.
READ_OFF = ("quantile", "days")


def risk_sets(courses: ir.Table, question: Question) -> ir.Table:
    """The risk sets of courses, for measures/survival.py to make curves of.

    courses: citizen_id, period, the dimensions asked for, and entry (whole days lived when the course came under
    observation, 0 when it was seen from its beginning), exit (the last day of the course it was seen on, counted from
    1) and ended (whether it ended on that day; else it is censored). A course is at risk on the days entry + 1 to exit.

    Columns: period, the dimensions asked for, day, numerator (courses that end on the day), denominator (courses at
    risk on it). Days on which none ends are left out, but each cell has a row of day 0, and that alone has n (persons)
    and last (the last day on which any course is at risk).
    """
    at = labels_of_curves(question)
    # Each course comes on day entry + 1 and goes after day exit: two rows, so that one sum tells who is there.
    sides = small_table(pa.table({"goes": [False, True]}))
    moves = courses.select(*at, "entry", "exit", "ended").cross_join(sides)
    moves = moves.group_by(*at, day=moves.goes.ifelse(moves.exit, moves.entry + 1).cast("int64")).agg(
        come=moves.count(where=~moves.goes),
        gone=moves.count(where=moves.goes),
        ends=moves.count(where=moves.goes & moves.ended),
    )
    so_far = ibis.window(group_by=list(at), order_by="day", preceding=None, following=0)
    days = moves.mutate(at_risk=(moves.come - moves.gone).sum().over(so_far) + moves.gone)
    days = days.filter(days.ends > 0)
    days = days.select(
        *at,
        day=days.day.cast("int64"),
        numerator=days.ends.cast("float64"),
        denominator=days.at_risk.cast("float64"),
        n=ibis.null("int64"),
        last=ibis.null("int64"),
    )
    cells = courses.group_by(*at).agg(n=courses.citizen_id.nunique(), last=courses.exit.max())
    cells = cells.select(
        *at,
        day=ibis.literal(0, "int64"),
        numerator=ibis.literal(0.0),
        denominator=ibis.null("float64"),
        n=cells.n.cast("int64"),
        last=cells["last"].cast("int64"),
    )
    return days.union(cells)


def labels_of_curves(question: Question) -> tuple[str, ...]:
    """What each curve is of: the period and the dimensions asked for that are not read off a curve."""
    return ("period", *(key for key in question.labels if key not in READ_OFF))
