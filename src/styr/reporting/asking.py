# SPDX-License-Identifier: EUPL-1.2
"""What the report asks of the statistics room, and the answers as series of cells by year."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from styr import statistics, vocabulary
from styr.register.snapshot import Snapshot
from styr.reporting.model import Cell, Series
from styr.reporting.numbers import Language
from styr.reporting.texts import Words
from styr.statistics import CannotAnswer, Result


@dataclass(frozen=True)
class Setting:
    """What the whole report shares: the snapshot, whose report and which year, language and price level."""

    snapshot: Snapshot
    municipality: str
    year: int
    language: Language
    years: tuple[int, ...] = ()
    price_level: tuple[str, int] | None = None

    @cached_property
    def words(self) -> Words:
        """The report's words in its language."""
        return Words(self.language)

    @cached_property
    def name(self) -> str:
        """The municipality's name."""
        return vocabulary.municipalities.name(self.municipality, self.language)

    @cached_property
    def region(self) -> str:
        """The code of the region the municipality lies in."""
        return vocabulary.region_of(self.municipality)

    @cached_property
    def prices(self) -> str:
        """The price level of all amounts, in words."""
        if not self.price_level:
            return self.words.say("price.current")
        series, year = self.price_level
        return self.words.say("price.level", year=year, series=series)

    def within(self, years: Sequence[int]) -> Setting:
        """The same setting over other years."""
        return replace(self, years=tuple(years))

    def ask(
        self,
        indicator: str,
        *by: str,
        where: Mapping[str, Sequence[str]] | None = None,
        years: Sequence[int] | None = None,
        money: bool = False,
        **options: Any,
    ) -> Result | None:
        """The indicator for the municipality by year (and more); None when the data cannot answer."""
        narrowed = {"municipality": [self.municipality], **(where or {})}
        return self.ask_all(indicator, "year", *by, where=narrowed, years=years, money=money, **options)

    def ask_all(
        self,
        indicator: str,
        *by: str,
        where: Mapping[str, Sequence[str]] | None = None,
        years: Sequence[int] | None = None,
        money: bool = False,
        **options: Any,
    ) -> Result | None:
        """The indicator over all municipalities; the longest run of years up to the last that the data can answer."""
        span = list(years if years is not None else self.years)
        if money and self.price_level:
            options["price_level"] = self.price_level
        for first in span:
            try:
                return statistics.count(self.snapshot, indicator, by, first, span[-1], where=where, **options)
            except CannotAnswer:
                continue
        return None


def total(result: Result | None, key: str, name: str) -> Series:
    """A result by year alone as one series; without an answer a series of nothing."""
    rows = result.table.to_pylist() if result else []
    return Series(key, name, {row["year"]: cell(row) for row in rows})


def split(result: Result | None, dimension: str, name: Callable[[str], str]) -> list[Series]:
    """A result by year and one dimension as a series for each value, in the order they come."""
    found: dict[str, dict[int, Cell]] = {}
    for row in result.table.to_pylist() if result else []:
        if row[dimension] is not None:
            found.setdefault(row[dimension], {})[row["year"]] = cell(row)
    return [Series(key, name(key), cells) for key, cells in found.items()]


def cell(row: Mapping[str, Any]) -> Cell:
    """One row of a result as a cell."""
    return Cell(row["value"], bool(row["suppressed"]), row["n"], row["lower"], row["upper"])


def known_years(*series: Series) -> tuple[int, ...]:
    """Years in which at least one of the series has a figure or a hidden one."""
    return tuple(sorted({y for one in series for y, c in one.cells.items() if c.value is not None or c.suppressed}))


def with_zeros(parts: Sequence[Series], years: Sequence[int]) -> list[Series]:
    """Parts of a whole that is known in these years: where a part has no row, there was none of it."""
    return [Series(p.key, p.name, {**{y: Cell(0.0, n=0) for y in years}, **p.cells}) for p in parts]


def by_size(parts: Sequence[Series], year: int) -> list[Series]:
    """The largest in the year first; hidden and unknown ones last; those that are nothing throughout left out."""
    some = [part for part in parts if any(c.value or c.suppressed for c in part.cells.values())]
    return sorted(some, key=lambda part: -(part.at(year).value or 0))


def hidden_cells(parts: Sequence[Series]) -> frozenset[tuple[str, int]]:
    """Key and year of every hidden cell."""
    return frozenset((part.key, year) for part in parts for year, cell in part.cells.items() if cell.suppressed)


def in_order(parts: Sequence[Series], keys: Sequence[str]) -> list[Series]:
    """The parts in the order of a list of keys."""
    return sorted(parts, key=lambda part: keys.index(part.key))
