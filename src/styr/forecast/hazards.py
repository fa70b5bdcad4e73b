# SPDX-License-Identifier: EUPL-1.2
"""The daily risk that a grant ends: a rate by provision times what elapsed time, age and the expected end do to it.

Each effect is a ratio of ends seen to ends expected, drawn towards what is seen elsewhere as far as chance allows
(gamma-Poisson empirical Bayes): an effect of a provision towards the same of all provisions, a municipality towards
all municipalities. How much they differ beyond chance is itself estimated. Rates are per day at risk, so with one cell,
bands of one day and nothing to draw towards, survival is Kaplan and Meier's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from styr.forecast.exposure import Risk

_ROUNDS = 6
_LEAST, _MOST = 1.0, 5000.0
#: Events that the effect of all provisions is worth at most: how long help lasts differs most from one to another.
_MOST_OF = {1: _MOST, 2: 10.0, 3: _MOST}


@dataclass(frozen=True)
class Hazards:
    """Rates per day of ending otherwise than by death.

    rates: (municipalities, provisions, ages, elapsed, relative); weight: (municipalities, provisions) number of ends
    the level of a rate rests on, the shape of its gamma posterior.
    """

    rates: np.ndarray
    weight: np.ndarray


def fitted(risk: Risk, *, shrink: bool = True) -> Hazards:
    """Rates from days at risk and ends; shrink=False takes each effect as it is seen."""
    days, ends = risk.days.sum(axis=0), risk.ends.sum(axis=0)
    level = _ratio(ends.sum(axis=(1, 2, 3)), days.sum(axis=(1, 2, 3)))
    effects: dict[int, np.ndarray] = {axis: np.ones((days.shape[0], days.shape[axis])) for axis in (1, 2, 3)}
    for _ in range(_ROUNDS):
        for axis in (2, 1, 3):
            others = days * level[:, None, None, None]
            for other in (1, 2, 3):
                if other != axis:
                    others = others * _along(effects[other], other)
            summed = tuple(each for each in (1, 2, 3) if each != axis)
            seen, expected = ends.sum(axis=summed), others.sum(axis=summed)
            effects[axis] = _effect(seen, expected, _MOST_OF[axis]) if shrink else _ratio(seen, expected, empty=1.0)
        if not shrink:
            break
    common = level[:, None, None, None] * np.ones_like(days)
    for axis in (1, 2, 3):
        common = common * _along(effects[axis], axis)
    seen, expected = ends.sum(axis=3), (days * common).sum(axis=3)
    common = common * (shrunk(seen, expected, 1.0) if shrink else _ratio(seen, expected))[..., None]
    if shrink:  # what was drawn together is to give each provision its number all the same
        seen, expected = ends.sum(axis=(1, 2, 3)), (days * common).sum(axis=(1, 2, 3))
        common = common * ((seen + 1.0) / (expected + 1.0))[:, None, None, None]
    return _by_municipality(risk, np.minimum(common, 1.0), shrink)


def survival(rates: Sequence[float] | np.ndarray) -> np.ndarray:
    """Share still running after each day, given the rate of each day."""
    return np.cumprod(1.0 - np.asarray(rates))


def shrunk(seen: np.ndarray, expected: np.ndarray, toward: np.ndarray | float, least: float = _LEAST) -> np.ndarray:
    """Ratios of seen to expected events drawn towards others, by as much as they differ no more than by chance; what
    they are drawn towards is worth `least` events at least."""
    strength = max(strength_of(seen, expected * toward), least)
    return np.asarray(toward * (seen + strength) / (expected * toward + strength))


def strength_of(seen: np.ndarray, expected: np.ndarray) -> float:
    """How many events what a ratio is drawn towards is worth: one over the variance between ratios that chance does not
    explain (method of moments)."""
    some = expected > 0
    excess = float(((seen[some] - expected[some]) ** 2 - expected[some]).sum())
    return float(np.clip((expected[some] ** 2).sum() / max(excess, 1e-12), _LEAST, _MOST))


def _effect(seen: np.ndarray, expected: np.ndarray, most: float) -> np.ndarray:
    """The effect of each band in each provision (rows); that of all is worth `most` events at most."""
    common = shrunk(seen.sum(axis=0), expected.sum(axis=0), 1.0)
    strength = min(strength_of(seen, expected * common), most)
    return np.asarray(common * (seen + strength) / (expected * common + strength))


def _by_municipality(risk: Risk, common: np.ndarray, shrink: bool) -> Hazards:
    seen = risk.ends.sum(axis=(2, 3, 4))
    expected = np.einsum("mpaer,paer->mp", risk.days, common)
    if len(risk.days) == 1 or not shrink:
        return Hazards(np.repeat(common[None], len(risk.days), axis=0), np.maximum(seen, 1.0))
    strength = strength_of(seen, expected)
    own = (seen + strength) / (expected + strength)
    return Hazards(common[None] * own[:, :, None, None, None], seen + strength)


def _along(effect: np.ndarray, axis: int) -> np.ndarray:
    shape = [effect.shape[0], 1, 1, 1]
    shape[axis] = effect.shape[1]
    return effect.reshape(shape)


def _ratio(seen: np.ndarray, expected: np.ndarray, empty: float = 0.0) -> np.ndarray:
    return np.asarray(np.divide(seen, expected, out=np.full(seen.shape, empty), where=expected > 0))
