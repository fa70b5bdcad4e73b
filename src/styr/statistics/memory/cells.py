# SPDX-License-Identifier: EUPL-1.2
"""Cells: what a counting rule answers, and how they become a table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import polars as pl

from styr.statistics.question import Question

#: What a cell is of: the dimensions asked for, each with its value, in the order asked.
Labels = tuple[tuple[str, Any], ...]
Number = int | float | Fraction
INTERVAL = ("lower", "upper")


@dataclass(frozen=True)
class Cell:
    """One number of a result.

    period is the place of its period in question.periods. value is what the cell says: for a count or a sum the
    numerator, for a share numerator over denominator (see `counted` and `shared`), None when it cannot be said. n is
    the persons behind it, None when they are not known or none can be. unpriced is grant-days without a price.
    """

    period: int
    labels: Labels
    numerator: Number | None
    denominator: Number | None
    value: Number | None
    n: int | None
    unpriced: int = 0
    lower: Number | None = None
    upper: Number | None = None

    def only(self, keys: Collection[str]) -> Labels:
        """Its labels of some dimensions."""
        return tuple((key, value) for key, value in self.labels if key in keys)


def counted(period: int, labels: Labels, number: Number, *, n: int | None, unpriced: int = 0) -> Cell:
    """A cell whose value is a number of something, or a sum."""
    return Cell(period, labels, number, None, number, n, unpriced)


def shared(period: int, labels: Labels, numerator: Number, denominator: Number, *, n: int | None) -> Cell:
    """A cell whose value is one number over another; none when there is nothing to divide by."""
    return Cell(period, labels, numerator, denominator, numerator / denominator if denominator else None, n)


def smallest(*numbers: int | None) -> int | None:
    """The smallest of the numbers that are known."""
    return min((number for number in numbers if number is not None), default=None)


def with_label(labels: Labels, key: str, value: Any, question: Question) -> Labels:
    """Labels with one more, in the order the question asks for them."""
    return in_order({**dict(labels), key: value}, question)


def in_order(values: Mapping[str, Any], question: Question) -> Labels:
    """Values by dimension as labels: those asked for first and in their order, then those of the indicator's own."""
    keys = dict.fromkeys((*question.labels, *question.indicator.own))
    return tuple((key, values[key]) for key in keys if key in values)


def as_frame(cells: Iterable[Cell], question: Question) -> pl.DataFrame:
    """Cells as a table, one row each."""
    rows = list(cells)
    numbers = (
        "numerator",
        "denominator",
        "value",
        *(end for end in INTERVAL if any(getattr(each, end) is not None for each in rows)),
    )
    keys = dict.fromkeys([*question.labels, *(key for cell in rows for key, _ in cell.labels)])
    return pl.DataFrame(
        [
            pl.Series("period", [cell.period for cell in rows], pl.Int64),
            *(_labels(key, [dict(cell.labels).get(key) for cell in rows]) for key in keys),
            *(pl.Series(name, [_broken(getattr(cell, name)) for cell in rows], pl.Float64) for name in numbers),
            pl.Series("n", [cell.n for cell in rows], pl.Int64),
            pl.Series("unpriced", [cell.unpriced for cell in rows], pl.Int64),
        ]
    )


def _labels(key: str, values: Sequence[Any]) -> pl.Series:
    known = any(value is not None for value in values)
    return pl.Series(key, values) if known else pl.Series(key, values, pl.String)


def _broken(number: Number | None) -> float | None:
    return None if number is None else float(number)
