# SPDX-License-Identifier: EUPL-1.2
"""Tables on pages: sorted, narrowed to rows that hold a text, and to chosen columns, all by the address; and the same
rows as CSV, XLSX and JSON.

`sort=name` or `sort=-name`, `find=text`, `columns=a` (several).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import pyarrow as pa
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from styr import output
from styr.reporting.numbers import Language

FORMS: Mapping[str, tuple[output.Format, str]] = {
    "csv": (output.Format.csv, "text/csv; charset=utf-8"),
    "json": (output.Format.json, "application/json"),
    "xlsx": (output.Format.xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_MOST_SHOWN = 500


@dataclass(frozen=True)
class Column:
    """A column of a table: its name in the frame, its heading, whether numbers stand in it, how a cell is written, and
    where it leads (name of a page, and the column of the frame that its address takes)."""

    name: str
    heading: str
    numeric: bool = False
    text: Callable[[Any], str] = lambda value: "–" if value is None else str(value)
    link: tuple[str, str] | None = None


@dataclass(frozen=True)
class Cell:
    """A cell as shown: its text, whether it is a number, and where it leads (empty: nowhere)."""

    text: str
    numeric: bool
    address: str


@dataclass(frozen=True)
class Heading:
    """A heading as shown: its words, whether numbers stand below, and how the address would sort by it."""

    column: Column
    sort: str
    sorted: str  # ascending, descending or none


@dataclass(frozen=True)
class Shown:
    """A table as shown: headings, rows of written cells, all columns with whether each is chosen, the text looked for,
    how many rows there are, and how many of them are shown."""

    headings: list[Heading]
    rows: list[list[Cell]]
    columns: list[tuple[Column, bool]]
    find: str
    total: int
    shown: int


def shown_table(request: HttpRequest, frame: pl.DataFrame, columns: Sequence[Column]) -> Shown:
    """The table that an address asks for; words of the address that name no column are passed over."""
    named = {column.name: column for column in columns}
    asked = [name for name in request.GET.getlist("columns") if name in named]
    chosen = [column for column in columns if not asked or column.name in asked]
    written = frame.select(pl.col(column.name) for column in columns)
    find = request.GET.get("find", "").strip()
    texts = {column.name: [column.text(value) for value in written[column.name]] for column in columns}
    places = pl.Series(range(frame.height), dtype=pl.Int64)
    if find:
        word = find.casefold()
        keep = [any(word in texts[column.name][at].casefold() for column in chosen) for at in places]
        places = places.filter(pl.Series(keep, dtype=pl.Boolean))
    sort = request.GET.get("sort", "")
    by, down = sort.removeprefix("-"), sort.startswith("-")
    if by in named:
        order = written[by].gather(places).arg_sort(descending=down, nulls_last=True)
        places = places.gather(order)
    headings = [
        Heading(
            column,
            f"-{column.name}" if sort == column.name else column.name,
            ("descending" if down else "ascending") if column.name == by else "none",
        )
        for column in chosen
    ]
    rows = [
        [Cell(texts[column.name][at], column.numeric, _address(column, frame, at)) for column in chosen]
        for at in places.head(_MOST_SHOWN)
    ]
    ticked = [(column, column in chosen) for column in columns]
    return Shown(headings, rows, ticked, find, len(places), len(rows))


def _address(column: Column, frame: pl.DataFrame, at: int) -> str:
    return reverse(column.link[0], args=[frame[column.link[1]][at]]) if column.link else ""


def as_file(table: pa.Table, header: Mapping[str, Any], form: str, name: str, language: Language) -> HttpResponse:
    """A table as a file of a form (a key of FORMS), to be saved and never opened as a page."""
    format, kind = FORMS[form]
    answer = HttpResponse(output.as_bytes(table, header, format), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["Content-Language"] = language
    return answer
