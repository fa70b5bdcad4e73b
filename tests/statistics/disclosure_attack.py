# SPDX-License-Identifier: EUPL-1.2
"""An attacker of published tables who shares no code with what guards them: linear programming over every person
there could be, with all that is shown as equations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product

import numpy as np
from scipy.optimize import linprog

Key = tuple[str, ...]


@dataclass(frozen=True)
class Published:
    """A table as published: its dimensions, the count of each cell that is shown, and the cells that are hidden.
    A cell in neither is known to be without persons."""

    dimensions: tuple[str, ...]
    shown: Mapping[Key, int]
    hidden: frozenset[Key]


@dataclass(frozen=True)
class Interval:
    """What an attacker knows of a hidden cell: it lies between low and high."""

    dimensions: tuple[str, ...]
    cell: Key
    low: float
    high: float

    @property
    def width(self) -> float:
        """How much he does not know."""
        return self.high - self.low


def intervals(
    tables: Sequence[Published], values: Mapping[str, Sequence[str]], *, at_least: int, several: Sequence[str] = ()
) -> Iterator[Interval]:
    """What the tables together tell of each hidden cell, to one who takes each to hold at least so many persons.

    several: the dimensions a person can have several values of; he stands in a row of each. That no total is smaller
    than a row or larger than their sum follows.
    """
    kinds = [_sets(words) if name in several else [(word,) for word in words] for name, words in values.items()]
    base = list(product(*kinds))
    place = {name: position for position, name in enumerate(values)}

    def members(table: Published, cell: Key) -> np.ndarray:
        asked = [place[name] for name in table.dimensions]
        return np.array([float(all(word in each[at] for at, word in zip(asked, cell, strict=True))) for each in base])

    known, counts, hidden = [], [], []
    for table in tables:
        for cell in product(*(values[name] for name in table.dimensions)):
            if cell in table.hidden:
                hidden.append((table, cell, members(table, cell)))
            else:
                known.append(members(table, cell))
                counts.append(table.shown.get(cell, 0))
    equations = {"A_eq": np.array(known), "b_eq": np.array(counts)} if known else {}
    someone = {"A_ub": -np.array([row for *_, row in hidden]), "b_ub": np.full(len(hidden), -at_least)}
    program = {**equations, **(someone if at_least and hidden else {}), "bounds": (0, 10_000)}
    for table, cell, row in hidden:
        low, high = (sign * linprog(sign * row, **program).fun for sign in (1, -1))
        yield Interval(table.dimensions, cell, low, high)


def _sets(words: Sequence[str]) -> list[Key]:
    """Every way to have one or more of some words."""
    return list(chain.from_iterable(combinations(words, size) for size in range(1, len(words) + 1)))
