# SPDX-License-Identifier: EUPL-1.2
"""What a printed number may have been before a slip: a digit changed, two exchanged, a sign, a factor of ten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from styr.evidence.published import Number

FACTORS = tuple(Decimal(10) ** power for power in (1, 2, 3, 6, -1, -2, -3, -6))
COSTS = {"sign": 2.0, "factor": 3.0, "transposed": 2.5, "digit": 3.5, "repeated": 4.0, "dropped": 4.5}


@dataclass(frozen=True)
class Slip:
    """A number that would have been meant, how it slipped, and how unlikely such a slip is, in bits."""

    kind: str
    number: Number
    cost: float


def slips(number: Number) -> Iterator[Slip]:
    """The numbers one slip away, the likeliest kinds first; none for what is missing."""
    if number.value is None or number.to is not None:
        return
    if number.value:
        yield _slip("sign", number, -number.value)
        for factor in FACTORS:
            meant = number.value * factor
            yield Slip("factor", replace(number, value=meant, step=number.step * factor), COSTS["factor"])
            if meant % number.step == 0:
                yield _slip("factor", number, meant)
    yield from _of_digits(number)


def _of_digits(number: Number) -> Iterator[Slip]:
    """Slips within the digits, counted in the last printed one."""
    assert number.value is not None
    if number.value % number.step:
        return
    sign, digits = (-1 if number.value < 0 else 1), str(int(abs(number.value) / number.step))
    seen = {digits}
    for kind, written in _written(digits):
        if written not in seen:
            seen.add(written)
            yield _slip(kind, number, sign * Decimal(written or "0") * number.step)


def _written(digits: str) -> Iterator[tuple[str, str]]:
    for i in range(len(digits) - 1):
        yield "transposed", digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]
    for i, digit in enumerate(digits):
        for other in "0123456789":
            if other != digit:
                yield "digit", digits[:i] + other + digits[i + 1 :]
    for i in range(len(digits)):
        if len(digits) > 1:
            yield "repeated", digits[:i] + digits[i + 1 :]
    for i in range(len(digits) + 1):
        for other in "0123456789":
            yield "dropped", digits[:i] + other + digits[i:]


def _slip(kind: str, number: Number, value: Decimal) -> Slip:
    return Slip(kind, replace(number, value=value), COSTS[kind])
