# SPDX-License-Identifier: EUPL-1.2
"""Two groups set against each other: difference and ratio with interval, and a test (METHODS § 3).

Every function takes columns (NumPy arrays) of group a and group b, and returns a TwoGroups of columns. Intervals have
the vocabulary's confidence level; what cannot be worked out is nan.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from styr import vocabulary

Column = npt.NDArray[np.float64]
#: Below this expected number the test of two shares is exact.
FEW_EXPECTED = 5


@dataclass(frozen=True)
class Ends:
    """The ends of an interval."""

    lower: Column
    upper: Column


@dataclass(frozen=True)
class TwoGroups:
    """Each group's interval, difference a − b and ratio a / b with intervals, and the p value of no difference."""

    a: Ends
    b: Ends
    difference: Column
    of_difference: Ends
    ratio: Column
    of_ratio: Ends
    p: Column


def rates(count_a: Column, exposed_a: Column, count_b: Column, exposed_b: Column) -> TwoGroups:
    """Two Poisson rates, count / exposed.

    Intervals of each: exact (Garwood 1936). Ratio and test: exact, of a's count given both (Clopper-Pearson; p is twice
    the smaller tail). Difference: from the two exact intervals (MOVER, Zou and Donner 2008).
    """
    from scipy.special import betainc, betaincinv

    tail = (1 - _level()) / 2
    with np.errstate(all="ignore"):
        rate_a, rate_b = count_a / exposed_a, count_b / exposed_b
        a, b = _poisson(count_a, exposed_a, tail), _poisson(count_b, exposed_b, tail)
        share = exposed_a / (exposed_a + exposed_b)
        low = np.where(count_a > 0, betaincinv(count_a, count_b + 1, tail), 0.0)
        high = np.where(count_b > 0, betaincinv(count_a + 1, count_b, 1 - tail), 1.0)
        times = exposed_b / exposed_a
        at_least = np.where(count_a > 0, betainc(count_a, count_b + 1, share), 1.0)
        at_most = np.where(count_b > 0, 1 - betainc(count_a + 1, count_b, share), 1.0)
        p = np.minimum(1.0, 2 * np.minimum(at_least, at_most))
        return TwoGroups(
            a, b, rate_a - rate_b, _mover(rate_a, a, rate_b, b), rate_a / rate_b,
            Ends(low / (1 - low) * times, high / (1 - high) * times), np.where(count_a + count_b > 0, p, np.nan),
        )  # fmt: skip


def shares(having_a: Column, all_a: Column, having_b: Column, all_b: Column) -> TwoGroups:
    """Two shares of persons, having / all.

    Intervals of each: Wilson. Difference: from these (Newcombe 1998). Ratio: of its logarithm (Katz 1978), none when
    no one has in one of them. Test: chi-square of two shares; Fisher's exact, twice the smaller tail, when fewer than
    FEW_EXPECTED are expected in a cell.
    """
    from scipy.stats import hypergeom, norm

    z = float(norm.ppf((1 + _level()) / 2))
    with np.errstate(all="ignore"):
        share_a, share_b = having_a / all_a, having_b / all_b
        a, b = _wilson(share_a, all_a, z), _wilson(share_b, all_b, z)
        pooled = (having_a + having_b) / (all_a + all_b)
        error = np.sqrt(pooled * (1 - pooled) * (1 / all_a + 1 / all_b))
        by_chi = 2 * norm.sf(np.abs(share_a - share_b) / error)
        drawn = (having_a, all_a + all_b, having_a + having_b, all_a)
        exact = np.minimum(1.0, 2 * np.minimum(hypergeom.cdf(*drawn), hypergeom.sf(having_a - 1, *drawn[1:])))
        fewest = np.minimum(all_a, all_b) * np.minimum(pooled, 1 - pooled)
        spread = np.sqrt(1 / having_a - 1 / all_a + 1 / having_b - 1 / all_b)
        return TwoGroups(
            a, b, share_a - share_b, _mover(share_a, a, share_b, b), share_a / share_b,
            _about(share_a / share_b, np.where((having_a > 0) & (having_b > 0), z * spread, np.nan)),
            np.where(fewest < FEW_EXPECTED, exact, by_chi),
        )  # fmt: skip


def means(mean_a: Column, error_a: Column, n_a: Column, mean_b: Column, error_b: Column, n_b: Column) -> TwoGroups:
    """Two means with their standard errors and the persons behind: Welch's t. Ratio: of its logarithm, for means above
    0, with the same degrees of freedom."""
    from scipy.special import stdtr, stdtrit

    half = (1 + _level()) / 2
    with np.errstate(all="ignore"):
        error = np.sqrt(error_a**2 + error_b**2)
        freedom = error**4 / (error_a**4 / (n_a - 1) + error_b**4 / (n_b - 1))
        width = stdtrit(freedom, half)
        difference = mean_a - mean_b
        ratio = np.where((mean_a > 0) & (mean_b > 0), mean_a / mean_b, np.nan)
        relative = np.sqrt((error_a / mean_a) ** 2 + (error_b / mean_b) ** 2)
        return TwoGroups(
            _around(mean_a, stdtrit(n_a - 1, half) * error_a), _around(mean_b, stdtrit(n_b - 1, half) * error_b),
            difference, _around(difference, width * error), ratio, _about(ratio, width * relative),
            2 * stdtr(freedom, -np.abs(difference) / error),
        )  # fmt: skip


def holm(p: Column) -> Column:
    """P values adjusted for how many they are (Holm 1979); nan stays nan and does not count."""
    known = ~np.isnan(p)
    order = np.argsort(p[known], kind="stable")
    count = int(known.sum())
    raised = np.minimum(1.0, np.maximum.accumulate(p[known][order] * (count - np.arange(count))))
    adjusted = np.full_like(p, np.nan)
    places = np.flatnonzero(known)
    adjusted[places[order]] = raised
    return adjusted


def _level() -> float:
    return float(vocabulary.parameter("confidence_level"))


def _poisson(count: Column, exposed: Column, tail: float) -> Ends:
    from scipy.special import gammaincinv

    lower = np.where(count > 0, gammaincinv(count, tail), 0.0)
    return Ends(lower / exposed, gammaincinv(count + 1, 1 - tail) / exposed)


def _wilson(share: Column, n: Column, z: float) -> Ends:
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return Ends(np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0))


def _mover(a: Column, of_a: Ends, b: Column, of_b: Ends) -> Ends:
    """The interval of a − b from those of a and b, by the method of variance estimates recovery."""
    down = np.sqrt((a - of_a.lower) ** 2 + (of_b.upper - b) ** 2)
    up = np.sqrt((of_a.upper - a) ** 2 + (b - of_b.lower) ** 2)
    return Ends(a - b - down, a - b + up)


def _around(value: Column, half: Column) -> Ends:
    return Ends(value - half, value + half)


def _about(value: Column, half_of_log: Column) -> Ends:
    return Ends(value * np.exp(-half_of_log), value * np.exp(half_of_log))
