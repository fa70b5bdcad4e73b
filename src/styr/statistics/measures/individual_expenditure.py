# SPDX-License-Identifier: EUPL-1.2
"""What grants cost: price times covered units, the price of each day found first."""

from __future__ import annotations

from collections.abc import Callable

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from styr.statistics.engines import Engine
from styr.statistics.expressions.calendar_units import UNITS, places
from styr.statistics.expressions.grants import cell_keys, covering_grants, with_target_groups
from styr.statistics.expressions.price_level import deflators
from styr.statistics.expressions.reference import with_age_labels, with_reference_dimensions
from styr.statistics.expressions.spans import (
    EARLIEST,
    LATEST,
    covered_days,
    in_day_numbers,
    in_periods,
    is_first,
    with_before,
)
from styr.statistics.question import Question

#: Price unit → the line of time its price runs along, and what a unit of that line costs.
RUNS_ALONG = {"day": "day", "week": "day", "hour": "day", "month": "month", "year": "year"}
DAYS_IN_A_WEEK = 7
PRICED = ("grant_id", "price", "price_unit", "hours_per_week")


def individual_expenditure(engine: Engine, question: Question) -> ir.Table:
    """Expenditure of grants in the period and cell.

    Columns: period, the dimensions asked for, numerator (DKK), n (persons with a priced day) and unpriced (grant-days
    without a price, which cost nothing here).
    """
    factors = deflators(engine, question.price_level, question.periods)
    rows = _price_spells(covering_grants(engine, question, PRICED), engine)
    rows = _with_rate(with_target_groups(rows, engine, question))
    rows = with_before(rows, ("priced", *cell_keys(rows, question)))
    rows = in_periods(in_day_numbers(_with_places(rows)), question, factors)
    rows = with_reference_dimensions(rows, engine, question)
    cells = rows.group_by("period", *question.labels).agg(
        numerator=(rows.rate * _units(rows) * rows.deflator).sum().fill_null(0.0),
        n=(rows.priced & is_first(rows)).cast("int64").sum(),
        unpriced=rows.priced.ifelse(0, covered_days(rows)).sum(),
    )
    return with_age_labels(cells, question)


def _price_spells(grants: ir.Table, engine: Engine) -> ir.Table:
    """Grants cut into spells of one price: that of the grant price covering them, else the grant's own."""
    if engine.snapshot.rows("grant_prices") == 0:
        return grants
    spells = _repriced(engine)
    rows = grants.left_join(spells, grants.grant_id == spells.of_grant)
    whole = rows.of_grant.isnull()
    rows = rows.mutate(
        start=ibis.greatest(rows.start, rows.spell_start.fill_null(EARLIEST)),
        end=ibis.least(rows.end, rows.spell_end.fill_null(LATEST)),
        price=whole.ifelse(rows.price, rows.spell_price),
        price_unit=whole.ifelse(rows.price_unit, rows.spell_unit),
    )
    return rows.filter(rows.start <= rows.end).select(*grants.columns)


def _repriced(engine: Engine) -> ir.Table:
    """Grants with grant prices, whole, as spells of one price: before the first grant price, under each, and after
    each to the next.

    Columns: of_grant, spell_start, spell_end (dates, inclusive), spell_price, spell_unit.
    """
    prices, grants = engine.table("grant_prices"), engine.table("grants")
    rows = prices.inner_join(grants, prices.grant_id == grants.grant_id).select(
        of_grant=prices.grant_id,
        priced_from=ibis.greatest(prices.start_date, grants.start_date),
        priced_to=ibis.least(prices.end_date.fill_null(LATEST), grants.end_date.fill_null(LATEST)),
        new_price=prices.price,
        new_unit=prices.price_unit,
        first_day=grants.start_date,
        last_day=grants.end_date.fill_null(LATEST),
        own_price=grants.price,
        own_unit=grants.price_unit,
    )
    rows = rows.filter(rows.priced_from <= rows.priced_to)
    in_order = ibis.window(group_by="of_grant", order_by="priced_from")
    rows = rows.mutate(next_from=rows.priced_from.lead().over(in_order), nth=ibis.row_number().over(in_order))
    parts = ibis.memtable(pa.table({"part": ["before", "under", "after"]}))
    rows = rows.cross_join(parts)
    day = ibis.interval(days=1)
    under = rows.part == "under"
    to_next = ibis.least(rows.last_day, (rows.next_from - day).cast("date").fill_null(LATEST))
    rows = rows.mutate(
        spell_start=ibis.cases(
            (rows.part == "before", rows.first_day),
            (under, rows.priced_from),
            else_=(rows.priced_to + day).cast("date"),
        ),
        spell_end=ibis.cases(
            (rows.part == "before", (rows.priced_from - day).cast("date")),
            (under, rows.priced_to),
            else_=to_next,
        ),
        spell_price=under.ifelse(rows.new_price, rows.own_price),
        spell_unit=under.ifelse(rows.new_unit, rows.own_unit),
    )
    rows = rows.filter(rows.spell_start <= rows.spell_end, (rows.part != "before") | (rows.nth == 0))
    return rows.select("of_grant", "spell_start", "spell_end", "spell_price", "spell_unit")


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
    return rows.drop("grant_id", "price", "price_unit", "hours_per_week")


def _with_places(rows: ir.Table) -> ir.Table:
    """Rows with the places of their start and end on the line their price runs along."""
    return rows.mutate(
        place_from=_along(rows, lambda line: places(rows.start, line, after=False)),
        place_to=_along(rows, lambda line: places(rows.end, line, after=True)),
    )


def _units(rows: ir.Table) -> ir.FloatingValue:
    """Covered units in the period, on the line the price runs along."""
    start = ibis.greatest(rows.place_from, _along(rows, lambda line: rows[f"{line}_from"]))
    end = ibis.least(rows.place_to, _along(rows, lambda line: rows[f"{line}_to"]))
    return end - start


def _along(rows: ir.Table, value: Callable[[str], ir.FloatingValue]) -> ir.FloatingValue:
    """The value for the line each row's price runs along."""
    return ibis.cases(*((rows.line == number, value(unit)) for number, unit in enumerate(UNITS)))
