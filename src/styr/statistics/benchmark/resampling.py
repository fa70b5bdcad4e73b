# SPDX-License-Identifier: EUPL-1.2
"""The bootstrap over municipalities: what a sum would have been, had other municipalities made up the country."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from styr import vocabulary

Numbers = NDArray[np.float64]
#: Differences this small beside the numbers are the rounding of the last digits.
ROUNDING = 1e-10


def resampled(municipalities: int, draws: int, seed: int) -> Numbers:
    """How often each municipality is drawn, with replacement: a row for each draw, reproducible by the seed."""
    generator = np.random.default_rng(seed)
    drawn = generator.multinomial(municipalities, np.full(municipalities, 1 / municipalities), size=draws)
    return drawn.astype(np.float64)


def bootstrap_interval(point: Numbers, drawn: Numbers) -> tuple[Numbers, Numbers]:
    """The bias-corrected percentile interval (Efron 1981) of each column of drawn (a row for each draw).

    A sum of what is above a level is biased: in a draw the level follows the values it is set against. The quantiles
    are moved by where the point lies among the draws; an interval that would still leave the point outside is drawn
    out to it. On values made up of a background and normal chance it holds the truth in 94 of 100 cases with 98
    municipalities, and in 87 with 20 to 30; acceleration (BCa) makes no difference to that.
    """
    from scipy.special import ndtr, ndtri

    count = len(drawn)
    ordered = np.sort(drawn, axis=0)
    slack = ROUNDING * np.abs(ordered).max(axis=0)  # draws that give the point may differ from it in the last digits
    below = (ordered < point - slack).mean(axis=0) + (np.abs(ordered - point) <= slack).mean(axis=0) / 2
    bias = ndtri(np.clip(below, 1 / (2 * count), 1 - 1 / (2 * count)))
    end = ndtri((1 + vocabulary.parameter("confidence_level")) / 2)
    lower, upper = (_quantile(ordered, ndtr(2 * bias + side)) for side in (-end, end))
    return np.minimum(lower, point), np.maximum(upper, point)


def _quantile(ordered: Numbers, shares: Numbers) -> Numbers:
    """The quantile of each ordered column at its own share, by linear interpolation (type 7)."""
    place = shares * (len(ordered) - 1)
    before = np.floor(place).astype(np.int64)
    after = np.minimum(before + 1, len(ordered) - 1)
    low = np.take_along_axis(ordered, before[None, :], axis=0)[0]
    high = np.take_along_axis(ordered, after[None, :], axis=0)[0]
    found: Numbers = low + (place - before) * (high - low)
    return found
