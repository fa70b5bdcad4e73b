# SPDX-License-Identifier: EUPL-1.2
"""Shares and rates: columns of percentages of a total, and columns that are the quotient of two others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import permutations

import numpy as np

from styr.evidence.checking import words
from styr.evidence.checking.laws import HUNDRED, Kind, Reason, Relation, Template
from styr.evidence.checking.proposals.grid import NOT_SUMMED, SLACK, Flags, Floats, Grid, bits

EVIDENCE = 14.0  # bits beyond the number of pairs tried
MOST = 0.6  # of the rows hold
MOST_POWERS = 8  # of ten between units
READABLE = 0.34  # of the rows hold, for a quotient that a label names
STEM = 5  # letters that two forms of a word share


@dataclass(frozen=True)
class Quotient:
    """A line as factor × one line / another (or one line's total), held against the rows."""

    above: int
    below: int
    factor: Fraction
    tested: Flags
    held: Flags
    surprise: float


def shares(grid: Grid) -> list[Template]:
    """The lines of shares along one axis."""
    found = []
    for line in range(len(grid.lines)):
        if not _is_share(grid, line):
            continue
        options = [*_of_total(grid, line), *_of_other(grid, line, HUNDRED)]
        if best := _proven(options) or _plainly_shared(grid, line):
            relations = [_relation(grid, line, int(i), best, Kind.share) for i in np.flatnonzero(best.tested)]
            below = (best.below,) if best.below >= 0 else ()
            found.append(grid.template(Kind.share, Reason.label, (line, best.above, *below), relations))
    return found


def _plainly_shared(grid: Grid, line: int) -> Quotient | None:
    """Shares of the only column of amounts beside them, where their own total is 100."""
    ends = [i for i, role in enumerate(grid.roles_across) if role == "total"]
    own = [grid.values[line, i] for i in ends]
    if len(_counts(grid, line)) != 1 or own != [100.0]:
        return None
    best = next(_of_total(grid, line), None)
    return best if best is not None and best.held.sum() >= READABLE * best.tested.sum() else None


def rates(grid: Grid) -> list[Template]:
    """Lines that are the quotient of two others but for a power of ten: cost per person, persons per 1,000."""
    found = []
    for line in range(len(grid.lines)):
        if grid.roles[line] in ("growth", "share", "n", "low", "high") or grid.is_empty(line):
            continue
        if words.is_additive(grid.lines[line].label, grid.lines[line].unit):
            continue
        options = list(_of_powers(grid, line))
        if best := _named(grid, line, options) or _proven(options):
            relations = [_relation(grid, line, int(i), best, Kind.rate) for i in np.flatnonzero(best.tested)]
            found.append(grid.template(Kind.rate, Reason.label, (line, best.above, best.below), relations))
    return found


def _named(grid: Grid, line: int, options: list[Quotient]) -> Quotient | None:
    """The quotient a label names (»Udgift pr. modtager« with columns »Udgift« and »Modtagere«), when some of it holds
    or would with the lines in another order."""
    pair = _pair_of_label(grid, line)
    own = [each for each in options if (each.above, each.below) == pair]
    best = max(own, key=lambda each: each.held.sum(), default=None)
    if best is None or pair is None or best.held.sum() >= READABLE * best.tested.sum():
        return best
    for order in permutations((line, *pair)):
        turned = [each for each in _of_powers(grid, order[0]) if (each.above, each.below) == order[1:]]
        if turned and turned[0].held.sum() >= 0.8 * turned[0].tested.sum() and turned[0].surprise >= EVIDENCE:
            return replace(best, factor=turned[0].factor)
    return None


def _pair_of_label(grid: Grid, line: int) -> tuple[int, int] | None:
    """The lines that stand above and below the »pr.« of a label."""
    above, said, below = re.sub(r"\bper\b", "pr.", grid.lines[line].label.lower()).partition("pr.")
    if not said:
        return None
    stems = [{word[:STEM] for word in words.same_words(text).split() if len(word) > 2} for text in (above, below)]
    found = [
        [i for i in _counts(grid, line) if {w[:STEM] for w in words.same_words(grid.lines[i].label).split()} & each]
        for each in stems
    ]
    return (found[0][0], found[1][0]) if len(found[0]) == 1 and len(found[1]) == 1 else None


def _proven(options: list[Quotient]) -> Quotient | None:
    """The quotient under which most rows hold, when chance cannot explain it."""
    enough = [
        each
        for each in options
        if each.held.sum() >= MOST * each.tested.sum() and each.surprise >= EVIDENCE + np.log2(len(options))
    ]
    return max(enough, key=lambda each: (each.surprise, each.below < 0), default=None)


def _is_share(grid: Grid, line: int) -> bool:
    said = grid.roles[line] == "share" or words.is_percent(grid.lines[line].unit, grid.lines[line].label)
    return said and grid.roles[line] not in NOT_SUMMED and not grid.is_empty(line)


def _counts(grid: Grid, line: int) -> list[int]:
    """Lines of numbers that may be parts or wholes."""
    return [
        i
        for i, role in enumerate(grid.roles)
        if i != line
        and role not in ("growth", "share", "text", "low", "high", "quartile_low", "quartile_high")
        and not words.is_percent(grid.lines[i].label, grid.lines[i].unit)
        and not grid.is_empty(i)
    ]


def _of_total(grid: Grid, line: int) -> Iterator[Quotient]:
    """Shares of a total that stands across, or of the sum of the parts where there is none."""
    ends = [i for i, role in enumerate(grid.roles_across) if role in ("total", "country")]
    rows = [i for i, role in enumerate(grid.roles_across) if role not in (*NOT_SUMMED, "total", "country")]
    for above in _counts(grid, line):
        low, high = grid.ends[0][above], grid.ends[1][above]
        whole = (low[ends[-1]], high[ends[-1]]) if ends else (low[rows].sum(), high[rows].sum())
        tested = grid.known[line] & grid.known[above] & grid.printed[line] & (low >= 0)
        tested &= np.isin(np.arange(len(tested)), rows)
        if np.isfinite(whole[0]) and whole[0] > 0 and tested.any():
            image = 100 * low / whole[1], 100 * high / whole[0]
            yield _quotient(grid, line, above, -1, HUNDRED, tested, image)


def _of_powers(grid: Grid, line: int) -> Iterator[Quotient]:
    """Quotients of two other lines, with the power of ten that brings them nearest to the line."""
    for above, below in permutations(_counts(grid, line), 2):
        with np.errstate(divide="ignore", invalid="ignore"):
            apart = np.log10(np.abs(grid.values[line] * grid.values[below] / grid.values[above]))
        apart = apart[np.isfinite(apart)]
        if len(apart) and abs(np.median(apart)) < MOST_POWERS:
            yield from _of_pair(grid, line, above, below, Fraction(10) ** round(float(np.median(apart))))


def _of_other(grid: Grid, line: int, factor: Fraction) -> Iterator[Quotient]:
    """Quotients of two other lines."""
    for above, below in permutations(_counts(grid, line), 2):
        yield from _of_pair(grid, line, above, below, factor)


def _of_pair(grid: Grid, line: int, above: int, below: int, factor: Fraction) -> Iterator[Quotient]:
    """The quotient of two lines."""
    tested = grid.known[[line, above, below]].all(axis=0) & grid.printed[line]
    tested &= grid.ends[0][below] > 0
    if tested.any():
        with np.errstate(divide="ignore", invalid="ignore"):
            low = float(factor) * grid.ends[0][above] / grid.ends[1][below]
            high = float(factor) * grid.ends[1][above] / grid.ends[0][below]
        yield _quotient(grid, line, above, below, factor, tested, (low, high))


def _quotient(
    grid: Grid, line: int, above: int, below: int, factor: Fraction, tested: Flags, image: tuple[Floats, Floats]
) -> Quotient:
    own = grid.ends[0][line], grid.ends[1][line]
    with np.errstate(invalid="ignore"):
        held = tested & (image[0] <= own[1] + SLACK) & (image[1] >= own[0] - SLACK)
        window = (own[1] - own[0]) + (image[1] - image[0])
    values = np.nan_to_num(grid.values[line])
    spread = np.minimum(np.abs(values), np.ptp(values[tested]) if tested.sum() > 1 else np.inf)
    surprise = float(np.where(held, bits(window, spread), 0.0).sum())
    return Quotient(above, below, factor, tested, held, surprise)


def _relation(grid: Grid, line: int, across: int, best: Quotient, kind: Kind) -> Relation:
    """The share or rate in one line across."""
    result, part = int(grid.index[line, across]), int(grid.index[best.above, across])
    if best.below >= 0:
        return Relation(kind, result, (part,), (int(grid.index[best.below, across]),), factor=best.factor)
    ends = [i for i, role in enumerate(grid.roles_across) if role in ("total", "country")]
    rows = [i for i, role in enumerate(grid.roles_across) if role not in (*NOT_SUMMED, "total", "country")]
    base = [ends[-1]] if ends else [i for i in rows if grid.printed[best.above, i]]
    return Relation(kind, result, (part,), tuple(int(grid.index[best.above, i]) for i in base), factor=best.factor)
