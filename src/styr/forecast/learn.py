# SPDX-License-Identifier: EUPL-1.2
"""What is learned of all municipalities of a snapshot together, before each is forecast with what is its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from styr import vocabulary
from styr.forecast import exposure, hazards, mortality, registration, regulation, successors
from styr.forecast.axis import Axis, axis
from styr.forecast.entries import Marks, entries
from styr.forecast.errors import Refused
from styr.forecast.exposure import Risk
from styr.forecast.history import NEVER, Grants, Lists, columns
from styr.forecast.known import Known
from styr.forecast.months import Month
from styr.statistics.expressions.calendar_units import EPOCH
from styr.statistics.observed import first_followed_year

#: Days of history that risks of ending and dying are learned from.
_RISK_DAYS = 5 * 365
#: Months before the known-at month that the axis begins: late-registered grants may have started so long ago.
LATE_MONTHS = 12


@dataclass(frozen=True)
class Learned:
    """What all municipalities show together.

    rates: hazards by municipality; year_spread: of the level of ending between years; death: rates (residential, age),
    deaths: seen by municipality; marks: entries all may borrow; unknown: see registration; observed_from: the day from
    which grants are followed to their end; axis: of the simulation; entry_days: of history that entries are from.
    """

    grants: Grants
    lists: Lists
    bands: exposure.Bands
    rates: hazards.Hazards
    year_spread: float
    residential: np.ndarray
    death: np.ndarray
    deaths: np.ndarray
    successors: successors.Successors
    marks: Marks
    unknown: np.ndarray
    regulation: regulation.Regulation
    observed_from: int
    axis: Axis
    entry_days: int


def learned(known: Known, last: Month) -> Learned:
    """What is known, learned from, for a forecast to the month last."""
    grants, lists = columns(known)
    today, provisions = known.today, len(lists.provisions)
    observed_from = followed_from(grants, today)
    span = axis(Month.of(known.day).later(-LATE_MONTHS), max(last, Month.of(known.day)))
    years = range(known.day.year - 8, last.year + 3)
    edges = exposure.bands(np.array([(date(year, 1, 1) - EPOCH).days for year in years]))
    at_risk, first, until, ended = _at_risk(grants, max(observed_from, today - _RISK_DAYS), today)
    mine = grants.of(at_risk)
    found = exposure.risk(
        edges, mine.municipality, mine.provision, mine.birth, mine.start, first, until, mine.expected,
        ended & ~mine.died, (len(lists.municipalities), provisions),
    )  # fmt: skip
    rates = hazards.fitted(found)
    level = (
        rates.rates.mean(axis=0)
        if len(rates.rates) == 1
        else np.average(rates.rates, axis=0, weights=found.days.sum(axis=(1, 2, 3, 4)) + 1e-9)
    )
    by_year = exposure.risk(
        edges, None, mine.provision, mine.birth, mine.start, first, until, mine.expected, ended & ~mine.died,
        (1, provisions),
    )  # fmt: skip
    residential = np.array([code in vocabulary.provisions_in("residential") for code in lists.provisions]).astype(
        np.int64
    )
    death, deaths = _mortality(mine, residential, first, until, ended)
    inflow_days = 365 * int(vocabulary.parameter("inflow_history_years"))
    growth = regulation.learned(
        grants.provision, known.prices, known.grants.select("row", "start", "end"), known.growth, known.day,
        range(known.day.year + 1, max(last.year, known.day.year) + 1), provisions,
    )  # fmt: skip
    return Learned(
        grants,
        lists,
        edges,
        rates,
        _year_spread(by_year, level),
        residential,
        death,
        deaths,
        successors.learned(grants, today, provisions),
        entries(grants, today, inflow_days, growth.past, provisions, sample=True),
        registration.unknown_share(grants.provision, grants.start, grants.registered, today, provisions),
        growth,
        observed_from,
        span,
        inflow_days,
    )


def followed_from(grants: Grants, today: int) -> int:
    """The day from which grants are followed to their end, by the rule of the statistics; where none has ended, the
    first start.

    Raises CannotAnswer when every grant begins after the day.
    """
    ended = grants.end[(grants.end <= today) & (grants.end < NEVER)]
    if len(ended) == 0:
        if (grants.start > today).all():
            raise Refused("no_grant_begun")
        return int(grants.start.min())
    years = (np.datetime64(EPOCH) + ended).astype("datetime64[Y]").astype(int) + 1970
    return (date(first_followed_year(pl.Series(years)), 1, 1) - EPOCH).days


def _at_risk(grants: Grants, since: int, today: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Grants with a day at risk: their rows, first and last day at risk, and whether they ended on the last."""
    first = np.maximum(grants.start, since)
    until = np.minimum(grants.end, today)
    rows = np.flatnonzero(first <= until)
    return rows, first[rows], until[rows], grants.end[rows] <= today


def _mortality(
    grants: Grants, residential: np.ndarray, first: np.ndarray, until: np.ndarray, ended: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Rates of dying by (residential, age), and the number of deaths seen by municipality."""
    year_starts = np.arange(first.min() if len(first) else 0, (until.max() if len(until) else 0) + 366, 365)
    edges = exposure.bands(year_starts, ages=mortality.AGES, elapsed=(0,))
    none = np.full(len(grants), exposure.NO_EXPECTATION)
    count = int(grants.municipality.max()) + 1 if len(grants) else 1
    found = exposure.risk(
        edges, grants.municipality, residential[grants.provision], grants.birth, grants.start, first, until, none,
        ended & grants.died, (count, 2),
    )  # fmt: skip
    days, deaths = found.days.sum(axis=(0, 3, 4)), found.ends.sum(axis=(0, 3, 4))
    return mortality.fitted(days, deaths), found.ends.sum(axis=(1, 2, 3, 4))


def _year_spread(by_year: Risk, rates: np.ndarray) -> float:
    """Standard deviation of the level of ending between years beyond chance, as a logarithm. by_year: risk by calendar
    year; rates: (provision, age, elapsed, relative)."""
    expected = np.einsum("ypaer,paer->yp", by_year.days, rates).ravel()
    seen = by_year.ends.sum(axis=(2, 3, 4)).ravel()
    some = expected > 20
    if some.sum() < 4:
        return 0.05
    excess = ((seen[some] - expected[some]) ** 2 - expected[some]).sum() / (expected[some] ** 2).sum()
    return float(np.sqrt(np.clip(excess, 0.0, 0.25)))
