# SPDX-License-Identifier: EUPL-1.2
"""Net expenditure as the accounts have it: dranst 1 with its income, and dranst 2 when net of refund."""

from __future__ import annotations

from ibis.expr import types as ir

from styr.statistics.engines import Engine
from styr.statistics.expressions.accounts import postings, summed
from styr.statistics.expressions.lookups import functions_in
from styr.statistics.question import Question


def net_expenditure(engine: Engine, question: Question) -> ir.Table:
    """Net expenditure of the period and cell; see expressions/accounts.py (summed) for the columns."""
    return summed(postings(engine, question), question)


def child_expenditure(engine: Engine, question: Question) -> ir.Table:
    """The same of the functions for children and young people alone (003 l.1183-1185)."""
    rows = postings(engine, question)
    return summed(rows.filter(rows.function.isin(functions_in(("child",)))), question)
