# SPDX-License-Identifier: EUPL-1.2
"""Scores of a forecast against what came: CRPS, interval coverage, PIT.

Arrays are (..., draws): the last axis holds the draws of one target, the others are those of the outcomes. Units are
those of the draws. A point forecast is a single draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

#: The intervals a record speaks of: the share of outcomes each is to cover.
LEVELS = (0.50, 0.80, 0.95)


def crps(draws: npt.ArrayLike, actual: npt.ArrayLike) -> Floats:
    """The continuous ranked probability score of each outcome, in its own unit; smaller is better.

    The fair estimator, whose mean does not depend on the number of draws: E|X - y| - E|X - X'|/2 with each pair of
    different draws once. It is never below 0, and |x - y| for a point forecast (one draw).
    """
    sorted_draws = np.sort(np.asarray(draws, dtype=float), axis=-1)
    count = sorted_draws.shape[-1]
    outcome = np.asarray(actual, dtype=float)
    away = np.abs(sorted_draws - outcome[..., None]).mean(axis=-1)
    if count == 1:
        return np.asarray(away)
    weight = 2 * np.arange(1, count + 1) - count - 1
    # the draws are centred first: their spread is small beside their size
    centred = sorted_draws - sorted_draws.mean(axis=-1, keepdims=True)
    apart = (centred @ weight) / (count * (count - 1))
    return np.asarray(np.maximum(away - apart, 0.0))


def interval(draws: npt.ArrayLike, level: float) -> tuple[Floats, Floats]:
    """The lower and upper end of the central interval that holds a share (level) of the draws."""
    tail = (1 - level) / 2
    lower, upper = np.quantile(np.asarray(draws, dtype=float), [tail, 1 - tail], axis=-1)
    return lower, upper


def pit(draws: npt.ArrayLike, actual: npt.ArrayLike, chance: npt.ArrayLike) -> Floats:
    """Where each outcome lies in its forecast, 0 to 1: even over that range when forecasts are calibrated.

    chance holds an even random number for each outcome, which places it among the draws it equals and between those it
    lies between (a forecast may be a whole number, or have few draws); then the value is exactly even.
    """
    drawn, outcome = np.asarray(draws, dtype=float), np.asarray(actual, dtype=float)[..., None]
    below, equal = (drawn < outcome).sum(axis=-1), (drawn == outcome).sum(axis=-1)
    return np.asarray((below + np.asarray(chance) * (equal + 1)) / (drawn.shape[-1] + 1))


@dataclass(frozen=True)
class Share:
    """A share with its 95 % interval, the outcomes behind it, and how many independent ones they are worth."""

    value: float
    lower: float
    upper: float
    n: int
    effective: float


def covered(inside: npt.ArrayLike, cluster: npt.ArrayLike) -> Share:
    """The share of outcomes inside their interval, with a Wilson interval on the effective number.

    Outcomes of one cluster (a municipality's year: its months overlap) go together; they count for as many independent
    ones as their correlation within clusters says, and for one a cluster when there are too few to tell.
    Empty input gives a share of nan.
    """
    hits = np.asarray(inside, dtype=float)
    count = hits.size
    if not count:
        return Share(np.nan, 0.0, 1.0, 0, 0.0)
    effective = effective_number(hits, cluster)
    return Share(float(hits.mean()), *_wilson(float(hits.mean()), effective), count, effective)


def effective_number(values: npt.ArrayLike, cluster: npt.ArrayLike) -> float:
    """How many independent values as many values in clusters are worth: n / (1 + (m - 1) r).

    m is the mean size of a cluster (by values), r the correlation within clusters. Values that are all equal, or lie in
    one cluster, say nothing of r; they are worth their number of clusters.
    """
    seen = np.asarray(values, dtype=float)
    _, code = np.unique(np.asarray(cluster), return_inverse=True)
    size = np.bincount(code)
    if size.size in (1, seen.size) or np.ptp(seen) == 0:
        return float(size.size)
    return float(seen.size / (1 + ((size**2).sum() / seen.size - 1) * correlation(seen, code)))


def correlation(values: Floats, code: npt.NDArray[np.intp]) -> float:
    """The correlation within clusters by analysis of variance, 0 to 1; code numbers the cluster of each value."""
    size = np.bincount(code)
    count, groups = values.size, size.size
    mean = np.bincount(code, values) / size
    within = ((values - mean[code]) ** 2).sum() / max(count - groups, 1)
    between = (size * (mean - values.mean()) ** 2).sum() / (groups - 1)
    typical = (count - (size**2).sum() / count) / (groups - 1)
    spread = between + (typical - 1) * within
    return float(np.clip((between - within) / spread, 0.0, 1.0)) if spread > 0 else 0.0


def _wilson(share: float, count: float) -> tuple[float, float]:
    z = float(stats.norm.ppf(0.975))
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * np.sqrt(share * (1 - share) / count + z**2 / (4 * count**2))
    return max(0.0, float(middle - half)), min(1.0, float(middle + half))
