# SPDX-License-Identifier: EUPL-1.2
"""What grants cost: price times covered units, the price of each day found first."""

from __future__ import annotations

import ibis
from ibis.expr import types as ir

from styr.statistics.engines import Engine, shared
from styr.statistics.expressions.calendar_units import UNITS
from styr.statistics.expressions.price_level import deflators
from styr.statistics.expressions.price_spells import priced_days
from styr.statistics.expressions.reference import with_age_labels, with_reference_dimensions
from styr.statistics.expressions.spans import COUNTED, added_days, covered_days, in_periods, is_first
from styr.statistics.question import Question

#: What cost asks of a period.
PRICED = (*COUNTED, "deflator", "day_from", "day_to", "month_from", "month_to", "year_from", "year_to")


def individual_expenditure(engine: Engine, question: Question) -> ir.Table:
    """Expenditure of grants in the period and cell.

    Columns: period, the dimensions asked for, numerator (DKK), n (persons with a priced day) and unpriced (grant-days
    without a price, which cost nothing here).
    """
    rows = _priced_days(engine, question)
    cells = rows.group_by("period", *question.labels).agg(
        numerator=_cost(rows).sum().fill_null(0.0),
        n=rows.count(where=rows.priced & is_first(rows)),
        unpriced=_days_without_price(rows).sum(),
    )
    return with_age_labels(cells, question)


def citizen_expenditure(engine: Engine, question: Question) -> ir.Table:
    """The same for each citizen behind a cell: what rules about dear cases and about cost over a year build on.

    Columns: period, the dimensions asked for, citizen_id, cost (DKK), days (days with a price, each once however many
    grants cover it) and unpriced (grant-days without a price).
    """
    rows = _priced_days(engine, question)
    cells = rows.group_by("period", *question.labels, "citizen_id").agg(
        cost=_cost(rows).sum().fill_null(0.0),
        days=rows.priced.ifelse(added_days(rows), 0).sum().cast("int32"),
        unpriced=_days_without_price(rows).sum().cast("int32"),
    )
    return shared(engine, with_age_labels(cells, question))


def _priced_days(engine: Engine, question: Question) -> ir.Table:
    """The days with and without a price laid against the periods, with the dimensions asked for."""
    factors = deflators(engine, question.price_level, question.periods)
    rows = in_periods(priced_days(engine, question), question, factors, only=PRICED, with_places=True)
    return with_reference_dimensions(rows, engine, question)


def _cost(rows: ir.Table) -> ir.FloatingValue:
    return rows.rate * _units(rows) * rows.deflator


def _days_without_price(rows: ir.Table) -> ir.IntegerValue:
    return rows.priced.ifelse(0, covered_days(rows))


def _units(rows: ir.Table) -> ir.FloatingValue:
    """Covered units in the period, on the line the price runs along."""
    return ibis.cases(*((rows.line == number, _on_line(rows, unit)) for number, unit in enumerate(UNITS)))


def _on_line(rows: ir.Table, unit: str) -> ir.FloatingValue:
    return ibis.least(rows[f"{unit}_end"], rows[f"{unit}_to"]) - ibis.greatest(
        rows[f"{unit}_start"], rows[f"{unit}_from"]
    )
