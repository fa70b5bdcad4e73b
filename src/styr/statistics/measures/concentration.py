# SPDX-License-Identifier: EUPL-1.2
"""How much of the expenditure the dearest cases take: the dearest n per cent of citizens, and what they cost."""

from __future__ import annotations

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.engines import Engine, shared
from styr.statistics.errors import CannotAnswer
from styr.statistics.expressions.null_safe import beside
from styr.statistics.expressions.small_tables import small_table
from styr.statistics.measures.individual_expenditure import citizen_expenditure
from styr.statistics.question import Question


def dearest_share(engine: Engine, question: Question) -> ir.Table:
    """The share of a cell's individual expenditure that the dearest per cent of its citizens take (003 l.2634-2638).

    Columns: period, the dimensions asked for, dearest (per cent), numerator (DKK of the dearest), denominator (DKK of
    all), n (the dearest, persons) and unpriced (grant-days without a price). The number of the dearest is rounded up.
    """
    cells = _cells(engine, question)
    return cells.mutate(denominator=cells.total).drop("total")


def dearest_mean(engine: Engine, question: Question) -> ir.Table:
    """What the dearest per cent of citizens cost on average; columns as dearest_share, denominator the dearest."""
    cells = _cells(engine, question)
    return cells.mutate(denominator=cells.n.cast("float64")).drop("total")


def _cells(engine: Engine, question: Question) -> ir.Table:
    """Cells with numerator, total (DKK), n and unpriced, once for each per cent."""
    rows = citizen_expenditure(engine, question.without_own())
    at = ("period", *question.without_own().labels)
    of_all = rows.group_by(*at).agg(
        total=rows.cost.sum(), citizens=rows.count(where=rows.days > 0), unpriced=rows.unpriced.sum()
    )
    per_cents = _per_cents(question)
    each = small_table(pa.table({"dearest": pa.array(per_cents, pa.int64())}))
    priced = rows.filter(rows.days > 0)
    in_order = ibis.window(group_by=list(at), order_by=[ibis.desc("cost"), "citizen_id"])
    priced = priced.select(*at, "cost", dearer=ibis.row_number().over(in_order))
    priced = beside(priced, of_all.select(*at, "citizens"), at)
    priced = priced.filter(priced.dearer * 100 < priced.citizens * max(per_cents)).cross_join(each)
    among = priced.filter(priced.dearer * 100 < priced.citizens * priced.dearest)
    of_dearest = among.group_by(*at, "dearest").agg(numerator=among.cost.sum(), n=among.count())
    cells = beside(of_all.drop("citizens").cross_join(each), of_dearest, (*at, "dearest"))
    return shared(engine, cells.mutate(numerator=cells.numerator.fill_null(0.0), n=cells.n.fill_null(0)))


def _per_cents(question: Question) -> list[int]:
    """The per cents asked for, else the usual ones."""
    asked = [int(word) for word in question.where.get("dearest", ())]
    if any(not 1 <= per_cent <= 100 for per_cent in asked):
        raise CannotAnswer("dearest_beyond")
    return sorted(set(asked)) or list(vocabulary.parameter("dearest_per_cents"))
