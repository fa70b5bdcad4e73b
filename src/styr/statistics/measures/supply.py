# SPDX-License-Identifier: EUPL-1.2
"""Places and their use: places on a day, and occupancy over a period.

A flexible place (more than one provision) counts once in all, and under each of its provisions (or their groups)
when these are asked for. Municipality, region, operator and target groups are those of the department.
"""

from __future__ import annotations

from dataclasses import replace

import ibis
from ibis.expr import types as ir

from styr.statistics.engines import Engine
from styr.statistics.expressions.calendar_units import day_number
from styr.statistics.expressions.grants import covering_grants
from styr.statistics.expressions.null_safe import beside
from styr.statistics.expressions.offers import at_departments, places_by_provision
from styr.statistics.expressions.spans import added_days, covered_days, in_day_numbers, in_periods, with_before
from styr.statistics.question import OF_PROVISIONS, Question


def places(engine: Engine, question: Question) -> ir.Table:
    """Places on the days asked about.

    Columns: period, the dimensions asked for, numerator (places), n (null: no persons are behind).
    """
    rows = in_periods(_stock_days(engine, question), question, few=True)
    cells = rows.group_by("period", *question.labels).agg(numerator=rows.places.sum().cast("float64"))
    return cells.mutate(n=ibis.null("int64"))


def places_under_types(engine: Engine, question: Question) -> ir.Table:
    """Places once under each provision they can be used for; columns as places. Rows add up, to more than the places
    there are when some are flexible."""
    return _under(engine, question, "provision")


def places_under_target_groups(engine: Engine, question: Question) -> ir.Table:
    """Places once under each main target group their department is for; columns as places (003 l.2206-2222)."""
    return _under(engine, question, "target_group")


def occupancy(engine: Engine, question: Question) -> ir.Table:
    """Place-days taken and to be had.

    Columns: period, the dimensions asked for, numerator (occupied place-days), denominator (available place-days),
    n (persons). A citizen takes one place of a department on a day when a grant there covers it, for a provision the
    department has places for on that day. Cells without places do not appear.
    """
    rows = in_periods(_stock_days(engine, question), question, few=True)
    available = rows.group_by("period", *question.labels).agg(
        denominator=(rows.places * covered_days(rows)).sum().cast("float64")
    )
    available = available.filter(available.denominator > 0)
    taken = in_periods(_taken(engine, question), question)
    days = taken.group_by("period", *question.labels).agg(
        numerator=added_days(taken).sum().cast("float64"), n=taken.citizen_id.nunique()
    )
    cells = beside(available, days, ("period", *question.labels))
    return cells.mutate(numerator=cells.numerator.fill_null(0.0), n=cells.n.fill_null(0))


def has_flexible_places(engine: Engine) -> bool:
    """Whether any place in the snapshot can be used for more than one provision."""
    stock = engine.table("places")
    return bool(engine.run(stock.filter(stock.provisions.contains("|")).limit(1)).num_rows)


def _under(engine: Engine, question: Question, key: str) -> ir.Table:
    """Places counted once under each value of a dimension, whether that is asked for or not."""
    each = places(engine, replace(question, by=tuple(dict.fromkeys((*question.by, key)))))
    cells = each.group_by("period", *question.labels).agg(numerator=each.numerator.sum())
    return cells.mutate(n=ibis.null("int64"))


def _stock_days(engine: Engine, question: Question) -> ir.Table:
    """Rows of places with what is asked of their department, start and end as day numbers."""
    rows = at_departments(_stock(engine, question), engine, question)
    return rows.mutate(start=day_number(rows.start), end=day_number(rows.end))


def _stock(engine: Engine, question: Question) -> ir.Table:
    """Rows of places, narrowed, each given once for every provision or group asked for.

    Columns: department_id, provisions (the codes joined), places, start, end, and what is asked for of provision,
    its group and its area.
    """
    rows = places_by_provision(engine, question)
    kept = [key for key in OF_PROVISIONS if key in question.labels]
    return rows.select("department_id", "provisions", "places", "start", "end", *kept).distinct()


def _taken(engine: Engine, question: Question) -> ir.Table:
    """Citizens' days in departments that have places for them, cut to the days there are.

    Columns: citizen_id, department_id, start, end, before, the dimensions asked for.
    """
    kept = [key for key in OF_PROVISIONS if key in question.labels]
    of_grants = question.keeping(lambda key: key in OF_PROVISIONS)
    grants = covering_grants(engine, of_grants, ("department_id", "provision"))
    stock = places_by_provision(engine, replace(question, by=())).select(
        _department="department_id", _provision="provision", _start="start", _end="end"
    )
    rows = grants.inner_join(
        stock,
        [
            grants.department_id == stock["_department"],
            grants.provision == stock["_provision"],
            grants.start <= stock["_end"],
            grants.end >= stock["_start"],
        ],
    )
    rows = rows.mutate(start=ibis.greatest(rows.start, rows["_start"]), end=ibis.least(rows.end, rows["_end"]))
    rows = rows.select("citizen_id", "department_id", "start", "end", *kept)
    rows = in_day_numbers(with_before(rows, ("citizen_id", "department_id", *kept)))
    return at_departments(rows, engine, question)
