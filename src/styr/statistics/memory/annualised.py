# SPDX-License-Identifier: EUPL-1.2
"""What a citizen costs in a year: the expenditure of the covered days carried to a whole year."""

from __future__ import annotations

from fractions import Fraction

from styr import vocabulary
from styr.statistics.memory.cells import Cell, with_label
from styr.statistics.memory.citizen_costs import Costs, citizen_costs
from styr.statistics.memory.quantiles import SHARES, quantile
from styr.statistics.memory.register import Register
from styr.statistics.question import Question


def distribution(register: Register, question: Question) -> list[Cell]:
    """Every quantile over the citizens of DKK a year; n is the citizens with a priced day."""
    found = []
    for (period, labels), costs in citizen_costs(register, question.without_own()).items():
        yearly = _yearly(costs)
        for name, share in SHARES.items():
            at = with_label(labels, "quantile", name, question)
            value = quantile(yearly, share)
            found.append(Cell(period, at, value, None, value, n=len(yearly), unpriced=costs.unpriced))
    return found


def mean(register: Register, question: Question) -> list[Cell]:
    """The citizens' DKK a year added up, over the citizens."""
    found = []
    for (period, labels), costs in citizen_costs(register, question).items():
        yearly = _yearly(costs)
        value = sum(yearly) / len(yearly) if yearly else None
        found.append(Cell(period, labels, sum(yearly), len(yearly), value, len(yearly), costs.unpriced))
    return found


def _yearly(costs: Costs) -> list[Fraction]:
    year = vocabulary.parameter("annualisation_days")
    return [cost.dkk * year / len(cost.days) for cost in costs.citizens.values()]
