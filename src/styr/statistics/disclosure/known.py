# SPDX-License-Identifier: EUPL-1.2
"""What is known of the hidden numbers of a level and of its totals: the sums they make, from all that is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from styr.statistics.disclosure.attack import Sums
from styr.statistics.disclosure.lattice import Bools, Depth, Ints, Lattice, Level


@dataclass(frozen=True)
class Known:
    """The sums about a level, and where their numbers stand: a level and places in it, in the order of the sums'
    columns, the level asked about first."""

    lattice: Lattice
    level: Level
    sums: Sums
    numbers: tuple[tuple[Level, Ints], ...]

    @property
    def size(self) -> int:
        """How many numbers are not known."""
        return len(self.sums.truth)

    def marked(self, marks: Bools) -> dict[Depth, Bools]:
        """Marks of the numbers as marks of the cells of each level."""
        found, start = {}, 0
        for level, places in self.numbers:
            found[level.depth] = np.zeros(len(level.code), dtype=np.bool_)
            found[level.depth][places] = marks[start : start + len(places)]
            start += len(places)
        return found

    def of(self, marked: Mapping[Depth, Bools]) -> Bools:
        """Marks of the cells of levels as marks of the numbers; cells that were not there then have none."""
        found = []
        for level, places in self.numbers:
            marks = marked.get(level.depth, np.zeros(0, dtype=np.bool_))
            found.append(np.append(marks, np.zeros(len(level.code) - len(marks), dtype=np.bool_))[places])
        return np.concatenate(found) if found else np.zeros(0, dtype=np.bool_)

    def under(self, marked: Bools) -> Bools:
        """The cells of the level asked about that are marked, or stand under a total that is."""
        found = np.zeros(len(self.level.code), dtype=np.bool_)
        for depth, there in self.marked(marked).items():
            found |= there[self.lattice.places_above(self.level, self.lattice.levels[depth])]
        return found


def known_of(lattice: Lattice, level: Level, also: Bools | None = None) -> Known:
    """What is known of a level and those above it. also: cells of the level to hold as numbers though they are shown,
    so that one can ask what hiding them would do.
    """
    unknown = {upper.depth: upper.hidden for upper in lattice.up_from(level)}
    if also is not None:
        unknown[level.depth] = unknown[level.depth] | also
    numbers = [(lattice.levels[depth], np.flatnonzero(those)) for depth, those in unknown.items() if those.any()]
    numbers.sort(key=lambda pair: pair[0] is not level)
    column: dict[Depth, Ints] = {}
    count = 0
    for upper, places in numbers:
        column[upper.depth] = np.full(len(upper.code), -1, dtype=np.int64)
        column[upper.depth][places] = np.arange(count, count + len(places))
        count += len(places)
    parts: list[tuple[Ints, Ints, float]] = []
    rows = 0
    for finer in lattice.up_from(level):
        for depth, above in finer.above.items():
            total = lattice.levels[depth]
            if finer.depth in column:
                places = np.flatnonzero(column[finer.depth] >= 0)
                parts.append((rows + above[places], column[finer.depth][places], 1.0))
            if total.depth in column:
                there = (column[total.depth] >= 0) & (np.bincount(above, minlength=len(total.code)) > 0)
                places = np.flatnonzero(there)
                parts.append((rows + places, column[total.depth][places], -1.0))
            rows += len(total.code)
    truth = np.concatenate([upper.n[places] for upper, places in numbers]) if numbers else np.empty(0)
    return Known(lattice, level, Sums(truth, _stacked(parts, count)), tuple(numbers))


def _stacked(parts: list[tuple[Ints, Ints, float]], columns: int) -> csr_array:
    """A matrix from places (rows, columns) holding one value each; rows that hold nothing are left out."""
    if not parts:
        return csr_array((0, columns))
    row = np.concatenate([part[0] for part in parts])
    used, row = np.unique(row, return_inverse=True)
    column = np.concatenate([part[1] for part in parts])
    value = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])
    return csr_array((value, (row, column)), shape=(len(used), columns))
