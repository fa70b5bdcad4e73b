# SPDX-License-Identifier: EUPL-1.2
"""Accounts drawn a month at a time, and forecasters whose draws are known beforehand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
from drawn import cells
from specs.reading import Spec, draw

from styr.forecast.months import Month, months_between
from styr.forecast.result import Draws, Measure, Total
from styr.register.snapshot import Snapshot


def accounts(drawing: str, folder: Path, *, known_at: date, budget: str = "", citizens: bool = False) -> Snapshot:
    """A snapshot of accounts: a row a year and function (5.38.50 when not drawn), a column for each month 1 … 12, - for
    nothing posted. budget: a table of year and amount (and function). citizens: every posting names one citizen."""
    head, *rows = cells(drawing)
    spec = Spec("drawn", known_at=known_at)
    named = [dict(zip(head, row, strict=True)) for row in rows]
    spec.tables["postings"] = [
        {
            "posting_id": f"{row['year']}-{month}-{row.get('function', '')}",
            "date": f"{row['year']}-{int(month):02d}-15",
            "amount": row[month],
            **({"function": row["function"]} if "function" in row else {}),
            **({"citizen_id": "c1"} if citizens else {}),
        }
        for row in named
        for month in head
        if month.isdigit() and row[month] != "-"
    ]
    spec.tables["citizens"] = [{"citizen_id": "c1"}]
    if budget:
        columns, *lines = cells(budget)
        spec.tables["budgets"] = [dict(zip(columns, line, strict=True)) for line in lines]
    return draw(spec, folder)


@dataclass(frozen=True)
class Known:
    """A forecast that says beforehand what each month's draws are: value(month) gives them, the same in every cell."""

    first: Month
    last: Month
    value: Callable[[Month], Sequence[float]]
    labels: pl.DataFrame

    def draws(self, by: Sequence[str] = (), total: Total = "month", measure: Measure = "net_expenditure") -> Draws:
        """The draws of months, and of years their sums."""
        months = months_between(self.first, self.last)
        values = np.array([[self.value(month) for month in months]] * max(self.labels.height, 1), dtype=float)
        if total == "month":
            return Draws(self.labels, tuple(map(str, months)), values)
        years = sorted({month.year for month in months})
        sums = [values[:, [at for at, month in enumerate(months) if month.year == year]].sum(axis=1) for year in years]
        return Draws(self.labels, tuple(years), np.stack(sums, axis=1))


@dataclass
class Forecaster:
    """Makes Known forecasts, and remembers what it was asked."""

    value: Callable[[Month], Sequence[float]]
    labels: pl.DataFrame | None = None

    def __post_init__(self) -> None:
        self.asked: list[tuple[date, str, str]] = []
        self.snapshots: list[Snapshot] = []

    def __call__(
        self, snapshot: Snapshot, known_at: date, first: Month, last: Month, *,
        municipalities: Sequence[str] | None = None, draws: int = 1000, seed: int = 1,
    ) -> Known:  # fmt: skip
        """The forecast asked for."""
        self.asked.append((known_at, str(first), str(last)))
        self.snapshots.append(snapshot)
        return Known(first, last, self.value, pl.DataFrame() if self.labels is None else self.labels)
