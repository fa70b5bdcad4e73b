# SPDX-License-Identifier: EUPL-1.2
"""The run-rate with its past errors around it as a forecaster: what the quality benchmark scores before there is a
model, and the least a model must beat. Errors are drawn as whole past paths, so that months of a draw go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from styr.forecast.months import Month, last_whole_month, months_between
from styr.forecast.record.naive import RUN_RATE
from styr.forecast.record.outcomes import outcomes
from styr.forecast.record.scores import Floats
from styr.forecast.result import Draws, Measure, Total
from styr.register.snapshot import Snapshot


@dataclass(frozen=True)
class NaiveForecast:
    """The draws of a run-rate; see styr.forecast.Forecast, whose place it takes."""

    snapshot: Snapshot
    known_at: date
    first: Month
    last: Month
    municipalities: Sequence[str] | None
    count: int
    seed: int

    def draws(self, by: Sequence[str] = (), total: Total = "month", measure: Measure = "net_expenditure") -> Draws:
        """Months known as they are, coming ones the run-rate and the errors of one past month-end."""
        came = outcomes(self.snapshot, measure, by, "month", self.municipalities)
        whole = last_whole_month(self.known_at)
        known = came.values[:, : whole.number - came.first + 1]
        months = months_between(self.first, self.last)
        ahead = self.last.number - whole.number
        coming = known[:, -RUN_RATE:].mean(axis=1)[:, None, None] + self._errors(known, ahead, whole.number)
        before = known[:, self.first.number - came.first :]
        values = np.concatenate([np.repeat(before[:, :, None], self.count, axis=2), coming], axis=1)
        if total == "month":
            return Draws(came.labels, tuple(map(str, months)), values)
        years = sorted({month.year for month in months})
        whole_years = [
            values[:, [place for place, month in enumerate(months) if month.year == year]].sum(axis=1) for year in years
        ]
        return Draws(came.labels, tuple(years), np.stack(whole_years, axis=1))

    def _errors(self, known: Floats, ahead: int, number: int) -> Floats:
        """The errors of past run-rates over so many months, drawn: (cells, ahead, draws); none where history is too
        short for one."""
        starts = np.arange(RUN_RATE, known.shape[1] - ahead + 1)
        if not len(starts):
            return np.zeros((len(known), ahead, self.count))
        level = np.stack([known[:, start - RUN_RATE : start].mean(axis=1) for start in starts], axis=1)
        path = np.stack([known[:, start : start + ahead] for start in starts], axis=2) - level[:, None, :]
        chosen = np.random.default_rng([self.seed, number]).integers(0, len(starts), self.count)
        return np.asarray(path[:, :, chosen])


def naive_forecast(
    snapshot: Snapshot,
    known_at: date,
    first: Month,
    last: Month,
    *,
    municipalities: Sequence[str] | None = None,
    draws: int = 1000,
    seed: int = 1,
) -> NaiveForecast:
    """The run-rate forecast of the months first..last with what was known at known_at."""
    return NaiveForecast(snapshot, known_at, first, last, municipalities, draws, seed)


__all__ = ["NaiveForecast", "naive_forecast"]
