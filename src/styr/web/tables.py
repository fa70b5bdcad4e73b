# SPDX-License-Identifier: EUPL-1.2
"""Tables on pages: sorted, narrowed to rows that hold a text, and to chosen columns, all by the address (as files:
styr.web.table_files).

`sort=name` or `sort=-name`, `find=text`, `columns=a` (several), `rows=200` (so many are shown). A table that is one
part of its page has words of its own: `NAME-sort`, `NAME-find`, `NAME-columns`, `NAME-rows`. Long lists are sorted,
narrowed and paged (`page=2`) by the database (shown_page).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pyarrow as pa
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from styr.web.filters import Filters, filters_of, with_filters

_A_PAGE, _MOST_SHOWN = 100, 5000  # rows
_A_PART = 30  # rows of a part of a page that are shown first
_FEW = 15  # rows of a part that are read as they stand
#: The column of a frame that says which rows are over and shown quietly.
OVER = "_over"


@dataclass(frozen=True)
class Column:
    """A column of a table: its name in the frame, its heading, whether numbers stand in it, how a cell is written (or
    which column of the frame holds it as written), where it leads (name of a page, and the column of the frame that its
    address takes; nowhere in rows where that is empty), whether sentences stand in it, and their language where it is
    not the page's."""

    name: str
    heading: str
    numeric: bool = False
    text: Callable[[Any], str] = lambda value: "–" if value is None else str(value)
    link: tuple[str, str] | None = None
    written: str = ""
    wide: bool = False
    language: str = ""

    def texts(self, frame: pl.DataFrame) -> list[str]:
        """Its cells as written."""
        return frame[self.written].to_list() if self.written else [self.text(value) for value in frame[self.name]]


@dataclass(frozen=True)
class Action:
    """What can be done with the rows of a table: what it is called, the page it is done on and the columns of the frame
    that the page's address takes, the column that says which row it is (read aloud), the column that says in which rows
    it can be done (empty: in all), and whether it is done at once, by a button."""

    text: str
    page: str
    keys: tuple[str, ...]
    about: str
    where: str = ""
    at_once: bool = False


