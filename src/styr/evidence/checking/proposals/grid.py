# SPDX-License-Identifier: EUPL-1.2
"""A table seen along one of its axes, in columns of numbers: lines to relate, and the lines across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from styr.evidence.checking import words
from styr.evidence.checking.cells import Cells, key_of, unit_of
from styr.evidence.checking.laws import Kind, Reason, Relation, Template
from styr.evidence.published import Line, Table

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
NOT_SUMMED = frozenset(
    {"growth", "mean", "median", "n", "low", "high", "rate", "text", "quartile_low", "quartile_high"}
)
SLACK = 1e-9  # of floating point, in proposing only: what is found is judged exactly


@dataclass(frozen=True)
class Grid:
    """axis 0: the lines are rows and each column is an instance of what is proposed; axis 1: the other way round."""

    table: Table
    cells: Cells
    axis: int

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """The lines that are related to each other."""
        return self.table.columns if self.axis else self.table.rows

    @cached_property
    def across(self) -> tuple[Line, ...]:
        """The lines across: one instance in each."""
        return self.table.rows if self.axis else self.table.columns

    @cached_property
    def roles(self) -> tuple[str, ...]:
        """What each line is."""
        return tuple(self._role(line) for line in self.lines)

    @cached_property
    def roles_across(self) -> tuple[str, ...]:
        """What each line across is."""
        return tuple(self._role(line) for line in self.across)

    def _role(self, line: Line) -> str:
        """What a line is; a change that is in amounts, not in per cent, is a difference, and may be added up."""
        role, unit = words.role(line), line.unit or self.table.unit
        amounts = bool(unit) and not words.is_percent(unit) and not words.is_percent(line.label)
        return "difference" if role == "growth" and line.unit and amounts else role

    @cached_property
    def index(self) -> NDArray[np.int64]:
        """Cell indices, line by line across."""
        first = self.cells.start(self.table)
        shape = len(self.table.rows), len(self.table.columns)
        table = np.arange(first, first + shape[0] * shape[1]).reshape(shape)
        return table.T if self.axis else table

    @cached_property
    def ends(self) -> tuple[Floats, Floats]:
        """The least and greatest each cell admits."""
        spans = [self.cells.spans[cell] for cell in self.index.flat]
        low = np.array([-np.inf if span.low is None else float(span.low) for span in spans])
        high = np.array([np.inf if span.high is None else float(span.high) for span in spans])
        return low.reshape(self.index.shape), high.reshape(self.index.shape)

    @cached_property
    def known(self) -> Flags:
        """Whether a cell is bounded on both sides."""
        low, high = self.ends
        known: Flags = np.isfinite(low) & np.isfinite(high)
        return known

    @cached_property
    def printed(self) -> Flags:
        """Whether a cell has a number."""
        has = [self.cells.numbers[cell].value is not None for cell in self.index.flat]
        return np.array(has, dtype=bool).reshape(self.index.shape)

    @cached_property
    def values(self) -> Floats:
        """The printed values; zero for none (a dash), not a number where they are unknown."""
        values = [self.cells.value(int(cell)) for cell in self.index.flat]
        found = np.array([np.nan if value is None else float(value) for value in values]).reshape(self.index.shape)
        return np.where(np.isnan(found) & self.known, 0.0, found)

    @cached_property
    def _added(self) -> dict[str, tuple[Flags, Flags]]:
        return {}

    def added_with(self, unit: str) -> tuple[Flags, Flags]:
        """For lines of a unit, which lines across may be added up at all, and which of them are percentages."""
        if unit not in self._added:
            plain, percent = np.ones(len(self.across), dtype=np.bool_), np.zeros(len(self.across), dtype=np.bool_)
            for index, each in enumerate(self.across):
                role = self.roles_across[index]
                plain[index] = role not in NOT_SUMMED and words.is_additive(each.label, each.unit, unit)
                said = words.is_percent(unit or each.unit or self.table.unit, each.label)
                percent[index] = said and role not in ("total", "country", "mean")
            self._added[unit] = plain, percent
        return self._added[unit]

    def unit(self, line: int, across: int) -> str:
        """The unit of a cell."""
        return unit_of(self.table, *((across, line) if self.axis else (line, across)))

    def measure(self, line: int) -> tuple[str, bool]:
        """What may be added together: lines of one unit, shares and counts apart."""
        share = self.roles[line] == "share" or words.is_percent(self.lines[line].unit, self.lines[line].label)
        return self.lines[line].unit.lower(), share

    def is_empty(self, line: int) -> bool:
        """Whether a line has no number: a heading."""
        return not bool(self.printed[line].any())

    def template(self, kind: Kind, reason: Reason, lines: Sequence[int], relations: Sequence[Relation]) -> Template:
        """A template on this table's lines."""
        labels = tuple(self.lines[line].label for line in lines)
        return Template(kind, reason, key_of(self.table), labels, tuple(relations), self.axis)


def grids(tables: Sequence[Table], cells: Cells) -> list[tuple[Grid, Grid]]:
    """Each table along its rows and along its columns."""
    return [(Grid(table, cells, 0), Grid(table, cells, 1)) for table in tables]


def bits(window: Floats, scale: Floats) -> Floats:
    """How surprising it is that a relation holds by chance: -log2 of the share of values its rounding lets through."""
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = np.clip(np.nan_to_num(window / scale, nan=1.0, posinf=1.0), 2.0**-30, 1.0)
    surprise: Floats = -np.log2(chance)
    return surprise
