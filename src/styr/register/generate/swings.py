# SPDX-License-Identifier: EUPL-1.2
"""How the numbers of a municipality swing about its share of the country's: the country is what the documents print,
but no municipality follows it day by day.

Swings are drawn for all municipalities together, and sum to nothing, in persons and in what they cost: what one has too
many, the others have too few.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .country import Country
from .parameters import Floats, Ints, numbers_of, parameters

_LEVELS, _CHANCES, _STAYS = 20, 21, 22  # subjects of random streams


@lru_cache(maxsize=64)
def stocks(country: Country, provision: str, at: tuple[float, ...], leaving: float) -> Floats:
    """Recipients aimed at in each municipality (rows, in the order of codes) at decimal years evenly apart (columns).

    A municipality's level wanders as a whole, for it decides by itself how much help it gives; and each provision
    swings by as much as it would when newcomers come, and those there leave (`leaving`, a year's rate), by chance. At
    a smaller scale the swings are as many per cent: it is the same country with fewer in it.
    """
    path = np.outer(country.shares, country.stock(provision, np.array(at)))
    spec, step = parameters()["swings"], (at[-1] - at[0]) / max(len(at) - 1, 1)
    keeps = np.exp(-step / spec["memory_years"])
    levels = _wandering(country.stream(_LEVELS, len(at)), path.shape, keeps) * spec["level"]
    # so many come and so many leave in a step
    moved = np.sqrt(np.maximum(spec["chance"] * 2 * path * leaving * step * country.scale, 0))
    chances = _wandering(country.stream(_CHANCES, *numbers_of([provision])), path.shape, keeps)
    swing = path * levels + moved / np.sqrt(1 - keeps**2) * chances
    return np.asarray(np.maximum(path + _balanced(country, swing), path / 3))


@lru_cache(maxsize=64)
def stays(country: Country, provision: str, expected: tuple[float, ...]) -> Ints:
    """How many stays begin in each municipality (rows) and month (columns), when so many are expected in the whole
    country: each falls to a municipality by chance, by its share."""
    rng = country.stream(_STAYS, *numbers_of([provision]))
    begun = np.diff(np.floor(np.cumsum(expected) + rng.random()), prepend=0).astype(np.int64)
    return np.asarray(rng.multinomial(np.maximum(begun, 0), country.shares).T)


def _balanced(country: Country, swing: Floats) -> Floats:
    """Swings less what they come to in the country, in persons and in price, shared out by municipalities' sizes."""
    sides = np.stack([np.ones_like(country.shares), country.price_factors])
    among = sides * country.shares
    return np.asarray(swing - among.T @ np.linalg.solve(among @ sides.T, sides @ swing))


def _wandering(rng: np.random.Generator, shape: tuple[int, ...], keeps: float) -> Floats:
    """Series of mean 0 and variance 1 (rows), each step keeping the share `keeps` of the one before."""
    noise = rng.standard_normal(shape)
    series = np.empty(shape)
    series[:, 0] = noise[:, 0]
    for step in range(1, shape[1]):
        series[:, step] = keeps * series[:, step - 1] + np.sqrt(1 - keeps**2) * noise[:, step]
    return series
