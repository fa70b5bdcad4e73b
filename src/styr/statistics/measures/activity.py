# SPDX-License-Identifier: EUPL-1.2
"""Persons and citizen-days: recipients on a day and in a period, full-time recipients."""

from __future__ import annotations

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from styr.statistics.engines import Engine
from styr.statistics.expressions.grants import cell_keys, covering_grants, with_target_groups
from styr.statistics.expressions.null_safe import beside
from styr.statistics.expressions.reference import with_age_labels, with_reference_dimensions
from styr.statistics.expressions.spans import added_days, in_day_numbers, in_periods, is_first, with_before
from styr.statistics.question import Question


def recipients(engine: Engine, question: Question) -> ir.Table:
    """Distinct citizens with a covered day in the period and cell (for a stock the period is the day).

    Columns: period, the dimensions asked for, numerator and n (both the persons).
    """
    cells = _cells(engine, question)
    return cells.mutate(numerator=cells.n.cast("float64")).drop("days")


def full_time_recipients(engine: Engine, question: Question) -> ir.Table:
    """Citizen-days of the period and cell, each counted once however many grants cover it.

    Columns: period, the dimensions asked for, numerator (citizen-days), denominator (the period's observed days) and
    n (persons).
    """
    cells = _cells(engine, question)
    return _over_days(cells.mutate(numerator=cells.days.cast("float64")).drop("days"), question)


def _cells(engine: Engine, question: Question) -> ir.Table:
    rows = with_target_groups(covering_grants(engine, question), engine, question)
    rows = in_day_numbers(with_before(rows, cell_keys(rows, question)))
    rows = with_reference_dimensions(in_periods(rows, question), engine, question)
    cells = rows.group_by("period", *question.labels).agg(
        days=added_days(rows).sum(), n=is_first(rows).cast("int64").sum()
    )
    return with_age_labels(cells, question)


def _over_days(cells: ir.Table, question: Question) -> ir.Table:
    """Cells with the observed days of their period as denominator."""
    days = [float(period.days) for period in question.periods]
    lengths = ibis.memtable(pa.table({"period": list(range(len(days))), "denominator": days}))
    return beside(cells, lengths, ("period",))