@dataclass(frozen=True)
class Table:
    """A table of a page: its name (in the page's ids, and in the words of the address where it is one part of the
    page), its caption, its rows and columns, the address of its files without their form (empty: it has none), the
    columns shown where none are chosen (none: all), what can be done with its rows, the same rows as they are to stand
    in files (None: as in the frame) and what files say beside. Columns of the frame whose names begin with _ help the
    page and stand in no file."""

    name: str
    caption: str
    frame: pl.DataFrame
    columns: Sequence[Column]
    files: str = ""
    part: bool = False
    usual: Collection[str] = ()
    actions: Sequence[Action] = ()
    codes: pa.Table | None = None
    header: Mapping[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> Words:
        """The words of an address that it reads."""
        return Words(self.name if self.part else "")


@dataclass(frozen=True)
class Cell:
    """A cell as shown: its text, where it leads (empty: nowhere), and how it stands."""

    text: str
    address: str
    numeric: bool = False
    wide: bool = False
    unbroken: bool = False
    language: str = ""


@dataclass(frozen=True)
class Row:
    """A row as shown: its cells, what can be done with it (each with its address and which row it is), and whether it
    is over."""

    cells: list[Cell]
    actions: list[tuple[Action, str, str]]
    over: bool


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
    """A table as shown: what it is of, headings, rows, all columns with whether each is chosen, the text looked for,
    how many rows there are, the address that shows more (empty: none are left, or no more are shown on a page), the
    address's other words, and whether a text can be looked for."""

    of: Table
    headings: list[Heading]
    rows: list[Row]
    columns: list[tuple[Column, bool]]
    find: str
    total: int
    more: str
    asked: list[tuple[str, str]]
    query: str
    searched: bool = True

    @property
    def any(self) -> bool:
        """Whether there is anything to show, whatever is looked for."""
        return self.of.frame.height > 0

    @property
    def width(self) -> int:
        """How many columns are shown, with that of what can be done."""
        return len(self.headings) + bool(self.of.actions)

    @property
    def words(self) -> Words:
        """The words of an address that it reads."""
        return self.of.words

    @property
    def asked_here(self) -> bool:
        """Whether the address chooses anything of this table."""
        of_it = {self.words.sort, self.words.find, self.words.columns}
        return any(name in of_it for name, _ in self.asked)

    @property
    def folded(self) -> bool:
        """Whether what can be chosen of it is folded away: a part of few rows is read as it stands."""
        return self.of.part and self.of.frame.height <= _FEW


def shown_table(request: HttpRequest, table: Table) -> Shown:
    """The table that an address asks for; words of the address that name no column are passed over."""
    chosen, places = chosen_of(request, table, table.usual)
    at = places.head(_rows_asked(request, table))
    seen = table.frame[at] if len(at) else table.frame.clear()
    left = seen.height < min(len(places), _MOST_SHOWN)
    more = _with(request.GET, table.words.rows, str(seen.height + _A_PAGE)) if left else ""
    every = {column.name for column in table.columns}
    return _shown(request, table, seen, chosen, sortable=every, total=len(places), more=more)


def shown_tables(request: HttpRequest, tables: Mapping[str, Table]) -> dict[str, Shown]:
    """Several tables of a page, by the word each has in the address of its files."""
    return {word: shown_table(request, table) for word, table in tables.items()}


def shown_page(request: HttpRequest, table: Table, sortable: Collection[str]) -> Shown:
    """A page of a list that the database has narrowed, sorted (see order_of; sortable names the columns it can sort by)
    and cut into pages: the table holds the page's rows."""
    chosen = _columns_asked(request, table)
    return _shown(
        request, table, table.frame, chosen, sortable=sortable, total=table.frame.height, more="", searched=False
    )


def order_of(request: HttpRequest, orders: Mapping[str, str], usual: str) -> str:
    """What an address sorts by, as the database is told: orders has for each column that can be sorted by what it is
    called there."""
    sort = request.GET.get(Words().sort, "")
    order = orders.get(sort.removeprefix("-"))
    if order is None:
        return usual
    return f"-{order}".removeprefix("--") if sort.startswith("-") else order


def chosen_of(request: HttpRequest, table: Table, usual: Collection[str] = ()) -> tuple[list[Column], pl.Series]:
    """The columns an address chooses of a table, and the places of the rows it finds, in its order."""
    words, frame = table.words, table.frame
    chosen = _columns_asked(request, table, usual)
    places = pl.Series(range(frame.height), dtype=pl.Int64)
    if word := request.GET.get(words.find, "").strip().casefold():
        texts = [column.texts(frame) for column in chosen]
        found = [any(word in text[at].casefold() for text in texts) for at in range(frame.height)]
        places = places.filter(pl.Series(found, dtype=pl.Boolean))
    sort = request.GET.get(words.sort, "")
    by = sort.removeprefix("-")
    if by in {column.name for column in table.columns}:
        order = frame[by].gather(places).arg_sort(descending=sort.startswith("-"), nulls_last=True)
        places = places.gather(order)
    return chosen, places


def files_at(page: str, *arguments: object) -> str:
    """The address of a table's files without their form; arguments are those that come before the form."""
    return reverse(page, args=[*arguments, "csv"]).removesuffix("csv")


def _shown(
    request: HttpRequest,
    table: Table,
    seen: pl.DataFrame,
    chosen: Sequence[Column],
    *,
    sortable: Collection[str],
    total: int,
    more: str,
    searched: bool = True,
) -> Shown:
    """The rows seen, as shown."""
    words, filters = table.words, filters_of(request)
    sort = request.GET.get(words.sort, "")
    headings = []
    for column in chosen:
        way = {column.name: "ascending", f"-{column.name}": "descending"}.get(sort, "none")
        address = _with(request.GET, words.sort, f"-{column.name}" if way == "ascending" else column.name)
        headings.append(Heading(column, address if column.name in sortable else "", way))
    cells = zip(*(_cells(column, seen, filters) for column in chosen), strict=True)
    over = seen[OVER].to_list() if OVER in seen.columns else [False] * seen.height
    actions = _actions(table.actions, seen, filters)
    rows = [Row(list(row), can, gone) for row, can, gone in zip(cells, actions, over, strict=True)]
    ticked = [(column, column in chosen) for column in table.columns]
    asked = [(name, value) for name, values in request.GET.lists() for value in values]
    find = request.GET.get(words.find, "").strip()
    return Shown(table, headings, rows, ticked, find, total, more, asked, request.GET.urlencode(), searched)


def _cells(column: Column, seen: pl.DataFrame, filters: Filters) -> list[Cell]:
    """The cells of a column as shown."""
    led = [""] * seen.height
    if column.link:
        page, key = column.link
        led = [
            with_filters(reverse(page, args=[value]), filters) if value not in (None, "") else "" for value in seen[key]
        ]
    unbroken = seen.schema[column.name] in (pl.Date, pl.Datetime)
    return [
        Cell(text, address, column.numeric, column.wide, unbroken, column.language)
        for text, address in zip(column.texts(seen), led, strict=True)
    ]


def _actions(actions: Sequence[Action], seen: pl.DataFrame, filters: Filters) -> list[list[tuple[Action, str, str]]]:
    """What can be done with each row."""
    can: list[list[tuple[Action, str, str]]] = [[] for _ in range(seen.height)]
    for action in actions:
        for at, keys in enumerate(seen.select(action.keys).iter_rows()):
            if not action.where or seen[at, action.where]:
                address = with_filters(reverse(action.page, args=keys), filters)
                can[at].append((action, address, str(seen[at, action.about])))
    return can


def _columns_asked(request: HttpRequest, table: Table, usual: Collection[str] = ()) -> list[Column]:
    asked = request.GET.getlist(table.words.columns) or usual
    return [column for column in table.columns if column.name in asked] or list(table.columns)


def _rows_asked(request: HttpRequest, table: Table) -> int:
    """How many rows an address asks to see."""
    word, fewest = request.GET.get(table.words.rows, ""), _A_PART if table.part else _A_PAGE
    return min(max(int(word), fewest), _MOST_SHOWN) if word.isdecimal() and len(word) < 10 else fewest


def _with(asked: QueryDict, word: str, value: str) -> str:
    """The address of the same page with one word of it another."""
    changed = asked.copy()
    changed[word] = value
    return f"?{changed.urlencode()}"
