# SPDX-License-Identifier: EUPL-1.2
"""What was budgeted, and what was spent of it."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from styr.statistics.engines import Engine
from styr.statistics.expressions.accounts import OF_ROWS, OPERATION, in_periods, summed
from styr.statistics.expressions.lookups import narrowed
from styr.statistics.expressions.null_safe import beside
from styr.statistics.measures.net_expenditure import net_expenditure
from styr.statistics.question import Question


def budget(engine: Engine, question: Question) -> ir.Table:
    """The budget of the period's years: dranst 1, and 2 when net of refund; a line without dranst is dranst 1.

    Columns: period, the dimensions asked for, numerator (DKK) and n (null: no persons are behind).
    """
    lines = engine.table("budgets")
    if allowed := question.where.get("version"):
        lines = lines.filter(lines.version.isin(allowed))
    lines = lines.mutate(
        date=ibis.date(lines.year, 1, 1),
        dranst=lines.dranst.fill_null(OPERATION),
        citizen_id=ibis.null("string"),
    )
    return summed(narrowed(in_periods(lines, engine, question), question, OF_ROWS), question)


def expenditure_of_budget(engine: Engine, question: Question) -> ir.Table:
    """Net expenditure over the budget of the same cell; cells without a budget do not appear.

    Columns: period, the dimensions asked for, numerator (DKK spent), denominator (DKK budgeted), n (as net
    expenditure's).
    """
    budgeted = budget(engine, question)
    budgeted = budgeted.mutate(denominator=budgeted.numerator).drop("numerator", "n")
    asked = question.without_own()
    cells = beside(budgeted, net_expenditure(engine, asked), ("period", *asked.labels))
    return cells.mutate(numerator=cells.numerator.fill_null(0.0))
