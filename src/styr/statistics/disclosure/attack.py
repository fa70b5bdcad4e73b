# SPDX-License-Identifier: EUPL-1.2
"""The attack: what can be worked out of hidden numbers from the sums they are known to make, by linear programming.

One program is kept and asked again with other objectives, so that each answer starts from the one before. Every
answer is a set of numbers that fits all that is shown; it says of all hidden cells at once how far they can move.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import block_array, csr_array
from scipy.sparse.csgraph import connected_components

from styr.statistics.disclosure.lattice import Bools, Floats, Ints
from styr.statistics.disclosure.solver import solved, solver

#: Numbers are asked about together for as long as each answer leaves no more than this share of them unmoved.
STALLED = 0.7
CLOSE = 1e-6


@dataclass(frozen=True)
class Sums:
    """Hidden numbers and the sums of them that are known.

    truth: the numbers. matrix: a row for each sum, a column for each number, with 1 for a part and -1 for a hidden
    total of the parts.
    """

    truth: Floats
    matrix: csr_array


def attackers(sums: Sums, threshold: int) -> list[tuple[Floats, float]]:
    """Those guarded against: what each takes the hidden numbers to be at least, and how wide they must stay to him.

    The first takes every hidden cell to have someone in it, and must not know any for certain; he is mistaken where
    cells without persons are hidden, and knows that he may be. The second knows that counts are not negative.
    """
    someone = np.minimum(sums.truth, 1.0)
    beside = abs(sums.matrix)
    someone[beside.T @ (beside @ (sums.truth == 0)) > 0] = 0.0
    return [(someone, 1.0), (np.zeros(len(sums.truth)), float(threshold))]


def parts_of(sums: Sums) -> list[tuple[Ints, Sums]]:
    """The sums in parts that share no number, each with the places of its numbers."""
    rows, columns = sums.matrix.shape
    if not columns:
        return []
    linked = block_array([[None, sums.matrix], [sums.matrix.T, None]])
    count, label = connected_components(linked, directed=False)
    of_rows, of_columns = label[:rows], label[rows:]
    row_order, column_order = np.argsort(of_rows, kind="stable"), np.argsort(of_columns, kind="stable")
    sorted_matrix = csr_array(sums.matrix[row_order][:, column_order])
    row_ends = np.cumsum(np.bincount(of_rows, minlength=count))
    column_ends = np.cumsum(np.bincount(of_columns, minlength=count))
    parts = []
    for part in range(count):
        top, left = (row_ends[part - 1], column_ends[part - 1]) if part else (0, 0)
        places = column_order[left : column_ends[part]]
        if len(places):
            matrix = sorted_matrix[top : row_ends[part], left : column_ends[part]]
            parts.append((places, Sums(sums.truth[places], csr_array(matrix))))
    return parts


def within(sums: Sums, columns: Ints) -> Sums:
    """The sums of some of the numbers, which are in no sum with others."""
    matrix = csr_array(sums.matrix[:, columns])
    return Sums(sums.truth[columns], csr_array(matrix[np.flatnonzero(np.diff(matrix.indptr))]))


def weak_of(sums: Sums, threshold: int, asked: Bools) -> Bools:
    """Which of the hidden numbers asked about one of the attackers works out nearer than he should."""
    weak = np.zeros(len(asked), dtype=np.bool_)
    if not sums.matrix.shape[0]:
        return weak  # no sum tells of them
    low, high = sums.truth.copy(), sums.truth.copy()
    for least, width in attackers(sums, threshold):
        # What the first finds possible is possible to the second too.
        _look(Program(sums, least), low, high, asked, width, threshold)
        weak |= asked & (high - low < width - CLOSE)
    return weak


def _look(program: Program, low: Floats, high: Floats, asked: Bools, width: float, threshold: int) -> None:
    """Widen low and high, in place, to what is possible: near the truth first, where one answer shows many numbers
    moved; then for each number alone that still seems to be known to less than the width."""
    signs = np.random.default_rng(0)

    def see(objective: Floats) -> None:
        numbers = program.greatest(objective)
        np.minimum(low, numbers, out=low)
        np.maximum(high, numbers, out=high)

    program.stay_within(float(threshold))
    unseen, before = asked & (high - low < threshold - CLOSE), len(low) + 1
    while 0 < unseen.sum() < before * STALLED:
        before = int(unseen.sum())
        drawn = unseen * signs.choice([-1.0, 1.0], len(low))
        see(drawn)
        see(-drawn)
        unseen = asked & (high - low < threshold - CLOSE)
    program.stay_within(np.inf)
    for place in np.flatnonzero(asked & (high - low < width - CLOSE)).tolist():
        alone = np.zeros(len(low))
        alone[place] = 1.0
        for objective in (alone, -alone):
            if high[place] - low[place] < width - CLOSE:
                see(objective)


class Program:
    """The linear program of an attack, asked again and again."""

    def __init__(self, sums: Sums, least: Floats) -> None:
        """least: the lower bound of each number. The upper is beyond all that is there, so a sum always binds first."""
        known = sums.matrix @ sums.truth
        self._truth, self._least = sums.truth, least
        self._most = np.full(len(least), 10.0 * (sums.truth.sum() + 100.0))
        nothing = np.zeros(len(least))
        self._highs = solver(sums.matrix, (known, known), (least, self._most), nothing, greatest=True)
        self._every = np.arange(len(least), dtype=np.int32)

    def stay_within(self, reach: float) -> None:
        """Let the numbers move no further than this from the truth."""
        low = np.maximum(self._least, self._truth - reach)
        high = np.minimum(self._most, self._truth + reach)
        self._highs.changeColsBounds(len(low), self._every, low, high)

    def greatest(self, objective: Floats) -> Floats:
        """The numbers that make an objective greatest among all that fit the sums."""
        self._highs.changeColsCost(len(objective), self._every, objective)
        found = solved(self._highs)
        return self._truth if found is None else found

    def prices(self) -> Floats:
        """What the last answer would have gained from each sum being one more."""
        found: Floats = np.array(self._highs.getSolution().row_dual)
        return found
