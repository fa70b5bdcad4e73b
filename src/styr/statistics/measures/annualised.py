# SPDX-License-Identifier: EUPL-1.2
"""What a citizen costs in a year: the expenditure of the covered days carried to a whole year, citizen by citizen."""

from __future__ import annotations

from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.engines import Engine
from styr.statistics.expressions.quantiles import quantiles
from styr.statistics.measures.individual_expenditure import citizen_expenditure
from styr.statistics.question import Question


def distribution(engine: Engine, question: Question) -> ir.Table:
    """Quantiles over the citizens of the cell of what each costs in a year (METHODS § 2).

    Columns: period, the dimensions asked for, quantile, numerator (DKK a year, null when no citizen has a price), n
    (citizens with a priced day) and unpriced (grant-days without a price).
    """
    citizens = _citizens(engine, question)
    asked = question.without_own()
    return quantiles(citizens, citizens.yearly, ("period", *asked.labels), _behind(citizens), question)


def mean(engine: Engine, question: Question) -> ir.Table:
    """The mean of the same: numerator (the citizens' DKK a year added up), denominator and n (citizens), unpriced."""
    citizens = _citizens(engine, question)
    cells = citizens.group_by("period", *question.labels).agg(
        numerator=citizens.yearly.sum().fill_null(0.0), **_behind(citizens)
    )
    return cells.mutate(denominator=cells.n.cast("float64"))


def _citizens(engine: Engine, question: Question) -> ir.Table:
    """Citizens behind a cell with what they cost in a year; null for one without a priced day."""
    citizens = citizen_expenditure(engine, question.without_own())
    year = vocabulary.parameter("annualisation_days")
    return citizens.mutate(yearly=citizens.cost * year / citizens.days.nullif(0))


def _behind(citizens: ir.Table) -> dict[str, ir.Value]:
    return {"n": citizens.yearly.count(), "unpriced": citizens.unpriced.sum()}
