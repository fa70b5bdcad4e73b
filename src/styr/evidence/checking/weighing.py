# SPDX-License-Identifier: EUPL-1.2
"""Whether means can share one set of weights: a linear program in the weights, its answer proven exactly.

For weights w of the places, which are none below zero and make up one, a printed mean can hold when
Σ w·(least each place can be) is at most the greatest the mean can be, and the other way round. No weights will do when
some mixture of these bounds is out of reach of every place alone: that mixture is the proof, checked in fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from styr.evidence.checking.cells import Cells
from styr.evidence.checking.intervals import Span
from styr.evidence.checking.laws import Relation

DENOMINATOR = 10**6
SMALL = 1e-9
MOST_MEANS, MOST_TRIED = 30, 3  # up to two means out of thirty are sought one by one
ZERO = Fraction(0)
Bound = tuple[tuple[Fraction, ...], Fraction, bool]  # Σ a·w ≤ b (strictly when true)


def impossible(relations: Sequence[Relation], spans: Sequence[Span]) -> bool:
    """Whether it is proven that no weights give all the means."""
    bounds = [bound for relation in relations for bound in _bounds(relation, spans)]
    matrix = np.array([[float(each) for each in bound[0]] for bound in bounds])
    limits = np.array([float(bound[1]) for bound in bounds])
    count = matrix.shape[1]
    widened = np.hstack([matrix, -np.ones((len(bounds), 1))])  # the least by which every bound must give way
    answer = linprog(
        np.append(np.zeros(count), 1.0),
        A_ub=widened,
        b_ub=limits,
        A_eq=np.append(np.ones((1, count)), [[0.0]], axis=1),
        b_eq=[1.0],
        bounds=[(0, None)] * count + [(None, None)],
        method="highs",
    )
    return bool(answer.status == 0 and answer.x[-1] > 0 and _proven(bounds, -np.asarray(answer.ineqlin.marginals)))


def outliers(relations: Sequence[Relation], spans: Sequence[Span]) -> list[Relation]:
    """The fewest means without which all the others can share weights; among as few, those farthest out."""
    if not impossible(relations, spans):
        return []
    for count in range(1, MOST_TRIED if len(relations) <= MOST_MEANS else 0):
        fewest = [
            list(out)
            for out in combinations(relations, count)
            if not impossible([each for each in relations if each not in out], spans)
        ]
        if fewest:
            off = dict(zip(relations, _giving_way(relations, spans), strict=True))
            return max(fewest, key=lambda out: sum(off[each] for each in out))
    return [each for each, off in zip(relations, _giving_way(relations, spans), strict=True) if off > SMALL]


def smallest(relation: Relation, others: Sequence[Relation], spans: Sequence[Span]) -> list[Relation]:
    """Means that cannot share weights with one, of which none can be left out."""
    members = list(others)
    for each in others:
        rest = [other for other in members if other is not each]
        if impossible([relation, *rest], spans):
            members = rest
    return members


def _giving_way(relations: Sequence[Relation], spans: Sequence[Span]) -> list[float]:
    """How far each mean would have to give way, as a part of itself, when together they give way least."""
    bounds = [_bounds(relation, spans) for relation in relations]
    places, count = len(relations[0].parts), len(relations)
    rows, limits = [], []
    for index, pair in enumerate(bounds):
        size = max(abs(float(pair[0][1])), SMALL)
        for bound in pair:
            slack = np.zeros(count)
            slack[index] = -1.0
            rows.append([*(float(each) / size for each in bound[0]), *slack])
            limits.append(float(bound[1]) / size)
    answer = linprog(
        [0.0] * places + [1.0] * count,
        A_ub=np.array(rows),
        b_ub=limits,
        A_eq=[[1.0] * places + [0.0] * count],
        b_eq=[1.0],
        bounds=(0, None),
        method="highs",
    )
    return [float(each) for each in answer.x[places:]] if answer.status == 0 else [0.0] * count


def expected(relation: Relation, others: Sequence[Relation], cells: Cells) -> Span:
    """What a mean would have to be with the weights that the others admit."""
    bounds = [bound for other in others for bound in _bounds(other, cells.spans)]
    matrix = [[float(each) for each in bound[0]] for bound in bounds] or None
    limits = [float(bound[1]) for bound in bounds] or None
    ends: list[Fraction | None] = []
    for sign, side in ((1.0, 0), (-1.0, 1)):
        values = [_ends(cells.spans[cell])[side] for cell in relation.parts]
        answer = linprog(
            sign * np.array([float(value) for value in values]),
            A_ub=matrix,
            b_ub=limits,
            A_eq=np.ones((1, len(values))),
            b_eq=[1.0],
            bounds=[(0, None)] * len(values),
            method="highs",
        )
        ends.append(Fraction(sign * float(answer.fun)) if answer.status == 0 else None)
    return Span(ends[0], ends[1], ends[0] is None, ends[1] is None)


def _bounds(relation: Relation, spans: Sequence[Span]) -> list[Bound]:
    """A mean as two bounds on the weights."""
    result = spans[relation.result if relation.result is not None else relation.parts[0]]
    low, high = zip(*(_ends(spans[cell]) for cell in relation.parts), strict=True)
    least, most = _ends(result)
    return [(low, most, result.high_open), (tuple(-each for each in high), -least, True)]


def _ends(span: Span) -> tuple[Fraction, Fraction]:
    """Both ends of a number that has them."""
    return span.low if span.low is not None else ZERO, span.high if span.high is not None else ZERO


def _proven(bounds: Sequence[Bound], multipliers: Sequence[float] | np.ndarray) -> bool:
    """Whether the multipliers mix the bounds into one that no place, and so no weights, can meet."""
    exact = [Fraction(max(0.0, float(each))).limit_denominator(DENOMINATOR) for each in multipliers]
    mixed = [
        sum((by * bound[0][place] for by, bound in zip(exact, bounds, strict=True)), ZERO)
        for place in range(len(bounds[0][0]))
    ]
    limit = sum((by * bound[1] for by, bound in zip(exact, bounds, strict=True)), ZERO)
    return any(exact) and min(mixed) > limit
