# SPDX-License-Identifier: EUPL-1.2
"""Newcomers by provision: how many, how much they vary, whether a place set free is taken again, and trend and season
where history carries them.

Where help is given in places, those who come are largely those there is room for: the more leave, the more come. A
model of arrivals that does not know it draws stocks that wander off. So a month's number is
    (level + trend) × season + refill × (mean net outflow of the last three months)
and refill, trend and season are each kept only when they tell the held-out last year better than going without. The
trend is drawn towards none by as much as chance could have made it. Refill and variance are learned from calendar
quarters: in single months of small provisions the whole numbers hide both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Months of outflow that refill answers to.
WINDOW = 3
_HELD_OUT = 4  # quarters
_SEASON_FROM = 150  # arrivals a year from which a season may be looked for
_REFILL_GAIN, _SEASON_GAIN = 1.0, 4.0  # how much better the log score must be for a part to be kept
_GROWTH = 0.10  # standard deviation a year, as a share of the level, that trends are drawn towards none with
_PRIOR_QUARTERS = 3.0  # what the dispersion of other provisions is worth


@dataclass(frozen=True)
class Arrivals:
    """How newcomers come, by provision.

    level: a month, at the newest month, without refill; slope: change of level a month; refill: share of the net
    outflow that is taken again; season: (provisions, 12); dispersion: variance over mean; doubt, slope_doubt: standard
    errors of level and slope; year_spread: standard deviation of a year's level beyond chance, as a share.
    """

    level: np.ndarray
    slope: np.ndarray
    refill: np.ndarray
    season: np.ndarray
    dispersion: np.ndarray
    doubt: np.ndarray
    slope_doubt: np.ndarray
    year_spread: np.ndarray


@dataclass(frozen=True)
class _Fit:
    """One provision by quarters: level at the newest, slope, refill, variance left, standard errors, and the aims."""

    level: float
    slope: float
    refill: float
    variance: float
    doubt: float
    slope_doubt: float
    aim: np.ndarray


def learned(came: np.ndarray, left: np.ndarray, first_month: int) -> Arrivals:
    """Arrivals from monthly counts: came and left (net outflow, newcomers left out) are (provisions, months), the last
    month the newest; first_month is the calendar month (0-11) of the first."""
    provisions, months = came.shape
    made = {name: np.zeros(provisions) for name in Arrivals.__dataclass_fields__ if name != "season"}
    result = Arrivals(season=np.ones((provisions, 12)), **made)
    calendar = (first_month + np.arange(months)) % 12
    whole = _quarters(months, first_month)
    came_then, left_then = (each[:, whole].reshape(provisions, -1, 3).sum(axis=2) for each in (came, left))
    variance, aim = np.zeros(provisions), np.zeros(came_then.shape)
    for place in np.flatnonzero(came.sum(axis=1) > 0):
        refill, trend = _parts_that_tell(came_then[place], left_then[place])
        found = _fitted(came_then[place], left_then[place] if refill else None, trend, came_then.shape[1])
        variance[place], aim[place] = found.variance, found.aim
        result.refill[place], result.slope[place] = found.refill, found.slope / 9
        result.doubt[place], result.slope_doubt[place] = found.doubt / 3, found.slope_doubt / 9
        if _seasonal(came[place], calendar):
            result.season[place] = _seasons(came[place], calendar)
        moment = np.arange(months) - months + 1.0
        rest = (came[place] - found.refill * left[place]) / result.season[place][calendar]
        result.level[place] = (rest - result.slope[place] * moment).mean()
    _dispersions(result, variance, aim.mean(axis=1), came_then.shape[1])
    _between_years(result, came_then, aim)
    return result


def _quarters(months: int, first_month: int) -> slice:
    """The months that make whole calendar quarters; when there is not one, the newest three."""
    begin = -first_month % 3
    count = (months - begin) // 3
    return slice(begin, begin + 3 * count) if count else slice(months - 3, months)


def _parts_that_tell(came: np.ndarray, left: np.ndarray) -> tuple[bool, bool]:
    """Whether refill and whether a trend, by what each tells of the held-out last year."""
    early = len(came) - _HELD_OUT
    if early < _HELD_OUT:
        return False, False

    def score(refill: bool, trend: bool) -> float:
        found = _fitted(came, left if refill else None, trend, early)
        off = came[early:] - found.aim[early:]
        return float(-0.5 * (off**2 / found.variance + np.log(found.variance)).sum())

    refill = score(True, False) > score(False, False) + _REFILL_GAIN
    return refill, score(refill, True) > score(refill, False)


def _fitted(came: np.ndarray, left: np.ndarray | None, trend: bool, upto: int) -> _Fit:
    """Learned by least squares from the first quarters (upto), with an aim for all of them."""
    time = np.arange(len(came)) - upto + 1.0
    early, mean = slice(0, upto), max(float(came[:upto].mean()), 0.05)
    refill = 0.0
    if left is not None:
        apart = left[early] - left[early].mean()
        refill = float(np.clip((apart * came[early]).sum() / max((apart**2).sum(), 1e-9), 0.0, 1.0))
    even = came - (0.0 if left is None else refill * left)
    moment = time[early] - time[early].mean()
    length = max(float((moment**2).sum()), 1e-9)
    steep = float((moment * even[early]).sum()) / length
    off = even[early] - even[early].mean() - (steep * moment if trend else 0.0)
    variance = max(float((off**2).sum()) / max(upto - 1 - trend - (left is not None), 1), 0.02 * mean)
    slope, doubt = 0.0, 0.0
    if trend:
        prior, chance = (mean * _GROWTH / 4) ** 2, variance / length
        slope, doubt = steep * prior / (prior + chance), float(np.sqrt(prior * chance / (prior + chance)))
    level = float(even[early].mean()) - slope * float(time[early].mean())
    aim = level + slope * time + (0.0 if left is None else refill * left)
    return _Fit(level, slope, refill, variance, float(np.sqrt(variance / upto)), doubt, np.maximum(aim, 0.02 * mean))


def _seasonal(came: np.ndarray, calendar: np.ndarray) -> bool:
    """Whether a season tells the held-out last year."""
    months = len(came)
    if months < 36 or came.sum() * 12 / months < _SEASON_FROM:
        return False
    early, held = slice(0, months - 12), slice(months - 12, months)
    mean = came[early].mean()
    aim = mean * _seasons(came[early], calendar[early])[calendar[held]]
    variance = max(float(came[early].var()), mean * 0.1)
    gain = ((came[held] - mean) ** 2 - (came[held] - aim) ** 2).sum() / (2 * variance)
    return bool(gain > _SEASON_GAIN)


def _seasons(came: np.ndarray, calendar: np.ndarray) -> np.ndarray:
    """Factors by calendar month, drawn towards none by one month's worth."""
    mean = came.mean()
    factor = np.ones(12)
    for month in range(12):
        own = came[calendar == month]
        factor[month] = (own.sum() + mean) / (mean * len(own) + mean)
    return np.asarray(factor / factor.mean())


