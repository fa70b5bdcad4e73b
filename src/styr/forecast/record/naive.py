# SPDX-License-Identifier: EUPL-1.2
"""Naive forecasts: what anyone can say without a model, and what a model must beat to be worth having.

Each is a point; the run-rate is also given with its own past errors around it. A point's CRPS is its absolute error.
All of them are made from months wholly known at the known-at day.
"""

from __future__ import annotations

import numpy as np

from styr.forecast.record.scores import Floats

#: Months the run-rate is the mean of (METHODS § 6).
RUN_RATE = 3
#: Past errors below which a point is not given a spread.
FEWEST_ERRORS = 6


def run_rate(known: Floats, ahead: int) -> Floats:
    """The mean of the last three months carried forward: known (cells, months) gives (cells, ahead). Months with
    quirks of calendar or season are taken as they are."""
    recent = known[:, -RUN_RATE:]
    level = recent.mean(axis=1) if recent.shape[1] else np.full(len(known), np.nan)
    return np.repeat(level[:, None], ahead, axis=1)


def last_year(known: Floats, ahead: int) -> Floats:
    """The same months of last year: known (cells, months) gives (cells, ahead); nan where a year is not known."""
    if known.shape[1] < 12:
        return np.full((len(known), ahead), np.nan)
    return known[:, -12:][:, np.arange(ahead) % 12]


def run_rate_errors(known: Floats, first: int, last: int) -> Floats:
    """The errors (outcome - forecast) the run-rate has made so far of the sum of the months first..last ahead (1 is the
    next): known (cells, months) gives (cells, errors), one for every earlier month-end whose outcome is known."""
    months = known.shape[1]
    running = np.concatenate([np.zeros((len(known), 1)), np.cumsum(known, axis=1)], axis=1)
    ends = np.arange(RUN_RATE, months - last + 1)  # months known when that forecast was made
    level = (running[:, ends] - running[:, ends - RUN_RATE]) / RUN_RATE
    came = running[:, ends + last] - running[:, ends + first - 1]
    return np.asarray(came - level * (last - first + 1))


def dressed(point: Floats, errors: Floats) -> Floats | None:
    """A point (cells) with its past errors (cells, errors) around it, as draws (cells, errors); None when they are too
    few."""
    return point[:, None] + errors if errors.shape[1] >= FEWEST_ERRORS else None
