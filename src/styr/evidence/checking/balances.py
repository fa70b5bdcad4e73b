# SPDX-License-Identifier: EUPL-1.2
"""Sums kept as running balances, so that a change of one number does not add up a hundred others again.

The balance of a linear relation is parts less result: it holds when zero lies in the balance. Changing a cell takes its
old span out and puts the new one in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from styr.evidence.checking.intervals import Span
from styr.evidence.checking.laws import LINEAR, ONE, Relation, holds, implied

ZERO = Fraction(0)


@dataclass(slots=True)
class _Side:
    """One end of a balance: the sum of finite ends, how many are open, how many unbounded."""

    value: Fraction
    open: int = 0
    unbounded: int = 0

    def moved(self, end: Fraction | None, is_open: bool, sign: int) -> _Side:
        """With an end put in (1) or taken out (-1)."""
        if end is None:
            return _Side(self.value, self.open, self.unbounded + sign)
        return _Side(self.value + end if sign > 0 else self.value - end, self.open + sign * is_open, self.unbounded)


class Balances:
    """The balances of linear relations over some spans; other relations are judged afresh."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self.spans = spans
        self.kept: dict[Relation, tuple[_Side, _Side, dict[int, Fraction]]] = {}

    def holds(self, relation: Relation, changed: Mapping[int, Span]) -> bool:
        """Whether a relation holds when some cells are changed."""
        if relation.kind not in LINEAR:
            return holds(relation, _Changed(self.spans, changed))
        low, high, weights = self._kept(relation)
        for cell in changed.keys() & weights.keys():
            low, high = _moved(low, high, self.spans[cell], weights[cell], -1)
            low, high = _moved(low, high, changed[cell], weights[cell], 1)
        below = low.unbounded or low.value < 0 or (low.value == 0 and not low.open)
        above = high.unbounded or high.value > 0 or (high.value == 0 and not high.open)
        return bool(below and above)

    def implied(self, relation: Relation, cell: int) -> Span:
        """What a relation says of one of its cells."""
        if relation.kind not in LINEAR:
            return implied(relation, cell, self.spans)
        low, high, weights = self._kept(relation)
        low, high = _moved(low, high, self.spans[cell], weights[cell], -1)
        rest = Span(
            None if low.unbounded else low.value,
            None if high.unbounded else high.value,
            bool(low.open or low.unbounded),
            bool(high.open or high.unbounded),
        )
        return rest.times(-1 / weights[cell])

    def _kept(self, relation: Relation) -> tuple[_Side, _Side, dict[int, Fraction]]:
        if relation not in self.kept:
            weights: dict[int, Fraction] = {}
            for place, part in enumerate(relation.parts):
                weights[part] = weights.get(part, ZERO) + relation.coefficient(place)
            shift = relation.shift if relation.result is not None else -relation.shift
            if relation.result is not None:
                weights[relation.result] = weights.get(relation.result, ZERO) - 1
            low, high = _Side(shift), _Side(shift)
            for cell, weight in weights.items():
                low, high = _moved(low, high, self.spans[cell], weight, 1)
            self.kept[relation] = low, high, weights
        return self.kept[relation]


def _moved(low: _Side, high: _Side, span: Span, weight: Fraction, sign: int) -> tuple[_Side, _Side]:
    """Both ends of a balance with a weighted span put in or taken out."""
    if weight == ZERO:
        return low, high
    weighted = span if weight == ONE else span.times(weight)
    return (
        low.moved(weighted.low, weighted.low_open, sign),
        high.moved(weighted.high, weighted.high_open, sign),
    )


class _Changed(Sequence[Span]):
    """The spans with a few of them changed, without copying the rest."""

    def __init__(self, spans: Sequence[Span], changed: Mapping[int, Span]) -> None:
        self.spans, self.changed = spans, changed

    def __getitem__(self, cell: int) -> Span:  # type: ignore[override]
        return self.changed[cell] if cell in self.changed else self.spans[cell]

    def __len__(self) -> int:
        return len(self.spans)
