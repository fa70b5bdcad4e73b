# SPDX-License-Identifier: EUPL-1.2
"""The attack: what can be worked out of hidden numbers from all that is known of them.

Numbers that hang together by no relation that could bind are attacked apart. Where they hang together as a tree (one
column adds up, perhaps in steps) what can be worked out is known at once, for all trees together. For the rest there
are linear programs. Each answer is a set of numbers that fits all that is shown; it says of all hidden cells at once
how far they can move.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import block_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

from styr.statistics.disclosure.lattice import Bools, Floats, Ints
from styr.statistics.disclosure.solver import solved, solver

#: Numbers are asked about together for as long as each answer leaves no more than this share of them unmoved.
STALLED = 0.95
CLOSE = 1e-6
#: Of more numbers that are in no tree lines alone are looked at.
MOST_ATTACKED = 15_000
#: Of more numbers that have not been seen to move together each is taken to be weak, and not asked about alone.
MOST_ALONE = 3_000
#: Of amounts, how many times the smallest that is asked about goes in the largest.
OF_LARGEST = 1e5
#: Parts are put together in one program up to so many numbers.
TOGETHER = 600
#: HiGHS may go on from the last answer by the primal simplex method, as that answer still fits when the objective
#: changes; looking for what can be simplified first costs more than it gains. Together they halve the time.
ASKED_AGAIN: Mapping[str, float | str] = {"simplex_strategy": 0, "presolve": "off"}


@dataclass(frozen=True)
class Sums:
    """Hidden numbers and what is known of them.

    truth: the numbers. matrix: a row for each sum that is known, a column for each number, with 1 for a part and -1 for
    a hidden total of the parts. least, most: what each number lies between. bounds: rows of numbers that make up floor
    or more.
    """

    truth: Floats
    matrix: csr_array
    least: Floats
    most: Floats
    bounds: csr_array
    floor: Floats

    def part(self, columns: Ints) -> Sums:
        """What is known of some of the numbers, which are in no row with others."""
        matrix, bounds = csr_array(self.matrix[:, columns]), csr_array(self.bounds[:, columns])
        rows, further = np.flatnonzero(np.diff(matrix.indptr)), np.flatnonzero(np.diff(bounds.indptr))
        return Sums(
            self.truth[columns], csr_array(matrix[rows]), self.least[columns], self.most[columns],
            csr_array(bounds[further]), self.floor[further],
        )  # fmt: skip

    def near(self, reach: float) -> Sums:
        """The same without the bounds that numbers cannot come to while each moves no further than reach."""
        room = self.bounds @ self.truth - self.floor
        kept = np.flatnonzero(room < reach * abs(self.bounds).sum(axis=1))
        return Sums(self.truth, self.matrix, self.least, self.most, csr_array(self.bounds[kept]), self.floor[kept])


def attackers(sums: Sums, threshold: int) -> list[tuple[Floats, float]]:
    """Those guarded against: what each takes the hidden numbers to be at least, and how wide they must stay to him.

    The first takes every hidden cell to have someone in it, and must not know any for certain; he is mistaken where
    cells without persons are hidden, and knows that he may be. The second knows that counts are not negative.
    """
    someone = np.minimum(sums.truth, 1.0)
    beside = abs(sums.matrix)
    someone[beside.T @ (beside @ (sums.truth == 0)) > 0] = 0.0
    return [(np.maximum(someone, sums.least), 1.0), (sums.least, float(threshold))]


def labelled(sums: Sums) -> Ints:
    """Which of the parts that share no number each number is in."""
    rows = csr_array(vstack([sums.matrix, sums.bounds])) if sums.bounds.shape[0] else sums.matrix
    count = len(sums.truth)
    if not count:
        return np.zeros(0, dtype=np.int64)
    _, label = connected_components(block_array([[None, rows], [rows.T, None]]), directed=False)
    found: Ints = label[rows.shape[0] :].astype(np.int64)
    return found


def weak_of(sums: Sums, threshold: int, asked: Bools) -> Bools | None:
    """Which of the hidden numbers asked about one of the attackers works out nearer than he should, or may; None when
    there are too many to attack."""
    weak = asked & (sums.most - sums.least < threshold - CLOSE)
    if not len(weak):
        return weak
    near = sums.near(threshold)
    left = asked & ~_held_by_trees(near, labelled(replace(sums, bounds=sums.bounds[:0])), threshold) & ~weak
    label = labelled(near)
    if left.sum() > MOST_ATTACKED:
        return None
    for columns in _batches(label, left):
        part = near.part(columns)
        moved = _moved(part, threshold, left[columns])
        left[columns[moved]] = False
    if left.sum() > MOST_ALONE:
        return weak | left
    if left.any():
        label = labelled(sums)
        for columns in _batches(label, left, most=1):
            weak[columns] |= _known_nearly(sums.part(columns), threshold, left[columns])
    return weak


def nearly_told(sums: Sums, share: float, asked: Bools) -> Bools:
    """Which of the hidden amounts asked about lie in an interval narrower than a share of them. The least of all, which
    are next to nothing beside the largest, are not asked about."""
    unit = np.abs(sums.truth).max(initial=0.0) / OF_LARGEST
    told = np.zeros(len(sums.truth), dtype=np.bool_)
    if unit == 0 or not sums.matrix.shape[0]:
        return told
    sums = replace(sums, truth=sums.truth / unit)
    size = np.abs(sums.truth)
    told = asked & (size >= 1)
    for columns in _batches(labelled(sums), told):
        part, wide = sums.part(columns), share * size[columns]
        low, high = part.truth.copy(), part.truth.copy()
        program = Program(part, part.least)
        _wander(program, low, high, told[columns], wide)
        for place in np.flatnonzero(told[columns] & (high - low < wide)).tolist():
            _look(program, low, high, place, wide[place])
        told[columns] &= high - low < wide - CLOSE
    return told


def _batches(label: Ints, asked: Bools, most: int = TOGETHER) -> Iterator[Ints]:
    """The numbers of the parts with some that are asked about, parts put together while they are small."""
    wanted = np.zeros(label.max(initial=-1) + 1, dtype=np.bool_)
    wanted[label[asked]] = True
    inside = np.flatnonzero(wanted[label])
    if not len(inside):
        return
    inside = inside[np.argsort(label[inside], kind="stable")]
    starts = np.flatnonzero(np.diff(label[inside], prepend=-1))
    ends = np.append(starts[1:], len(inside))
    first = 0
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        if start > first and end - first > most:
            yield inside[first:start]
            first = start
    if first < len(inside):
        yield inside[first:]


def _held_by_trees(sums: Sums, label: Ints, threshold: int) -> Bools:
    """The numbers of parts that are trees, and that can move far enough there while all other parts stay as they are.

    In a tree each number is a part of at most one sum. Its leaves, which are no totals, make up one known number when
    the uppermost total is shown: one can rise by what the others can fall, and the other way. When that total is hidden
    each can move by itself. Totals between must be free to follow.
    """
    size, count = len(sums.truth), label.max() + 1
    matrix = sums.matrix.tocoo()
    rows, columns, value = matrix.coords[0], matrix.coords[1], matrix.data
    parts, totals = value > 0, value < 0
    of_row = np.zeros(sums.matrix.shape[0], dtype=np.int64)
    of_row[rows] = label[columns]
    in_row = np.bincount(rows[parts], minlength=len(of_row))
    topped = np.bincount(rows[totals], minlength=len(of_row)) > 0
    leaf = np.bincount(columns[totals], minlength=size) == 0
    up, down = _free(sums, threshold)
    fine = np.bincount(label[np.bincount(columns[parts], minlength=size) > 1], minlength=count) == 0
    fine &= np.bincount(of_row[topped & (in_row == 0)], minlength=count) == 0
    fine &= np.bincount(label[~leaf & ((up < threshold) | (down < threshold))], minlength=count) == 0
    parent = np.full(size, -1, dtype=np.int64)
    total_of = np.full(len(of_row), -1, dtype=np.int64)
    total_of[rows[totals]] = columns[totals]
    parent[columns[parts]] = total_of[rows[parts]]
    free = (np.bincount(of_row[~topped], minlength=count) == 0)[label]
    empty = (np.bincount(label[sums.truth == 0], minlength=count) > 0)[label]
    held: Bools = fine[label]
    for least, width in ((np.minimum(down, sums.truth - 1), 1.0), (down, float(threshold))):
        own = [np.where(leaf, of, 0.0) for of in (up, np.maximum(np.where(empty, down, least), 0.0))]
        rise, fall = (_with_those_below(of, parent) for of in own)
        rises, falls = (np.bincount(label, of, count)[label] for of in own)
        moves = np.where(free, rise + fall, np.minimum(rise, falls - fall) + np.minimum(fall, rises - rise))
        held &= moves >= width
    return held


def _with_those_below(numbers: Floats, parent: Ints) -> Floats:
    """The numbers of a forest, each with all those below it."""
    found, above = numbers.copy(), parent
    while (above >= 0).any():
        np.add.at(found, above[above >= 0], numbers[above >= 0])
        above = np.where(above >= 0, parent[above], -1)
    return found


def _free(sums: Sums, reach: float) -> tuple[Floats, Floats]:
    """How far each number can rise and fall, no further than reach, while no other moves but in the sums."""
    up, down = np.minimum(sums.most - sums.truth, reach), np.minimum(sums.truth - sums.least, reach)
    room = sums.bounds @ sums.truth - sums.floor
    entries = sums.bounds.tocoo()
    rows, columns, falls = entries.coords[0], entries.coords[1], entries.data > 0
    np.minimum.at(down, columns[falls], room[rows[falls]])
    np.minimum.at(up, columns[~falls], room[rows[~falls]])
    return np.maximum(up, 0.0), np.maximum(down, 0.0)


def _moved(sums: Sums, threshold: int, asked: Bools) -> Bools:
    """Which of the numbers can be seen to move far enough without going far from the truth."""
    low, high = sums.truth.copy(), sums.truth.copy()
    moved = asked.copy()
    for least, width in attackers(sums, threshold):
        program = Program(sums, least)
        program.stay_within(float(threshold))
        _wander(program, low, high, asked, np.full(len(low), float(threshold)))
        moved &= high - low >= width - CLOSE
    return moved


def _wander(program: Program, low: Floats, high: Floats, asked: Bools, wide: Floats) -> None:
    """Widen low and high, in place, to what is possible: one answer shows many numbers moved."""
    signs = np.random.default_rng(0)
    unseen, before = asked & (high - low < wide - CLOSE), np.inf
    while 0 < unseen.sum() < before * STALLED:
        before = float(unseen.sum())
        drawn = unseen * signs.choice([-1.0, 1.0], len(low)) / wide.clip(min=CLOSE)
        for objective in (drawn, -drawn):
            _see(program, low, high, objective)
        unseen = asked & (high - low < wide - CLOSE)


def _known_nearly(sums: Sums, threshold: int, asked: Bools) -> Bools:
    """Which of the numbers one of the attackers works out nearer than he should: each asked about alone."""
    weak = np.zeros(len(asked), dtype=np.bool_)
    low, high = sums.truth.copy(), sums.truth.copy()
    for least, width in attackers(sums, threshold):
        program = Program(sums, least)
        # What the first finds possible is possible to the second too.
        for place in np.flatnonzero(asked).tolist():
            _look(program, low, high, place, width)
        weak |= asked & (high - low < width - CLOSE)
    return weak


def _look(program: Program, low: Floats, high: Floats, place: int, width: float) -> None:
    """Widen low and high, in place, by what is possible for one number, until it is as wide as asked for."""
    alone = np.zeros(len(low))
    alone[place] = 1.0
    for objective in (alone, -alone):
        if high[place] - low[place] < width - CLOSE:
            _see(program, low, high, objective)


def _see(program: Program, low: Floats, high: Floats, objective: Floats) -> None:
    numbers = program.greatest(objective)
    np.minimum(low, numbers, out=low)
    np.maximum(high, numbers, out=high)


class Program:
    """The linear program of an attack, kept and asked again with other objectives, so that each answer starts from the
    one before."""

    def __init__(self, sums: Sums, least: Floats) -> None:
        """least: the lower bound of each number. The upper is beyond all that is there, so a sum always binds first."""
        known = sums.matrix @ sums.truth
        beyond = 10.0 * (np.abs(sums.truth).sum() + 100.0)
        self._truth, self._least = sums.truth, np.minimum(least, sums.truth)
        self._most = np.maximum(np.minimum(sums.most, beyond), sums.truth)
        rows = csr_array(vstack([sums.matrix, sums.bounds]))
        lower = np.concatenate([known, np.minimum(sums.floor, sums.bounds @ sums.truth)])
        upper = np.concatenate([known, np.full(len(sums.floor), np.inf)])
        nothing = np.zeros(len(least))
        bounds = (self._least, self._most)
        self._highs = solver(rows, (lower, upper), bounds, nothing, greatest=True, options=ASKED_AGAIN)
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
        """What the last answer would have gained from each row being one more."""
        found: Floats = np.array(self._highs.getSolution().row_dual)
        return found
