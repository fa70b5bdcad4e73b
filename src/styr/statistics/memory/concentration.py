# SPDX-License-Identifier: EUPL-1.2
"""How much of the expenditure the dearest cases take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from styr import vocabulary
from styr.statistics.errors import CannotAnswer
from styr.statistics.memory.cells import Cell, Labels, with_label
from styr.statistics.memory.citizen_costs import citizen_costs
from styr.statistics.memory.register import Register
from styr.statistics.question import Question


@dataclass(frozen=True)
class Dearest:
    """The dearest citizens of a cell: what each costs, and what all of the cell cost together."""

    period: int
    labels: Labels
    costs: list[Fraction]
    of_all: Fraction
    unpriced: int

    def over(self, denominator: Fraction | int) -> Cell:
        """What they cost over something."""
        together = sum(self.costs, Fraction(0))
        value = together / denominator if denominator else None
        return Cell(self.period, self.labels, together, denominator, value, len(self.costs), self.unpriced)


def dearest_share(register: Register, question: Question) -> list[Cell]:
    """What the dearest per cent of citizens cost over what all cost; n is the dearest."""
    return [dearest.over(dearest.of_all) for dearest in _dearest(register, question)]


def dearest_mean(register: Register, question: Question) -> list[Cell]:
    """What the dearest per cent of citizens cost over their number."""
    return [dearest.over(len(dearest.costs)) for dearest in _dearest(register, question)]


def _dearest(register: Register, question: Question) -> Iterator[Dearest]:
    """The dearest of each cell, once for each per cent, rounded up to whole citizens."""
    for (period, labels), costs in citizen_costs(register, question.without_own()).items():
        in_order = sorted((cost.dkk for cost in costs.citizens.values()), reverse=True)
        for per_cent in _per_cents(question):
            taken = ceil(Fraction(per_cent * len(in_order), 100))
            at = with_label(labels, "dearest", per_cent, question)
            yield Dearest(period, at, in_order[:taken], sum(in_order, Fraction(0)), costs.unpriced)


def _per_cents(question: Question) -> list[int]:
    asked = sorted({int(word) for word in question.where.get("dearest", ())})
    if any(not 1 <= per_cent <= 100 for per_cent in asked):
        raise CannotAnswer("dearest_beyond")
    return asked or list(vocabulary.parameter("dearest_per_cents"))
