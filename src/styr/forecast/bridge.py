# SPDX-License-Identifier: EUPL-1.2
"""From what the grants cost to what the accounts say, by account function: a learned relation, with its uncertainty.

The accounts hold what no grant does (own operation as it is booked, what is booked late, twice or on a wrong account,
regulation after the year, income). What a function's accounts are to its grants has a season within the year, a level
that moves from year to year, and noise. The level of a year is read off the months already known; how much they tell,
and how far such forecasts have been off, is learned by making them for the years gone by.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_SEASON_YEARS = 5
_EVEN_WORTH = 0.02  # years of evenness that a season is drawn towards
_HIGHEST_SEASON = 4.0  # months' worth that one month may hold
_SEASON_THIN = 0.25  # of what thin functions are drawn to in their level, in their season
_THIN = 0.002  # share of a year's expenditure on grants that the relation of all functions is worth to each
_TRUST = np.linspace(0.0, 1.0, 11)
# Errors (as logarithms) that stand in where there is no past year to learn from.
_DEFAULT_YEAR, _DEFAULT_REST = 0.06, 0.05
_PRIOR_ERRORS = 2.0  # errors of the function's own that those of all functions are worth


@dataclass(frozen=True)
class Bridge:
    """The relation by function (rows). level: of the accounts to the grants times season, for the rest of the known-at
    year, and later; season: (functions, 12); rest_error, year_error: standard deviations of the logarithm of the
    level of the rest of the year, and from one year to the next; month_noise: of single months; years: whole years it
    was learned from."""

    level: np.ndarray
    season: np.ndarray
    rest_error: np.ndarray
    year_error: np.ndarray
    month_noise: np.ndarray
    years: int


def learned(accounts: np.ndarray, drivers: np.ndarray, calendar: int) -> Bridge:
    """The bridge from accounts and drivers (functions, months), whole months up to the newest; calendar is the calendar
    month (0-11) of the newest."""
    functions, months = accounts.shape
    known = (calendar + 1) % 12  # months of the running year that are over
    years = max(months - known, 0) // 12
    begin = max(months - known, 0) - 12 * years
    n = accounts[:, begin : begin + 12 * years].reshape(functions, years, 12)
    d = drivers[:, begin : begin + 12 * years].reshape(functions, years, 12)
    live = (n.sum(axis=2) > 0) & (d.sum(axis=2) > 0)
    worth = _THIN * 12 * float(drivers[:, -12:].sum()) / max(min(months, 12), 1)
    season = _season(n, d, live, worth)
    usual = float(np.clip(accounts.sum() / max(float(drivers.sum()), 1e-9), 0.2, 5.0))
    level_of = _level(n, d * season[:, None], live, worth, usual)
    held = min(known, months)  # of which there are accounts
    this_n, this_d = accounts[:, months - held :], drivers[:, months - held :] * season[:, known - held : known]
    trust, rest, year = _past_errors(n, d, live, worth, usual, known)
    before = _before(level_of, live, accounts, drivers, worth, usual)
    part = worth * held / 12
    now = np.where(
        this_d.sum(axis=1) > 0, (this_n.sum(axis=1) + part * before) / (this_d.sum(axis=1) + part + 1e-9), before
    )
    usable = (now > 0.05 * before) & (now < 20 * before) & (before > 0)
    level = np.where(usable & (known > 0), np.exp(trust * _log(now) + (1 - trust) * _log(before)), before)
    return Bridge(level, season, rest, year, _noise(n, d * season[:, None], live, level_of), years)


def _season(n: np.ndarray, d: np.ndarray, live: np.ndarray, worth: float) -> np.ndarray:
    """What each calendar month is to the year, against what the grants make it; drawn towards none, and the more the
    less the function's grants are to a yearly amount (worth, DKK): of a function with a single short grant the months
    without it tell nothing."""
    season = np.ones((len(n), 12))
    for function in range(len(n)):
        years = np.flatnonzero(live[function])[-_SEASON_YEARS:]
        if len(years) == 0:
            continue
        share = n[function, years] / n[function, years].sum(axis=1, keepdims=True)
        even = d[function, years] / d[function, years].sum(axis=1, keepdims=True)
        usual = (even.mean(axis=0) + 1 / 12) / 2
        drawn = _EVEN_WORTH + _SEASON_THIN * worth / float(d[function, years].sum(axis=1).mean())
        found = (share.sum(axis=0) + drawn * usual) / (even.sum(axis=0) + drawn * usual)
        found = found.clip(0.0, _HIGHEST_SEASON)
        found = found / max(float((found * even.mean(axis=0)).sum()), 0.1)
        season[function] = found.clip(0.0, _HIGHEST_SEASON)
    return season


def _level(n: np.ndarray, d: np.ndarray, live: np.ndarray, worth: float, usual: float) -> np.ndarray:
    """Accounts by drivers of each year, thin ones drawn towards the usual level, which is worth so many DKK; nan where
    either is missing."""
    return np.where(live, (n.sum(axis=2) + worth * usual) / (d.sum(axis=2) + worth + 1e-9), np.nan)


def _past_errors(
    n: np.ndarray, d: np.ndarray, live: np.ndarray, worth: float, usual: float, known: int
) -> tuple[float, np.ndarray, np.ndarray]:
    """How much to trust the months known against the year before, and the errors by function of forecasts made so in
    the years gone by, each with the season of the other years: of the rest of the year, and of the year after."""
    functions, years = live.shape
    rest_errors: list[list[float]] = [[] for _ in range(functions)]
    year_errors: list[list[float]] = [[] for _ in range(functions)]
    tried = []
    for year in range(1, years):
        others = live.copy()
        others[:, year] = False
        even = d * _season(n, d, others, worth)[:, None]
        level = _level(n, even, live, worth, usual)
        for function in np.flatnonzero(live[:, year] & live[:, year - 1]):
            year_errors[function].append(float(np.log(level[function, year] / level[function, year - 1])))
            if known == 0:
                continue
            sums = [n[function, year, :known].sum(), even[function, year, :known].sum()]
            rest = [n[function, year, known:].sum(), even[function, year, known:].sum()]
            if min(*sums, *rest) > 0:
                after, so_far = np.log(rest[0] / rest[1]), np.log(sums[0] / sums[1])
                tried.append((function, after - so_far, after - np.log(level[function, year - 1]), rest[0]))
    trust = known / (known + 1.5)
    if tried:
        _, a, b, weight = (np.array(each) for each in zip(*tried, strict=True))
        losses = [float((weight * (t * a + (1 - t) * b) ** 2).sum()) for t in _TRUST]
        trust = float((_TRUST[int(np.argmin(losses))] * len(a) + trust * functions) / (len(a) + functions))
        for function, from_now, from_before, _ in tried:
            rest_errors[int(function)].append(trust * from_now + (1 - trust) * from_before)
    money = np.maximum(n.sum(axis=(1, 2)), 1.0)
    later = _drawn_together(year_errors, money, _DEFAULT_YEAR)
    return trust, _drawn_together(rest_errors, money, _DEFAULT_REST) if known else later, later


def _drawn_together(errors: list[list[float]], money: np.ndarray, default: float) -> np.ndarray:
    """Root mean squares by function, drawn towards the middle one counted by money, as small accounts swing more."""
    some = [function for function, each in enumerate(errors) if each]
    single = np.array([np.mean(np.square(errors[function])) for function in some])
    common = default**2
    if some:
        order = np.argsort(single)
        share = np.cumsum(money[some][order]) / money[some].sum()
        common = float(single[order][int(np.searchsorted(share, 0.5))])
    return np.array(
        [np.sqrt((np.square(each).sum() + _PRIOR_ERRORS * common) / (len(each) + _PRIOR_ERRORS)) for each in errors]
    )


def _before(
    level: np.ndarray, live: np.ndarray, accounts: np.ndarray, drivers: np.ndarray, worth: float, usual: float
) -> np.ndarray:
    """The level of the last whole year; where there is none, of all months."""
    booked, granted = np.maximum(accounts.sum(axis=1), 0.0), drivers.sum(axis=1)
    result = np.where(granted > 0, (booked + worth * usual) / (granted + worth + 1e-9), 0.0)
    result = np.where((booked == 0) & (granted > worth), 0.0, result)
    for function in range(len(level)):
        years = np.flatnonzero(live[function])
        if len(years):
            result[function] = level[function, years[-1]]
    return result


def _noise(n: np.ndarray, d: np.ndarray, live: np.ndarray, level: np.ndarray) -> np.ndarray:
    """Standard deviation of single months about season and level, as a share."""
    result = np.full(len(n), 0.05)
    for function in range(len(n)):
        years = np.flatnonzero(live[function])[-_SEASON_YEARS:]
        if len(years):
            aim = d[function, years] * level[function, years, None]
            off = n[function, years] / np.maximum(aim, aim.mean() * 0.05) - 1
            result[function] = float(np.clip(np.sqrt(np.mean(off**2)), 0.005, 1.0))
    return result


def _log(values: np.ndarray) -> np.ndarray:
    return np.asarray(np.log(np.maximum(values, 1e-12)))


def carried_over(
    bridge: Bridge, individual: np.ndarray, months: np.ndarray, known_year: int, luck: np.ndarray
) -> np.ndarray:
    """Net expenditure from individual expenditure in months to come.

    individual: (draws, functions, months); months: their numbers (Month.number); known_year: the year of the newest
    month known; luck: standard normal numbers (draws, functions, years ahead + months), the years first.
    """
    years = months // 12 - known_year
    ahead = int(years.max()) + 1 if len(years) else 1
    error = np.concatenate([bridge.rest_error[:, None], np.repeat(bridge.year_error[:, None], ahead, axis=1)], axis=1)
    steps = luck[:, :, :ahead] * error[None, :, :ahead]
    level = np.exp(np.cumsum(steps, axis=2) - np.cumsum(error[:, :ahead] ** 2, axis=1)[None] / 2)
    base = individual * (bridge.level[:, None] * bridge.season[:, months % 12])[None]
    noise = luck[:, :, ahead:] * np.minimum(bridge.month_noise, 0.5)[None, :, None] * base
    for year in range(ahead):  # what one month has more than its share, others of the year have less
        mine = years == year
        total = np.maximum(base[:, :, mine].sum(axis=2, keepdims=True), 1e-9)
        noise[:, :, mine] -= noise[:, :, mine].sum(axis=2, keepdims=True) * base[:, :, mine] / total
    return np.asarray((base + noise) * level[:, :, years])
