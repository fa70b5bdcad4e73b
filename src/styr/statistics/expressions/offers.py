# SPDX-License-Identifier: EUPL-1.2
"""Offers and their departments: what rows that belong to one can be split by.

Operator, type of operator and whether it is highly specialised are those of the offer. Types (provisions) and target
groups are those of the department: a place is tied to its types, and its department to target groups, so an offer with
a type in one department and a target group in another does not offer the one to the other (003 l.2206-2222).
"""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from styr.statistics.engines import Engine
from styr.statistics.expressions.grants import SPELLS, with_finer
from styr.statistics.expressions.lookups import labelled, narrowed
from styr.statistics.expressions.spans import EARLIEST, LATEST
from styr.statistics.question import OF_PROVISIONS, Question

LOCATED = ("municipality", "region")
#: What a department has from its offer, and what names the two.
OF_OFFERS = ("operator_type", "operator", "highly_specialised", "offer")
OF_DEPARTMENTS = (*OF_OFFERS, "department")


def offers(engine: Engine) -> ir.Table:
    """Every offer: offer (its id), municipality (where it lies), operator_type, operator (its code),
    highly_specialised (yes, no; null when not told), start and end (null when not told)."""
    rows = engine.table("offers")
    return rows.select(
        "municipality",
        "operator_type",
        offer=rows.offer_id,
        operator=rows.operator_code,
        highly_specialised=ibis.cases((rows.highly_specialised, "yes"), (~rows.highly_specialised, "no")),
        start=rows.opened,
        end=rows.closed,
    )


def departments(engine: Engine) -> ir.Table:
    """Every department with what it has from its offer: the columns of offers, and department (its id). Its
    municipality is its own, else the offer's."""
    rows, known = engine.table("departments"), offers(engine).rename(_municipality="municipality", _offer="offer")
    joined = rows.left_join(known, rows.offer_id == known["_offer"])
    joined = joined.mutate(municipality=ibis.coalesce(joined.municipality, joined["_municipality"]))
    joined = joined.rename(department="department_id", offer="offer_id")
    return joined.select("municipality", *OF_DEPARTMENTS, "start", "end")


def at_offers(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Rows (offer_id) with what is asked of the offer, narrowed to what the question allows."""
    return _at(rows, "offer_id", offers(engine), "offer", question, (*LOCATED, *OF_OFFERS))


def at_departments(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Rows (department_id) with what is asked of the department and its offer, and once for each target group the
    department is for when target groups take part, narrowed to what the question allows."""
    rows = _at(rows, "department_id", departments(engine), "department", question, (*LOCATED, *OF_DEPARTMENTS))
    return for_target_groups(rows, engine, question)


def in_departments(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Rows (offer_id, start, end: dates) once for each type and target group a department of the offer has them under,
    when either takes part; unchanged when neither does. Rows of equal types and groups may be there twice."""
    if not any(question.involves(key) for key in (*OF_PROVISIONS, *SPELLS)):
        return rows
    parts = engine.table("departments").select("department_id", _offer="offer_id")
    rows = rows.inner_join(parts, rows.offer_id == parts["_offer"]).drop("_offer")
    return for_target_groups(of_types(rows, engine, question), engine, question)


def for_target_groups(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Rows (department_id) once for each target group the department is for, when target groups take part."""
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


def places_by_provision(engine: Engine, question: Question) -> ir.Table:
    """Rows of places once for each provision they can be used for, narrowed to what the question allows.

    Columns: department_id, provisions (the codes joined), places, start, end (dates; none after the known-at day),
    provision, and provision_group and provision_area when they are asked for.
    """
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
    rows = narrowed(rows, question, OF_PROVISIONS)
    return labelled(rows, question.keeping(lambda key: key in OF_PROVISIONS))


def of_types(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Rows (department_id, start, end: dates) cut to the days their department has places for the types asked for,
    with these as columns; unchanged when types take no part. Rows of equal types may overlap."""
    if not any(question.involves(key) for key in OF_PROVISIONS):
        return rows
    kept = [key for key in OF_PROVISIONS if key in question.labels]
    stock = places_by_provision(engine, question).select("department_id", "start", "end", *kept).distinct()
    stock = stock.rename(_department="department_id", _start="start", _end="end")
    joined = rows.inner_join(
        stock,
        [rows.department_id == stock["_department"], rows.start <= stock["_end"], rows.end >= stock["_start"]],
    )
    joined = joined.mutate(
        start=ibis.greatest(joined.start, joined["_start"]), end=ibis.least(joined.end, joined["_end"])
    )
    return joined.drop("_department", "_start", "_end")


def open_days(rows: ir.Table, question: Question) -> ir.Table:
    """Rows (start, end: dates, null for no limit) with both known: from before everything, to the known-at day."""
    return rows.mutate(
        start=rows.start.fill_null(EARLIEST),
        end=ibis.least(rows.end.fill_null(LATEST), ibis.literal(question.known_at)),
    )


def _at(rows: ir.Table, column: str, known: ir.Table, name: str, question: Question, keys: tuple[str, ...]) -> ir.Table:
    """Rows with the columns of known that are asked for among keys, where column is name; those the question does not
    allow are left out, and those of no known offer when it allows only some."""
    taking_part = [key for key in keys if question.involves(key)]
    if not taking_part:
        return rows
    known = narrowed(known, question, keys)
    asked = question.keeping(lambda key: key in keys)
    known = labelled(known, asked)
    known = known.select(*asked.labels, _id=known[name])
    same = rows[column] == known["_id"]
    narrows = any(key in question.where for key in keys)
    return (rows.inner_join(known, same) if narrows else rows.left_join(known, same)).drop("_id")
