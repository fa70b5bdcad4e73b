# SPDX-License-Identifier: EUPL-1.2
"""Relations between printed numbers: what the others say of one, whether it can hold, and by how much it cannot.

Every relation reads »result = law(parts, base)«. Sums and differences are result = Σ coefficient·part + shift; shares,
growth and rates are result = factor·Σ parts / Σ base + shift; a mean lies between the least and the greatest part; and
a bound says that the parts together are no more than the result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import reduce

from styr.evidence.checking.intervals import Span, point, total

ONE = Fraction(1)
HUNDRED = Fraction(100)


class Kind(StrEnum):
    """What a relation says."""

    total = "total"
    distribution = "distribution"
    share = "share"
    growth = "growth"
    difference = "difference"
    rate = "rate"
    mean = "mean"
    bound = "bound"
    same = "same"
    middle = "middle"
    weights = "weights"
    whole = "whole"


LINEAR = frozenset({Kind.total, Kind.distribution, Kind.difference, Kind.same, Kind.middle})
QUOTIENT = frozenset({Kind.share, Kind.growth, Kind.rate})


class Reason(StrEnum):
    """Why a relation is thought to be meant."""

    stated = "stated"
    label = "label"
    numbers = "numbers"


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation between cells, which are indices into Cells; result None stands for the constant shift."""

    kind: Kind
    result: int | None
    parts: tuple[int, ...]
    base: tuple[int, ...] = ()
    coefficients: tuple[Fraction, ...] = ()
    factor: Fraction = ONE
    shift: Fraction = field(default=Fraction(0))

    def __hash__(self) -> int:
        return hash((self.result, self.parts))  # fractions are slow to hash, and seldom all that differs

    @property
    def cells(self) -> tuple[int, ...]:
        """All its cells, each once, the result first."""
        first = () if self.result is None else (self.result,)
        return tuple(dict.fromkeys((*first, *self.parts, *self.base)))

    def coefficient(self, index: int) -> Fraction:
        """The coefficient of a part."""
        return self.coefficients[index] if self.coefficients else ONE


@dataclass(frozen=True)
class Template:
    """Relations of one law on the same lines of a table, one for each line across: »I alt = A + B« in every column.

    lines names the lines; where says the table or tables.
    """

    kind: Kind
    reason: Reason
    where: str
    lines: tuple[str, ...]
    relations: tuple[Relation, ...]
    axis: int = -1


def said(relation: Relation, spans: Sequence[Span]) -> Span:
    """What the parts say the result must be."""
    parts = [spans[cell] for cell in relation.parts]
    if relation.kind in QUOTIENT:
        if set(relation.parts) & set(relation.base):
            return _share_of_itself(relation, spans)
        above, below = total(parts), total(spans[cell] for cell in relation.base)
        return above.over(below).times(relation.factor).plus(point(relation.shift))
    if relation.kind in (Kind.mean, Kind.weights):
        return reduce(Span.hull, parts)
    if relation.kind is Kind.whole:
        return _nearest_share(spans[relation.base[0]], claimed(relation, spans))
    if relation.kind is Kind.bound:
        floor = total(parts)
        return Span(floor.low, None, floor.low_open, True)
    if relation.coefficients:
        parts = [part.times(relation.coefficients[index]) for index, part in enumerate(parts)]
    return total(parts).plus(point(relation.shift if relation.result is not None else 0))


def claimed(relation: Relation, spans: Sequence[Span]) -> Span:
    """What is printed for the result."""
    return point(relation.shift) if relation.result is None else spans[relation.result]


def holds(relation: Relation, spans: Sequence[Span]) -> bool:
    """Whether the relation can hold within what the printed numbers admit; of weights this says nothing (weighing)."""
    return relation.kind is Kind.weights or not said(relation, spans).meet(claimed(relation, spans)).is_empty


