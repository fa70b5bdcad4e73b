# SPDX-License-Identifier: EUPL-1.2
"""Rows that cover days, laid against the periods of a question.

Two ideas carry the room. First, of rows ordered by start within a person and cell, each row is told the last day any
earlier row covered (`before`): what it adds to the union begins after that day, and it is the person's first in a
period when no earlier row reached it. So days and persons are counted once with one window and no row per day.
Second, periods are few, so covering rows are joined to them by looking up their days in a calendar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.expressions.calendar import Part, dates, laid_out
from styr.statistics.expressions.calendar_units import EPOCH, UNITS, day_number, place
from styr.statistics.expressions.small_tables import small_table
from styr.statistics.periods import Period
from styr.statistics.question import Question

#: What counting days and persons asks of a period.
COUNTED = ("period", "first", "last", "whole_first", "reference")
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


def in_periods(
    rows: ir.Table,
    question: Question,
    deflators: Mapping[int, float] | None = None,
    *,
    only: Sequence[str] = COUNTED,
    with_places: bool = False,
    few: bool = False,
) -> ir.Table:
    """Rows (day numbers) joined to the periods they cover a day of; the columns of period_table that are named are
    added, and with_places the places of the row's own days (see calendar.laid_out). few: the rows are some thousands
    at most, and each may be compared with each period."""
    spans = period_table(question.periods, deflators)
    if few:
        spans = spans.select(*dict.fromkeys((*only, "first", "last")))
        joined = rows.inner_join(spans, [rows.start <= spans["last"], rows.end >= spans["first"]])
        return joined.select(*rows.columns, *only)
    spans = spans.select("part", *only)
    return laid_out(rows, spans, _parts(question.periods, deflators is not None), with_places=with_places)


def on_days(rows: ir.Table, day: str, question: Question) -> ir.Table:
    """Rows whose day (the name of a column of day numbers) is an observed day of a period, with what is COUNTED of that
    period, and the day as a date (on)."""
    spans = period_table(question.periods).select("part", *COUNTED)
    days = dates(tuple(_parts(question.periods, by_year=False)))
    joined = rows.inner_join(days, rows[day] == days.on_number)
    return joined.inner_join(spans, joined.on_part == spans.part).drop("on_number", "on_part", "part")


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
    reference, the reference day as it is written (20191231), and the dates of the windows before it; the places of
    first and last on the lines of day, month and year; a deflator. With deflators (by year) a period is given in
    parts, one for each calendar year, numbered in the column part.
    """
    return _period_table(tuple(periods), tuple(sorted(deflators.items())) if deflators else None)


def written_day(day: date) -> int:
    """A day as it is written, 20191231: the difference of two, whole ten thousands, is the years between."""
    return day.year * 10_000 + day.month * 100 + day.day


@lru_cache(maxsize=64)
def _period_table(periods: tuple[Period, ...], deflators: tuple[tuple[int, float], ...] | None) -> ir.Table:
    diagnosis = vocabulary.parameter("diagnosis_window_days")
    income = vocabulary.parameter("income_window_days")
    factor = dict(deflators or ())
    rows: list[dict[str, Any]] = []
    for part, (number, first, last) in enumerate(_parts(periods, deflators is not None)):
        period = periods[number]
        row: dict[str, Any] = {
            "part": part,
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
            "deflator": factor[first.year] if deflators else 1.0,
        }
        for unit in UNITS:
            row[f"{unit}_from"] = place(first, unit, after=False)
            row[f"{unit}_to"] = place(last, unit, after=True)
        rows.append(row)
    table = pa.Table.from_pylist(rows)
    small = [field.with_type(pa.int32()) if field.type == pa.int64() else field for field in table.schema]
    return small_table(table.cast(pa.schema(small)))


def _parts(periods: Sequence[Period], by_year: bool) -> list[Part]:
    """The periods in order, or each calendar year of them."""
    if not by_year:
        return [(number, period.first, period.observed_last) for number, period in enumerate(periods)]
    return [
        (number, max(period.first, date(year, 1, 1)), min(period.observed_last, date(year, 12, 31)))
        for number, period in enumerate(periods)
        for year in range(period.first.year, period.observed_last.year + 1)
    ]
