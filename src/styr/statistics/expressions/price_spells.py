# SPDX-License-Identifier: EUPL-1.2
"""Grants cut into spells of one price: the price of each day is found before anything is added up."""

from __future__ import annotations

from collections.abc import Collection

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from styr.statistics.engines import Engine, Keeping
from styr.statistics.expressions.calendar_units import UNITS, day_number, days_later
from styr.statistics.expressions.granted import (
    EVERYTHING,
    FIRST_DAY,
    KEPT_BEFORE,
    KEPT_DAYS,
    LAST_DAY,
    granted,
    in_order,
    with_kept_days,
)
from styr.statistics.expressions.grants import covered_days_of, wanted
from styr.statistics.expressions.small_tables import small_table
from styr.statistics.expressions.spans import EARLIEST, LATEST, NEVER_BEFORE
from styr.statistics.question import Question

#: Price unit → the line of time its price runs along.
RUNS_ALONG = {"day": "day", "week": "day", "hour": "day", "month": "month", "year": "year"}
DAYS_IN_A_WEEK = 7


def priced_days(engine: Engine, question: Question) -> ir.Table:
    """The grants a question asks about, cut into spells of one price.

    Columns: citizen_id, start, end, before (day numbers; see spans.py. Of each citizen and cell the spells with a price
    and those without are told apart), the dimensions asked for, born when ages matter, priced (whether there is a
    price), rate (DKK for a unit of time, null without a price) and line (the unit's number in UNITS).
    """
    return covered_days_of(_price_spells(engine, question), engine, question, ("priced", "rate", "line"))


def _price_spells(engine: Engine, question: Question) -> ir.Table:
    """The spells of one price of every grant, with what is wanted to know of the grant; kept where grants are."""
    if isinstance(engine, Keeping) and engine.keeps("grants"):
        return engine.keep("priced", lambda: _spells(engine, EVERYTHING), _with_kept_days)
    return _spells(engine, wanted(question))


def _spells(engine: Engine, about: Collection[str]) -> ir.Table:
    return _with_rate(_cut_by_price(granted(engine, about), engine)).drop("grant_id", "department_id")


def _with_kept_days(spells: ir.Table) -> ir.Table:
    """Spells with what is kept of their days: of the grant, and of those before it in the grant.

    That is enough for citizens all of whose days have a price (or none of them). The spells of the others are told
    apart by it, and their days found anew.
    """
    citizens = spells.group_by("citizen_id").agg(some=spells.priced.any(), every=spells.priced.all())
    mixed = citizens.filter(citizens.some != citizens.every)
    plain, others = (
        join(mixed, spells.citizen_id == mixed.citizen_id) for join in (spells.anti_join, spells.semi_join)
    )
    start, end = day_number(plain.start).cast("int32"), day_number(plain.end).cast("int32")
    earlier = (start == plain[FIRST_DAY]).ifelse(NEVER_BEFORE, start - 1)
    before = {column: ibis.greatest(plain[column], earlier).cast("int32") for column in KEPT_BEFORE.values()}
    plain = plain.mutate(**before, **{FIRST_DAY: start, LAST_DAY: end})
    others = with_kept_days(others.drop(*KEPT_DAYS), "priced")
    return in_order(plain.union(others.select(*plain.columns)))


def _cut_by_price(grants: ir.Table, engine: Engine) -> ir.Table:
    """Grants cut into spells of one price: under each grant price its own, and the grant's before the first, after the
    last and between them."""
    if engine.snapshot.rows("grant_prices") == 0:
        return grants
    prices = _in_order(engine)
    rows = grants.left_join(prices, grants.grant_id == prices.of_grant)
    rows = rows.cross_join(small_table(pa.table({"part": ["before", "under", "after"]})))
    before, under = rows.part == "before", rows.part == "under"
    # A grant without a grant price is one spell; it is given as that under a price without end.
    rows = rows.filter(under | (before & (rows.nth == 0)) | (~before & ~under & rows.of_grant.notnull()))
    from_day = ibis.cases(
        (before, rows.start),
        (under, rows.priced_from.fill_null(EARLIEST)),
        else_=days_later(rows.priced_to, 1),
    )
    to_day = ibis.cases(
        (before, days_later(rows.priced_from, -1)),
        (under, rows.priced_to.fill_null(LATEST)),
        else_=days_later(rows.next_from, -1).fill_null(LATEST),
    )
    repriced = under & rows.of_grant.notnull()
    rows = rows.mutate(
        start=ibis.greatest(rows.start, from_day),
        end=ibis.least(rows.end, to_day),
        price=repriced.ifelse(rows.new_price, rows.price),
        price_unit=repriced.ifelse(rows.new_unit, rows.price_unit),
    )
    return rows.filter(rows.start <= rows.end).select(*grants.columns)


def _in_order(engine: Engine) -> ir.Table:
    """Grant prices, numbered within their grant from 0 (nth): of_grant, priced_from and priced_to (dates, inclusive),
    next_from (when the next begins, null when there is none), new_price, new_unit."""
    prices = engine.table("grant_prices")
    rows = prices.select(
        of_grant="grant_id",
        priced_from="start_date",
        priced_to=prices.end_date.fill_null(LATEST),
        new_price="price",
        new_unit="price_unit",
    )
    rows = rows.filter(rows.priced_from <= rows.priced_to)
    in_order = ibis.window(group_by="of_grant", order_by="priced_from")
    return rows.mutate(next_from=rows.priced_from.lead().over(in_order), nth=ibis.row_number().over(in_order))


def _with_rate(rows: ir.Table) -> ir.Table:
    """Rows with what a unit of their price costs (rate; priced tells whether there is one) and the line of time it
    runs along (its number in UNITS)."""
    price = rows.price.cast("float64")
    rate = ibis.cases(
        (rows.price_unit == "week", price / DAYS_IN_A_WEEK),
        (rows.price_unit == "hour", price * rows.hours_per_week / DAYS_IN_A_WEEK),
        (rows.price_unit.isin(list(RUNS_ALONG)), price),
    )
    lines = [(rows.price_unit == unit, UNITS.index(line)) for unit, line in RUNS_ALONG.items()]
    rows = rows.mutate(rate=rate, line=ibis.cases(*lines))
    rows = rows.mutate(priced=rows.rate.notnull())
    return rows.drop("price", "price_unit", "hours_per_week")
