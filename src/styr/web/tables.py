# SPDX-License-Identifier: EUPL-1.2
"""Tables on pages: sorted, narrowed to rows that hold a text, and to chosen columns, all by the address; and the same
rows as CSV, XLSX and JSON.

`sort=name` or `sort=-name`, `find=text`, `columns=a` (several), `rows=200` (so many are shown). Of a page with several
tables each has its own words: `NAME-sort`, `NAME-find`, `NAME-columns`, `NAME-rows`. Long lists are sorted, narrowed
and paged (`page=2`) by the database (shown_page).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import pyarrow as pa
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from styr import output
from styr.reporting.numbers import Language
from styr.web.filters import filters_of, with_filters

FORMS: Mapping[str, tuple[output.Format, str]] = {
    "csv": (output.Format.csv, "text/csv; charset=utf-8"),
    "json": (output.Format.json, "application/json"),
    "xlsx": (output.Format.xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
_A_PAGE, _MOST_SHOWN = 100, 5000  # rows


@dataclass(frozen=True)
class Column:
    """A column of a table: its name in the frame, its heading, whether numbers stand in it, how a cell is written (or
    which column of the frame holds it as written), where it leads (name of a page, and the column of the frame that its
    address takes; nowhere in rows where that is empty), and whether sentences stand in it."""

    name: str
    heading: str
    numeric: bool = False
    text: Callable[[Any], str] = lambda value: "–" if value is None else str(value)
    link: tuple[str, str] | None = None
    written: str = ""
    wide: bool = False

    def texts(self, frame: pl.DataFrame) -> list[str]:
        """Its cells as written."""
        return frame[self.written].to_list() if self.written else [self.text(value) for value in frame[self.name]]


@dataclass(frozen=True)
class Cell:
    """A cell as shown: its text, whether it is a number, and where it leads (empty: nowhere)."""

    text: str
    numeric: bool
    address: str
    wide: bool = False


@dataclass(frozen=True)
class Heading:
    """A heading as shown: its column, the address that sorts by it (empty: none does), and how it is sorted now."""

    column: Column
    address: str
    sorted: str  # ascending, descending or none


@dataclass(frozen=True)
class Words:
    """The words of an address that a table reads, those of its page's only table or of one among several."""

    table: str = ""

    @property
    def sort(self) -> str:
        return self._of("sort")

    @property
    def find(self) -> str:
        return self._of("find")

    @property
    def columns(self) -> str:
        return self._of("columns")

    @property
    def rows(self) -> str:
        return self._of("rows")

    def _of(self, word: str) -> str:
        return f"{self.table}-{word}" if self.table else word


@dataclass(frozen=True)
class Shown:
    """A table as shown: headings, rows of written cells, all columns with whether each is chosen, the text looked for,
    how many rows there are, how many of them are shown, the address that shows more (empty: none are left, or no more
    are shown on a page), its words in the address, the address's other words, and whether a text can be looked for."""

    headings: list[Heading]
    rows: list[list[Cell]]
    columns: list[tuple[Column, bool]]
    find: str
    total: int
    shown: int
    more: str
    words: Words
    asked: list[tuple[str, str]]
    query: str
    searched: bool = True

    @property
    def asked_here(self) -> bool:
        """Whether the address chooses anything of this table."""
        of_it = {self.words.sort, self.words.find, self.words.columns}
        return any(name in of_it for name, _ in self.asked)


def shown_table(
    request: HttpRequest,
    frame: pl.DataFrame,
    columns: Sequence[Column],
    table: str = "",
    usual: Collection[str] = (),
) -> Shown:
    """The table that an address asks for; words of the address that name no column are passed over. A page with several
    tables names each. usual: the columns shown where none are chosen (none: all)."""
    words = Words(table)
    chosen, places = _chosen(request, frame, columns, words, usual)
    at = places.head(_rows_asked(request, words))
    seen = frame[at] if len(at) else frame.clear()
    left = seen.height < min(len(places), _MOST_SHOWN)
    more = _with(request.GET, words.rows, str(seen.height + _A_PAGE)) if left else ""
    every = {column.name for column in columns}
    return _shown(request, seen, columns, chosen, words, sortable=every, total=len(places), more=more)


def shown_page(
    request: HttpRequest, frame: pl.DataFrame, columns: Sequence[Column], sortable: Collection[str]
) -> Shown:
    """A page of a list that the database has narrowed, sorted (see order_of; sortable names the columns it can sort by)
    and cut into pages: frame holds the page's rows."""
    words = Words()
    chosen = _columns_asked(request, columns, words)
    return _shown(
        request, frame, columns, chosen, words, sortable=sortable, total=frame.height, more="", searched=False
    )