def implied(relation: Relation, cell: int, spans: Sequence[Span]) -> Span:
    """What the relation and the other cells say of one cell; everything where it cannot be told."""
    if cell == relation.result:
        return said(relation, spans)
    result = claimed(relation, spans)
    if relation.kind is Kind.whole:
        return Span(None, None, True, True)
    if relation.kind in QUOTIENT:
        return _implied_of_quotient(relation, cell, result, spans)
    if relation.kind is Kind.bound:
        rest = total(spans[part] for part in relation.parts if part != cell)
        top = None if result.high is None or rest.low is None else result.high - rest.low
        return Span(None, top, True, result.high_open or rest.low_open)
    if relation.kind in (Kind.mean, Kind.weights):
        return _implied_of_mean(relation, cell, result, spans)
    own, rest = Fraction(0), point(relation.shift if relation.result is not None else 0)
    for index, part in enumerate(relation.parts):
        if part == cell:
            own += relation.coefficient(index)
        else:
            rest = rest.plus(spans[part].times(relation.coefficient(index)))
    return result.plus(rest.times(-ONE)).times(1 / own)


def gap(relation: Relation, spans: Sequence[Span]) -> Fraction:
    """How far the printed result lies above (or below: negative) what the parts admit."""
    return said(relation, spans).gap(claimed(relation, spans))


def _nearest_share(count: Span, printed: Span) -> Span:
    """The percentage of a whole number out of a count that lies nearest to the printed one; any when the count is not
    exact."""
    if count.width != 0 or not count.low or printed.middle is None:
        return Span(None, None, True, True)
    return point(HUNDRED * round(printed.middle * count.low / HUNDRED) / count.low)


def _share_of_itself(relation: Relation, spans: Sequence[Span]) -> Span:
    """A share whose part is in its base: part / (part + rest) grows with the part and falls with the rest."""
    own = total(spans[cell] for cell in relation.parts)
    rest = total(spans[cell] for cell in relation.base if cell not in relation.parts)
    if rest == point(0):
        return point(relation.factor + relation.shift)
    if own.low is None or rest.low is None or own.low < 0 or rest.low < 0 or own.low + rest.low <= 0:
        return Span(None, None, True, True)
    low = Fraction(0) if rest.high is None else own.low / (own.low + rest.high) if own.low + rest.high else Fraction(0)
    high = ONE if own.high is None else own.high / (own.high + rest.low)
    image = Span(low, high, own.low_open or rest.high_open, own.high_open or rest.low_open)
    return image.times(relation.factor).plus(point(relation.shift))


def _implied_of_quotient(relation: Relation, cell: int, result: Span, spans: Sequence[Span]) -> Span:
    """A part or base cell of a quotient, from the result and the rest."""
    ratio = result.plus(point(-relation.shift)).times(1 / relation.factor)
    if cell in relation.parts and cell in relation.base:
        rest = total(spans[other] for other in relation.base if other != cell)
        odds = Span(_odds(ratio.low), _odds(ratio.high), ratio.low_open, ratio.high_open)
        return rest.product(odds) if rest.low is not None and rest.low >= 0 else Span(None, None, True, True)
    parts = total(spans[part] for part in relation.parts if part != cell)
    base = total(spans[other] for other in relation.base if other != cell)
    if cell in relation.parts:
        return ratio.product(base).plus(parts.times(-ONE))
    if parts.low is not None and parts.low > 0 and ratio.low is not None and ratio.low > 0:
        return parts.over(ratio).plus(base.times(-ONE))
    return Span(None, None, True, True)


def _odds(share: Fraction | None) -> Fraction | None:
    return None if share is None or share >= 1 else share / (1 - share)


def _implied_of_mean(relation: Relation, cell: int, result: Span, spans: Sequence[Span]) -> Span:
    """A part of a mean: free when others lie on both sides, else it must lie beyond the mean on the side that lacks."""
    others = reduce(Span.hull, [spans[part] for part in relation.parts if part != cell])
    step = gap(Relation(Kind.mean, relation.result, tuple(part for part in relation.parts if part != cell)), spans)
    if not others.meet(result).is_empty or step == 0:
        return Span(None, None, True, True)
    if step > 0:  # the mean lies above all the others
        return Span(result.low, None, result.low_open, True)
    return Span(None, result.high, True, result.high_open)
