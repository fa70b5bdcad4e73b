# SPDX-License-Identifier: EUPL-1.2
"""Totals: which line is the sum of which others, read from labels, levels and units, or from the numbers alone.

A line called »I alt« may be the sum of its parts, a mean between them (rates), or less than their sum (parts that
overlap). Its unit decides, and where that is silent the numbers do: the reading under which most columns hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from styr.evidence.checking import words
from styr.evidence.checking.laws import Kind, Reason, Relation, Template
from styr.evidence.checking.proposals.grid import NOT_SUMMED, SLACK, Flags, Floats, Grid, bits

TOTALS = ("total", "country", "mean")
EVIDENCE = 24.0  # bits beyond the number of candidates tried: less than 1 in 16 million by chance
MOST = 0.75  # of the columns hold, for a sum that only the numbers propose


def totals(grid: Grid) -> list[Template]:
    """The totals that a label names, along one axis."""
    labelled = [line for line, role in enumerate(grid.roles) if role in TOTALS and not grid.is_empty(line)]
    return [template for line in labelled for template in _of_labelled(grid, line)]


@dataclass(frozen=True)
class Held:
    """A total against its parts, across: where it can be tested, where sum and mean hold, how surprising a sum is."""

    parts: tuple[int, ...]
    tested: Flags
    sums: Flags
    means: Flags
    surprise: float
    over: Flags  # the parts together are more than the total
    under: Flags

    @property
    def share(self) -> float:
        """The share of the tested columns in which the sum holds."""
        return float(self.sums.sum() / self.tested.sum()) if self.tested.any() else 0.0


def _of_labelled(grid: Grid, line: int) -> Iterator[Template]:
    """What a line with a total's label is to the lines near it."""
    whole, shorter = _candidates(grid, line)
    candidates = [held for held in (held_against(grid, line, parts) for parts in whole) if held.tested.any()]
    if not candidates:
        yield from _of_shares(grid, line, [*whole, *shorter])
        return
    held = _likeliest(grid, line, candidates, shorter)
    reading = _reading(grid, line, held)
    plain = additive(grid, line)
    if reading is Kind.total:
        yield grid.template(reading, Reason.label, (line, *held.parts), sums_of(grid, line, held.parts, held.tested))
        weighted = _weighted_growth(grid) & _all_known(grid, [line, *held.parts])
        means = _means(grid, line, held.parts, weighted)
        yield grid.template(Kind.mean, Reason.label, (line, *held.parts), means)
    elif reading is Kind.mean:
        known = _all_known(grid, [line, *held.parts])
        yield grid.template(Kind.mean, Reason.label, (line, *held.parts), _means(grid, line, held.parts, known))
    elif reading is Kind.bound:
        bounds = [
            Relation(Kind.bound, int(grid.index[line, across]), (int(grid.index[part, across]),))
            for part in held.parts
            for across in np.flatnonzero(grid.known[line] & grid.known[part] & plain)
        ]
        yield grid.template(Kind.bound, Reason.label, (line, *held.parts), bounds)


def _likeliest(grid: Grid, line: int, candidates: list[Held], shorter: list[tuple[int, ...]]) -> Held:
    """The parts under which most columns hold; a part of a run only where the whole run fails and chance cannot."""
    best = max(candidates, key=lambda held: (held.share, held.surprise, len(held.parts)))
    if best.share >= 0.5:
        return best
    some = [held for held in (held_against(grid, line, parts) for parts in shorter) if held.share >= 0.5]
    likely = [held for held in some if held.surprise >= EVIDENCE / 2]
    if likely:
        return max(likely, key=lambda held: (held.share, held.surprise))
    return _among_all(grid, line) or candidates[0]


def _among_all(grid: Grid, line: int) -> Held | None:
    """A total in the midst of its parts, when it has changed places with one of them."""
    before, after = run_beside(grid, line, -1), run_beside(grid, line, 1)
    if not before or not after:
        return None
    held = held_against(grid, line, before + after)
    return held if held.tested.any() and _would_hold_swapped(grid, line, held) else None


def _of_shares(grid: Grid, line: int, options: Sequence[tuple[int, ...]]) -> Iterator[Template]:
    """Percentages that are not of one whole: shares that add up if they do, else a mean of places."""
    plain = np.array([role not in NOT_SUMMED for role in grid.roles_across], dtype=bool)
    if not options or not plain.any():
        return
    best = max((held_against(grid, line, parts, plain) for parts in options), key=lambda held: held.surprise)
    if best.share >= 0.5 and best.surprise >= EVIDENCE / 2:
        yield grid.template(
            Kind.total, Reason.numbers, (line, *best.parts), sums_of(grid, line, best.parts, best.tested)
        )
    elif _of_places(grid, line, options[0]):
        known = grid.known[[line, *options[0]]].all(axis=0) & plain
        yield grid.template(Kind.mean, Reason.label, (line, *options[0]), _means(grid, line, options[0], known))


