# SPDX-License-Identifier: EUPL-1.2
"""Expenditure before income, what of it is bought from others, and what is sold to them.

The exchange format has no kind of account (art): income is told by its sign. A negative posting that names an external
supplier puts a purchase right and makes it smaller; every other is income, so that gross less income is net.
"""

from __future__ import annotations

from dataclasses import replace

from ibis.expr import types as ir

from styr.statistics.engines import Engine
from styr.statistics.errors import CannotAnswer
from styr.statistics.expressions.accounts import is_income, postings, summed, with_supplier
from styr.statistics.expressions.lookups import functions_in, narrowed
from styr.statistics.expressions.null_safe import beside
from styr.statistics.question import Question

#: The area whose places are bought and sold (001 l.374-376: functions 5.38.50, 5.38.51, 5.38.52).
TRADED = ("adult.residential",)


def gross_expenditure(engine: Engine, question: Question) -> ir.Table:
    """Expenditure without income; see expressions/accounts.py (summed) for the columns."""
    return summed(_gross(_posted(engine, question), engine, question), question)


def sales(engine: Engine, question: Question) -> ir.Table:
    """Income on the residential functions, as a positive amount; columns as gross_expenditure."""
    rows = _residential(_posted(engine, question))
    rows = with_supplier(rows.filter(rows.amount < 0), engine)
    return summed(rows.filter(is_income(rows)).mutate(amount=-rows.amount), question)


def purchase_share(engine: Engine, question: Question) -> ir.Table:
    """External purchase of all gross residential expenditure (001 l.616-624, l.1456-1458).

    Columns: period, the dimensions asked for, numerator (DKK bought), denominator (DKK spent; on all suppliers, also
    when split by who sells) and n (persons whose places are bought, null when a purchase does not name its citizen).
    """
    of_all = replace(
        question,
        by=tuple(key for key in question.by if key != "operator_type"),
        where={key: words for key, words in question.where.items() if key != "operator_type"},
    )
    rows = with_supplier(_residential(_posted(engine, of_all)), engine)
    rows = rows.filter(~is_income(rows))
    spent = summed(rows, of_all).select("period", *of_all.labels, denominator="numerator")
    mine = narrowed(rows, question, ("operator_type",))
    bought = summed(mine.filter(mine.supplier == "external"), question)
    cells = spent
    if "operator_type" in question.labels:
        every = summed(mine, question).select("period", *question.labels)
        cells = beside(every, spent, ("period", *of_all.labels))
    cells = beside(cells, bought, ("period", *question.labels))
    nothing = cells.numerator.isnull()
    return cells.mutate(numerator=cells.numerator.fill_null(0.0), n=nothing.ifelse(0, cells.n))


def _gross(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Postings that are not income, of the suppliers asked for."""
    if question.involves("supplier"):
        rows = with_supplier(rows, engine)
        rows = rows.filter(~is_income(rows))
        allowed = question.where.get("supplier")
        return rows.filter(rows.supplier.isin(allowed)) if allowed else rows
    negative = with_supplier(rows.filter(rows.amount < 0), engine)  # of the others no one asks who supplies
    corrections = negative.filter(~is_income(negative)).select(*rows.columns)
    return rows.filter(rows.amount >= 0).union(corrections)


def _posted(engine: Engine, question: Question) -> ir.Table:
    if question.net_of_refund:
        raise CannotAnswer("before_refund", indicator=question.indicator.key)
    return postings(engine, question)


def _residential(rows: ir.Table) -> ir.Table:
    return rows.filter(rows.function.isin(functions_in(TRADED)))
