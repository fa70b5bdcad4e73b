# SPDX-License-Identifier: EUPL-1.2
"""All printed numbers of a set of figures as one column of cells, with what each admits and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from styr.evidence.checking import words
from styr.evidence.checking.intervals import EVERYTHING, Span, point, span_of
from styr.evidence.published import FigureSet, Missing, Number, Table, TextFigure


@dataclass(frozen=True)
class Place:
    """Where a cell stands: a table's row and column, or a figure in running text (row and column are then -1)."""

    table: Table | TextFigure
    row: int = -1
    column: int = -1

    @property
    def name(self) -> str:
        """`001/tabel_2_1[row;column]`, or `001/figure` of running text."""
        if isinstance(self.table, TextFigure):
            return f"{self.table.document}/{self.table.id}"
        return f"{key_of(self.table)}[{self.table.rows[self.row].label};{self.table.columns[self.column].label}]"


@dataclass(frozen=True)
class Cells:
    """Cells in one column: spans, numbers and places side by side; where tables and figures begin in it."""

    spans: tuple[Span, ...]
    numbers: tuple[Number, ...]
    places: tuple[Place, ...]
    starts: Mapping[int, int] = field(default_factory=dict)  # by identity: files may hold tables of one name

    def start(self, item: Table | TextFigure) -> int:
        """The index of a table's first cell, or of a figure."""
        return self.starts[id(item)]

    def at(self, table: Table, row: int, column: int) -> int:
        """The index of a table's cell."""
        return self.start(table) + row * len(table.columns) + column

    def step(self, cell: int) -> Fraction:
        """The weight of the last printed digit."""
        return Fraction(self.numbers[cell].step)

    def value(self, cell: int) -> Fraction | None:
        """The printed value; None when it is missing."""
        value = self.numbers[cell].value
        return None if value is None else Fraction(value)

    def with_spans(self, changed: Mapping[int, Span]) -> Sequence[Span]:
        """The spans with some of them changed."""
        spans = list(self.spans)
        for cell, span in changed.items():
            spans[cell] = span
        return spans


def key_of(item: Table | TextFigure) -> str:
    """The name of a table or figure in the set: document/id."""
    return f"{item.document}/{item.id}"


def unit_of(table: Table, row: int, column: int) -> str:
    """The unit of a cell: per cent where its row or column says so (a growth of millions), else its row's, its
    column's or the table's."""
    units = [table.rows[row].unit, table.columns[column].unit, table.unit]
    return next((unit for unit in units[:2] if words.is_percent(unit)), "") or next(filter(None, units), "")


def cells_of(figures: FigureSet) -> Cells:
    """The cells of a set: tables row by row, then the figures of running text."""
    numbers: list[Number] = []
    places: list[Place] = []
    spans: list[Span] = []
    starts: dict[int, int] = {}
    for table in figures.tables:
        starts[id(table)] = len(numbers)
        least = least_of(table)
        for row, line in enumerate(table.cells):
            numbers += line
            places += [Place(table, row, column) for column in range(len(line))]
            spans += [span(number, least) for number in line]
    for figure in figures.figures:
        starts[id(figure)] = len(numbers)
        numbers.append(figure.number)
        places.append(Place(figure))
        spans.append(span(figure.number, None))
    return Cells(tuple(spans), tuple(numbers), tuple(places), starts)


def least_of(table: Table) -> Fraction | None:
    """Zero for a table without a number below it, whose missing cells and zeroes are then no less; else None."""
    values = [number.value for line in table.cells for number in line if number.value is not None]
    return None if not values or min(values) < 0 else Fraction(0)


def span(number: Number, least: Fraction | None) -> Span:
    """What a number admits; a dash is none, which is zero (or rounds to it), other missing numbers may be anything."""
    if number.value is None:
        if number.missing is Missing.dash:
            return point(0)
        return EVERYTHING if least is None else replace(EVERYTHING, low=least, low_open=False)
    return span_of(number.interval())
