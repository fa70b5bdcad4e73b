# SPDX-License-Identifier: EUPL-1.2
"""Whether forecasts keep what they promise: a test of the PIT values, and what it means in words.

Calibrated forecasts have PIT values even over 0 to 1 (see scores.pit). Two ways of failing matter to who steers by
them: outcomes lie mostly above or below (bias), and intervals are too narrow or too wide (spread). Outcomes of the same
year overlap, so the test is on clusters, not on rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import stats

from styr.forecast.record.scores import Floats, Share, correlation
from styr.forecast.record.words import words
from styr.statistics import Words

#: Clusters below which nothing is said for or against.
FEWEST = 5
SIGNIFICANT = 0.05
BINS = 10
_REPEATS, _BLOCKS, _SEED = 1000, 10, 1  # of the simulation; the seed is fixed, so that a record reads the same twice

Verdict = Literal["calibrated", "too_low", "too_high", "too_narrow", "too_wide", "undecided"]


@dataclass(frozen=True)
class Calibration:
    """The test's outcome: verdict, p (nan when undecided), clusters; mean PIT (0.5 when calibrated; above: outcomes lie
    above the forecast) and mean distance from the middle (0.25; above: intervals too narrow)."""

    verdict: Verdict
    p: float
    clusters: int
    mean: float
    distance: float

    def words(self) -> Words:
        """The verdict as a sentence, in Danish and English."""
        return words(self.verdict, clusters=self.clusters)


def calibration(pit: npt.ArrayLike, cluster: npt.ArrayLike) -> Calibration:
    """Test PIT values against calibration, outcomes of a cluster (a municipality's year) taken together.

    Hotelling's statistic of the two means with their covariance between clusters. Its distribution is simulated, from
    calibrated values that go together within clusters as much as these do, because clusters are few. Of what fails,
    the verdict names the one that lies furthest out. With fewer than FEWEST clusters it is undecided.
    """
    values = np.asarray(pit, dtype=float)
    _, code = np.unique(np.asarray(cluster), return_inverse=True)
    groups = int(code.max()) + 1 if values.size else 0
    mean, distance = (values.mean(), np.abs(values - 0.5).mean()) if values.size else (np.nan, np.nan)
    if groups < FEWEST:
        return Calibration("undecided", np.nan, groups, float(mean), float(distance))
    values, code = values[np.argsort(code, kind="stable")], np.sort(code)
    estimate, covariance = _means(values, code)
    p = _chance(values, code, float(_hotelling(estimate, covariance)))
    verdict: Verdict = "calibrated"
    if p < SIGNIFICANT:
        out = estimate / np.sqrt(np.maximum(np.diag(covariance), 1e-12))
        worst = int(np.argmax(np.abs(out)))
        verdict = (("too_high", "too_low"), ("too_wide", "too_narrow"))[worst][int(out[worst] > 0)]
    return Calibration(verdict, p, groups, float(mean), float(distance))


def coverage_words(level: float, share: Share) -> Words:
    """How often an interval held the outcome, said with its uncertainty; nothing is claimed that n cannot bear."""
    key = "coverage_as_promised"
    if share.upper < level:
        key = "coverage_too_low"
    elif share.lower > level:
        key = "coverage_too_high"
    shares = {"level": level, "value": share.value, "lower": share.lower, "upper": share.upper}
    return words(key, n=share.n, **{name: 100 * part for name, part in shares.items()})


def nearest_words(level: float, held: int, n: int) -> Words:
    """What n forecasts of the month next to come say of an interval, each of an outcome of its own, where years are too
    few for a test: the exact binomial interval (Clopper and Pearson), and how many a forecast that holds would hold."""
    low, high = (int(each) for each in stats.binom.interval(0.95, n, level))
    share = stats.binomtest(held, n).proportion_ci(method="exact")
    key = "nearest_too_few" if held < low else "nearest_too_many" if held > high else "nearest_as_promised"
    shares = {"level": 100 * level, "lower": 100 * share.low, "upper": 100 * share.high}
    return words(key, held=held, n=n, low=low, high=high, **shares)


def histogram(pit: npt.ArrayLike, bins: int = BINS) -> Floats:
    """The share of PIT values in each of as many equal parts of 0 to 1; 1/bins in each when calibrated."""
    values = np.asarray(pit, dtype=float)
    counts, _ = np.histogram(values, bins=bins, range=(0.0, 1.0))
    return np.asarray(counts / max(values.size, 1))


def _means(pit: Floats, code: npt.NDArray[np.intp]) -> tuple[Floats, Floats]:
    """How far PIT values (..., n; n in the order of clusters) lie from even: (..., 2) means, and their covariance by
    clusters."""
    off = np.stack([pit - 0.5, np.abs(pit - 0.5) - 0.25], axis=-2)
    size = np.bincount(code)
    sums = np.add.reduceat(off, np.cumsum(size) - size, axis=-1)
    estimate = off.mean(axis=-1)
    spread = sums - estimate[..., None] * size
    return estimate, spread @ np.swapaxes(spread, -1, -2) / size.sum() ** 2


def _hotelling(estimate: Floats, covariance: Floats) -> Floats:
    solved = np.linalg.solve(covariance + np.eye(2) * 1e-12, estimate[..., None])[..., 0]
    return np.asarray((estimate * solved).sum(axis=-1))


def _chance(pit: Floats, code: npt.NDArray[np.intp], found: float) -> float:
    """The chance of a statistic as large, of calibrated values that go together as much as these do."""
    together = correlation(stats.norm.ppf(np.clip(pit, 1e-4, 1 - 1e-4)), code)
    rng, larger = np.random.default_rng(_SEED), 0
    for _ in range(_BLOCKS):
        own = rng.standard_normal((_REPEATS // _BLOCKS, pit.size))
        common = rng.standard_normal((_REPEATS // _BLOCKS, int(code[-1]) + 1))[:, code]
        drawn = stats.norm.cdf(np.sqrt(together) * common + np.sqrt(1 - together) * own)
        larger += int((_hotelling(*_means(drawn, code)) >= found).sum())
    return (1 + larger) / (1 + _REPEATS)
