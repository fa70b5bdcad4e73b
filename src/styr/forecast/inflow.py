# SPDX-License-Identifier: EUPL-1.2
"""Newcomers of one municipality: counted by month, learned from, and made ready for the simulation."""

from __future__ import annotations

import numpy as np

from styr import vocabulary
from styr.forecast import arrivals, registration
from styr.forecast.factors import Factors
from styr.forecast.history import Grants
from styr.forecast.known import Known
from styr.forecast.learn import Learned
from styr.forecast.months import last_whole_month
from styr.forecast.parts import ARRIVAL, Coming
from styr.forecast.standing import table

_FEWEST_MONTHS = 6  # of history that tell anything


def coming(known: Known, found: Learned, grants: Grants, factors: Factors) -> Coming:
    axis, today, provisions = found.axis, known.today, len(found.lists.provisions)
    whole_to = last_whole_month(known.day)
    unknown = registration.unknown_by_month(found.unknown, axis.starts, today)
    first_whole = _month_number(found.observed_from) + (
        1 if found.observed_from > _month_start(found.observed_from) else 0
    )
    history = int(vocabulary.parameter("inflow_history_years")) * 12
    begin = max(whole_to.number - history + 1, min(first_whole, whole_to.number - _FEWEST_MONTHS + 1))
    months = whole_to.number - begin + 1
    newcomers = grants.after == -1
    came = _counts(grants.provision[newcomers], grants.start[newcomers], begin, months, provisions)
    left = _outflow(grants, begin, months, today, provisions)
    late = registration.unknown_by_month(found.unknown, _starts(begin, months), today)
    usable = np.arange(months) >= 0
    usable[-6:] = (late[:, -6:] < 0.5).all(axis=0)
    stop = months if usable.all() else int(np.flatnonzero(~usable)[0])
    stop = max(stop, min(months, _FEWEST_MONTHS))
    came = came / np.maximum(1.0 - late, 0.3)
    how = arrivals.learned(came[:, :stop], left[:, :stop], begin % 12)
    told = factors.each("arrivals")
    level = how.level * told
    refill, season, slope = how.refill * told, how.season, how.slope * told
    for place, provision in enumerate(found.lists.provisions):
        if (number := factors.number("arrivals", provision)) is not None:
            level[place], refill[place], slope[place], told[place] = number, 0.0, 0.0, 0.0
            season[place] = 1.0
    first = axis.first_number
    late_factor = factors.each("late_registration")[:, None]
    over = np.arange(axis.months) <= whole_to.number - first
    rows = table(
        ARRIVAL,
        level=level,
        refill=refill,
        slope=slope,
        dispersion=np.where(how.dispersion > 0, how.dispersion, 1.0),  # of provisions nobody has come to yet
        doubt=how.doubt * told,
        slope_doubt=how.slope_doubt * told,
        year_spread=how.year_spread,
    )
    return Coming(
        rows,
        season,
        np.ascontiguousarray(np.where(over[None], np.minimum(unknown * late_factor, 1.0), unknown)),
        _counts(grants.provision[newcomers], grants.start[newcomers], first, axis.months, provisions),
        _outflow(grants, first, axis.months, today, provisions),
        int(over.sum()),
    )


def _outflow(grants: Grants, begin: int, months: int, today: int, provisions: int) -> np.ndarray:
    """Ends up to a day less the starts of grants that follow others, by provision and month."""
    gone = grants.end <= today
    followers = grants.after != -1
    ends = _counts(grants.provision[gone], grants.end[gone], begin, months, provisions)
    return np.asarray(ends - _counts(grants.provision[followers], grants.start[followers], begin, months, provisions))


def _counts(provision: np.ndarray, day: np.ndarray, begin: int, months: int, provisions: int) -> np.ndarray:
    dates = np.datetime64("2000-01-01") + np.minimum(day, 10**6)
    number = dates.astype("datetime64[M]").astype(int) + 1970 * 12 - begin
    inside = (number >= 0) & (number < months)
    result = np.zeros((provisions, months))
    np.add.at(result, (provision[inside], number[inside]), 1.0)
    return result


def _starts(begin: int, months: int) -> np.ndarray:
    first = np.datetime64("1970-01", "M") + (begin - 1970 * 12) + np.arange(months + 1)
    return np.asarray((first.astype("datetime64[D]") - np.datetime64("2000-01-01")).astype(np.int64))


def _month_number(day: int) -> int:
    return int((np.datetime64("2000-01-01") + day).astype("datetime64[M]").astype(int)) + 1970 * 12


def _month_start(day: int) -> int:
    return int(_starts(_month_number(day), 0)[0])