def _reading(grid: Grid, line: int, held: Held) -> Kind | None:
    """Sum, mean or bound; None when nothing speaks for any of them."""
    tested = int(held.tested.sum())
    places = _of_places(grid, line, held.parts)
    if grid.roles[line] == "mean" or not _may_be_summed(grid, line):
        return Kind.mean if held.share < 0.5 or places else Kind.total  # of kinds of help, rates may well be added
    if held.share >= 0.5:
        return Kind.total
    if not words.is_plain_total(grid.lines[line].label) and not places:
        return None
    if tested > 1:
        return _reading_of_many(grid, line, held, tested)
    return Kind.bound if words.overlaps(grid.table) else Kind.total


def _reading_of_many(grid: Grid, line: int, held: Held, tested: int) -> Kind | None:
    """Of a total whose sum fails in most columns: lines that have changed places, a mean, parts that overlap, a
    category that is missing."""
    if _would_hold_swapped(grid, line, held):
        return Kind.total
    if held.means.sum() >= 0.8 * tested and not (grid.table.unit or grid.lines[line].unit):
        return Kind.mean
    if (held.over & held.tested).sum() == tested:
        return None if grid.roles[line] == "country" else Kind.bound
    if words.overlaps(grid.table):
        return Kind.bound
    one_sided = bool((held.under & held.tested).sum() == tested)
    return Kind.total if held.sums.any() or one_sided else None


def _of_places(grid: Grid, line: int, parts: Sequence[int]) -> bool:
    """Whether the parts are places, whose rates have a mean but no sum."""
    places = sum(words.is_place(grid.lines[part].label) for part in parts)
    return grid.roles[line] == "mean" or places > len(parts) / 2


def _would_hold_swapped(grid: Grid, line: int, held: Held) -> bool:
    """Whether the sum holds in most columns when two lines have changed places: total, part or line outside."""
    inside = (line, *held.parts)
    for one in inside:
        for other in range(len(grid.lines)):
            if other == one or (other in inside and line not in (one, other)) or not grid.printed[other].any():
                continue
            turned = [other if each == one else one if each == other else each for each in inside]
            if held_against(grid, turned[0], turned[1:]).share >= 0.8:
                return True
    return False


def _candidates(grid: Grid, line: int) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """Sets of lines that may be the parts of a total, the likeliest first; and shorter runs of those beside it."""
    named = tuple(i for i, each in enumerate(grid.lines) if each.of and each.of == grid.lines[line].label and i != line)
    deeper = _deeper(grid, line)
    before, after = run_beside(grid, line, -1), run_beside(grid, line, 1)
    runs = [after, before] if not before or _totals_come_first(grid) else [before, after]
    subtotals = tuple(i for i in range(line) if grid.roles[i] == "total" and grid.measure(i) == grid.measure(line))
    shorter = [run[start:] for run in (before,) for start in range(1, len(run) - 1)]
    shorter += [run[:end] for run in (after,) for end in range(2, len(run))]
    chosen = [named] if len(named) > 1 else []
    alike = [tuple(i for i in run if _begins_alike(grid, line, i)) for run in runs]
    every = dict.fromkeys(parts for parts in (*chosen, deeper, *runs, subtotals, *alike) if len(parts) > 1)
    return list(every), [parts for parts in dict.fromkeys(shorter) if parts not in every]


def _begins_alike(grid: Grid, line: int, other: int) -> bool:
    """Whether a part begins as its total does: »Takster i alt«, »Takster på opholdssteder«."""
    first, same = (words.same_words(grid.lines[i].label).split()[:1] for i in (line, other))
    return first == same and len("".join(first)) > 3


def _deeper(grid: Grid, line: int) -> tuple[int, ...]:
    """The lines set in one level below a total that stands above them."""
    level, found = grid.lines[line].level, []
    for other in range(line + 1, len(grid.lines)):
        if grid.lines[other].level <= level:
            break
        if grid.lines[other].level == level + 1 and _may_be_part(grid, line, other):
            found.append(other)
    return tuple(found)


