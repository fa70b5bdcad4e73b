# SPDX-License-Identifier: EUPL-1.2
"""Whether relations can hold all at once: a linear program for the answer, exact arithmetic for the proof.

Each relation may hold by itself and all of them together still be impossible. HiGHS finds multipliers under which the
relations add up to a contradiction; the multipliers are turned into fractions, and the contradiction is checked with
exact intervals. Any multipliers make a valid proof, so floating point can miss a conflict but never invent one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, hstack, identity, vstack

from styr.evidence.checking.intervals import Span, point, total
from styr.evidence.checking.laws import LINEAR, ONE, QUOTIENT, Kind, Relation, claimed

INSIDE = 1e-6  # how far inside its interval, in half roundings, a number must be able to lie for all to be well at once
DENOMINATOR = 10**6
ZERO = Fraction(0)


@dataclass(frozen=True)
class Row:
    """A linear form of cells that must lie in a span; relation says whose it is."""

    form: Mapping[int, Fraction]
    span: Span
    relation: int


@dataclass(frozen=True)
class Proof:
    """Why relations cannot hold together: their indices, the cells whose printed values the contradiction rests on, and
    by how many times every rounding would have to be wider."""

    relations: tuple[int, ...]
    cells: tuple[int, ...]
    widening: float


def impossible(relations: Sequence[Relation], spans: Sequence[Span], free: Iterable[int] = ()) -> Proof | None:
    """A proof that the relations cannot hold together, free cells taking any value; None when there is none."""
    rows = [row for index, relation in enumerate(relations) for row in _rows(relation, index, spans)]
    if len(rows) < 2:
        return None
    program = _Program(rows, spans, frozenset(free))
    if program.fits():
        return None
    multipliers, widening = program.contradiction()
    return _proof(rows, multipliers, program, widening)


def range_of(relations: Sequence[Relation], spans: Sequence[Span], cell: int) -> tuple[float, float] | None:
    """The least and greatest a cell can be when all relations hold and it is free itself; None when they cannot."""
    rows = [row for index, relation in enumerate(relations) for row in _rows(relation, index, spans)]
    return _Program(rows, spans, frozenset({cell})).range_of(cell)


def _rows(relation: Relation, index: int, spans: Sequence[Span]) -> list[Row]:
    """A relation as linear forms: shares and rates by the ends of their printed result."""
    if relation.kind in LINEAR or relation.kind is Kind.bound:
        form: dict[int, Fraction] = {}
        for place, cell in enumerate(relation.parts):
            form[cell] = form.get(cell, ZERO) + relation.coefficient(place)
        limit = relation.shift if relation.result is None else -relation.shift
        if relation.result is not None:
            form[relation.result] = form.get(relation.result, ZERO) - 1
        return [Row(form, Span(None, limit, True) if relation.kind is Kind.bound else point(limit), index)]
    if relation.kind not in QUOTIENT or any((spans[cell].low or ZERO) <= 0 for cell in relation.base):
        return []
    result, rows = claimed(relation, spans), []
    for end, is_open, sign in ((result.low, result.low_open, 1), (result.high, result.high_open, -1)):
        if end is None:
            continue
        form = dict.fromkeys(relation.base, -(end - relation.shift) * sign)
        for cell in relation.parts:
            form[cell] = form.get(cell, ZERO) + relation.factor * sign
        rows.append(Row(form, Span(ZERO, None, is_open, True), index))
    return rows


class _Program:
    """The rows over cells counted in half widths from their middles."""

    def __init__(self, rows: Sequence[Row], spans: Sequence[Span], free: frozenset[int]) -> None:
        self.rows, self.spans, self.free = rows, spans, free
        self.cells = tuple(dict.fromkeys(cell for row in rows for cell in row.form))
        bounds = [Span(None, None, True, True) if cell in free else spans[cell] for cell in self.cells]
        self.bounds = dict(zip(self.cells, bounds, strict=True))
        middles = [
            bound.middle if bound.middle is not None else spans[c].middle or ZERO for c, bound in self.bounds.items()
        ]
        halves = [bound.width / 2 if bound.width else spans[c].width or ONE for c, bound in self.bounds.items()]
        self.middle, self.half = np.array(middles, dtype=float), np.array(halves, dtype=float)
        self.exact_middle = dict(zip(self.cells, middles, strict=True))
        self.is_point = np.array([bound.width == 0 for bound in bounds], dtype=bool)
        self.has_low = np.array([bound.low is not None for bound in bounds], dtype=bool)
        self.has_high = np.array([bound.high is not None for bound in bounds], dtype=bool)
        self._build()

    def _build(self) -> None:
        column = {cell: index for index, cell in enumerate(self.cells)}
        places = [(r, column[c], float(k)) for r, row in enumerate(self.rows) for c, k in row.form.items()]
        at, to, coefficients = (np.array(each) for each in zip(*places, strict=True))
        entries = coefficients * self.half[to.astype(int)]
        shape = len(self.rows), len(self.cells)
        size = np.asarray(abs(coo_array((entries, (at.astype(int), to.astype(int))), shape=shape)).sum(axis=1)).ravel()
        self.size = np.where(size > 0, size, 1.0)
        self.matrix = coo_array(
            (entries / self.size[at.astype(int)], (at.astype(int), to.astype(int))), shape=shape
        ).tocsr()
        at_middle = [sum((k * self.exact_middle[c] for c, k in row.form.items()), ZERO) for row in self.rows]
        low = [
            np.nan if row.span.low is None else float(row.span.low - m)
            for row, m in zip(self.rows, at_middle, strict=True)
        ]
        high = [
            np.nan if row.span.high is None else float(row.span.high - m)
            for row, m in zip(self.rows, at_middle, strict=True)
        ]
        self.low, self.high = np.array(low) / self.size, np.array(high) / self.size

    def fits(self) -> bool:
        """Whether all can hold with every number a little inside its interval."""
        reach = np.where(self.is_point, 0.0, 1.0 - INSIDE)
        bounds = np.column_stack([np.where(self.has_low, -reach, -np.inf), np.where(self.has_high, reach, np.inf)])
        answer = self._solve(np.zeros(len(self.cells)), bounds, widen=False)
        return bool(answer.status == 0)

    def contradiction(self) -> tuple[NDArray[np.float64], float]:
        """Multipliers of the rows at the least widening of all intervals that lets everything hold, and how wide."""
        cost = np.zeros(len(self.cells) + 1)
        cost[-1] = 1.0
        bounds = np.column_stack([np.full(len(self.cells) + 1, -np.inf), np.full(len(self.cells) + 1, np.inf)])
        bounds[-1] = (-1.0, np.inf)
        answer = self._solve(cost, bounds, widen=True)
        if answer.status != 0:
            return np.zeros(len(self.rows)), 0.0
        upper, lower = np.flatnonzero(~np.isnan(self.high)), np.flatnonzero(~np.isnan(self.low))
        multipliers = np.zeros(len(self.rows))
        marginals = np.asarray(answer.ineqlin.marginals)
        multipliers[upper] += marginals[: len(upper)]
        multipliers[lower] -= marginals[len(upper) : len(upper) + len(lower)]
        return multipliers / self.size, float(answer.x[-1])

    def range_of(self, cell: int) -> tuple[float, float] | None:
        """The least and greatest value of a cell."""
        reach = np.where(self.is_point, 0.0, 1.0)
        bounds = np.column_stack([np.where(self.has_low, -reach, -np.inf), np.where(self.has_high, reach, np.inf)])
        ends, index = [], self.cells.index(cell)
        for sign in (1.0, -1.0):
            cost = np.zeros(len(self.cells))
            cost[index] = sign
            answer = self._solve(cost, bounds, widen=False)
            if answer.status == 2:
                return None
            ends.append(float(answer.x[index]) if answer.status == 0 else -sign * np.inf)
        low, high = (float(self.middle[index] + self.half[index] * end) for end in ends)
        return low, high

    def _solve(self, cost: NDArray[np.float64], bounds: NDArray[np.float64], *, widen: bool) -> Any:
        upper, lower = ~np.isnan(self.high), ~np.isnan(self.low)
        dense = coo_array(self.matrix)
        parts = [dense.tocsr()[np.flatnonzero(upper)], -dense.tocsr()[np.flatnonzero(lower)]]
        limits = [self.high[upper], -self.low[lower]]
        matrix = vstack([part for part in parts if part.shape[0]], format="csr")
        if widen:
            matrix = hstack([matrix, csr_array((matrix.shape[0], 1))], format="csr")
            one = identity(len(self.cells), format="csr")
            step = csr_array(-np.ones((len(self.cells), 1)))
            highs, lows = np.flatnonzero(self.has_high), np.flatnonzero(self.has_low)
            wide = [hstack([one[highs], step[highs]]), hstack([-one[lows], step[lows]])]
            matrix = vstack([matrix, *wide], format="csr")
            reach = np.where(self.is_point, 0.0, 1.0)
            limits += [reach[highs], reach[lows]]
        return linprog(cost, A_ub=matrix, b_ub=np.concatenate(limits), bounds=bounds, method="highs")


def _proof(rows: Sequence[Row], multipliers: NDArray[np.float64], program: _Program, widening: float) -> Proof | None:
    """The contradiction the multipliers make, checked exactly; None when they make none."""
    largest = float(np.abs(multipliers).max(initial=0.0))
    if largest == 0:
        return None
    for scale in _scales(multipliers, largest):
        exact = [Fraction(float(each / scale)).limit_denominator(DENOMINATOR) for each in multipliers]
        used = [(row, by) for row, by in zip(rows, exact, strict=True) if by]
        form: dict[int, Fraction] = {}
        for row, by in used:
            for cell, coefficient in row.form.items():
                form[cell] = form.get(cell, ZERO) + by * coefficient
        left = total(program.bounds[cell].times(by) for cell, by in form.items() if by)
        right = total(row.span.times(by) for row, by in used)
        if left.meet(right).is_empty:
            cells = tuple(cell for cell, by in form.items() if by and cell not in program.free)
            return Proof(tuple(dict.fromkeys(row.relation for row, _ in used)), cells, max(widening, 0.0))
    return None


def _scales(multipliers: NDArray[np.float64], largest: float) -> list[float]:
    """What to count multipliers in so that they come out as plain fractions: the largest, or the smallest, of them."""
    used = np.abs(multipliers[np.abs(multipliers) > 1e-9 * largest])
    return list(dict.fromkeys([largest, float(used.min())]))
