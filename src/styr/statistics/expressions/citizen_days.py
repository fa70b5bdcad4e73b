# SPDX-License-Identifier: EUPL-1.2
"""Citizens and their covered days, counted in cells: what is common to counting persons and full-time persons."""

from __future__ import annotations

import pyarrow as pa
from ibis.expr import types as ir

from styr.statistics.engines import Engine
from styr.statistics.expressions.granted import granted
from styr.statistics.expressions.grants import cell_keys, covered_days_of, wanted, with_target_groups
from styr.statistics.expressions.null_safe import beside
from styr.statistics.expressions.reference import with_age_labels, with_reference_dimensions
from styr.statistics.expressions.small_tables import small_table
from styr.statistics.expressions.spans import added_days, in_day_numbers, in_periods, is_first, with_before
from styr.statistics.question import Question


def citizen_days(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Rows as covering_grants gives them, counted: a citizen's day once in each cell, however many rows cover it.

    Columns: period, the dimensions asked for, days (citizen-days) and n (persons).
    """
    rows = with_target_groups(rows, engine, question)
    return _counted(in_day_numbers(with_before(rows, cell_keys(rows, question))), engine, question)


def days_of_grants(engine: Engine, question: Question) -> ir.Table:
    """The same of the grants a question asks about, by what is kept of their days when it is."""
    return _counted(covered_days_of(granted(engine, wanted(question)), engine, question), engine, question)


def _counted(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    rows = with_reference_dimensions(in_periods(rows, question), engine, question)
    cells = rows.group_by("period", *question.labels).agg(
        days=added_days(rows).cast("float64").sum(), n=rows.count(where=is_first(rows))
    )
    return with_age_labels(cells, question)


def as_persons(cells: ir.Table) -> ir.Table:
    """Cells of citizen_days with the persons as numerator."""
    return cells.mutate(numerator=cells.n.cast("float64")).drop("days")


def as_full_time(cells: ir.Table, question: Question) -> ir.Table:
    """Cells of citizen_days with the days as numerator and the observed days of their period as denominator."""
    days = [float(period.days) for period in question.periods]
    lengths = small_table(pa.table({"period": list(range(len(days))), "denominator": days}))
    return beside(cells.rename(numerator="days"), lengths, ("period",))
