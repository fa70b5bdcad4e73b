# SPDX-License-Identifier: EUPL-1.2
"""Tariffs on a day: their distribution and mean, in DKK per day.

A tariff is what a department asks for a service. Prices for a week, a month and a year are set out per day (7 days to a
week, 12 months to the year's days), so that they can be compared; a price for an hour cannot be, and stays by itself
under the unit hour. Every tariff counts once; weighted by places, as often as its department has places.
"""

from __future__ import annotations

from calendar import isleap

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from styr.statistics.engines import Engine
from styr.statistics.expressions.calendar_units import day_number
from styr.statistics.expressions.lookups import narrowed
from styr.statistics.expressions.null_safe import beside
from styr.statistics.expressions.offers import at_departments, of_types, open_days, places_by_provision
from styr.statistics.expressions.price_level import deflators
from styr.statistics.expressions.quantiles import quantiles
from styr.statistics.expressions.small_tables import small_table
from styr.statistics.expressions.spans import in_periods
from styr.statistics.question import OF_PROVISIONS, Question

DAYS_IN_A_WEEK, MONTHS_IN_A_YEAR = 7, 12
#: What names a tariff within a period.
TARIFF = ("department_id", "service", "written_in", "start_date")


def tariff(engine: Engine, question: Question) -> ir.Table:
    """The distribution of tariffs on the days asked about.

    Columns: period, the dimensions asked for, unit (day, hour), quantile, numerator (DKK per unit) and n (tariffs).
    """
    rows = _tariffs(engine, question)
    return quantiles(rows, rows.amount, _keys(question), {"n": rows.count()}, question)


def mean_tariff(engine: Engine, question: Question) -> ir.Table:
    """The mean of tariffs on the days asked about, each counting once.

    Columns: period, the dimensions asked for, unit, numerator (the sum of tariffs), denominator and n (tariffs).
    """
    rows = _tariffs(engine, question)
    return rows.group_by(*_keys(question)).agg(
        numerator=rows.amount.sum(), denominator=rows.count().cast("float64"), n=rows.count()
    )


def mean_tariff_by_places(engine: Engine, question: Question) -> ir.Table:
    """The same, each tariff counting as often as its department has places on the day; without places it does not.

    Columns: as mean_tariff, with numerator DKK times places and denominator places.
    """
    rows = _tariffs(engine, question)
    kept = [key for key in OF_PROVISIONS if key in question.labels]
    stock = places_by_provision(engine, question)
    stock = stock.select("department_id", "provisions", "places", "start", "end", *kept).distinct()
    stock = in_periods(stock.mutate(start=day_number(stock.start), end=day_number(stock.end)), question, few=True)
    places = stock.group_by("period", "department_id", *kept).agg(places=stock.places.sum().cast("float64"))
    rows = beside(rows, places, ("period", "department_id", *kept)).filter(ibis._.places > 0)
    return rows.group_by(*_keys(question)).agg(
        numerator=(rows.amount * rows.places).sum(), denominator=rows.places.sum(), n=rows.count()
    )


def _keys(question: Question) -> tuple[str, ...]:
    """What parts the cells: units are never mixed, asked for or not."""
    return tuple(dict.fromkeys(("period", *(key for key in question.labels if key != "quantile"), "unit")))


def _tariffs(engine: Engine, question: Question) -> ir.Table:
    """Each tariff that holds on the day of a period, once in each cell: period, the dimensions asked for, unit,
    department_id and amount (DKK per unit)."""
    table = engine.table("tariffs")
    rows = table.select(
        "department_id",
        "service",
        "start_date",
        written_in=table.unit,
        written=table.amount.cast("float64"),
        start=table.start_date,
        end=table.end_date,
    )
    rows = of_types(open_days(narrowed(rows, question, ("service",)), question), engine, question)
    rows = at_departments(rows, engine, question)
    rows = rows.mutate(
        start=day_number(rows.start), end=day_number(rows.end), unit=(rows.written_in == "hour").ifelse("hour", "day")
    )
    rows = in_periods(rows, question, few=True)
    rows = rows.select(*dict.fromkeys((*_keys(question), *TARIFF, "written"))).distinct()
    return _per_unit(rows, engine, question)


def _per_unit(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Rows with amount: what is written in a day's or hour's price, at the price level asked for."""
    years = [period.first.year for period in question.periods]
    factors = deflators(engine, question.price_level, question.periods)
    facts = pa.table(
        {
            "period": list(range(len(years))),
            "days_in_year": [366.0 if isleap(year) else 365.0 for year in years],
            "deflator": [factors[year] if factors else 1.0 for year in years],
        }
    )
    rows = beside(rows, small_table(facts), ("period",))
    price = rows.written * rows.deflator
    amount = ibis.cases(
        (rows.written_in == "week", price / DAYS_IN_A_WEEK),
        (rows.written_in == "month", price * MONTHS_IN_A_YEAR / rows.days_in_year),
        (rows.written_in == "year", price / rows.days_in_year),
        else_=price,
    )
    return rows.mutate(amount=amount).drop("days_in_year", "deflator", "written", "written_in")
