# SPDX-License-Identifier: EUPL-1.2
"""The same quantity in two places: rows or columns of two tables with the same numbers, and figures in running text.

Two lines are of the same quantity when so many of their numbers agree that chance cannot explain it, or when their
labels agree and half the numbers do. Lines that hold the same numbers in another order have their headers permuted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import lgamma, log

import numpy as np

from styr.evidence.checking import words
from styr.evidence.checking.cells import Cells, key_of, unit_of
from styr.evidence.checking.laws import Kind, Reason, Relation, Template
from styr.evidence.checking.proposals.grid import NOT_SUMMED, SLACK, Flags, Floats, Grid, bits
from styr.evidence.errors import not_found, place
from styr.evidence.published import FigureSet, Table, TextFigure

EVIDENCE = 24.0  # bits beyond the number of pairs of lines
NAMED_EVIDENCE = 12.0  # bits for lines of the same name
MOST = 0.7
FEWEST = 3
FEWEST_PERMUTED = 4
THOUSANDS = (1e3, 1e-3, 1e6, 1e-6)
STEM, WORD_BITS = 4, 3.0  # letters that two forms of a word share, and what a shared word is worth
REFERENCE = re.compile(r"^(?P<table>[^\[\]]+?)\s*(?:\[(?P<row>[^;\]]*);(?P<column>[^\]]*)\])?$")
SCALES = (
    (r"\b(mia|milliard|billion|bn)", 9),
    (r"\b(mio|million|mill)\b", 6),
    (r"\b(1\.?000|tusind|thousand|t\.?kr)", 3),
)


@dataclass(frozen=True)
class Side:
    """A grid and which of its lines across have which name."""

    grid: Grid
    names: dict[str, int]


def same_places(grids: list[tuple[Grid, Grid]]) -> list[Template]:
    """Lines of two tables that hold the same quantity."""
    sides = [side for pair in grids for side in map(_side, pair) if len(side.names) >= FEWEST]
    by_name: dict[str, set[int]] = defaultdict(set)
    for index, side in enumerate(sides):
        for name in side.names:
            by_name[name].add(index)
    pairs: dict[tuple[int, int], int] = defaultdict(int)
    for near in by_name.values():
        for one, other in combinations(sorted(near), 2):
            if sides[one].grid.table is not sides[other].grid.table:
                pairs[one, other] += 1
    tried = sum(
        len(sides[one].grid.lines) * len(sides[other].grid.lines) for (one, other), n in pairs.items() if n >= FEWEST
    )
    return [
        template
        for (one, other), shared in pairs.items()
        if shared >= FEWEST
        for template in _of_pair(sides[one], sides[other], tried)
    ]


def _side(grid: Grid) -> Side:
    """The names of the lines across; a name that stands twice is no name."""
    names: dict[str, int] = {}
    twice = set()
    for index, line in enumerate(grid.across):
        role = grid.roles_across[index]
        year = words.years(line.label)
        name = (
            "total"
            if role in ("total", "country")
            else str(year[0])
            if len(year) == 1
            else words.same_words(line.label)
        )
        if role in NOT_SUMMED or not name:
            continue
        if name in names:
            twice.add(name)
        names[name] = index
    return Side(grid, {name: index for name, index in names.items() if name not in twice})


def _of_pair(one: Side, other: Side, tried: int) -> Iterator[Template]:
    """The lines of two grids that are of the same quantity."""
    names = sorted(set(one.names) & set(other.names))
    first = [one.names[name] for name in names]
    second = [other.names[name] for name in names]
    a = [end[:, first] for end in (*one.grid.ends, one.grid.values)]
    b = [end[:, second] for end in (*other.grid.ends, other.grid.values)]
    with np.errstate(invalid="ignore"):
        met = (a[0][:, None] <= b[1][None] + SLACK) & (b[0][None] <= a[1][:, None] + SLACK)
    both = one.grid.printed[:, first][:, None] & other.grid.printed[:, second][None]
    both &= one.grid.known[:, first][:, None] & other.grid.known[:, second][None]
    agree, shared = (met & both).sum(axis=2), both.sum(axis=2)
    close = (shared >= FEWEST) & (agree >= np.maximum(2, shared / 2))
    sorted_too = (shared == len(names)) & (agree < shared) & (len(names) >= FEWEST_PERMUTED)
    if sorted_too.any():
        sorted_too &= _same_in_order(a, b)
    yield from _scaled_pairs(one, other, (first, second))
    for line, beside in zip(*np.nonzero(close | sorted_too), strict=True):
        pair = int(line), int(beside)
        flags = both[pair], met[pair] & both[pair]
        spans = (a[0][line], a[1][line]), (b[0][beside], b[1][beside])
        surprise = _surprise(a[2][line], b[2][beside], spans, flags[1])
        same = close[pair] and _is_same(one.grid, other.grid, pair, flags, surprise, tried)
        if not same and sorted_too[pair]:
            in_any_order = _of_order(one.grid, other.grid, pair, a[2][line], spans)
            same = in_any_order >= EVIDENCE / 2 + np.log2(tried)
        if same:
            yield _template(one.grid, other.grid, pair, (first, second), flags[0])


def _scaled_pairs(one: Side, other: Side, across: tuple[list[int], list[int]]) -> Iterator[Template]:
    """Lines of the same name and unit whose numbers agree but for a factor of a thousand or a million."""
    for line, each in enumerate(one.grid.lines):
        for beside, also in enumerate(other.grid.lines):
            if words.same_words(each.label) != words.same_words(also.label):
                continue
            pair = line, beside
            both = one.grid.printed[line, across[0]] & other.grid.printed[beside, across[1]]
            both &= one.grid.known[line, across[0]] & other.grid.known[beside, across[1]]
            if both.sum() < FEWEST or not _named_alike(one.grid, other.grid, pair):
                continue
            low, high = (end[line, across[0]] for end in one.grid.ends)
            least, most = (end[beside, across[1]] for end in other.grid.ends)
            for factor in THOUSANDS:
                met = (low * factor <= most + SLACK) & (least <= high * factor + SLACK)
                window = (high - low) + (most - least) / factor
                surprise = bits(window, np.abs(one.grid.values[line, across[0]]))[both].sum()
                if met[both].all() and surprise >= NAMED_EVIDENCE:
                    yield _template(one.grid, other.grid, pair, across, both)


def _surprise(one: Floats, other: Floats, spans: tuple[tuple[Floats, Floats], ...], agree: Flags) -> float:
    """Bits by which the agreement is beyond chance; numbers that repeat the one before say nothing new."""
    window = sum(high - low for low, high in spans)
    moved = np.abs(np.diff(np.nan_to_num(one), prepend=0.0))
    spread = np.minimum(np.abs(np.nan_to_num(one)), 2 * moved)
    return float(np.where(agree & (np.abs(np.nan_to_num(other)) > 0), bits(np.asarray(window), spread), 0.0).sum())


def _of_order(
    one: Grid, other: Grid, pair: tuple[int, int], values: Floats, spans: tuple[tuple[Floats, Floats], ...]
) -> float:
    """Bits of the same numbers in any order: those of the numbers and of words that the titles and labels share, less
    those of the orders the numbers can stand in."""
    window = sum(high - low for low, high in spans)
    spread = np.minimum(np.abs(values), np.ptp(values))
    stems = [
        {
            word[:STEM]
            for word in words.same_words(f"{grid.table.title} {grid.lines[line].label}").split()
            if len(word) >= STEM
        }
        for grid, line in zip((one, other), pair, strict=True)
    ]
    shared = WORD_BITS * len(stems[0] & stems[1])
    return float(bits(np.asarray(window), spread).sum() - lgamma(len(values) + 1) / log(2) + shared)


def _is_same(
    one: Grid, other: Grid, pair: tuple[int, int], flags: tuple[Flags, Flags], surprise: float, tried: int
) -> bool:
    shared, agree = int(flags[0].sum()), int(flags[1].sum())
    if _named_alike(one, other, pair):
        return surprise >= NAMED_EVIDENCE
    if agree == shared and _both_growth(one, other, pair):
        return surprise >= NAMED_EVIDENCE
    return agree >= max(FEWEST, MOST * shared) and surprise >= EVIDENCE + np.log2(max(tried, 2))


def _both_growth(one: Grid, other: Grid, pair: tuple[int, int]) -> bool:
    return one.roles[pair[0]] == other.roles[pair[1]] == "growth"


def _named_alike(one: Grid, other: Grid, pair: tuple[int, int]) -> bool:
    """Whether two lines have the same words, more than a total's or a year's, and no other unit."""
    labels = [words.same_words(grid.lines[line].label) for grid, line in zip((one, other), pair, strict=True)]
    units = {grid.lines[line].unit or grid.table.unit for grid, line in zip((one, other), pair, strict=True)} - {""}
    plain = one.roles[pair[0]] in ("", "part") and not words.years(one.lines[pair[0]].label)
    return plain and labels[0] == labels[1] and len(labels[0]) > 3 and len(units) < 2


def _same_in_order(one: Sequence[Floats], other: Sequence[Floats]) -> Flags:
    """Which lines hold the same, different, numbers when both are put in order."""
    (low, high), (least, most) = ((np.sort(ends[0], axis=1), np.sort(ends[1], axis=1)) for ends in (one, other))
    with np.errstate(invalid="ignore"):
        met = (low[:, None] <= most[None] + SLACK) & (least[None] <= high[:, None] + SLACK)
        different = np.asarray((np.diff(low, axis=1) > 0).all(axis=1))
    same: Flags = met.all(axis=2) & different[:, None]
    return same


def _template(
    one: Grid, other: Grid, pair: tuple[int, int], across: tuple[list[int], list[int]], both: Flags
) -> Template:
    relations = [
        Relation(Kind.same, int(one.index[pair[0], i]), (int(other.index[pair[1], j]),))
        for i, j, printed in zip(*across, both, strict=True)
        if printed
    ]
    where = f"{key_of(one.table)} ~ {key_of(other.table)}"
    labels = one.lines[pair[0]].label, other.lines[pair[1]].label
    reason = Reason.label if _named_alike(one, other, pair) else Reason.numbers
    return Template(Kind.same, reason, where, labels, tuple(relations), one.axis)


def repeated(figures: FigureSet, cells: Cells) -> list[Template]:
    """Figures in running text that name the cell or figure they repeat. Raises Refused when it is not there."""
    found = []
    for figure in figures.figures:
        if not figure.same_as:
            continue
        target = find(figure.same_as, figure, figures, cells)
        if target is None:
            where = place(figure.file or figure.document, line=figure.file_line, figure=figure.id)
            raise not_found("same_not_there", figure.same_as, _references(figure, figures), where=where)
        cell, scale = target
        own = cells.start(figure)
        relation = Relation(Kind.same, own, (cell,), coefficients=(scale,))
        where_ = f"{key_of(figure)} ~ {figure.same_as}"
        found.append(Template(Kind.same, Reason.stated, where_, (figure.quantity, figure.same_as), (relation,)))
    return found


def _references(of: TextFigure, figures: FigureSet) -> Iterator[str]:
    """What a figure may name: the figures and cells of its document."""
    for figure in figures.figures:
        if figure.document == of.document and figure is not of:
            yield figure.id
    for table in figures.tables:
        if table.document == of.document:
            yield from (f"{table.id}[{row.label};{column.label}]" for row in table.rows for column in table.columns)


def find(reference: str, of: Table | TextFigure, figures: FigureSet, cells: Cells) -> tuple[int, Fraction] | None:
    """The cell that `TABLE[row;column]` (or a figure's id) names, and the factor from its unit to that of `of`."""
    match = REFERENCE.match(reference.strip())
    if match is None:
        return None
    key = match["table"] if "/" in match["table"] else f"{of.document}/{match['table']}"
    if match["row"] is None:
        target = next((each for each in figures.figures if key_of(each) == key), None)
        return None if target is None else (cells.start(target), factor(target.unit, of.unit))
    table = next((each for each in figures.tables if key_of(each) == key), None)
    if table is None:
        return None
    row, column = _line(table.rows, match["row"]), _line(table.columns, match["column"])
    if row is None or column is None:
        return None
    unit = unit_of(table, row, column)
    return cells.at(table, row, column), factor(unit, of.unit)


def _line(lines: tuple[object, ...], name: str) -> int | None:
    """The line of a label, or of a number counted from one."""
    labels = [words.same_words(getattr(line, "label", "")) for line in lines]
    if words.same_words(name) in labels:
        return labels.index(words.same_words(name))
    number = name.strip().removeprefix("#")
    return int(number) - 1 if number.isdigit() and 0 < int(number) <= len(lines) else None


def factor(unit: str, of: str) -> Fraction:
    """What a number in one unit is to be multiplied by to be in another; shares stay as they are."""
    return Fraction(1) if words.is_percent(unit) or words.is_percent(of) else _scale(unit) / _scale(of)


def _scale(unit: str) -> Fraction:
    power = next((power for pattern, power in SCALES if re.search(pattern, unit.lower())), 0)
    return Fraction(10) ** power
