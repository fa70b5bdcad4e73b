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
    tables: Sequence[Published],
    values: Mapping[str, Sequence[str]],
    *,
    at_least: int,
    several: Sequence[str] = (),
    unions: Mapping[str, Mapping[str, Sequence[str]]] = {},
) -> Iterator[Interval]:
    """What the tables together tell of each hidden cell, to one who takes each to hold at least so many persons.

    several: the dimensions a person can have several values of; he stands in a row of each. That no total is smaller
    than a row or larger than their sum follows. unions: further dimensions whose rows are unions of the values of
    another; who has any of them stands there once.
    """
    kinds = [_sets(words) if name in several else [(word,) for word in words] for name, words in values.items()]
    base = list(product(*kinds))
    united = {word: set(words) for rows in unions.values() for word, words in rows.items()}
    rows_of = {**values, **{name: list(rows) for name, rows in unions.items()}}

    def stands_in(person: tuple[Key, ...], word: str) -> bool:
        return any(united.get(word, {word}) & set(has) for has in person)

    def members(cell: Key) -> np.ndarray:
        return np.array([float(all(stands_in(person, word) for word in cell)) for person in base])

    known, counts, hidden = [], [], []
    for table in tables:
        for cell in product(*(rows_of[name] for name in table.dimensions)):
            if cell in table.hidden:
                hidden.append((table, cell, members(cell)))
            else:
                known.append(members(cell))
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


def amount_intervals(
    tables: Sequence[tuple[Published, Mapping[Key, float]]],
    values: Mapping[str, Sequence[str]],
    unions: Mapping[str, Mapping[str, Sequence[str]]] = {},
) -> Iterator[tuple[Interval, float]]:
    """What tables of amounts that add up tell of each hidden amount, and what it is.

    tables: each with all its amounts. A cell in neither shown nor hidden has no one, and no amount; all amounts are
    known not to be negative. Amounts add up over every dimension, also those a person has several values of. unions:
    as for intervals.
    """
    base = list(product(*values.values()))
    united = {word: set(words) for rows in unions.values() for word, words in rows.items()}
    rows_of = {**values, **{name: list(rows) for name, rows in unions.items()}}

    def makes_up(cell: Key) -> np.ndarray:
        return np.array([float(all(united.get(word, {word}) & set(one) for word in cell)) for one in base])

    largest = max((amount for _, amounts in tables for amount in amounts.values()), default=1.0)
    known, sums, hidden = [], [], []
    for table, amounts in tables:
        for cell in product(*(rows_of[name] for name in table.dimensions)):
            if cell in table.hidden:
                hidden.append((table, cell, amounts.get(cell, 0.0)))
            else:
                known.append(makes_up(cell))
                sums.append(amounts.get(cell, 0.0) / largest)
    equations = {"A_eq": np.array(known), "b_eq": np.array(sums)} if known else {}
    for table, cell, amount in hidden:
        row = makes_up(cell)
        low, high = (sign * linprog(sign * row, **equations, bounds=(0, 100)).fun for sign in (1, -1))
        yield Interval(table.dimensions, cell, low * largest, high * largest), amount
