# SPDX-License-Identifier: EUPL-1.2
"""Mistakes planted in a messy delivery, each of one kind, at a known place, and wrong however it is read.

In tables whose key is one id a mistake stands in a row of its own (a copy with a new id), so that nothing else in
the delivery depends on it; in the other tables it stands in a row of the delivery. Kinds are named as the import
names its findings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from styr.vocabulary.exchange import Column, Table

RATE = 0.02  # of the rows of a table
_UNKNOWN = {"citizen": "syn-000-{:07d}", "id": "ukendt-{:07d}"}
_WRONG_DATES = ("31-02-2019", "2019-13-45", "00-00-0000", "d. 5. maj")
_WRONG_NUMBERS = ("12,34,56", "ca. 500", "1.2.3,4", "kr.")
_UNTOUCHED = ("price_indices",)  # a year without an index would leave every amount of it without a price level
_SPARED = ("case_id",)  # left out of broken references: they would only repeat others


@dataclass(frozen=True)
class Mistake:
    """A planted mistake: row of the piece (from 0), column, kind, and the row it contradicts, if any."""

    row: int
    column: str
    kind: str
    other: int | None = None


@dataclass
class _Plot:
    """A kind of mistake that a table can have: what to write where in a copy or row. None skips the row."""

    kind: str
    column: str
    text: Callable[[dict[str, object], np.random.Generator], str | None]


def plant(
    table: Table,
    frame: pl.DataFrame,
    texts: pl.DataFrame,
    lives: pl.DataFrame | None,
    *,
    first: bool,
    rng: np.random.Generator,
) -> tuple[pl.DataFrame, list[Mistake]]:
    """The piece with mistakes, about RATE of its rows, and at least one of every kind in a table's first piece.

    frame: the values the texts were written from. lives: birth_date and death_date of the piece's citizens.
    """
    if not frame.height or table.name in _UNTOUCHED:
        return texts, []
    plots = _plots(table)
    wanted = int(frame.height * RATE + rng.random())
    if first:
        wanted = max(wanted, len(plots) + 4)
    wanted = min(wanted, max(frame.height // 3, 1))
    turns = rng.permutation(np.arange(wanted) % max(len(plots), 1))
    chosen = rng.choice(frame.height, wanted, replace=False)
    copies = len(table.key) == 1
    changed = texts[chosen.astype(np.uint32)].rows(named=True)
    originals = frame[chosen.astype(np.uint32)].rows(named=True)
    inserted: list[dict[str, object]] = []
    replaced: dict[int, dict[str, object]] = {}
    mistakes: list[Mistake] = []
    for turn, row, cells, values in zip(turns, chosen, changed, originals, strict=True):
        plot = plots[int(turn)]
        text = plot.text(values, rng)
        if text is None and plot.kind != "required":
            continue
        cells[plot.column] = text
        if copies:
            if plot.column != table.key[0]:
                cells[table.key[0]] = _fresh(cells[table.key[0]], len(inserted))
            mistakes.append(Mistake(frame.height + len(inserted), plot.column, plot.kind))
            inserted.append(cells)
        else:
            mistakes.append(Mistake(int(row), plot.column, plot.kind))
            replaced[int(row)] = cells
    taken = set(replaced)
    extra, more = _contradictions(table, frame, texts, lives, taken, len(inserted), rng)
    result = _with_rows(texts, replaced)
    if inserted or extra:
        result = pl.concat([result, pl.DataFrame(inserted + extra, schema=texts.schema)])
    return result, mistakes + more


def _plots(table: Table) -> Sequence[_Plot]:
    plots: list[_Plot] = []
    for column in table:
        if column.type in ("date", "month"):
            plots.append(_Plot("date", column.name, _one_of(_WRONG_DATES)))
        if column.type == "date" and not column.name.startswith(("end", "death", "clos")):
            plots.append(_Plot("date_range", column.name, _one_of(("01-01-2150", "01-01-1750"))))
        if column.type == "year":
            plots.append(_Plot("year", column.name, _one_of(("1850", "2150"))))
        if column.type in ("money", "quantity"):
            plots.append(_Plot("number", column.name, _one_of(_WRONG_NUMBERS)))
        plots += _bounds(column)
        if column.type == "code" and column.list not in ("grouping", None):
            plots.append(_Plot("code", column.name, _one_of(("§ 999x", "ukendt kode", "???"))))
        if column.refers and column.name not in _SPARED:
            plots.append(_Plot("unknown_reference", column.name, _nobody(_UNKNOWN[column.type])))
        if column.required and column.name not in table.key:
            plots.append(_Plot("required", column.name, lambda values, rng: None))
    if table.period:
        plots.append(_Plot("end_before_start", table.period[1], _before(table.period[0])))
    return [plot for plot in plots if not (len(table.key) == 1 and plot.column == table.key[0])]


def _bounds(column: Column) -> list[_Plot]:
    """Numbers below or above what the column allows."""
    if column.type not in ("money", "quantity", "integer"):
        return []
    plots = []
    if column.min is not None and column.min == 0:
        plots.append(_Plot("negative", column.name, _one_of(("-1", "-7"))))
    elif column.min is not None:
        plots.append(_Plot("range", column.name, _one_of(("0",))))
    if column.max is not None:
        plots.append(_Plot("range", column.name, _one_of((f"{column.max * 10 + 7:.0f}",))))
    return plots


def _one_of(texts: Sequence[str]) -> Callable[[dict[str, object], np.random.Generator], str]:
    return lambda values, rng: texts[int(rng.integers(0, len(texts)))]


def _nobody(form: str) -> Callable[[dict[str, object], np.random.Generator], str]:
    """An id that nobody has, another each time so that two rows do not share a key."""
    return lambda values, rng: form.format(9_000_000 + int(rng.integers(0, 1_000_000)))


def _before(start: str) -> Callable[[dict[str, object], np.random.Generator], str | None]:
    def text(values: dict[str, object], rng: np.random.Generator) -> str | None:
        day = values[start]
        return f"{day - timedelta(int(rng.integers(2, 400))):%d-%m-%Y}" if isinstance(day, date) else None

    return text


def _fresh(key: object, number: int) -> str:
    """An id nobody else has: the row's own with a tail."""
    return f"{key}-x{number}"


