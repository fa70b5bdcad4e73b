# SPDX-License-Identifier: EUPL-1.2
"""Quantiles of a list of numbers: linear interpolation between the nearest two (type 7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fractions import Fraction

from styr.statistics.memory.cells import Number

#: The words of the dimension quantile → the share of the numbers that lies below.
SHARES: Mapping[str, Fraction] = {
    "p10": Fraction(1, 10),
    "q1": Fraction(1, 4),
    "median": Fraction(1, 2),
    "q3": Fraction(3, 4),
    "p90": Fraction(9, 10),
}


def quantile(numbers: Collection[Number], share: Fraction) -> Number | None:
    """The number with so large a share of the others below it; None when there are no numbers."""
    if not numbers:
        return None
    in_order = sorted(numbers)
    place = (len(in_order) - 1) * share
    under = in_order[int(place)]
    over = in_order[min(int(place) + 1, len(in_order) - 1)]
    return under + (over - under) * (place - int(place))