def _dispersions(result: Arrivals, variance: np.ndarray, mean: np.ndarray, quarters: int) -> None:
    """Variance over mean, drawn towards that of all provisions with (or without) refill when few have come."""
    seen = mean > 0
    for filled in (True, False):
        group = seen & ((result.refill > 0) == filled)
        if not group.any():
            continue
        common = float(variance[group].sum() / mean[group].sum())
        own = (variance[group] * quarters + common * mean[group] * _PRIOR_QUARTERS) / (quarters + _PRIOR_QUARTERS)
        result.dispersion[group] = np.clip(own / mean[group], 0.02, 20.0)


def _between_years(result: Arrivals, came: np.ndarray, aim: np.ndarray) -> None:
    """What years differ by beyond chance and trend, over all provisions without refill together (two or three years
    tell little of one)."""
    years = came.shape[1] // 4
    free = (result.refill == 0) & (came.sum(axis=1) > 0)
    if years < 2 or not free.any():
        result.year_spread[free] = 0.1
        return
    seen, expected = (each[free][:, -4 * years :].reshape(-1, years, 4).sum(axis=2) for each in (came, aim))
    chance = expected * np.maximum(result.dispersion[free], 1.0)[:, None] * (1 - 1 / years)
    excess = float(((seen - expected) ** 2 - chance).sum())
    result.year_spread[free] = min(np.sqrt(max(excess, 0.0) / float((expected**2).sum())), 0.5)