def _contradictions(
    table: Table,
    frame: pl.DataFrame,
    texts: pl.DataFrame,
    lives: pl.DataFrame | None,
    taken: set[int],
    inserted: int,
    rng: np.random.Generator,
) -> tuple[list[dict[str, object]], list[Mistake]]:
    """Further rows at the end: the same key twice with other content, periods that overlap, grants outside the
    citizen's life.
    """
    free = np.array([row for row in rng.choice(frame.height, min(frame.height, 60), replace=False) if row not in taken])
    wanted = max(1, min(len(free) // 4, int(frame.height * RATE / 10) + 1))
    extra: list[dict[str, object]] = []
    mistakes: list[Mistake] = []

    def add(cells: dict[str, object], column: str, kind: str, other: int | None = None) -> None:
        mistakes.append(Mistake(frame.height + inserted + len(extra), column, kind, other))
        extra.append(cells)

    content = [
        column for column in table if column.type in ("money", "integer", "quantity") and column.name not in table.key
    ]
    for row in free[:wanted]:
        if content:
            cells, other = texts.row(int(row), named=True), int(row)
            if len(table.key) == 1:  # a pair of its own: the row's own id may be referred to
                cells[table.key[0]] = _fresh(cells[table.key[0]], inserted + len(extra))
                other = frame.height + inserted + len(extra)
                extra.append(dict(cells))
            cells[content[0].name] = "1" if cells[content[0].name] != "1" else "2"
            add(cells, table.key[-1], "duplicate_key", other)
    for row in free[wanted : 3 * wanted] if table.no_overlap else []:
        start, end = frame["start_date"][int(row)], frame["end_date"][int(row)]
        if end is None or (end - start).days > 20:
            cells = texts.row(int(row), named=True)
            cells["start_date"], cells["end_date"] = (f"{start + timedelta(days):%d-%m-%Y}" for days in (5, 12))
            add(cells, "start_date", "overlap", int(row))
    if table.name == "grants" and lives is not None:
        for kind, cells in _outside_life(frame, texts, lives, free[wanted : 3 * wanted], rng):
            cells["grant_id"] = _fresh(cells["grant_id"], inserted + len(extra))
            add(cells, "start_date" if kind == "birth_after_grant" else "end_date", kind)
    return extra, mistakes


def _outside_life(
    frame: pl.DataFrame, texts: pl.DataFrame, lives: pl.DataFrame, rows: np.ndarray, rng: np.random.Generator
) -> list[tuple[str, dict[str, object]]]:
    """Copies of grants moved to before the citizen's birth, or given to one who has died."""
    people = {row[0]: row[1:] for row in lives.iter_rows()}
    result: list[tuple[str, dict[str, object]]] = []
    for row in rows:
        born, _ = people[frame["citizen_id"][int(row)]]
        cells = texts.row(int(row), named=True)
        day = born - timedelta(int(rng.integers(200, 900)))
        cells["start_date"], cells["end_date"] = f"{day:%d-%m-%Y}", f"{day + timedelta(90):%d-%m-%Y}"
        cells["decision_date"] = cells["expected_end_date"] = None
        result.append(("birth_after_grant", cells))
    dead = lives.filter(pl.col("death_date").is_not_null())
    chosen = dead.select("citizen_id", "death_date").sample(min(len(rows), dead.height), seed=1)
    for row, (citizen, died) in zip(rows, chosen.iter_rows(), strict=False):
        cells = texts.row(int(row), named=True)
        cells["citizen_id"] = citizen
        cells["start_date"], cells["end_date"] = f"{died - timedelta(30):%d-%m-%Y}", f"{died + timedelta(200):%d-%m-%Y}"
        cells["decision_date"] = cells["expected_end_date"] = None
        result.append(("outside_life", cells))
    return result


def _with_rows(texts: pl.DataFrame, replaced: dict[int, dict[str, object]]) -> pl.DataFrame:
    """The texts with some rows replaced."""
    if not replaced:
        return texts
    rows = list(replaced)
    cells = pl.DataFrame(list(replaced.values()), schema=texts.schema)
    index = pl.Series(rows, dtype=pl.UInt32)
    return texts.with_columns(texts[name].scatter(index, cells[name]) for name in texts.columns)
