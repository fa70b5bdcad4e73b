# SPDX-License-Identifier: EUPL-1.2
"""Rows that cover days, laid against the periods of a question.

Two ideas carry the room. First, of rows ordered by start within a person and cell, each row is told the last day any
earlier row covered (`before`): what it adds to the union begins after that day, and it is the person's first in a
period when no earlier row reached it. So days and persons are counted once with one window and no row per day.
Second, periods are few, so covering rows are joined to them by their days.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.expressions.calendar_units import EPOCH, UNITS, day_number, place
from styr.statistics.periods import Period
from styr.statistics.question import Question

#: Days before and after everything, for spells without start or end.
EARLIEST, LATEST = date(1800, 1, 1), date(2200, 12, 31)
#: The same as day numbers.
NEVER_BEFORE = (EARLIEST - EPOCH).days


def with_before(rows: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Rows (start, end, keys) with `before`: the last day an earlier row of the same keys covered, null when none.

    Keys that follow from other keys (the sex of a citizen) are better left out: the fewer, the faster.
    """
    earlier = ibis.window(group_by=list(keys), order_by="start", preceding=(None, 1))
    return rows.mutate(before=rows.end.max().over(earlier))


def in_day_numbers(rows: ir.Table) -> ir.Table:
    """Rows with start, end and before as day numbers: whole numbers are cheaper to lay against periods than dates."""
    before = day_number(rows.before).fill_null(NEVER_BEFORE)
    return rows.mutate(start=day_number(rows.start), end=day_number(rows.end), before=before)


def in_periods(rows: ir.Table, question: Question, deflators: Mapping[int, float] | None = None) -> ir.Table:
    """Rows (day numbers) joined to the periods they cover a day of; columns of period_table are added."""
    spans = period_table(question.periods, deflators)
    return rows.inner_join(spans, [rows.start <= spans.last, rows.end >= spans.first])


def added_days(rows: ir.Table) -> ir.IntegerValue:
    """Days of the period a row covers that no earlier row covered; 0 when all were."""
    start = ibis.greatest(rows.start, rows.first, rows.before + 1)
    return ibis.greatest(ibis.least(rows.end, rows.last) - start + 1, 0)


def covered_days(rows: ir.Table) -> ir.IntegerValue:
    """Days of the period a row covers."""
    return ibis.least(rows.end, rows.last) - ibis.greatest(rows.start, rows.first) + 1


def is_first(rows: ir.Table) -> ir.BooleanValue:
    """Whether the row is the person's first in the period: no earlier row reached it, and it begins in this part."""
    new = rows.before < rows.whole_first
    return new & (ibis.greatest(rows.start, rows.whole_first) >= rows.first)


def period_table(periods: Sequence[Period], deflators: Mapping[int, float] | None = None) -> ir.Table:
    """The periods as a small table.

    Columns: period (its number); first, last observed day and whole_first as day numbers, and first_date, last_date;
    reference, the reference day as it is written
    (20191231), and the dates of the windows before it; the places of first and
    last on the lines of day, month and year; a deflator. With deflators (by year) a period is given in parts, one
    for each calendar year.
    """
    diagnosis = vocabulary.parameter("diagnosis_window_days")
    income = vocabulary.parameter("income_window_days")
    rows: list[dict[str, Any]] = []
    for number, period in enumerate(periods):
        for first, last in _parts(period, deflators is not None):
            row: dict[str, Any] = {
                "period": number,
                "first": (first - EPOCH).days,
                "last": (last - EPOCH).days,
                "whole_first": (period.first - EPOCH).days,
                "first_date": first,
                "last_date": last,
                "reference": written_day(period.last),
                "day_before": period.last - timedelta(days=1),
                "diagnosed_from": period.last - timedelta(days=diagnosis),
                "income_from": period.last - timedelta(days=income),
                "deflator": deflators[first.year] if deflators else 1.0,
            }
            for unit in UNITS:
                row[f"{unit}_from"] = place(first, unit, after=False)
                row[f"{unit}_to"] = place(last, unit, after=True)
            rows.append(row)
    return ibis.memtable(pa.Table.from_pylist(rows))


def written_day(day: date) -> int:
    """A day as it is written, 20191231: the difference of two, whole ten thousands, is the years between."""
    return day.year * 10_000 + day.month * 100 + day.day


def _parts(period: Period, by_year: bool) -> list[tuple[date, date]]:
    if not by_year:
        return [(period.first, period.observed_last)]
    return [
        (max(period.first, date(year, 1, 1)), min(period.observed_last, date(year, 12, 31)))
        for year in range(period.first.year, period.observed_last.year + 1)
    ]