def order_of(request: HttpRequest, orders: Mapping[str, str], usual: str) -> str:
    """What an address sorts by, as the database is told: orders has for each column that can be sorted by what it is
    called there."""
    sort = request.GET.get(Words().sort, "")
    order = orders.get(sort.removeprefix("-"))
    if order is None:
        return usual
    return f"-{order}".removeprefix("--") if sort.startswith("-") else order


def _shown(
    request: HttpRequest,
    seen: pl.DataFrame,
    columns: Sequence[Column],
    chosen: Sequence[Column],
    words: Words,
    *,
    sortable: Collection[str],
    total: int,
    more: str,
    searched: bool = True,
) -> Shown:
    """The rows seen, as shown."""
    sort = request.GET.get(words.sort, "")
    headings = []
    for column in chosen:
        way = {column.name: "ascending", f"-{column.name}": "descending"}.get(sort, "none")
        address = _with(request.GET, words.sort, f"-{column.name}" if way == "ascending" else column.name)
        headings.append(Heading(column, address if column.name in sortable else "", way))
    filters = filters_of(request)
    written = [column.texts(seen) for column in chosen]
    links = [
        [
            with_filters(reverse(column.link[0], args=[key]), filters) if key not in (None, "") else ""
            for key in seen[column.link[1]]
        ]
        if column.link
        else [""] * seen.height
        for column in chosen
    ]
    rows = [
        [
            Cell(texts[place], column.numeric, led[place], column.wide)
            for column, texts, led in zip(chosen, written, links, strict=True)
        ]
        for place in range(seen.height)
    ]
    ticked = [(column, column in chosen) for column in columns]
    asked = [(name, value) for name, values in request.GET.lists() for value in values]
    find = request.GET.get(words.find, "").strip()
    query = request.GET.urlencode()
    return Shown(headings, rows, ticked, find, total, seen.height, more, words, asked, query, searched)


def table_file(
    request: HttpRequest,
    frame: pl.DataFrame,
    columns: Sequence[Column],
    form: str,
    name: str,
    language: Language,
    *,
    codes: pa.Table | None = None,
    header: Mapping[str, Any] | None = None,
    table: str = "",
) -> HttpResponse:
    """The table of a page as a file of a form: the rows and columns that the address chooses, in its order, and all
    columns where it chooses none. codes is the same rows as they are to stand in the file, in codes and with columns
    that the page does not show. Http404 for a form there is none of."""
    if form not in FORMS:
        raise Http404
    words = Words(table)
    chosen, places = _chosen(request, frame, columns, words)
    rows = frame.to_arrow() if codes is None else codes
    if words.columns in request.GET:
        names = [column.name for column in chosen if column.name in rows.column_names]
        rows = rows.select(names or rows.column_names)
    return as_file(rows.take(places.to_arrow()), header or {}, form, name, language)


def as_file(table: pa.Table, header: Mapping[str, Any], form: str, name: str, language: Language) -> HttpResponse:
    """A table as a file of a form (a key of FORMS), to be saved and never opened as a page."""
    format, kind = FORMS[form]
    answer = HttpResponse(output.as_bytes(table, header, format), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    answer["Content-Language"] = language
    return answer


def _chosen(
    request: HttpRequest,
    frame: pl.DataFrame,
    columns: Sequence[Column],
    words: Words,
    usual: Collection[str] = (),
) -> tuple[list[Column], pl.Series]:
    """The columns an address chooses, and the places of the rows it finds, in its order."""
    chosen = _columns_asked(request, columns, words, usual)
    places = pl.Series(range(frame.height), dtype=pl.Int64)
    if word := request.GET.get(words.find, "").strip().casefold():
        texts = [column.texts(frame) for column in chosen]
        found = [any(word in text[at].casefold() for text in texts) for at in range(frame.height)]
        places = places.filter(pl.Series(found, dtype=pl.Boolean))
    sort = request.GET.get(words.sort, "")
    by = sort.removeprefix("-")
    if by in {column.name for column in columns}:
        order = frame[by].gather(places).arg_sort(descending=sort.startswith("-"), nulls_last=True)
        places = places.gather(order)
    return chosen, places


def _columns_asked(
    request: HttpRequest, columns: Sequence[Column], words: Words, usual: Collection[str] = ()
) -> list[Column]:
    asked = request.GET.getlist(words.columns) or usual
    return [column for column in columns if column.name in asked] or list(columns)


def _rows_asked(request: HttpRequest, words: Words) -> int:
    """How many rows an address asks to see."""
    word = request.GET.get(words.rows, "")
    return min(max(int(word), _A_PAGE), _MOST_SHOWN) if word.isdecimal() and len(word) < 10 else _A_PAGE


def _with(asked: QueryDict, word: str, value: str) -> str:
    """The address of the same page with one word of it another."""
    changed = asked.copy()
    changed[word] = value
    return f"?{changed.urlencode()}"
