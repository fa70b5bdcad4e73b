# SPDX-License-Identifier: EUPL-1.2
"""A table with all its totals: every level from the table itself up to the grand total, and which cell adds to which.

A cell of a level is a number written in digits, one for each axis and the slice it stands in first; the digits of a
coarser level are found by rolling single digits up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from styr.statistics.disclosure.axes import Axis, Shape

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Depth = tuple[int, ...]

#: Up to so many possible cells a level is looked up in an array of all of them.
DENSE = 1 << 25
#: A table of more cells than this is guarded against the totals along each single axis, not against all totals.
LARGE = 60_000


@dataclass
class Level:
    """The cells of one level.

    code: the cells' numbers. n: persons, added up over the cells below. least: the fewest distinct persons there can
    be behind a cell. cost: what hiding a cell loses. hidden: whether it is hidden. sure: whether n is what this level
    shows when it is asked for alone (else it is only known that it lies between least and n). above: for each level
    right above, the place of each cell's total there.
    """

    depth: Depth
    code: Ints
    n: Floats
    least: Floats
    cost: Floats
    sure: bool
    hidden: Bools = field(init=False)
    above: dict[Depth, Ints] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.hidden = np.zeros(len(self.code), dtype=np.bool_)


class Lattice:
    """A table and its totals; see Level. Levels are made from the table up, and read from the grand total down.

    Of a table of more than LARGE cells only the totals along single axes are made.
    """

    def __init__(self, table: pl.DataFrame, shape: Shape) -> None:
        """table: the columns of the shape, n (persons, null when not known), and optionally value."""
        self.axes = tuple(axis for axis in shape.axes if table[axis.name].n_unique() > 1)
        self._digits = [_Digits(table[axis.name], axis) for axis in self.axes]
        self.slices = _slices(table, [*shape.apart, *(axis.name for axis in shape.axes if axis not in self.axes)])
        self.whole = table.height <= LARGE
        self._indices: dict[Depth, Ints] = {}
        self.levels: dict[Depth, Level] = {}
        for depth in self._depths():
            self.levels[depth] = self._rolled_level(depth) if any(depth) else self._table_level(table)
        for level in self.levels.values():
            for upper in self._right_above(level.depth):
                level.above[upper] = self._places(self.levels[upper], self._rolled(level.code, level.depth, upper))

    @property
    def table(self) -> Level:
        """The level that is the table itself."""
        return self.levels[(0,) * len(self.axes)]

    def downwards(self) -> Iterator[Level]:
        """The levels, each after those above it."""
        return iter(sorted(self.levels.values(), key=lambda level: -sum(level.depth)))

    def up_from(self, level: Level) -> list[Level]:
        """A level and all above it."""
        return [
            other
            for other in self.levels.values()
            if all(theirs >= ours for theirs, ours in zip(other.depth, level.depth, strict=True))
        ]

    def slice_of(self, level: Level) -> Ints:
        """The slice each cell of a level stands in."""
        found: Ints = level.code // int(np.prod(self._sizes(level.depth), dtype=np.int64))
        return found

    def digit(self, level: Level, axis: int) -> Ints:
        """The digit of an axis of each cell of a level."""
        found: Ints = level.code // self._place_value(level.depth, axis) % self._sizes(level.depth)[axis]
        return found

    def places_above(self, level: Level, upper: Level) -> Ints:
        """Where the total of each cell of a level stands in a level above it."""
        return self._places(upper, self._rolled(level.code, level.depth, upper.depth))

    def beside(self, level: Level, upper: Depth, cells: Ints) -> tuple[Ints, Bools]:
        """The numbers of all cells there could be along an axis beside each of some cells, a row for each, and which
        of them are without persons and under the same total in a level right above."""
        axis = _axis(level.depth, upper)
        digits, steps = self._digits[axis], level.depth[axis]
        value = self._place_value(level.depth, axis)
        every = np.arange(digits.sizes[steps], dtype=np.int64)
        own = level.code[cells] // value % digits.sizes[steps]
        totals = digits.rolled(every, steps, upper[axis])
        codes: Ints = level.code[cells][:, None] + (every[None, :] - own[:, None]) * value
        return codes, (totals[None, :] == totals[own][:, None]) & (self._places(level, codes) < 0)

    def totals_of(self, level: Level, codes: Ints, upper: Depth) -> Ints:
        """Where the totals of cells, given by their numbers, stand in a level above; -1 for one without persons."""
        return self._places(self.levels[upper], self._rolled(codes, level.depth, upper))

    def add_empties(self, level: Level, codes: Ints) -> None:
        """Add cells without persons to a level; their totals must be there."""
        above = {upper: self.totals_of(level, codes, upper) for upper in level.above}
        if level.depth in self._indices:
            self._indices[level.depth][codes] = len(level.code) + np.arange(len(codes))
        level.code = np.append(level.code, codes)
        for name in ("n", "least", "cost"):
            setattr(level, name, np.append(getattr(level, name), np.zeros(len(codes))))
        level.hidden = np.append(level.hidden, np.zeros(len(codes), dtype=np.bool_))
        for upper, places in above.items():
            level.above[upper] = np.append(level.above[upper], places)

    def rows(self, level: Level, cells: Ints) -> pl.DataFrame:
        """The columns of cells of a level: those that stand apart, those of the axes under their names there, and _all,
        which is the same in all."""
        found = self.slices[(level.code // int(np.prod(self._sizes(level.depth), dtype=np.int64)))[cells]]
        for axis, digits in enumerate(self._digits):
            steps = level.depth[axis]
            if steps < digits.depth:
                values = digits.values[steps][self.digit(level, axis)[cells]]
                found = found.with_columns(values.alias(digits.names[steps]))
        return found.with_columns(pl.lit(0).alias("_all")).drop("_slice")

    def _table_level(self, table: pl.DataFrame) -> Level:
        code = _slice_numbers(table, self.slices)
        for digits in self._digits:
            code = code * digits.sizes[0] + digits.of_rows
        known = table["n"].is_not_null().to_numpy()
        n = table["n"].fill_null(UNKNOWN).to_numpy().astype(np.float64)
        return Level((0,) * len(self.axes), code, n, n.copy(), _costs(n, known, table), sure=True)

    def _rolled_level(self, depth: Depth) -> Level:
        """A level summed from those right below it; least is the best that any of them tells."""
        level: Level | None = None
        below = [finer for finer in self.levels.values() if depth in self._right_above(finer.depth)]
        for finer in sorted(below, key=lambda finer: len(finer.code)):
            partition = self.axes[_axis(finer.depth, depth)].partition
            rolled = self._rolled(finer.code, finer.depth, depth)
            if level is None:
                code, place = self._distinct(rolled, depth)
                n: Floats = np.bincount(place, finer.n, len(code)).astype(np.float64)
                level = Level(depth, code, n, np.zeros(len(code)), np.zeros(len(code)), sure=True)
            else:
                place = self._places(level, rolled)
            level.sure = level.sure and finer.sure and partition
            if partition:
                level.least = np.maximum(level.least, np.bincount(place, finer.least, len(level.code)))
            else:
                np.maximum.at(level.least, place, finer.least)
        assert level is not None
        level.cost = np.log2(1 + level.least)
        return level

    def _depths(self) -> list[Depth]:
        """The levels there are, each after those below it."""
        depths = product(*(range(digits.depth + 1) for digits in self._digits))
        return sorted((d for d in depths if self.whole or sum(steps > 0 for steps in d) < 2), key=sum)

    def _right_above(self, depth: Depth) -> list[Depth]:
        """The levels right above one: one step up an axis; in a lattice that is not whole any number of steps."""
        if not self.whole and any(depth):
            return []
        found = []
        for axis, digits in enumerate(self._digits):
            most = depth[axis] + 1 if self.whole else digits.depth
            for steps in range(depth[axis] + 1, min(most, digits.depth) + 1):
                found.append((*depth[:axis], steps, *depth[axis + 1 :]))
        return found

    def _rolled(self, code: Ints, depth: Depth, upper: Depth) -> Ints:
        """The numbers of the totals of cells in a level above theirs."""
        rest, rolled, value = code, np.zeros_like(code), 1
        sizes, wider = self._sizes(depth), self._sizes(upper)
        for axis in reversed(range(len(depth))):
            rest, digit = np.divmod(rest, sizes[axis])
            rolled += self._digits[axis].rolled(digit, depth[axis], upper[axis]) * value
            value *= wider[axis]
        return rolled + rest * value

    def _distinct(self, codes: Ints, depth: Depth) -> tuple[Ints, Ints]:
        """The distinct numbers in order, and the place of each among them."""
        size = self._size(depth)
        if size > DENSE:
            code, place = np.unique(codes, return_inverse=True)
            return code, place.astype(np.int64)
        there = np.zeros(size, dtype=np.bool_)
        there[codes] = True
        code = np.flatnonzero(there)
        self._indices[depth] = np.full(size, -1, dtype=np.int64)
        self._indices[depth][code] = np.arange(len(code))
        return code, self._indices[depth][codes]

    def _places(self, level: Level, codes: Ints) -> Ints:
        """Where the numbers stand in a level; -1 where they do not."""
        size = self._size(level.depth)
        if size > DENSE:
            order = np.argsort(level.code, kind="stable")
            nearest = order[np.minimum(np.searchsorted(level.code, codes, sorter=order), len(order) - 1)]
            return np.where(level.code[nearest] == codes, nearest, -1)
        if level.depth not in self._indices:
            self._indices[level.depth] = np.full(size, -1, dtype=np.int64)
            self._indices[level.depth][level.code] = np.arange(len(level.code))
        found: Ints = self._indices[level.depth][codes]
        return found

    def _sizes(self, depth: Depth) -> list[int]:
        return [digits.sizes[steps] for digits, steps in zip(self._digits, depth, strict=True)]

    def _size(self, depth: Depth) -> int:
        return self.slices.height * int(np.prod(self._sizes(depth), dtype=np.int64))

    def _place_value(self, depth: Depth, axis: int) -> int:
        return int(np.prod(self._sizes(depth)[axis + 1 :], dtype=np.int64))


#: Where it is not known how many persons are behind a cell it counts as so many: enough to be shown, few to hide.
UNKNOWN = 5


class _Digits:
    """The values of an axis as digits, and what the digits roll up to; the last step is the total.

    names, values: what the column of each step is called, and the value of each digit. A step that joins nothing is
    left out.
    """

    def __init__(self, column: pl.Series, axis: Axis) -> None:
        finest = column.unique().sort(nulls_last=True)
        self.names, self.values = [axis.name], [finest]
        self.rolls: list[Ints] = []
        self.of_rows = _places_in(column, finest)
        values = finest.to_list()
        for roll in axis.rolls:
            coarser = [None if value is None else roll.of(value) for value in values]
            distinct = {value: place for place, value in enumerate(dict.fromkeys(coarser))}
            if len(distinct) < len(values):
                self.rolls.append(np.array([distinct[value] for value in coarser], dtype=np.int64))
                self.names.append(roll.to)
                self.values.append(pl.Series(list(distinct)))
            values = list(distinct)
        self.rolls.append(np.zeros(len(values), dtype=np.int64))
        self.sizes = [*map(len, self.values), 1]

    @property
    def depth(self) -> int:
        """How many steps there are from the values to the total."""
        return len(self.rolls)

    def rolled(self, digits: Ints, steps: int, to: int) -> Ints:
        """Digits of one step as digits of a coarser."""
        if steps == to:
            return digits
        rolls = self.rolls[steps]
        for each in self.rolls[steps + 1 : to]:
            rolls = each[rolls]
        return rolls[digits]


def _slices(table: pl.DataFrame, apart: Sequence[str]) -> pl.DataFrame:
    if not apart:
        return pl.DataFrame({"_slice": [0]})
    return table.select(apart).unique().sort(apart, nulls_last=True).with_row_index("_slice")


def _slice_numbers(table: pl.DataFrame, slices: pl.DataFrame) -> Ints:
    apart = [name for name in slices.columns if name != "_slice"]
    if not apart:
        return np.zeros(table.height, dtype=np.int64)
    joined = table.select(apart).join(slices, on=apart, how="left", nulls_equal=True, maintain_order="left")
    return joined["_slice"].to_numpy().astype(np.int64)


def _places_in(column: pl.Series, values: pl.Series) -> Ints:
    numbered = pl.DataFrame({"value": values, "place": np.arange(len(values), dtype=np.int64)})
    joined = pl.DataFrame({"value": column}).join(
        numbered, on="value", how="left", nulls_equal=True, maintain_order="left"
    )
    return joined["place"].to_numpy()


def _costs(n: Floats, known: Bools, table: pl.DataFrame) -> Floats:
    """What hiding a cell loses: log2(1 + persons), between counting cells and counting persons (ADR 7). Where the
    persons are not known the smaller amount goes first."""
    cost: Floats = np.log2(1 + n)
    if not known.all() and "value" in table.columns:
        amount = table["value"].abs().fill_null(0.0).to_numpy()
        cost = cost + np.where(known, 0.0, amount / (1 + amount.max()))
    return cost


def _axis(depth: Depth, upper: Depth) -> int:
    """The axis along which a level lies above another."""
    return next(axis for axis, steps in enumerate(upper) if steps > depth[axis])
