# SPDX-License-Identifier: EUPL-1.2
"""Persons, each once in a period and cell, for what is said of them and not of their days."""

from __future__ import annotations

from ibis.expr import types as ir

from styr.statistics.engines import Engine
from styr.statistics.expressions.grants import cell_keys, with_target_groups
from styr.statistics.expressions.null_safe import beside
from styr.statistics.expressions.reference import with_age_labels, with_reference_dimensions
from styr.statistics.expressions.spans import in_day_numbers, in_periods, is_first, with_before
from styr.statistics.question import Question


def persons(grants: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """The citizens with a covered day in a period and cell, by grants as covering_grants gives them; see
    persons_of_days for the columns."""
    rows = with_target_groups(grants, engine, question)
    return persons_of_days(in_day_numbers(with_before(rows, cell_keys(rows, question))), engine, question)


def persons_of_days(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """The same by covered days, as covered_days_of gives them.

    Columns: citizen_id, the dimensions asked for (age_group as its number), period and counts: whether
    the row is the citizen's first in the period and cell, so that a sum of the rows that count has each once. (Rows
    are not left out: told to, DuckDB does so before it has found their periods, and compares each row with each.)
    """
    rows = in_periods(rows, question)
    return with_reference_dimensions(rows.mutate(counts=is_first(rows)), engine, question)


def counted_persons(rows: ir.Table, question: Question, *, each_once: bool = False) -> ir.Table:
    """The citizens of each period and cell, each once; each_once when the rows have them so already.

    Columns: period, the dimensions asked for, numerator and n (both the persons).
    """
    persons_of_cell = rows.count() if each_once else rows.citizen_id.nunique()
    cells = rows.group_by("period", *question.labels).agg(n=persons_of_cell)
    return with_age_labels(cells.mutate(numerator=cells.n.cast("float64")), question)


def among(part: ir.Table, everyone: ir.Table) -> ir.Table:
    """Cells of counted_persons with the persons of everyone, cells of fewer dimensions, as denominator."""
    keys = [key for key in everyone.columns if key not in ("numerator", "n")]
    return beside(part, everyone.select(*keys, denominator="numerator"), keys)
