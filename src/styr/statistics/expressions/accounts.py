# SPDX-License-Identifier: EUPL-1.2
"""Amounts of accounts and budgets: which count, whose they are, and how the unallocated ones are spread."""

from __future__ import annotations

from datetime import date
from typing import TypeVar

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.engines import Engine, Keeping
from styr.statistics.expressions.lookups import labelled, narrowed
from styr.statistics.expressions.null_safe import beside
from styr.statistics.expressions.price_level import deflators
from styr.statistics.expressions.small_tables import small_table
from styr.statistics.periods import Period
from styr.statistics.question import Question

#: A whole number, or a column of them.
Number = TypeVar("Number", int, ir.IntegerValue)

OPERATION, REFUND = 1, 2
HALF_AN_ORE = 0.005
#: Where an amount stands in the accounts.
OF_ROWS = ("municipality", "region", "area", "function", "operator_type")
#: What keeps amounts apart when they are spread, if it takes part.
APART = ("operator_type", "supplier", "version")
#: Operator types that are never the municipality itself.
EXTERNAL = ("regional", "self_owning", "private")


def postings(engine: Engine, question: Question) -> ir.Table:
    """The postings that count (dranst 1, and 2 when net of refund), narrowed, in the periods they fall in.

    Columns: those of the table postings, period, deflator (what the amount is multiplied by).
    """
    return narrowed(in_periods(_posted(engine), engine, question), question, OF_ROWS)


