# SPDX-License-Identifier: EUPL-1.2
"""Expenditure as the accounts have it: postings by function and grouping, the unallocated groupings spread."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.engines import Engine
from styr.statistics.expressions.lookups import labelled, narrowed
from styr.statistics.expressions.null_safe import beside
from styr.statistics.expressions.price_level import deflators
from styr.statistics.expressions.spans import period_table
from styr.statistics.question import Question

OPERATION, REFUND = 1, 2


def net_expenditure(engine: Engine, question: Question) -> ir.Table:
    """Net expenditure of the period and cell.

    Columns: period, the dimensions asked for, numerator (DKK) and n (persons, when every posting of the cell names
    its citizen; else null, as accounts do not tell how many persons are behind).
    """
    rows = _postings(engine, question)
    amounts = _spread(rows, question) if question.involves("grouping") else rows
    amounts = narrowed(amounts, question, ("grouping",))
    amounts = labelled(amounts, question)
    totals = amounts.group_by("period", *question.labels).agg(numerator=amounts.numerator.sum())
    rows = labelled(narrowed(rows, question, ("grouping",)), question)
    persons = rows.group_by("period", *question.labels).agg(
        n=rows.citizen_id.nunique(), nameless=rows.citizen_id.isnull().sum()
    )
    persons = persons.mutate(n=(persons.nameless == 0).ifelse(persons.n, ibis.null("int64"))).drop("nameless")
    return beside(totals, persons, ("period", *question.labels))


def _postings(engine: Engine, question: Question) -> ir.Table:
    """Postings that count, summed within period, municipality, function, grouping, operator type and citizen."""
    postings = engine.table("postings")
    counted = [OPERATION, REFUND] if question.net_of_refund else [OPERATION]
    rows = postings.filter(
        postings.dranst.isin(counted), postings.date >= question.first, postings.date <= question.last
    )
    rows = narrowed(rows, question, ("municipality", "region", "function", "operator_type"))
    spans = period_table(question.periods, deflators(engine, question.price_level, question.periods))
    rows = rows.inner_join(spans, [rows.date >= spans.first_date, rows.date <= spans.last_date])
    kept = [key for key in ("operator_type",) if question.involves(key)]
    rows = rows.group_by("period", "deflator", "municipality", "function", "grouping", "citizen_id", *kept).agg(
        amount=rows.amount.sum()  # decimals: exact, whatever the order
    )
    return rows.mutate(numerator=rows.amount.cast("float64") * rows.deflator).drop("amount", "deflator")


def _spread(rows: ir.Table, question: Question) -> ir.Table:
    """Amounts with the unallocated groupings given to the named ones of the same period, municipality and function
    (and operator type, when that takes part) in proportion to their amounts: x_g + U · x_g / Σ x (003 l.3604-3606).
    Where the named ones sum to nothing, or there are none, the unallocated stay where they are."""
    kept = [key for key in ("operator_type",) if question.involves(key)]
    at = ("period", "municipality", "function", *kept)
    amounts = rows.group_by(*at, "grouping").agg(numerator=rows.numerator.sum())
    amounts = amounts.mutate(
        loose=amounts.grouping.isin(vocabulary.parameter("unallocated_groupings")).fill_null(False)
    )
    sums = amounts.group_by(*at).agg(
        unallocated=amounts.loose.ifelse(amounts.numerator, 0.0).sum(),
        named=amounts.loose.ifelse(0.0, amounts.numerator).sum(),
    )
    joined = beside(amounts, sums, at)
    can = joined.named != 0
    spread = joined.numerator + joined.unallocated * joined.numerator / joined.named
    joined = joined.filter(~(joined.loose & can)).mutate(numerator=can.ifelse(spread, joined.numerator))
    return joined.drop("unallocated", "named", "loose")
