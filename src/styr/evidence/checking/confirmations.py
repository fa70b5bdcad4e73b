# SPDX-License-Identifier: EUPL-1.2
"""What a relation that holds is worth: how likely it holds by chance, and whether others already say it.

Chance is the share of values that rounding lets through: 14 + 86 = 100 printed without decimals would hold for about
one in a hundred numbers, and a table of small whole numbers confirms little. A relation is circular when it follows
from the others: with row totals, column totals and a grand total, the last sum is no new evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from styr.evidence.checking.cells import Cells
from styr.evidence.checking.intervals import Span
from styr.evidence.checking.laws import LINEAR, QUOTIENT, Kind, Relation, Template, said

LEAST, MOST_BITS = 0.05, 30.0
WEAK = {Kind.bound: 0.5, Kind.mean: 1.0, Kind.weights: 6.0, Kind.whole: 1.0}
ROUNDS = 6  # of working out totals of totals
SMALL = 1e-7


def bits(templates: Sequence[Template], cells: Cells) -> dict[Relation, float]:
    """For each relation -log2 of the chance that it holds though the numbers have nothing to do with each other."""
    found: dict[Relation, float] = {}
    for template in templates:
        before: float | None = None
        for relation in template.relations:
            value = _value(relation, cells)
            found[relation] = max(found.get(relation, 0.0), _bits(relation, cells.spans, value, before))
            before = value
    return found


def chance(surprise: float) -> float:
    """Bits as a probability."""
    return float(2.0**-surprise)


def circular(relations: Sequence[Relation], cells: Cells) -> frozenset[Relation]:
    """The relations that follow from those before them: their gradient lies in the span of the others'."""
    exact = [each for each in relations if each.kind in LINEAR | QUOTIENT]
    columns = {cell: index for index, cell in enumerate(dict.fromkeys(c for each in exact for c in each.cells))}
    values = _consistent(exact, cells)
    found, basis = [], np.zeros((0, len(columns)))
    for relation in exact:
        gradient = _gradient(relation, values, columns)
        size = float(np.linalg.norm(gradient))
        rest = gradient - basis.T @ (basis @ gradient)
        rest = rest - basis.T @ (basis @ rest)
        if size == 0 or np.linalg.norm(rest) <= SMALL * size:
            found.append(relation)
        else:
            basis = np.vstack([basis, rest / np.linalg.norm(rest)])
    return frozenset(found)


def _value(relation: Relation, cells: Cells) -> float | None:
    """The number a relation is about."""
    cell = relation.parts[0] if relation.result is None else relation.result
    middle = cells.spans[cell].middle
    return None if middle is None else float(middle)


def _bits(relation: Relation, spans: Sequence[Span], value: float | None, before: float | None) -> float:
    """Window of rounding against the spread of values: the number itself, or its change since the last like it."""
    if relation.kind in WEAK:
        return WEAK[relation.kind]
    image = said(relation, spans)
    claim = spans[relation.result].width if relation.result is not None else Fraction(0)
    if image.width is None or claim is None or value is None:
        return LEAST
    window = float(image.width + claim)
    spread = max(abs(value), float(abs(image.middle or 0)))
    if relation.kind is Kind.distribution:
        spread = 100.0
    if before is not None:  # what repeats the line before it says nothing new
        spread = min(spread, 2 * abs(value - before) + window)
    return float(np.clip(-np.log2(window / spread) if spread > 0 and window > 0 else LEAST, LEAST, MOST_BITS))


def _consistent(relations: Sequence[Relation], cells: Cells) -> dict[int, float]:
    """Values near the printed ones that satisfy the relations, so that what follows from others shows as such."""
    spread = np.random.default_rng(0)  # printed zeroes and equal numbers would hide what depends on what
    values = {}
    for cell in dict.fromkeys(cell for relation in relations for cell in relation.cells):
        middle = cells.spans[cell].middle
        values[cell] = (float(middle) if middle else 1.0) * (1 + 1e-3 * float(spread.random()))
    for _ in range(ROUNDS):
        for relation in relations:
            if relation.result is not None and relation.kind is not Kind.distribution:
                values[relation.result] = _result(relation, values)
    return values


def _result(relation: Relation, values: dict[int, float]) -> float:
    if relation.kind in QUOTIENT:
        base = sum(values[cell] for cell in relation.base)
        return float(relation.factor) * sum(values[cell] for cell in relation.parts) / (base or 1.0) + float(
            relation.shift
        )
    return float(relation.shift) + sum(
        float(relation.coefficient(index)) * values[cell] for index, cell in enumerate(relation.parts)
    )


def _gradient(relation: Relation, values: dict[int, float], columns: dict[int, int]) -> NDArray[np.float64]:
    """How the relation's two sides differ when a cell moves by a part of itself."""
    gradient = np.zeros(len(columns))
    if relation.result is not None:
        gradient[columns[relation.result]] -= 1.0
    if relation.kind in QUOTIENT:
        above = sum(values[cell] for cell in relation.parts)
        below = sum(values[cell] for cell in relation.base) or 1.0
        for cell in relation.parts:
            gradient[columns[cell]] += float(relation.factor) / below
        for cell in relation.base:
            gradient[columns[cell]] -= float(relation.factor) * above / below**2
    else:
        for index, cell in enumerate(relation.parts):
            gradient[columns[cell]] += float(relation.coefficient(index))
    sizes = np.array([abs(values[cell]) or 1.0 for cell in columns])
    scaled: NDArray[np.float64] = gradient * sizes
    return scaled
