# SPDX-License-Identifier: EUPL-1.2
"""Line by line: what is hidden under one total must not be the total less the rest.

Columns of numbers over a whole level at a time, so that hundreds of thousands of cells cost little. This is the quick
half of secondary suppression; attack.py finds what several lines together still tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from styr.statistics.disclosure.lattice import Bools, Depth, Floats, Ints, Lattice, Level

#: A cell that would be the only hidden one in another line draws a further cell with it; one that is all its line has
#: is of no use hidden. Both are told in the unit of cost, log2(1 + persons).
DRAWS_ANOTHER = 4.0
ALL_OF_ITS_LINE = 1000.0


@dataclass
class _Lines:
    """The lines under one level above: where each cell's total stands, and what is known of the totals."""

    upper: Depth
    above: Ints
    total: Level

    @property
    def cells(self) -> Ints:
        """How many cells with persons each line has."""
        return np.bincount(self.above, minlength=len(self.total.code))


def mend(lattice: Lattice, level: Level, threshold: int) -> int:
    """Hide further cells of a level until no line gives a hidden cell away; returns how many lines are left that
    nothing can mend.

    In a line whose total is shown the hidden cells are none, or at least two, with threshold persons or more between
    them, and not each of one person; under a hidden total at least one cell is hidden. Where a line has no cell left
    to hide, one without persons is added and hidden.
    """
    hopeless: dict[Depth, Bools] = {}
    changed = True
    while changed:
        changed = False
        for lines in _lines(lattice, level):
            given_up = hopeless.setdefault(lines.upper, np.zeros(len(lines.total.code), dtype=np.bool_))
            broken = _broken(level, lines, threshold) & ~given_up
            if not broken.any():
                continue
            changed = True
            chosen = cheapest_of_each(lattice, level, lines.above, broken)
            level.hidden[chosen] = True
            broken[lines.above[chosen]] = False
            empty, helped = _empties(lattice, level, lines, np.flatnonzero(broken))
            lattice.add_empties(level, empty)
            level.hidden[len(level.hidden) - len(empty) :] = True
            broken[helped] = False
            given_up |= broken
    return sum(int(given_up.sum()) for given_up in hopeless.values())


def cheapest_of_each(lattice: Lattice, level: Level, above: Ints, wanted: Bools) -> Ints:
    """The shown cell with persons that is cheapest to hide under each of the wanted totals that has one."""
    candidates = np.flatnonzero(wanted[above] & ~level.hidden & (level.n > 0))
    price = price_of(lattice, level, candidates)
    order = candidates[np.lexsort((level.code[candidates], price, above[candidates]))]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = above[order][1:] != above[order][:-1]
    return order[first]


def price_of(lattice: Lattice, level: Level, cells: Ints) -> Floats:
    """What hiding each of some cells costs, with what it would draw along."""
    price = level.cost[cells]
    for lines in _lines(lattice, level):
        hidden = np.bincount(lines.above[level.hidden], minlength=len(lines.total.code))
        lonely = ~lines.total.hidden & (hidden == 0)
        draws = DRAWS_ANOTHER * lonely + ALL_OF_ITS_LINE * (lonely & (lines.cells == 1))
        price = price + draws[lines.above[cells]]
    return price


def _lines(lattice: Lattice, level: Level) -> Iterator[_Lines]:
    for upper in sorted(level.above):
        yield _Lines(upper, level.above[upper], lattice.levels[upper])


def _broken(level: Level, lines: _Lines, threshold: int) -> Bools:
    """The totals under which something hidden can be worked out."""
    total, above = lines.total, lines.above[level.hidden]
    size, n = len(total.code), level.n[level.hidden]
    count = np.bincount(above, minlength=size)
    persons = np.bincount(above, n, size)
    beyond_one = np.bincount(above, np.abs(n - 1), size)
    # Under a total that may be shown; one that is all its line has is shown or hidden with its total.
    alone = lines.cells == 1
    doubtful = total.hidden & (not total.sure) & (total.n >= threshold)
    shown = ~total.hidden | (doubtful & ~alone)
    told = (count > 0) & ((count == 1) | (persons < threshold) | (beyond_one == 0))
    broken: Bools = (shown & told) | (total.hidden & (count == 0) & (lines.cells > 0))
    return broken


def _empties(lattice: Lattice, level: Level, lines: _Lines, broken: Ints) -> tuple[Ints, Ints]:
    """For each broken line a cell without persons to hide in it, where it draws the fewest further cells: their
    numbers, and the totals of the lines that have room for one."""
    member = np.zeros(len(lines.total.code), dtype=np.int64)
    member[lines.above[::-1]] = np.arange(len(lines.above))[::-1]
    codes, room = lattice.beside(level, lines.upper, member[broken])
    price = np.where(room, 0.0, np.inf)
    for other in _lines(lattice, level):
        if other.upper == lines.upper:
            continue
        hidden = np.bincount(other.above[level.hidden], minlength=len(other.total.code))
        lonely = ~other.total.hidden & (hidden == 0)
        totals = lattice.totals_of(level, codes, other.upper)
        price += np.where(totals < 0, np.inf, lonely[totals])
    best = price.argmin(axis=1)
    found = np.isfinite(price.min(axis=1))
    chosen, first = np.unique(codes[np.arange(len(codes)), best][found], return_index=True)
    return chosen, broken[found][first]