def in_periods(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Rows of accounts (date, dranst) that count, with the period they fall in and its deflator."""
    counted = [OPERATION, REFUND] if question.net_of_refund else [OPERATION]
    rows = rows.filter(rows.dranst.isin(counted), rows.date >= question.first, rows.date <= question.last)
    rows = rows.mutate(_month=_month(rows.date.year(), rows.date.month()))
    months = _months(engine, question)
    return rows.inner_join(months, rows["_month"] == months["_of"]).drop("_month", "_of")


def with_supplier(rows: ir.Table, engine: Engine) -> ir.Table:
    """Postings with supplier: `external` for what is bought, `own` for own operation and what names no supplier.

    The offer of the posting's grant decides: it is external when another than the municipality runs it. Without a
    grant whose offer is known the operator type decides, and a municipal supplier is taken to be the municipality.
    """
    if "supplier" in rows.columns:
        return rows
    grants, departments, offers = (engine.table(name) for name in ("grants", "departments", "offers"))
    run_by = departments.inner_join(offers, departments.offer_id == offers.offer_id)
    run_by = run_by.select(_department=departments.department_id, _seller=offers.operator_code)
    sellers = grants.inner_join(run_by, grants.department_id == run_by["_department"])
    sellers = sellers.select("_seller", _grant="grant_id")
    rows = rows.left_join(sellers, rows.grant_id == sellers["_grant"])
    external = ibis.coalesce(rows["_seller"] != rows.municipality, rows.operator_type.isin(EXTERNAL), False)
    return rows.mutate(supplier=external.ifelse("external", "own")).drop("_seller", "_grant")


def _posted(engine: Engine) -> ir.Table:
    """The postings; where they are kept, with supplier."""
    rows = engine.table("postings")
    if not (isinstance(engine, Keeping) and engine.keeps("postings")):
        return rows
    return engine.keep("posted", lambda: with_supplier(rows.drop("posting_id"), engine).drop("grant_id"))


def is_income(rows: ir.Table) -> ir.BooleanValue:
    """Whether a posting (supplier) is income: a negative amount that does not put a purchase right."""
    return (rows.amount < 0) & (rows.supplier == "own")


def summed(rows: ir.Table, question: Question) -> ir.Table:
    """Postings added up in each cell, unallocated groupings spread when groupings take part.

    Columns: period, the dimensions asked for, numerator (DKK) and n (persons, when every posting of the cell names
    its citizen; else null, as accounts do not tell how many persons are behind).
    """
    sums = rows.group_by("period", "deflator", *_standing(question)).agg(
        amount=rows.amount.sum(),  # decimals: exact, whatever the order
        nameless=rows.citizen_id.isnull().cast("int64").sum(),
    )
    sums = sums.mutate(numerator=sums.amount.cast("float64") * sums.deflator)
    amounts = _spread(sums, question) if question.involves("grouping") else sums
    amounts = labelled(narrowed(amounts, question, ("grouping",)), question)
    totals = amounts.group_by("period", *question.labels).agg(numerator=amounts.numerator.sum())
    return beside(totals, _persons(rows, sums, question), ("period", *question.labels))


def _standing(question: Question) -> list[str]:
    """The columns that say where an amount stands, as far as the question needs them: the fewer, the faster."""
    of = {"municipality": ("municipality", "region"), "function": ("function", "area")}
    if question.involves("grouping"):
        return ["municipality", "function", "grouping", *_apart(question)]
    asked = [column for column, keys in of.items() if any(key in question.labels for key in keys)]
    return [*asked, *_apart(question)]


def _apart(question: Question) -> list[str]:
    return [key for key in APART if question.involves(key)]


def _persons(rows: ir.Table, sums: ir.Table, question: Question) -> ir.Table:
    """The persons (n) behind the cells where every posting names its citizen; persons are looked for there alone."""
    keys = ("period", *question.labels)
    sums = labelled(narrowed(sums, question, ("grouping",)), question)
    cells = sums.group_by(*keys).agg(nameless=sums.nameless.sum())
    named = cells.filter(cells.nameless == 0).select(**{f"_{key}": key for key in keys})
    rows = labelled(narrowed(rows, question, ("grouping",)), question)
    rows = rows.semi_join(named, [rows[key].identical_to(named[f"_{key}"]) for key in keys])
    return rows.group_by(*keys).agg(n=rows.citizen_id.nunique())


def _months(engine: Engine, question: Question) -> ir.Table:
    """The months of the periods (_of), which are of whole months, with period and deflator: looking a month up costs
    less than laying a day against spans."""
    factors = deflators(engine, question.price_level, question.periods)
    months = [
        (_month(day.year, day.month), number, factors[day.year] if factors else 1.0)
        for number, period in enumerate(question.periods)
        for day in _firsts(period)
    ]
    month, number, factor = zip(*months, strict=True)
    return small_table(pa.table({"_of": pa.array(month, pa.int32()), "period": number, "deflator": factor}))


def _firsts(period: Period) -> list[date]:
    """The first day of each month of a period."""
    years = range(period.first.year, period.last.year + 1)
    days = (date(year, month, 1) for year in years for month in range(1, 13))
    return [day for day in days if period.first <= day <= period.last]


def _month(year: Number, month: Number) -> Number:
    """A month as a number of its own."""
    return year * 12 + month


def _spread(rows: ir.Table, question: Question) -> ir.Table:
    """Amounts with the unallocated groupings given to the named ones of the same period, municipality and function
    (and what else keeps them apart) in proportion to their amounts: x_g + U · x_g / Σ x (003 l.3604-3606). Where the
    named ones sum to nothing, or there are none, the unallocated stay where they are. Nothing is less than half an øre:
    sums of broken numbers seldom come out at 0."""
    at = ("period", "municipality", "function", *_apart(question))
    amounts = rows.group_by(*at, "grouping").agg(numerator=rows.numerator.sum())
    unallocated = amounts.grouping.isin(vocabulary.parameter("unallocated_groupings"))
    amounts = amounts.mutate(loose=unallocated.fill_null(True))  # a budget line may name no grouping
    sums = amounts.group_by(*at).agg(
        unallocated=amounts.loose.ifelse(amounts.numerator, 0.0).sum(),
        named=amounts.loose.ifelse(0.0, amounts.numerator).sum(),
    )
    joined = beside(amounts, sums, at)
    can = joined.named.abs() >= HALF_AN_ORE
    spread = joined.numerator + joined.unallocated * joined.numerator / joined.named
    joined = joined.filter(~(joined.loose & can)).mutate(numerator=can.ifelse(spread, joined.numerator))
    return joined.drop("unallocated", "named", "loose")
