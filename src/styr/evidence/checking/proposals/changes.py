# SPDX-License-Identifier: EUPL-1.2
"""Growth: columns that say how much others changed between two years, in per cent, in points or as a difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from styr.evidence.checking import words
from styr.evidence.checking.laws import HUNDRED, Kind, Reason, Relation, Template
from styr.evidence.checking.proposals.grid import SLACK, Flags, Floats, Grid

READABLE = 0.3  # of the rows hold, for a label's word to be taken: with fewer the column says something else


@dataclass(frozen=True)
class Series:
    """Lines of one quantity in several years, oldest first."""

    name: str
    lines: tuple[int, ...]
    years: tuple[int, ...]


@dataclass(frozen=True)
class Law:
    """A way of saying change: per cent of the earlier, or a difference."""

    kind: Kind
    held: Flags
    tested: Flags
    series: Series

    @property
    def share(self) -> float:
        """The share of rows that hold."""
        return float(self.held.sum() / self.tested.sum()) if self.tested.any() else 0.0


def growth(grid: Grid) -> list[Template]:
    """The lines of growth along one axis."""
    series = _series(grid)
    return [
        template
        for line, role in enumerate(grid.roles)
        if role in ("growth", "difference") and not grid.is_empty(line)
        for template in _of_line(grid, line, series)
    ]


def _series(grid: Grid) -> list[Series]:
    """Lines whose labels differ in the year only."""
    groups: dict[str, list[tuple[int, int]]] = {}
    for line, each in enumerate(grid.lines):
        years = words.years(each.label)
        if len(years) == 1 and grid.roles[line] in ("", "part", "total", "share", "n"):
            groups.setdefault(words.without_years(each.label), []).append((years[0], line))
    ordered = {name: sorted(found) for name, found in groups.items() if len(found) > 1}
    return [Series(name, tuple(i for _, i in found), tuple(y for y, _ in found)) for name, found in ordered.items()]


def _of_line(grid: Grid, line: int, series: list[Series]) -> Iterator[Template]:
    """What a line of growth says of the series it belongs to: the law under which most rows hold."""
    mine = _nearest(grid, line, series)
    laws = [law for each in mine for law in _laws(grid, line, each)]
    laws = [law for law in laws if law.tested.any()]
    if not laws:
        return
    amounts = [law for law in laws if not words.is_percent(law.series.name)]
    if amounts and max(law.share for law in laws) < 1:
        laws = amounts  # growth is of the numbers, not of their shares, unless those fit throughout
    best = max(laws, key=lambda law: (law.held.sum(), law.share))
    stated = [law for law in laws if law.kind is _said_kind(grid, line)] or [best]
    chosen = best if best.share > max(law.share for law in stated) + 0.5 else stated[0]
    chosen = max((law for law in laws if law.kind is chosen.kind), key=lambda law: law.held.sum())
    if chosen.share < READABLE and chosen.tested.sum() > 1 and len(mine) > 1:
        return
    beside = [law for law in laws if law.series is chosen.series and not (law.tested & chosen.tested).any()]
    ends = chosen.series.lines[0], chosen.series.lines[-1]
    for law in (chosen, *beside):
        relations = [_relation(grid, line, int(i), law) for i in np.flatnonzero(law.tested)]
        yield grid.template(law.kind, Reason.label, (line, *ends), relations)


def _said_kind(grid: Grid, line: int) -> Kind:
    """Per cent of the earlier, unless the line speaks of points."""
    label = grid.lines[line].label
    if grid.roles[line] == "difference":
        return Kind.difference
    return Kind.difference if words.is_points(grid.lines[line].unit, label) else Kind.growth


def _nearest(grid: Grid, line: int, series: list[Series]) -> list[Series]:
    """The series a line of growth may be of: those with a word of its label, else all."""
    said = set(words.same_words(grid.lines[line].label).split())
    named = [each for each in series if set(words.same_words(each.name).split()) & said]
    return named or series


def _laws(grid: Grid, line: int, series: Series) -> list[Law]:
    """Both ways of saying change, held against the rows."""
    first, last = _firsts_and_lasts(grid, line, series)
    tested = (first >= 0) & (first != last) & grid.known[line] & grid.printed[line]
    across = np.arange(len(grid.across))
    low, high = grid.ends
    before = low[first, across], high[first, across]
    after = low[last, across], high[last, across]
    own = low[line], high[line]
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = 100 * (after[0] / before[1] - 1), 100 * (after[1] / before[0] - 1)
        positive = tested & (before[0] > 0)
        points = after[0] - before[1], after[1] - before[0]
    laws = [
        Law(Kind.growth, _meets(percent, own) & positive, positive, series),
        Law(Kind.difference, _meets(points, own) & tested, tested, series),
    ]
    mixed: Flags = np.array([_in_points(grid, line, i) for i in range(len(across))], dtype=np.bool_)
    if mixed.any() and not mixed.all():  # each row says which
        laws[0] = Law(Kind.growth, laws[0].held & ~mixed, laws[0].tested & ~mixed, series)
        laws[1] = Law(Kind.difference, laws[1].held & mixed, laws[1].tested & mixed, series)
    return laws


def _in_points(grid: Grid, line: int, across: int) -> bool:
    """Whether a cell's unit, or what is printed in it, says percentage points."""
    return words.is_points(grid.unit(line, across), grid.cells.numbers[int(grid.index[line, across])].text)


def _meets(image: tuple[Floats, Floats], own: tuple[Floats, Floats]) -> Flags:
    with np.errstate(invalid="ignore"):
        met: Flags = (image[0] <= own[1] + SLACK) & (image[1] >= own[0] - SLACK)
    return met


def _firsts_and_lasts(grid: Grid, line: int, series: Series) -> tuple[np.ndarray, np.ndarray]:
    """For each row the first and last line of the series that has a number, or those the label names by year."""
    named = words.years(grid.lines[line].label)
    chosen = [i for i, year in zip(series.lines, series.years, strict=True) if not named or year in named]
    lines = np.array(chosen if len(chosen) > 1 else series.lines)
    printed = grid.printed[lines]
    some = printed.any(axis=0)
    first = np.where(some, lines[printed.argmax(axis=0)], -1)
    last = np.where(some, lines[len(lines) - 1 - printed[::-1].argmax(axis=0)], -1)
    return first, last


def _relation(grid: Grid, line: int, across: int, law: Law) -> Relation:
    first, last = _firsts_and_lasts(grid, line, law.series)
    result = int(grid.index[line, across])
    before, after = int(grid.index[first[across], across]), int(grid.index[last[across], across])
    if law.kind is Kind.growth:
        return Relation(Kind.growth, result, (after,), (before,), factor=HUNDRED, shift=-HUNDRED)
    return Relation(Kind.difference, result, (after, before), coefficients=(Fraction(1), Fraction(-1)))
