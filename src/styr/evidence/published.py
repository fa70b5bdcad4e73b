# SPDX-License-Identifier: EUPL-1.2
"""Published figures as data: numbers as they are printed, in tables and in running text.

A number is kept as printed and read as the interval it admits (METHODS § 10): half-up rounding on its last printed
digit, and its hedge. What is missing says in which way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

INFINITY = Decimal("Infinity")


class Hedge(StrEnum):
    """The word that loosens a number: ca., knap, godt, mindst, højst, mere end, mindre end, op til, mellem … og."""

    about = "about"
    nearly = "nearly"
    just_over = "just_over"
    at_least = "at_least"
    at_most = "at_most"
    more_than = "more_than"
    less_than = "less_than"
    up_to = "up_to"
    between = "between"


class Missing(StrEnum):
    """Why there is no number: printed as a dash, as dots, left empty, or a cell that has no meaning."""

    dash = "dash"
    dots = "dots"
    empty = "empty"
    not_applicable = "not_applicable"


class Role(Enum):
    """What a row or column is to the others."""

    total = "total"
    part = "part"
    of_which = "of_which"
    share = "share"
    index = "index"
    mean = "mean"
    median = "median"
    n = "n"
    rate = "rate"
    growth = "growth"
    difference = "difference"


@dataclass(frozen=True)
class Interval:
    """The values a printed number admits; ends are Decimal("Infinity") or its negative when there is no bound."""

    low: Decimal
    high: Decimal
    low_open: bool = False
    high_open: bool = False

    def holds(self, value: Decimal) -> bool:
        """Whether the interval contains the value."""
        above = value > self.low or (value == self.low and not self.low_open)
        return above and (value < self.high or (value == self.high and not self.high_open))

    def meets(self, other: Interval) -> bool:
        """Whether some value lies in both."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return low < high or (low == high and self.holds(low) and other.holds(low))


@dataclass(frozen=True)
class Number:
    """A number as printed.

    value is in the unit of the table or figure, scale words applied (»5,8 mia. kr.« is 5800000000); step is the weight
    of the last printed digit in the same unit (100000000); `to` is the other end of a range (»13-14 pct.«), whose
    value is its first. missing says why value is None. An exact number (a count that is not rounded) is a point.
    in_words: a share said as »hver fjerde«, in per cent. note holds the marks printed beside it.
    """

    text: str
    value: Decimal | None = None
    step: Decimal = Decimal(1)
    hedge: Hedge | None = None
    missing: Missing | None = None
    note: str = ""
    exact: bool = False
    to: Decimal | None = None
    in_words: bool = False

    def interval(self) -> Interval:
        """The values the number admits; everything when it is missing.

        Rounding is half-up (away from zero for what is below it): 65 is [64.5, 65.5), -65 is (-65.5, -64.5]. A hedge
        is read by the widths of hedges.yaml.
        """
        if self.value is None:
            return Interval(-INFINITY, INFINITY, True, True)
        if self.value < 0:
            turned = replace(self, value=-self.value, to=None if self.to is None else -self.to, hedge=_turned(self))
            mirror = turned.interval()
            return Interval(-mirror.high, -mirror.low, mirror.high_open, mirror.low_open)
        last = self.value if self.to is None else self.to
        if self.hedge in _BOUNDS:
            return _BOUNDS[self.hedge](self.value, last)
        if self.in_words or self.hedge in _LOOSE:
            return self._hedged(self.value, last)
        if self.exact:
            return Interval(self.value, last)
        half = self.step / 2
        return Interval(self.value - half, last + half, self.value == 0, True)

    def _hedged(self, value: Decimal, last: Decimal) -> Interval:
        """The interval of what is said in words, or loosened by ca., knap or godt."""
        rule: Mapping[str, Any] = _rules()["words" if self.in_words else "digits"].get(
            self.hedge if self.hedge in _LOOSE else "plain", {}
        )
        unit, share = (Decimal(1) if self.in_words else self.step), Decimal(0)
        if "share" in rule:
            long = abs(value) >= self.step * int(rule["long"])
            share = Decimal(str(rule["share_long" if long else "share"]))
        below, above = (
            max(unit * Decimal(str(rule[way])), share * end) if way in rule else Decimal(0)
            for way, end in (("below", value), ("above", last))
        )
        return Interval(value - below, last + above, False, above == 0 and below > 0)


