# SPDX-License-Identifier: EUPL-1.2
"""A calendar of the days asked about: which part of the periods a day is in, so that spans of days find the periods
they touch by looking up their first and last day. Joins of equal numbers are quick on every engine; joins by `<=` are
not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache

import ibis
import numpy as np
import pyarrow as pa
from ibis.expr import types as ir

from styr.statistics.expressions.calendar_units import EPOCH, UNITS, places_of
from styr.statistics.expressions.small_tables import small_table

#: A part of a period: the number of the period, the part's first and last observed day.
Part = tuple[int, date, date]
#: Columns of which nothing is left when rows are laid out.
WORKINGS = (
    "_begins", "_ends", "begins_on", "from_part", "ends_on", "to_part", "_apart", "apart", "step", "_part", "part"
)  # fmt: skip


def laid_out(rows: ir.Table, spans: ir.Table, parts: Sequence[Part], *, with_places: bool = False) -> ir.Table:
    """Rows (start, end: day numbers) once for each part they touch, with the columns of spans (one row a part, its
    number in `part`); with_places adds the places of the row's days, cut to the days of the parts, on the lines of
    units: day_start, day_end, month_start and so on."""
    first, last = _number(parts[0][1]), _number(parts[-1][2])
    begins, ends, steps = _begins(tuple(parts), with_places), _ends(tuple(parts), with_places), _steps(len(parts))
    rows = rows.filter(rows.start <= last, rows.end >= first)
    # Each join is by columns that are there: joined by what is still to be worked out, engines try every pair of rows.
    rows = rows.mutate(_begins=ibis.greatest(rows.start, first), _ends=ibis.least(rows.end, last))
    rows = rows.inner_join(begins, rows["_begins"] == begins.begins_on).inner_join(ends, rows["_ends"] == ends.ends_on)
    rows = rows.mutate(_apart=rows.to_part - rows.from_part)
    rows = rows.inner_join(steps, rows["_apart"] == steps.apart)
    rows = rows.mutate(_part=rows.from_part + rows.step)
    rows = rows.inner_join(spans, rows["_part"] == spans.part)
    return rows.drop(*WORKINGS)


@lru_cache(maxsize=32)
def dates(parts: tuple[Part, ...]) -> ir.Table:
    """Every day of the parts: on (a date), on_number (its number) and on_part (the number of the part)."""
    days = [np.arange(np.datetime64(first), np.datetime64(last + timedelta(days=1))) for _, first, last in parts]
    numbers = np.repeat(np.arange(len(parts)), [len(each) for each in days])
    on = np.concatenate(days)
    on_number = (on - np.datetime64(EPOCH)).astype("int32")
    return small_table(pa.table({"on": on, "on_number": on_number, "on_part": pa.array(numbers, pa.int32())}))


@lru_cache(maxsize=32)
def _begins(parts: tuple[Part, ...], with_places: bool) -> ir.Table:
    """Of each day: the first part that lasts to it or beyond."""
    days, lasts = _days(parts), np.array([_number(last) for _, _, last in parts])
    columns = {"begins_on": days, "from_part": np.searchsorted(lasts, days, side="left")}
    return _table(columns, "start" if with_places else None)


@lru_cache(maxsize=32)
def _ends(parts: tuple[Part, ...], with_places: bool) -> ir.Table:
    """Of each day: the last part that has begun."""
    days, firsts = _days(parts), np.array([_number(first) for _, first, _ in parts])
    columns = {"ends_on": days, "to_part": np.searchsorted(firsts, days, side="right") - 1}
    return _table(columns, "end" if with_places else None)


@lru_cache(maxsize=32)
def _steps(parts: int) -> ir.Table:
    """The steps from one part to another so many parts apart: 0, 1, ... up to there."""
    apart, step = np.tril_indices(parts)
    return small_table(pa.table({"apart": pa.array(apart, pa.int32()), "step": pa.array(step, pa.int32())}))


def _table(columns: Mapping[str, np.ndarray], side: str | None) -> ir.Table:
    """The days as a table; with a side of the day, its places on the lines of units too."""
    arrays = {name: pa.array(numbers, pa.int32()) for name, numbers in columns.items()}
    if side:
        days = next(iter(columns.values()))
        arrays |= {f"{unit}_{side}": pa.array(places_of(days, unit, after=side == "end")) for unit in UNITS}
    return small_table(pa.table(arrays))


def _days(parts: Sequence[Part]) -> np.ndarray:
    return np.arange(_number(parts[0][1]), _number(parts[-1][2]) + 1)


def _number(day: date) -> int:
    return (day - EPOCH).days
