# SPDX-License-Identifier: EUPL-1.2
"""Own, bought and sold places: citizen own or another's × offer own or another's (001 l.457-488).

Every grant in a known offer has a buyer, the municipality whose citizen it is, and a seller, the operator of the offer.
The buyer sees it as own when it runs the offer itself, else as bought; a municipality that runs an offer another's
citizen is in sees it as sold. Offers of self-owning and private operators are others', with or without an agreement
(001 l.463-466).
"""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.engines import Engine
from styr.statistics.expressions.citizen_days import as_full_time, as_persons, citizen_days
from styr.statistics.expressions.grants import covering_grants
from styr.statistics.expressions.lookups import labelled, narrowed
from styr.statistics.expressions.offers import LOCATED, OF_DEPARTMENTS, departments
from styr.statistics.question import Question

#: What follows from where a grant is delivered and by whom it is seen.
TRADED = (*LOCATED, *OF_DEPARTMENTS, "buyer", "seller", "trade")
OWN, BOUGHT, SOLD = "own", "bought", "sold"


def recipients(engine: Engine, question: Question) -> ir.Table:
    """Distinct citizens with a covered day in the period and cell.

    Columns: period, the dimensions asked for, numerator and n (both the persons).
    """
    return as_persons(citizen_days(traded_grants(engine, question), engine, question))


def full_time_recipients(engine: Engine, question: Question) -> ir.Table:
    """Citizen-days of the period and cell, each counted once however many grants cover it.

    Columns: period, the dimensions asked for, numerator (citizen-days), denominator (the period's observed days) and
    n (persons).
    """
    return as_full_time(citizen_days(traded_grants(engine, question), engine, question), question)


def traded_grants(engine: Engine, question: Question) -> ir.Table:
    """The grants of a question with buyer, seller and the dimensions asked for, once for each municipality that sees
    them when it matters who does.

    Columns: those of covering_grants, and those of TRADED that are asked for.
    """
    of_grants = question.keeping(lambda key: key not in TRADED)
    rows = covering_grants(engine, of_grants, ("department_id", "municipality"))
    known = departments(engine).drop("municipality", "start", "end")
    rows = rows.left_join(known, rows.department_id == known.department).drop("department_id")
    rows = rows.rename(buyer="municipality").mutate(seller=rows.operator)
    rows = _seen(rows, question)
    rows = narrowed(rows, question, TRADED)
    rows = labelled(rows, question.keeping(lambda key: key in LOCATED))
    unasked = [key for key in TRADED if key in rows.columns and key not in question.labels]
    return rows.drop(*unasked)


def _seen(rows: ir.Table, question: Question) -> ir.Table:
    """Rows with trade and municipality (who sees them): as the buyer does, and as a selling municipality does when
    either takes part. Where it is not known who runs the offer, so is not the trade."""
    municipal = (rows.operator_type == "municipal").fill_null(False)
    named = rows.seller.isin(vocabulary.codelist("municipality").codes).fill_null(False)
    bought = rows.mutate(
        municipality=rows.buyer,
        trade=ibis.cases(
            (municipal & named & (rows.seller == rows.buyer), OWN),
            (rows.seller.notnull() & (named | ~municipal), BOUGHT),
        ),
    )
    if not any(question.involves(key) for key in (*LOCATED, "trade")):
        return bought
    sold = rows.filter(municipal & named & (rows.seller != rows.buyer))
    return bought.union(sold.mutate(municipality=sold.seller, trade=ibis.literal(SOLD)))
