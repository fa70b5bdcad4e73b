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
from styr.statistics.expressions.grants import SPELLS, covering_grants, with_finer
from styr.statistics.expressions.lookups import labelled, narrowed
from styr.statistics.expressions.null_safe import beside
from styr.statistics.expressions.spans import LATEST, added_days, covered_days, in_day_numbers, in_periods, with_before
from styr.statistics.periods import NAMES
from styr.statistics.question import Question

PROVISIONS = ("provision", "provision_group")


def places(engine: Engine, question: Question) -> ir.Table:
    """Places on the days asked about.

    Columns: period, the dimensions asked for, numerator (places), n (null: no persons are behind).
    """
    rows = in_periods(_stock_days(engine, question), question)
    cells = rows.group_by("period", *question.labels).agg(numerator=rows.places.sum().cast("float64"))
    return cells.mutate(n=ibis.null("int64"))


def occupancy(engine: Engine, question: Question) -> ir.Table:
    """Place-days taken and to be had.

    Columns: period, the dimensions asked for, numerator (occupied place-days), denominator (available place-days),
    n (persons). A citizen takes one place of a department on a day when a grant there covers it, for a provision the
    department has places for on that day. Cells without places do not appear.
    """
    rows = in_periods(_stock_days(engine, question), question)
    available = rows.group_by("period", *question.labels).agg(
        denominator=(rows.places * covered_days(rows)).sum().cast("float64")
    )
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


def _stock_days(engine: Engine, question: Question) -> ir.Table:
    """Rows of places with what is asked of their department, start and end as day numbers."""
    rows = _at_departments(_stock(engine, question), engine, question)
    return rows.mutate(start=day_number(rows.start), end=day_number(rows.end))


def _stock(engine: Engine, question: Question) -> ir.Table:
    """Rows of places, narrowed, each given once for every provision or group asked for.

    Columns: department_id, provisions (the codes joined), places, start, end, and provision, provision_group when
    asked for.
    """
    rows = _by_provision(engine, question)
    kept = [key for key in PROVISIONS if key in question.labels]
    return rows.select("department_id", "provisions", "places", "start", "end", *kept).distinct()


def _by_provision(engine: Engine, question: Question) -> ir.Table:
    stock = engine.table("places")
    rows = stock.select(
        "department_id",
        "provisions",
        "places",
        start=stock.start_date,
        end=ibis.least(stock.end_date.fill_null(LATEST), ibis.literal(question.known_at)),
        provision=stock.provisions.split("|"),
    )
    rows = rows.mutate(provision=rows.provision.unnest())
    rows = narrowed(rows, question, PROVISIONS)
    return labelled(rows, replace(question, by=tuple(key for key in question.by if key in PROVISIONS)))


def _taken(engine: Engine, question: Question) -> ir.Table:
    """Citizens' days in departments that have places for them, cut to the days there are.

    Columns: citizen_id, department_id, start, end, before, the dimensions asked for.
    """
    kept = [key for key in PROVISIONS if key in question.labels]
    of_grants = replace(
        question,
        by=tuple(key for key in question.by if key in (*PROVISIONS, *NAMES)),
        where={key: words for key, words in question.where.items() if key in PROVISIONS},
    )
    grants = covering_grants(engine, of_grants, ("department_id", "provision"))
    stock = _by_provision(engine, replace(question, by=())).select(
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
    return _at_departments(rows, engine, question)


def _at_departments(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Rows (department_id) with what is asked of the department, narrowed to what the question allows."""
    departments, offers = engine.table("departments"), engine.table("offers")
    known = departments.left_join(offers, departments.offer_id == offers.offer_id).select(
        _department=departments.department_id,
        municipality=ibis.coalesce(departments.municipality, offers.municipality),
        operator_type=offers.operator_type,
    )
    known = narrowed(known, question, ("municipality", "region", "operator_type"))
    others = tuple(key for key in question.by if key not in (*PROVISIONS, *SPELLS))
    known = labelled(known, replace(question, by=others))
    known = known.select("_department", *(key for key in others if key in known.columns))
    located = any(key in (*question.where, *others) for key in ("municipality", "region", "operator_type"))
    if located:
        narrows = any(key in question.where for key in ("municipality", "region", "operator_type"))
        same = rows.department_id == known["_department"]
        rows = (rows.inner_join(known, same) if narrows else rows.left_join(known, same)).drop("_department")
    return _for_target_groups(rows, engine, question)


def _for_target_groups(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Rows once for each target group the department is for, when target groups take part."""
    if not any(question.involves(key) for key in SPELLS):
        return rows
    groups = engine.table("department_target_groups")
    named = groups.select(
        _department=groups.department_id,
        target_group_detail=groups.target_group,
        target_group=groups.target_group.split(".")[0],
    )
    for key in SPELLS:
        if key in question.where:
            named = named.filter(named.target_group_detail.isin(with_finer(question.where[key])))
    named = named.select("_department", *(key for key in question.labels if key in SPELLS)).distinct()
    return rows.inner_join(named, rows.department_id == named["_department"]).drop("_department")
