# SPDX-License-Identifier: EUPL-1.2
"""The fewest further cells to hide: an integer program that learns from each attack what was missing.

Fischetti and Salazar's way of secondary suppression: the program proposes cells, linear programs attack what is left,
and the prices of each attack that gets too near become a condition the next proposal must meet. It ends with the
cheapest pattern that withstands all attacks. Done where it is quick; elsewhere what lines.py has hidden stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from styr.statistics.disclosure.attack import CLOSE, Program, Sums, attackers, labelled
from styr.statistics.disclosure.known import known_of
from styr.statistics.disclosure.lattice import Bools, Floats, Ints, Level, Net
from styr.statistics.disclosure.solver import solved, solver

#: A slice with more cells than this keeps what was hidden line by line.
MOST_CHOSEN_AMONG = 150
#: So many slices of a level are looked at; a table with more keeps what was hidden line by line in the rest.
MOST_SLICES = 40
MOST_PROPOSALS = 40
#: Nodes of one integer program: a measure of work that is the same on every machine, which seconds are not.
MOST_NODES = 500

Cut = tuple[Floats, float]


def choose(net: Net, level: Level) -> None:
    """Hide less of a level where that is enough.

    Each slice with several columns that add up is its own problem, where no bounds tie it to others. What stands is
    only replaced by what is cheaper and withstands the same attacks.
    """
    if sum(lines.persons for lines in level.up) < 2 or len(net.counts) > 1:
        return
    if any(lines.amounts for lines in level.up):
        return
    slices = net.slices(level)
    hidden, few = net.hidden[level.nodes], net.few[level.nodes]
    further = np.unique(slices[hidden & ~few])
    small = further[_sizes(slices, further) <= MOST_CHOSEN_AMONG][:MOST_SLICES]
    if not len(small):
        return
    also = np.zeros(len(net.cost), dtype=np.bool_)
    also[level.nodes[np.isin(slices, small)]] = True
    known = known_of(net, level, net.counts[0], also=also)
    label = labelled(known.sums)
    place = np.full(len(net.cost), -1, dtype=np.int64)
    place[known.nodes] = np.arange(len(known.nodes))
    for each in small.tolist():
        inside = level.nodes[slices == each]
        if (net.cost[inside[net.hidden[inside]]] == 0).any():
            continue  # cells without persons were needed: there was nothing to spare
        there = np.flatnonzero(np.isin(label, label[place[inside]]))
        rest = np.setdiff1d(there, place[inside])
        sums = known.sums.part(np.concatenate([place[inside], rest]))
        if len(sums.floor) or np.isfinite(sums.most).any() or (sums.least > 0).any() or len(rest) > MOST_CHOSEN_AMONG:
            continue
        if np.isin(known.nodes[rest], level.nodes).any():
            continue
        problem = _Problem(sums, net.cost[inside], net.few[inside], net.hidden[inside])
        found = _cheapest(problem, net.threshold)
        if found is not None:
            net.hidden[inside] = found


def _sizes(slices: Ints, wanted: Ints) -> Ints:
    """How many cells each of the wanted slices has."""
    every, count = np.unique(slices, return_counts=True)
    found: Ints = count[np.searchsorted(every, wanted)]
    return found


@dataclass(frozen=True)
class _Problem:
    """The numbers of a slice, hidden or not. The first are the cells one can choose among, in the order of the level;
    few of them must be hidden; the rest are hidden totals."""

    sums: Sums
    cost: Floats
    few: Bools
    now: Bools

    @property
    def choices(self) -> int:
        return len(self.cost)


def _cheapest(problem: _Problem, threshold: int) -> Bools | None:
    """The cheapest pattern; None when what is hidden now is as cheap, or the work would be too much."""
    bound = problem.cost[problem.now].sum()
    cuts = list(_of_lines(problem, threshold))
    for _ in range(MOST_PROPOSALS):
        proposed = _proposal(problem, cuts)
        if proposed is None or problem.cost[proposed].sum() > bound - CLOSE:
            return None
        learnt = list(_attacked(problem, proposed, threshold))
        if not learnt:
            return proposed
        cuts += learnt
    return None


def _of_lines(problem: _Problem, threshold: int) -> Iterator[Cut]:
    """Conditions that each line alone makes, under a total that is shown: hidden cells are not alone, and make up the
    threshold between them."""
    matrix = problem.sums.matrix
    for row in range(matrix.shape[0]):
        columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        if columns.max() >= problem.choices:
            continue  # its total is hidden
        few = columns[problem.few[columns]]
        for one in columns:
            cut = np.zeros(problem.choices)
            cut[columns] = 1.0
            cut[one] = 0.0 if problem.few[one] else -1.0
            yield cut, 1.0 if problem.few[one] else 0.0
        if len(few):
            cut = np.zeros(problem.choices)
            cut[columns] = np.minimum(problem.sums.truth[columns], threshold)
            yield cut, float(threshold)


def _proposal(problem: _Problem, cuts: list[Cut]) -> Bools | None:
    rows = csr_array(np.array([cut for cut, _ in cuts]).reshape(len(cuts), problem.choices))
    least = np.array([bound for _, bound in cuts])
    found = solved(
        solver(
            rows, (least, np.full(len(cuts), np.inf)), (problem.few.astype(np.float64), np.ones(problem.choices)),
            problem.cost, whole=True, options={"mip_max_nodes": MOST_NODES, "mip_rel_gap": 0.0},
        )
    )  # fmt: skip
    return None if found is None else found > 0.5


def _attacked(problem: _Problem, proposed: Bools, threshold: int) -> Iterator[Cut]:
    """A condition for each hidden number that an attack gets too near to."""
    totals = np.ones(len(problem.sums.truth) - problem.choices, dtype=np.bool_)
    hidden = np.concatenate([proposed, totals])
    places = np.flatnonzero(hidden)
    whole = problem.sums
    seen = replace(
        whole, truth=whole.truth[places], matrix=csr_array(whole.matrix[:, places]), least=whole.least[places],
        most=whole.most[places], bounds=csr_array(whole.bounds[:, places]),
    )  # fmt: skip
    for least, width in attackers(seen, threshold):
        program = Program(seen, least)
        for at, place in enumerate(places.tolist()):
            objective = np.zeros(len(places))
            objective[at] = 1.0
            high = program.greatest(objective)[at]
            reach = problem.sums.matrix.T @ -program.prices()
            reach[place] += 1.0
            low = program.greatest(-objective)[at]
            fall = problem.sums.matrix.T @ -program.prices()
            fall[place] -= 1.0
            if high - low < width - CLOSE:
                yield _cut(problem, place, (reach, fall), least, places, width)


def _cut(
    problem: _Problem, place: int, prices: tuple[Floats, Floats], least: Floats, places: Ints, width: float
) -> Cut:
    """By how much hiding each cell may widen the interval of a number, at the prices of the attack: a number can rise
    without end and fall to its least, and no more than the width is asked for."""
    floor = np.minimum(problem.sums.truth, 1.0 if least.any() else 0.0)
    floor[places] = least
    room = problem.sums.truth - floor
    gain = sum(np.where(price > CLOSE, width, 0.0) + np.maximum(-price, 0.0) * room for price in prices)
    gain = np.minimum(gain, width)
    cut, wanted = gain[: problem.choices], width - gain[problem.choices :].sum()
    if place < problem.choices and not problem.few[place]:
        cut[place] -= width  # asked for only where the cell is hidden at all
        wanted -= width
    return cut, wanted
