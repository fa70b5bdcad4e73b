# SPDX-License-Identifier: EUPL-1.2
"""What a report is made of: cells, series, tables, figures, chapters. Plain values; nothing here counts or draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from styr.reporting.numbers import Language, Measure


@dataclass(frozen=True)
class Cell:
    """One value of a result: None with suppressed=True is too few to show, None without it is unknown or undefined.

    n is persons (or municipalities) behind it; lower and upper bound it where it is an estimate.
    """

    value: float | None
    suppressed: bool = False
    n: float | None = None
    lower: float | None = None
    upper: float | None = None


NOTHING = Cell(None)
HIDDEN = Cell(None, suppressed=True)


@dataclass(frozen=True)
class Series:
    """One named row of cells by year."""

    key: str
    name: str
    cells: Mapping[int, Cell]

    def at(self, year: int) -> Cell:
        """The cell of a year; unknown when the result has no such row."""
        return self.cells.get(year, NOTHING)


@dataclass(frozen=True)
class Table:
    """Numbers behind a figure: one text column, then columns of cells each with the measure it is printed in.

    last_is_total draws the last row as a total; row_measures, when set, goes before measures. csv is the same
    content, unrounded, suppressed cells empty.
    """

    caption: str
    head: str
    columns: tuple[str, ...]
    measures: tuple[Measure, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    csv: str
    last_is_total: bool = False
    row_measures: tuple[Measure, ...] = ()

    def measure(self, row: int, column: int) -> Measure:
        """The measure a cell is printed in."""
        return self.row_measures[row] if self.row_measures else self.measures[column]

    @property
    def has_suppressed(self) -> bool:
        """Whether a cell of it is too small to show."""
        return any(cell.suppressed for _, cells in self.rows for cell in cells)


class Drawing:
    """One chart, or one panel of several, drawn as SVG when asked for.

    wide is for a page; narrow for a phone, and for panels four abreast on paper. programs, where there are any: the
    same by width for a page that draws it itself (see styr.reporting.theme.program).
    """

    def __init__(
        self,
        wide: Callable[[], str],
        narrow: Callable[[], str],
        title: str = "",
        programs: Mapping[str, Callable[[], str]] | None = None,
    ) -> None:
        self._draw = {"wide": wide, "narrow": narrow}
        self._drawn: dict[str, str] = {}
        self._programs = programs or {}
        self.title = title

    @property
    def wide(self) -> str:
        """The chart for a page."""
        return self._at("wide")

    @property
    def narrow(self) -> str:
        """The chart for little room."""
        return self._at("narrow")

    @property
    def programs(self) -> dict[str, str]:
        """Programs by width (wide, narrow), in Vega as JSON; made anew each time, for they are asked for once."""
        return {width: made() for width, made in self._programs.items()}

    def _at(self, width: str) -> str:
        if width not in self._drawn:
            self._drawn[width] = self._draw[width]()
        return self._drawn[width]


@dataclass(frozen=True)
class Figure:
    """A finding with its picture, its numbers, how it was counted, and what is hidden of it."""

    key: str
    headline: str
    subtitle: str
    drawings: tuple[Drawing, ...]
    table: Table
    rule: str
    source: str
    caveats: tuple[str, ...] = ()
    hidden: str = ""
    arithmetical: bool = False
    panels: bool = False
    key_line: str = ""


@dataclass(frozen=True)
class Chapter:
    """A part of the report: what it finds, or in one sentence each what is missing to find it."""

    key: str
    title: str
    lead: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tile:
    """A key figure at the head of the report: label, value as printed, unit, and what became of it."""

    label: str
    value: str
    unit: str
    change: str


@dataclass(frozen=True)
class DataTable:
    """One table of the exchange format as the data chapter shows it."""

    name: str
    key: str
    rows: str
    meaning: str


@dataclass(frozen=True)
class DataChapter:
    """What the report rests on: deliveries, tables there and missing, suppressed cells, caveats."""

    sentences: tuple[str, ...]
    deliveries: tuple[tuple[str, str, str], ...]
    present: tuple[DataTable, ...]
    absent: tuple[DataTable, ...]
    caveats: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """A whole steering report, ready to be set as a page."""

    language: Language
    municipality: str
    year: int
    known_at: date
    snapshot: str
    generated: bool
    price_level: str
    summary: tuple[str, ...]
    tiles: tuple[Tile, ...]
    chapters: tuple[Chapter, ...]
    data: DataChapter

    @property
    def figures(self) -> Sequence[Figure]:
        """All figures in the order they stand."""
        return [figure for chapter in self.chapters for figure in chapter.figures]