def run_beside(grid: Grid, line: int, way: int) -> tuple[int, ...]:
    """The lines next to a total, up to another total."""
    found: list[int] = []
    other = line + way
    while 0 <= other < len(grid.lines):
        if grid.roles[other] in TOTALS and not grid.is_empty(other):
            break
        if grid.roles[other] in ("", "part", "share") and grid.measure(other) != grid.measure(line) and found:
            break
        if _may_be_part(grid, line, other):
            found.append(other)
        other += way
    return tuple(sorted(found))


def _may_be_part(grid: Grid, line: int, other: int) -> bool:
    return (
        grid.roles[other] not in (*NOT_SUMMED, *TOTALS, "of_which")
        and not grid.is_empty(other)
        and grid.measure(other) == grid.measure(line)
    )


def _totals_come_first(grid: Grid) -> bool:
    return bool(grid.roles) and grid.roles[0] in TOTALS


def held_against(grid: Grid, line: int, parts: Sequence[int], plain: Flags | None = None) -> Held:
    """A total held against parts in all columns at once; plain: where numbers may be added."""
    rows = list(parts)
    low, high = (end[rows].sum(axis=0) for end in grid.ends)
    least, most = grid.ends[0][line], grid.ends[1][line]
    slack = SLACK * np.maximum(1.0, np.abs(np.nan_to_num(grid.values[line])))
    complete = grid.known[[line, *rows]].all(axis=0) & grid.printed[line] & grid.printed[rows].any(axis=0)
    tested = complete & (additive(grid, line) if plain is None else plain)
    with np.errstate(invalid="ignore"):
        sums = (low <= most + slack) & (high >= least - slack) & tested
        inside = (grid.ends[0][rows].min(axis=0) <= most) & (grid.ends[1][rows].max(axis=0) >= least)
        over, under = low > most + slack, high < least - slack
    return Held(tuple(parts), tested, sums, inside & tested, _surprise(grid, line, rows, sums), over, under)


def _surprise(grid: Grid, line: int, parts: Sequence[int], sums: Flags) -> float:
    """Bits of chance that the sums hold by: the window of rounding against the spread of the totals.

    A column that repeats the one before it says nothing new: the spread is the total or, where less, its change.
    """
    every = [line, *parts]
    window = (grid.ends[1][every] - grid.ends[0][every]).sum(axis=0)
    values = np.nan_to_num(grid.values[every])
    size = np.minimum(np.abs(values[0]), np.partition(np.abs(values[1:]), -2, axis=0)[-2] * len(parts))
    moved = np.abs(np.diff(values, axis=1, prepend=0.0)).max(axis=0)
    spread = np.minimum(size, np.where(moved > 0, moved * 2, 0.0))
    found: Floats = np.where(sums, bits(window, spread), 0.0)
    return float(found.sum())


def additive(grid: Grid, line: int) -> Flags:
    """In which columns numbers may be added: not in growth, means, rates; percentages where the total says 100."""
    plain, percent = grid.added_with(grid.lines[line].unit)
    hundred = (grid.ends[0][line] <= 100) & (grid.ends[1][line] >= 100) | ~grid.known[line]
    flags: Flags = plain & (~percent | hundred)
    return flags


def _may_be_summed(grid: Grid, line: int) -> bool:
    """Whether unit, labels and title let a line be a sum."""
    return words.is_additive(grid.lines[line].unit, grid.table.unit, grid.lines[line].label) and (
        bool(grid.table.unit or grid.lines[line].unit) or words.is_additive(grid.table.title)
    )


def _all_known(grid: Grid, lines: Sequence[int]) -> Flags:
    known: Flags = np.asarray(grid.known[list(lines)].all(axis=0), dtype=np.bool_)
    return known


def _weighted_growth(grid: Grid) -> Flags:
    """Columns of growth in per cent, where the total's lies between its parts'."""
    return np.array(
        [
            grid.roles_across[across] == "growth"
            and words.is_percent(grid.unit(0, across), each.label)
            and not words.is_points(grid.unit(0, across), each.label)
            for across, each in enumerate(grid.across)
        ],
        dtype=bool,
    )


def sums_of(grid: Grid, line: int, parts: Sequence[int], tested: Flags) -> list[Relation]:
    return [
        Relation(Kind.total, int(grid.index[line, across]), tuple(int(grid.index[part, across]) for part in parts))
        for across in np.flatnonzero(tested)
    ]


def _means(grid: Grid, line: int, parts: Sequence[int], tested: Flags) -> list[Relation]:
    return [
        Relation(Kind.mean, int(grid.index[line, across]), tuple(int(grid.index[part, across]) for part in parts))
        for across in np.flatnonzero(tested & grid.printed[line])
    ]
