# SPDX-License-Identifier: EUPL-1.2
"""Tables with their totals as one net: every cell there is, told once however many tables show it, and which cells
make up which total.

A level is the cells with the same columns. Its cells are numbers written in digits, one for each column; a coarser
level's are found by rolling single digits up or leaving them out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import polars as pl
import polars.selectors as cs

from styr.statistics.disclosure.axes import Axis, Roll, Shape
from styr.statistics.disclosure.weights import Bools, Floats, Ints, measures

__all__ = ["Bools", "Floats", "Ints", "Level", "Lines", "Net"]

Columns = tuple[str, ...]


@dataclass
class Lines:
    """The cells of a level under those of a coarser one: parts (places in the net) and the total of each (its place in
    the net, and at: among the upper level's nodes).

    persons: they add up to the total; else the total lies between the largest part and the sum of them (within), or
    nothing is known of its persons. covers: everyone of the total is in some part. amounts: amounts add up.
    overlap: by how much the parts of each total have more persons than it, when it has been asked for.
    """

    parts: Ints
    totals: Ints
    at: Ints
    upper: Level
    column: str
    to: str | None
    persons: bool
    within: bool
    covers: bool
    amounts: bool
    overlap: Floats | None = None


@dataclass
class Level:
    """The cells with the same columns: their numbers (keys), their places in the net (nodes), the columns' place
    values, and the lines above. guessed: no table tells their persons, who can stand in several of the rows below."""

    columns: Columns
    values: dict[str, int]
    keys: Ints
    nodes: Ints
    fineness: int
    guessed: bool = False
    up: list[Lines] = field(default_factory=list)
    _order: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def digit(self, column: str, sizes: dict[str, int], keys: Ints) -> Ints:
        """The digit of a column in each of some numbers."""
        found: Ints = keys // self.values[column] % sizes[column]
        return found

    def places(self, keys: Ints) -> Ints:
        """Where in the net the cells of these numbers are; -1 for those without persons."""
        if not len(self.keys):
            return np.full(keys.shape, -1, dtype=np.int64)
        if len(self._order) != len(self.keys):
            self._order = np.argsort(self.keys, kind="stable")
        order = self._order
        nearest = order[np.minimum(np.searchsorted(self.keys, keys, sorter=order), len(order) - 1)]
        return np.where(self.keys[nearest] == keys, self.nodes[nearest], -1)


class Net:
    """The cells of tables and of their totals; see Level and Lines. Of each cell:

    counts: persons; of a share all of them, those who have, and those who have not. amount: the amount that adds up, or
    nan. cost: what hiding it loses. few: it is hidden in any case. hidden: it is hidden.
    """

    def __init__(self, tables: Sequence[tuple[pl.DataFrame, Shape]], threshold: int) -> None:
        """tables: the columns of each shape, n (persons, null when not known), the numerator and denominator of shares,
        and amount or value; of rows on persons alone."""
        self.threshold = threshold
        self.shapes = [shape for _, shape in tables]
        self._words = _words(tables)
        self.sizes = {name: len(words) for name, words in self._words.items()}
        self._rolls = self._rolled_words()
        self.levels: dict[frozenset[str], Level] = {}
        self._measured: list[tuple[Floats, ...]] = []
        digits = [self._digits(frame, shape) for frame, shape in tables]
        self.tables = [self._table(frame, shape, of) for (frame, shape), of in zip(tables, digits, strict=True)]
        self.rows = [np.arange(0)] * len(tables)
        for nth, (level, of) in enumerate(zip(self.tables, digits, strict=True)):
            height = tables[nth][0].height
            self.rows[nth] = level.places(self._keys(of, level.columns, level.values, height))
        for sums in (False, True):
            for (frame, shape), of in zip(tables, digits, strict=True):
                self._totals(frame, shape, of, sums=sums)
        stacked = [np.concatenate(column) for column in zip(*self._measured, strict=True)]
        *self.counts, self.amount, self.cost, few = stacked
        self.few: Bools = few > 0
        self.hidden = np.zeros(len(self.cost), dtype=np.bool_)
        self._draw_lines()
        self._fit_guesses()

    def downwards(self) -> list[Level]:
        """The levels, each after those above it."""
        return sorted(self.levels.values(), key=lambda level: (level.fineness, level.columns))

    def up_from(self, level: Level) -> list[Level]:
        """A level and all above it."""
        found = {id(level): level}
        left = [level]
        while left:
            for lines in left.pop().up:
                if id(lines.upper) not in found:
                    found[id(lines.upper)] = lines.upper
                    left.append(lines.upper)
        return list(found.values())

    def slices(self, level: Level) -> Ints:
        """The slice each cell of a level stands in: those that no persons of other slices add up with."""
        summed = {lines.column for lines in level.up if lines.persons or lines.amounts}
        found = np.zeros(len(level.keys), dtype=np.int64)
        for column in level.columns:
            if column not in summed:
                found = found * self.sizes[column] + level.digit(column, self.sizes, level.keys)
        return found

    def beside(self, level: Level, lines: Lines, totals: Ints) -> tuple[Ints, Bools]:
        """The numbers of all cells there could be under each of some totals, a row for each, and which of them are
        under it and without persons."""
        order = np.argsort(lines.at, kind="stable")
        member = lines.parts[order][np.searchsorted(lines.at[order], totals)]
        keys = level.keys[_within(level.nodes, member)]
        own = level.digit(lines.column, self.sizes, keys)
        every = np.arange(self.sizes[lines.column])
        rolled = self._rolls[lines.column, lines.to] if lines.to else np.zeros(len(every), dtype=np.int64)
        codes = keys[:, None] + (every[None, :] - own[:, None]) * level.values[lines.column]
        return codes, (rolled[None, :] == rolled[own][:, None]) & (level.places(codes) < 0)

    def below_empties(self, level: Level, lines: Lines) -> Ints:
        """For each hidden total without persons that has no cell of a level yet, the number of one under it whose other
        totals are there too."""
        upper = lines.upper
        none = np.bincount(lines.at, minlength=len(upper.nodes)) == 0
        keys = upper.keys[self.hidden[upper.nodes] & (self.cost[upper.nodes] == 0) & none]
        found = np.zeros((len(keys), self.sizes[lines.column]), dtype=np.int64)
        for name in level.columns:
            if name != lines.column:
                found += (upper.digit(name, self.sizes, keys) * level.values[name])[:, None]
        every = np.arange(self.sizes[lines.column])
        found += (every * level.values[lines.column])[None, :]
        fits = np.ones(found.shape, dtype=np.bool_)
        if lines.to:
            fits = self._rolls[lines.column, lines.to][None, :] == upper.digit(lines.to, self.sizes, keys)[:, None]
        for other in level.up:
            fits &= self.totals_of(level, found, other) >= 0
        some = fits.any(axis=1)
        return np.unique(found[some, fits[some].argmax(axis=1)])

    def totals_of(self, level: Level, keys: Ints, lines: Lines) -> Ints:
        """Where the totals of cells of a level, given by their numbers, are; -1 for one without persons."""
        return lines.upper.places(self._coarser(level, keys, lines.upper, {lines.column: lines.to}))

    def add_empties(self, level: Level, keys: Ints) -> None:
        """Add cells without persons to a level, hidden; the totals that persons add up to must be there."""
        if not len(keys):
            return
        nodes = len(self.cost) + np.arange(len(keys))
        for lines in level.up:
            totals = self.totals_of(level, keys, lines)
            lines.parts = np.append(lines.parts, nodes[totals >= 0])
            lines.totals = np.append(lines.totals, totals[totals >= 0])
            lines.at = np.append(lines.at, _within(lines.upper.nodes, totals[totals >= 0]))
        level.keys, level.nodes = np.append(level.keys, keys), np.append(level.nodes, nodes)
        nothing = np.zeros(len(keys))
        self.counts = [np.append(count, nothing) for count in self.counts]
        self.amount, self.cost = np.append(self.amount, nothing), np.append(self.cost, nothing)
        self.few = np.append(self.few, nothing > 0)
        self.hidden = np.append(self.hidden, nothing == 0)

    def cells(self, level: Level, nodes: Ints) -> pl.DataFrame:
        """The columns of some cells of a level."""
        keys = level.keys[_within(level.nodes, nodes)]
        return pl.DataFrame(
            {name: self._words[name].gather(level.digit(name, self.sizes, keys)) for name in level.columns}
        )

    def _table(self, frame: pl.DataFrame, shape: Shape, digits: dict[str, Ints]) -> Level:
        """The level of a table itself; that of an earlier one with the same columns is the same."""
        names = tuple(sorted((*shape.apart, *(axis.name for axis in shape.axes))))
        return self._level(names, digits, measures(frame, shape, self.threshold))

    def _totals(self, frame: pl.DataFrame, shape: Shape, digits: dict[str, Ints], *, sums: bool) -> None:
        """The levels summed from a table: those whose persons add up; or (sums) those whose persons need not, and that
        no table tells, as if they did, which is when they tell most of their parts."""
        of_rows = measures(frame, shape, self.threshold)
        for steps in product(*(_steps(axis) for axis in shape.axes)):
            raised = [axis for axis, step in zip(shape.axes, steps, strict=True) if step != axis.name]
            if raised and sums != all(axis.partition for axis in raised) and all(axis.covers for axis in raised):
                names = tuple(sorted((*shape.apart, *(step for step in steps if step))))
                before = len(self.levels)
                level = self._level(names, digits, of_rows)
                level.guessed = level.guessed or (sums and len(self.levels) > before)

    def _level(self, names: Columns, digits: dict[str, Ints], measures: tuple[Floats, ...]) -> Level:
        """The level of some columns, summed from rows with digits unless it is there."""
        if frozenset(names) in self.levels:
            return self.levels[frozenset(names)]
        values, value = {}, 1
        for name in reversed(names):
            values[name] = value
            value *= self.sizes[name]
        rows = self._keys(digits, names, values, len(measures[0]))
        keys, place = np.unique(rows, return_inverse=True)
        *counts, amount, cost, _ = (np.bincount(place, of, len(keys)).astype(np.float64) for of in measures)
        few = np.any([(count > 0) & (count < self.threshold) for count in counts], axis=0)
        if len(keys) == len(rows):  # the table itself, or as good: what is told of its rows holds
            cost, few = (
                np.bincount(place, measures[-2]).astype(np.float64),
                few | (np.bincount(place, measures[-1]) > 0),
            )
        else:
            cost = np.log2(1 + counts[0])
        first = sum(len(each[0]) for each in self._measured)
        self._measured.append((*counts, amount, cost, few.astype(np.float64)))
        nodes = first + np.arange(len(keys), dtype=np.int64)
        level = Level(names, values, keys, nodes, _fineness(names, self.shapes))
        self.levels[frozenset(names)] = level
        return level

    def _draw_lines(self) -> None:
        """The lines of every level, to each of the coarser ones that differ in one column; by persons that do not add
        up also to those further up that there is."""
        axes = {axis.name: axis for shape in self.shapes for axis in shape.axes}
        levels = list(self.levels.values())
        for level in levels:
            for upper in levels:
                if not level.fineness > upper.fineness:
                    continue
                changed = [name for name in level.columns if name not in upper.columns]
                new = [name for name in upper.columns if name not in level.columns]
                if len(changed) == 1 and len(new) <= 1:
                    axis, to = self._axis_of(changed[0], axes), new[0] if new else None
                    if axis and (to is None or (changed[0], to) in self._rolls):
                        self._line(level, upper, changed[0], to, axis)

    def _fit_guesses(self) -> None:
        """Bring guessed totals down, no further than to their largest part, where those they add up to are less."""
        n = self.counts[0]
        largest = np.zeros(len(n))
        for level in self.levels.values():
            for lines in level.up:
                if lines.within:
                    np.maximum.at(largest, lines.totals, n[lines.parts])
        for level in self.downwards():
            for lines in level.up if level.guessed else ():
                if lines.persons:
                    size = len(lines.upper.nodes)
                    least, most = (np.bincount(lines.at, of[lines.parts], size) for of in (largest, n))
                    total, room = n[lines.upper.nodes], np.maximum(most - least, 1e-9)
                    share = np.clip((total - least) / room, 0.0, 1.0)[lines.at]
                    n[lines.parts] = largest[lines.parts] + share * (n[lines.parts] - largest[lines.parts])
            if level.guessed:
                self.few[level.nodes] |= (n[level.nodes] > 0) & (n[level.nodes] < self.threshold)

    def _axis_of(self, column: str, axes: dict[str, Axis]) -> Axis | None:
        """The axis a column is of: its own, or the one that rolls up to it."""
        if column in axes:
            return axes[column]
        return next((axis for axis in axes.values() if column in (roll.to for roll in axis.rolls)), None)

    def _line(self, level: Level, upper: Level, column: str, to: str | None, axis: Axis) -> None:
        steps = [step for step in _steps(axis) if step is None or self._there(level, column, step)]
        next_up = steps[steps.index(column) + 1] == to if column in steps[:-1] else to is None
        adds = axis.partition and next_up
        amounts = axis.adds and next_up and self.shapes[0].amount is not None
        if axis.partition and not next_up:
            return
        totals = upper.places(self._coarser(level, level.keys, upper, {column: to}))
        there = totals >= 0
        level.up.append(
            Lines(
                level.nodes[there], totals[there], _within(upper.nodes, totals[there]), upper, column, to,
                persons=adds, within=not adds, covers=axis.covers, amounts=amounts,
            )
        )  # fmt: skip

    def _there(self, level: Level, column: str, step: str) -> bool:
        """Whether there is a level with a column in place of another."""
        return step == column or frozenset({*level.columns, step} - {column}) in self.levels

    def _coarser(self, level: Level, keys: Ints, upper: Level, changed: dict[str, str | None]) -> Ints:
        found = np.zeros_like(keys)
        for name in level.columns:
            to = changed.get(name, name)
            if to is not None:
                digit = level.digit(name, self.sizes, keys)
                found = found + (digit if to == name else self._rolls[name, to][digit]) * upper.values[to]
        return found

    def _digits(self, frame: pl.DataFrame, shape: Shape) -> dict[str, Ints]:
        """The digits of a table's rows, of its columns and what they roll up to."""
        names = (*shape.apart, *(axis.name for axis in shape.axes))
        found = {name: _places_in(_wide(frame[name]), self._words[name]) for name in names}
        for axis in shape.axes:
            for finer, roll in _rolls_of(axis):
                if roll.to not in found:
                    found[roll.to] = self._rolls[finer, roll.to][found[finer]]
        return found

    def _keys(self, digits: dict[str, Ints], names: Columns, values: dict[str, int], height: int) -> Ints:
        found = np.zeros(height, dtype=np.int64)
        for name in names:
            found += digits[name] * values[name]
        return found

    def _rolled_words(self) -> dict[tuple[str, str], Ints]:
        """The digit each digit of a column rolls up to, for each column it rolls up to, whose values become words."""
        found: dict[tuple[str, str], Ints] = {}
        for axis in {axis.name: axis for shape in self.shapes for axis in shape.axes}.values():
            for finer, roll in _rolls_of(axis):
                words = self._words.get(finer)
                if words is None:
                    continue
                rolled = [None if word is None else roll.of(word) for word in words.to_list()]
                known = self._words.get(roll.to)
                told = _wide(pl.Series(rolled, strict=False))
                every = told if known is None else pl.concat([known, told.cast(known.dtype)])
                self._words[roll.to] = every.unique().sort(nulls_last=True)
                self.sizes[roll.to] = len(self._words[roll.to])
        for axis in {axis.name: axis for shape in self.shapes for axis in shape.axes}.values():
            for finer, roll in _rolls_of(axis):
                if finer in self._words:
                    rolled = [None if word is None else roll.of(word) for word in self._words[finer].to_list()]
                    words = self._words[roll.to]
                    found[finer, roll.to] = _places_in(_wide(pl.Series(rolled, strict=False)).cast(words.dtype), words)
        return found


def _words(tables: Sequence[tuple[pl.DataFrame, Shape]]) -> dict[str, pl.Series]:
    """The values of each column of the tables, in order."""
    columns: dict[str, list[pl.Series]] = {}
    for frame, shape in tables:
        for name in (*shape.apart, *(axis.name for axis in shape.axes)):
            columns.setdefault(name, []).append(_wide(frame[name]).unique())
    return {name: pl.concat(found).unique().sort(nulls_last=True) for name, found in columns.items()}


def _wide(column: pl.Series) -> pl.Series:
    """Whole numbers as one type, so that a year is a year however it came about."""
    return column.to_frame().select(cs.integer().cast(pl.Int64), ~cs.integer()).to_series()


def _places_in(column: pl.Series, words: pl.Series) -> Ints:
    numbered = pl.DataFrame({"word": words, "place": np.arange(len(words), dtype=np.int64)})
    joined = pl.DataFrame({"word": column}).join(
        numbered, on="word", how="left", nulls_equal=True, maintain_order="left"
    )
    return joined["place"].to_numpy()


def _steps(axis: Axis) -> list[str | None]:
    """The columns of an axis from its own to the coarsest; None is the total of all."""
    return [axis.name, *(roll.to for roll in axis.rolls), *([None] if axis.whole else [])]


def _rolls_of(axis: Axis) -> Iterator[tuple[str, Roll]]:
    """The rolls of an axis, each with the column it rolls."""
    names = [axis.name, *(roll.to for roll in axis.rolls)]
    yield from zip(names, axis.rolls, strict=False)


def _fineness(names: Columns, shapes: Sequence[Shape]) -> int:
    """More for a level than for any above it."""
    found = 0
    for name in names:
        depths = [len(axis.rolls) + 1 - _steps(axis).index(name)
                  for shape in shapes for axis in shape.axes if name in _steps(axis)]  # fmt: skip
        found += max(depths, default=1)
    return found


def _within(nodes: Ints, wanted: Ints) -> Ints:
    """Where in a level's nodes, which are in order, some of them are."""
    return np.searchsorted(nodes, wanted)
