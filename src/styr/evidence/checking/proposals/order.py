# SPDX-License-Identifier: EUPL-1.2
"""Order: bounds of an interval around its middle, quartiles, and counts from a bound on, which can only fall."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np

from styr.evidence.checking import words
from styr.evidence.checking.laws import Kind, Reason, Relation, Template
from styr.evidence.checking.proposals.grid import SLACK, Grid, bits

HALF = Fraction(1, 2)
SYMMETRIC = 0.8  # of the intervals lie even around their middle, for the rest to be expected to
EVIDENCE = 24.0  # bits by which the middles lie halfway beyond chance


def ordered(grid: Grid) -> list[Template]:
    """Low ≤ middle ≤ high, Q1 ≤ Q3, and cumulative lines, along one axis."""
    found: list[Template] = []
    for low, middle, high in _intervals(grid):
        pairs = [(low, high)] if middle is None else [(low, middle), (middle, high)]
        for lesser, greater in pairs:
            found.append(_no_more(grid, lesser, greater))
        if middle is not None:
            found += _even(grid, low, middle, high)
    cumulative = [i for i, line in enumerate(grid.lines) if words.is_cumulative(line) and not grid.is_empty(i)]
    found += [_no_more(grid, later, earlier) for earlier, later in pairwise(cumulative)]
    return [template for template in found if template.relations]


def _intervals(grid: Grid) -> list[tuple[int, int | None, int]]:
    """Lines low and high that belong together, with the line before them that lies between, when there is one."""
    found: list[tuple[int, int | None, int]] = []
    for line, role in enumerate(grid.roles[:-1]):
        pair = (role, grid.roles[line + 1])
        if pair in (("low", "high"), ("quartile_low", "quartile_high")):
            before = line - 1
            fits = before >= 0 and grid.roles[before] in ("", "part", "mean", "share", "rate")
            found.append((line, before if fits and _same_unit(grid, before, line) else None, line + 1))
    return found


def _same_unit(grid: Grid, one: int, other: int) -> bool:
    units = {grid.lines[one].unit, grid.lines[other].unit} - {""}
    return len(units) < 2


def _no_more(grid: Grid, lesser: int, greater: int) -> Template:
    tested = grid.printed[lesser] & grid.printed[greater]
    relations = [
        Relation(Kind.bound, int(grid.index[greater, i]), (int(grid.index[lesser, i]),)) for i in np.flatnonzero(tested)
    ]
    return grid.template(Kind.bound, Reason.label, (greater, lesser), relations)


def _even(grid: Grid, low: int, middle: int, high: int) -> list[Template]:
    """The middle halfway between the bounds, when it is so nearly everywhere."""
    tested = grid.known[[low, middle, high]].all(axis=0) & grid.printed[[low, middle, high]].all(axis=0)
    least, most = grid.ends
    held = (least[low] + least[high] <= 2 * most[middle] + SLACK) & (
        most[low] + most[high] >= 2 * least[middle] - SLACK
    )
    window = (most[[low, high]] - least[[low, high]]).sum(axis=0) / 2 + (most[middle] - least[middle])
    surprise = np.where(held & tested, bits(window, grid.values[high] - grid.values[low]), 0.0).sum()
    if (held & tested).sum() < SYMMETRIC * tested.sum() or surprise < EVIDENCE:
        return []
    relations = [
        Relation(
            Kind.middle,
            int(grid.index[middle, i]),
            (int(grid.index[low, i]), int(grid.index[high, i])),
            coefficients=(HALF, HALF),
        )
        for i in np.flatnonzero(tested)
    ]
    return [grid.template(Kind.middle, Reason.numbers, (middle, low, high), relations)]