@dataclass(frozen=True)
class Code:
    """What a row or column is in the vocabulary: a dimension of INTERFACE and a code in it."""

    dimension: str
    code: str


@dataclass(frozen=True)
class Place:
    """Lines of a document's text, first to last."""

    first: int
    last: int


@dataclass(frozen=True)
class Line:
    """A row or a column of a table. of: the label of the line this is a part of; level: how far it is set in."""

    label: str
    label_en: str = ""
    code: Code | None = None
    unit: str = ""
    role: Role | None = None
    of: str = ""
    level: int = 0
    place: Place | None = None


@dataclass(frozen=True)
class Asked:
    """The register's indicator a published number is of.

    indicator: a key of the catalogue; first, last: the years; where: dimension and codes with commas between; on: the
    day of a stock (MM-DD); price_level: SERIES:YEAR. change: difference or growth (per cent) from first to last, else
    the level over the years. scale: what one of the printed unit is in the indicator's (0.01 for a share in per cent).
    difference: how the publication counts otherwise, in words; empty when it counts alike.
    """

    indicator: str
    first: int
    last: int | None = None
    where: tuple[tuple[str, str], ...] = ()
    on: str = ""
    change: str = ""
    scale: str = "1"
    price_level: str = ""
    difference: str = ""


@dataclass(frozen=True)
class Table:
    """A published table: cells are rows × columns. file and line say where its own text stands. signs: the cells are
    directions (+, ÷, -), of which nothing can be worked out."""

    document: str
    id: str
    place: Place
    title: str
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    cells: tuple[tuple[Number, ...], ...]
    title_en: str = ""
    unit: str = ""
    period: str = ""
    population: str = ""
    relations: tuple[str, ...] = ()
    notes: str = ""
    file: str = ""
    line: int = 0
    signs: bool = False


@dataclass(frozen=True)
class TextFigure:
    """A number in running text, on a line of a document. same_as: the table cell `TABLE[row;column]` or the figure it
    repeats."""

    document: str
    line: int
    id: str
    quantity: str
    number: Number
    unit: str = ""
    period: str = ""
    population: str = ""
    same_as: str = ""
    asked: Asked | None = None
    notes: str = ""
    file: str = ""
    file_line: int = 0


@dataclass(frozen=True)
class Document:
    """A publication: its key (001), title, publisher and year."""

    key: str
    title: str
    publisher: str = ""
    year: int | None = None


@dataclass(frozen=True)
class FigureSet:
    """Documents with their tables and the figures in their text."""

    documents: tuple[Document, ...] = ()
    tables: tuple[Table, ...] = ()
    figures: tuple[TextFigure, ...] = field(default=())

    def __add__(self, other: FigureSet) -> FigureSet:
        known = {each.key for each in self.documents}
        documents = self.documents + tuple(each for each in other.documents if each.key not in known)
        return FigureSet(documents, self.tables + other.tables, self.figures + other.figures)


_BOUNDS = {
    Hedge.at_least: lambda low, high: Interval(low, INFINITY, False, True),
    Hedge.more_than: lambda low, high: Interval(low, INFINITY, True, True),
    Hedge.at_most: lambda low, high: Interval(-INFINITY, high, True, False),
    Hedge.up_to: lambda low, high: Interval(-INFINITY, high, True, False),
    Hedge.less_than: lambda low, high: Interval(-INFINITY, high, True, True),
}
_LOOSE = (Hedge.about, Hedge.nearly, Hedge.just_over)
_OPPOSITE = {
    Hedge.at_least: Hedge.at_most,
    Hedge.at_most: Hedge.at_least,
    Hedge.more_than: Hedge.less_than,
    Hedge.less_than: Hedge.more_than,
}


def _turned(number: Number) -> Hedge | None:
    """The hedge of a number below zero, said of its size: more than -5 is less than 5."""
    return _OPPOSITE.get(number.hedge, number.hedge) if number.hedge else None


def hedge_uses() -> Sequence[Mapping[str, Any]]:
    """How document 001 itself puts shares in words: phrase, shares printed for it, source."""
    uses: Sequence[Mapping[str, Any]] = _rules()["uses"]
    return uses


@cache
def _rules() -> Mapping[str, Any]:
    text = files("styr.evidence").joinpath("hedges.yaml").read_text(encoding="utf-8")
    rules: Mapping[str, Any] = yaml.safe_load(text)
    return rules
