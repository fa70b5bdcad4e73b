# SPDX-License-Identifier: EUPL-1.2
"""What each grant is expected to cost, month by month, in one municipality's forecast: the simulation with a cell for
every grant and every named citizen, and pools for what has no grant yet.

A row of the ledger is one of
    grant     what a known grant costs under its own provision (opened again: still)
    named     the same of a citizen named beforehand
    moves     what follows known grants under other provisions, and what follows those lately ended
    newcomers grants nobody knows of yet
The cells of the simulation are numbered by a place on the axis of target groups, which nothing else reads: so every
source has a place of its own there, and the compiled simulation is the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from styr.forecast.axis import axis
from styr.forecast.cells import cells_of
from styr.forecast.months import Month
from styr.forecast.observed import observed
from styr.forecast.outcome import Outcome
from styr.forecast.parts import Cells, Parts
from styr.forecast.simulate import simulated
from styr.statistics.expressions.calendar_units import EPOCH

_BLOCK = 4_000_000  # numbers of a block of draws that are kept at once
GRANT, NAMED, MOVES, NEWCOMERS = "grant", "named", "moves", "newcomers"


@dataclass(frozen=True)
class Ledger:
    """Expected individual expenditure of the months asked for.

    cells: the base cells (see cells_of), a row each; kind, source, cell: of each row of the ledger: what it is, the row
    of the grant or named citizen (-1 for pools), and its base cell; mean: (rows, months), DKK.
    """

    cells: pl.DataFrame
    kind: np.ndarray
    source: np.ndarray
    cell: np.ndarray
    mean: np.ndarray

    def by_cell(self) -> np.ndarray:
        """Expenditure of the base cells: (cells, months)."""
        sums = np.zeros((self.cells.height, self.mean.shape[1]))
        np.add.at(sums, self.cell, self.mean)
        return sums


@dataclass(frozen=True)
class Numbered:
    """Cells with a place for every source: what the simulation is given, and what its cells are."""

    cells: Cells
    parts: Parts
    labels: pl.DataFrame
    kind: np.ndarray
    source: np.ndarray
    cell: np.ndarray
    places: np.ndarray


def ledger(outcome: Outcome, by: tuple[str, ...], parts: Parts) -> Ledger:
    """The ledger of a forecast, simulated from parts, in cells of function and the dimensions."""
    made = numbered(outcome, by, parts)
    months = outcome.last.number - outcome.first.number + 1
    mean = np.zeros((made.cells.size, months))
    for begin, end in blocks(outcome.size, made.cells.size * made.parts.axis.months):
        drawn = simulated(made.parts, made.cells, end - begin, outcome.seed, activity=False, first=begin)
        _add(mean, drawn.cost.sum(axis=0, dtype=np.float64) / outcome.size, made.parts.axis.first_number, outcome.first)
    begin_number, cost = seen(outcome, made)
    _add(mean, cost, begin_number, outcome.first)
    some = mean.any(axis=1)
    return Ledger(made.labels, made.kind[some], made.source[some], made.cell[some], mean[some])


def numbered(outcome: Outcome, by: tuple[str, ...], parts: Parts) -> Numbered:
    """Cells and parts of a municipality in which every source has cells of its own: grants with a day in the months
    asked for or after the known-at day, and named citizens."""
    town, named = outcome.town, parts.named
    base, labels = cells_of(town.lists, town.functions, by)
    ages, many = base.row.shape[2:]
    begins = (outcome.first.first - EPOCH).days
    rows = np.flatnonzero((town.grants.end >= begins) | (town.grants.end > parts.today))
    grants = town.grants.of(rows)
    provision = np.concatenate([grants.provision, named["provision"]])
    groups = np.minimum(np.concatenate([grants.groups, named["groups"]]), many - 1)
    operator = np.concatenate([grants.operator, np.zeros(len(named), dtype=np.int64)])
    sources = np.arange(len(provision))
    rows_of_pool = len(base.cell_of)
    pools = base.row + rows_of_pool
    row = np.concatenate([base.row, pools, pools[:, :, :, groups]], axis=3)
    own = 2 * rows_of_pool + sources[:, None] * ages + np.arange(ages)
    row[provision, :, :, 2 * many + sources] = own[:, None, :]
    places = np.zeros(len(town.grants), dtype=np.int64)
    places[rows] = 2 * many + np.arange(len(rows))
    running, ended, comers = parts.running.copy(), parts.ended.copy(), named.copy()
    running["groups"] = places[town.grants.end > parts.today]
    ended["groups"] = many + np.minimum(ended["groups"], many - 1)
    comers["groups"] = 2 * many + len(rows) + np.arange(len(named))
    pooled = np.arange(base.size)
    kinds = [NEWCOMERS] * base.size + [MOVES] * base.size + [GRANT] * len(rows) * ages + [NAMED] * len(named) * ages
    source = np.concatenate([rows, np.arange(len(named))])
    cells = Cells(
        np.ascontiguousarray(row),
        np.concatenate([base.cell_of, base.cell_of + base.size, np.arange(2 * base.size, len(kinds))]),
        np.concatenate([base.provision_of, base.provision_of, np.repeat(provision, ages)]),
        base.ages,
        len(kinds),
    )
    return Numbered(
        cells,
        parts._replace(running=running, ended=ended, named=comers),
        labels,
        np.array(kinds),
        np.concatenate([np.full(2 * base.size, -1), np.repeat(source, ages)]),
        np.concatenate([pooled, pooled, base.cell_of[base.row[provision, operator, :, groups]].ravel()]),
        places,
    )


def blocks(draws: int, numbers: int) -> list[tuple[int, int]]:
    """Draws in blocks, so few at a time that what is kept of each draw (numbers) stays small in all."""
    size = max(1, _BLOCK // max(numbers, 1))
    return [(begin, min(begin + size, draws)) for begin in range(0, draws, size)]


def seen(outcome: Outcome, made: Numbered) -> tuple[int, np.ndarray]:
    """The number of the first month asked for, and what is known of it and those after, by the cells of sources."""
    town, until = outcome.town, max(Month.of(outcome.known_at), outcome.first)
    span = axis(outcome.first, until)
    grants = replace(town.grants, groups=made.places)
    found = observed(grants, town.prices, made.parts.following.sickness, made.cells, span, made.parts.today)
    return span.first_number, found.cost


def _add(mean: np.ndarray, cost: np.ndarray, begins: int, first: Month) -> None:
    """Add the months that two arrays (cells, months) share."""
    low, high = max(begins, first.number), min(begins + cost.shape[1], first.number + mean.shape[1])
    if low < high:
        mean[:, low - first.number : high - first.number] += cost[:, low - begins : high - begins]
