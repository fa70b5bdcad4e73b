# SPDX-License-Identifier: EUPL-1.2
"""The daily risk that a citizen dies, by age and by whether they live in a residential place."""

from __future__ import annotations

import numpy as np

from styr.forecast.hazards import shrunk

#: Lower edges of the ages, in years.
AGES = (0, 18, 25, 35, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90)
_MIDDLE = np.array([9, 21, 30, 40, 47.5, 52.5, 57.5, 62.5, 67.5, 72.5, 77.5, 82.5, 87.5, 93])
_NEWTON_STEPS = 40
_WORTH = 20.0  # deaths that the line is worth at least


def fitted(days: np.ndarray, deaths: np.ndarray) -> np.ndarray:
    """Rates per day over (residential or not, age) from days at risk and deaths over the same.

    A straight line of log mortality by age (Gompertz) carries what few deaths cannot; groups and ages are drawn
    towards it. Without any deaths all rates are 0.
    """
    if deaths.sum() == 0:
        return np.zeros_like(days)
    line = _gompertz(days.sum(axis=0), deaths.sum(axis=0))
    expected = days * line
    level = shrunk(deaths.sum(axis=1), expected.sum(axis=1), 1.0, _WORTH)
    expected = expected * level[:, None]
    return np.asarray(line * level[:, None] * shrunk(deaths, expected, 1.0, _WORTH))


def worst_up_to(rates: np.ndarray) -> np.ndarray:
    """The highest rate of ages up to each in whole years and one more: (residential or not, 0 to the oldest)."""
    highest = np.maximum.accumulate(rates, axis=1)
    reached = np.searchsorted(np.array(AGES), np.arange(AGES[-1] + 1) + 1, side="right") - 1
    return np.ascontiguousarray(highest[:, reached])


def _gompertz(days: np.ndarray, deaths: np.ndarray) -> np.ndarray:
    """Rates by age of the line that fits best (Poisson likelihood), its slope held near a tenth a year."""
    age = (_MIDDLE - 60.0) / 10.0
    design = np.stack([np.ones_like(age), age])
    value = np.array([np.log(deaths.sum() / days.sum()), 0.8])
    doubt = np.diag([0.0, 1.0 / 0.3**2])
    aim = np.array([0.0, 0.8])
    for _ in range(_NEWTON_STEPS):
        rate = days * np.exp(np.clip(value @ design, -30, 0))
        slope = design @ (deaths - rate) - doubt @ (value - aim)
        bend = (design * rate) @ design.T + doubt + np.eye(2) * 1e-9
        step = np.linalg.solve(bend, slope)
        value = value + np.clip(step, -1.0, 1.0)
        if np.abs(step).max() < 1e-10:
            break
    return np.asarray(np.exp(np.clip(value @ design, -30, 0)))
