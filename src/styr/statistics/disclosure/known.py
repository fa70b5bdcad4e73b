# SPDX-License-Identifier: EUPL-1.2
"""What is known of the hidden numbers of a level and of its totals, from all that is shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from styr.statistics.disclosure.attack import Sums
from styr.statistics.disclosure.lattice import Bools, Floats, Ints, Level, Lines, Net


@dataclass(frozen=True)
class Known:
    """What is known, and which cells of the net its numbers are."""

    sums: Sums
    nodes: Ints


def known_of(net: Net, level: Level, numbers: Floats, *, amounts: bool = False, also: Bools | None = None) -> Known:
    """What is known of the numbers of a level and those above it. numbers: those of the net's cells (nan where they are
    not known at all). amounts: they are amounts, and add up where these do. also: cells to hold as numbers though they
    are shown, so that one can ask what hiding them would do.
    """
    levels = net.up_from(level)
    unknown = np.zeros(len(numbers), dtype=np.bool_)
    for each in levels:
        unknown[each.nodes] = net.hidden[each.nodes]
    if also is not None:
        unknown |= also
    unknown &= ~np.isnan(numbers)
    nodes = np.flatnonzero(unknown)
    column = np.full(len(numbers), -1, dtype=np.int64)
    column[nodes] = np.arange(len(nodes))
    if not amounts and also is None:
        nodes, column = _one_for_the_same(levels, numbers, nodes, column)
    sums, bounds = _Rows(len(nodes)), _Rows(len(nodes))
    least, most = np.zeros(len(numbers)), np.full(len(numbers), np.inf)
    if amounts and (numbers[~np.isnan(numbers)] < 0).any():
        least[:] = -np.inf
    for each in levels:
        for lines in each.up:
            if lines.amounts if amounts else lines.persons:
                _add_up(lines, column, sums)
            elif lines.within and not amounts:
                _lie_within(lines, numbers, column, bounds, least, most)
    matrix, _ = sums.stacked()
    matrix = _different(matrix)
    further, floor = bounds.stacked()
    return Known(Sums(numbers[nodes], matrix, least[nodes], most[nodes], further, floor), nodes)


def _one_for_the_same(levels: list[Level], numbers: Floats, nodes: Ints, column: Ints) -> tuple[Ints, Ints]:
    """Places and columns with one column for a cell and its total where the cell is all there is of it."""
    same = np.arange(len(numbers))
    for each in sorted(levels, key=lambda level: level.fineness):
        for lines in each.up:
            if not lines.covers or not (lines.within or lines.persons):
                continue
            alone = np.bincount(lines.totals, minlength=len(numbers))[lines.totals] == 1
            alone &= numbers[lines.parts] == numbers[lines.totals]
            alone &= (column[lines.parts] >= 0) & (column[lines.totals] >= 0)
            same[lines.parts[alone]] = same[lines.totals[alone]]
    kept = np.unique(same[nodes])
    place = np.full(len(numbers), -1, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    return kept, np.where(column >= 0, place[same], -1)


def _add_up(lines: Lines, column: Ints, rows: _Rows) -> None:
    parts = column[lines.parts] >= 0
    totals = np.unique(lines.totals)
    totals = totals[column[totals] >= 0]
    rows.add(
        np.concatenate([lines.totals[parts], totals]),
        np.concatenate([column[lines.parts[parts]], column[totals]]),
        np.concatenate([np.ones(int(parts.sum())), np.full(len(totals), -1.0)]),
    )


def _lie_within(lines: Lines, numbers: Floats, column: Ints, rows: _Rows, least: Floats, most: Floats) -> None:
    """The largest part ≤ total ≤ the sum of the parts, where that is so; it is not where a total is counted otherwise
    than its parts (one new in a group need not be new in all)."""
    parts, totals = lines.parts, lines.totals
    under = numbers[parts] <= numbers[totals]
    hidden, above = column[parts] >= 0, column[totals] >= 0
    shown = under & hidden & ~above
    np.minimum.at(most, parts[shown], numbers[totals[shown]])
    shown = under & ~hidden & above
    np.maximum.at(least, totals[shown], numbers[parts[shown]])
    both = np.flatnonzero(under & hidden & above)
    each = np.arange(len(both))
    rows.add(
        np.concatenate([each, each]),
        np.concatenate([column[totals[both]], column[parts[both]]]),
        np.concatenate([np.ones(len(both)), np.full(len(both), -1.0)]),
        floor=np.zeros(len(both)),
    )
    if not lines.covers:
        return
    size = len(numbers)
    rest = np.bincount(totals[~hidden], numbers[parts[~hidden]], size)
    there = np.bincount(totals, minlength=size) > 0
    floor = np.where(column >= 0, 0.0, np.nan_to_num(numbers)) - rest
    of_hidden = np.bincount(totals[hidden], numbers[parts[hidden]], size) - np.where(column >= 0, numbers, 0.0)
    some = np.bincount(totals[hidden], minlength=size) > 0
    told = np.flatnonzero(there & (of_hidden >= floor) & np.where(column >= 0, True, some & (floor > 0)))
    place = np.full(size, -1, dtype=np.int64)
    place[told] = np.arange(len(told))
    inside = hidden & (place[totals] >= 0)
    minus = told[column[told] >= 0]
    rows.add(
        np.concatenate([place[totals[inside]], place[minus]]),
        np.concatenate([column[parts[inside]], column[minus]]),
        np.concatenate([np.ones(int(inside.sum())), np.full(len(minus), -1.0)]),
        floor=floor[told].astype(np.float64),
    )


def _different(matrix: csr_array) -> csr_array:
    """The rows of a matrix that hold something, each of the same once."""
    if not matrix.shape[0]:
        return matrix
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    told = np.round(matrix @ np.random.default_rng(0).random(matrix.shape[1]), 9)
    _, first = np.unique(told, return_index=True)
    kept = first[np.diff(matrix.indptr)[first] > 0]
    return csr_array(matrix[np.sort(kept)])


class _Rows:
    """Rows of a matrix as they are found."""

    def __init__(self, columns: int) -> None:
        self._columns, self._count = columns, 0
        self._entries: list[tuple[Ints, Ints, Floats]] = []
        self._floors: list[Floats] = []

    def add(self, rows: Ints, columns: Ints, values: Floats, floor: Floats | None = None) -> None:
        """Entries of further rows; without floor rows that hold nothing are left out."""
        if floor is None:
            used, rows = np.unique(rows, return_inverse=True)
            floor = np.zeros(len(used))
        self._entries.append((rows + self._count, columns, values))
        self._floors.append(floor)
        self._count += len(floor)

    def stacked(self) -> tuple[csr_array, Floats]:
        """The matrix, and the floor of its rows."""
        if not self._entries:
            return csr_array((0, self._columns)), np.zeros(0)
        row, column, value = (np.concatenate(each) for each in zip(*self._entries, strict=True))
        matrix = csr_array((value, (row.astype(np.int64), column.astype(np.int64))), shape=(self._count, self._columns))
        return matrix, np.concatenate(self._floors)
