# SPDX-License-Identifier: EUPL-1.2
"""One municipality: what is its own of what was learned, put together for the simulation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl
import pyarrow as pa
import yaml

from styr import vocabulary
from styr.forecast import entries, mortality
from styr.forecast.assumptions import Assumptions
from styr.forecast.chance import keys_of_text
from styr.forecast.exposure import YEAR
from styr.forecast.factors import Factors
from styr.forecast.history import Grants, Lists
from styr.forecast.inflow import coming
from styr.forecast.known import Known
from styr.forecast.learn import Learned
from styr.forecast.observed import Prices
from styr.forecast.parts import (
    Following,
    Growing,
    Leaving,
    Parts,
)  # fmt: skip
from styr.forecast.standing import lately_ended, named_inflow, risk_stretches, running

_DEATH_WORTH = 30.0  # deaths that the mortality learned of all is worth, besides the municipality's own
_CERTAIN = 0.999999  # a daily rate of ending beyond which it is taken to be certain


@dataclass(frozen=True)
class Town:
    """A municipality ready to be simulated: parts, its own grants and prices, account function by provision, accounts
    (functions, months) with their months, and what stands in its way (keys of caveats)."""

    code: str
    parts: Parts
    lists: Lists
    grants: Grants
    prices: Prices
    functions: tuple[str, ...]
    accounts: pl.DataFrame
    growth: dict[int, float]
    observed_from: int
    lacks: tuple[str, ...]


def town(known: Known, found: Learned, code: str, assumptions: Assumptions) -> Town:
    """Put together what the simulation of one municipality needs."""
    place = found.lists.municipalities.index(code)
    low, high = np.searchsorted(found.grants.municipality, [place, place + 1])
    grants = found.grants.of(slice(low, high))
    grants = _with_own_rows(grants, int(low))
    prices = _prices(known, int(low), int(high))
    provisions = found.lists.provisions
    factors = Factors(assumptions, code, provisions)
    named = named_inflow(known, found, code, factors)
    citizens, begun, begun_prices, lacks = running(known, grants, prices, named, found)
    lacks += ["without_hours"] if code in known.without_hours else []
    rates = found.rates.rates[place] * factors.each("exits")[:, None, None, None]
    risk = -np.log1p(-np.minimum(rates, _CERTAIN))
    death = found.death * factors.all("deaths")
    leaving = Leaving(
        found.bands._replace(years=found.axis.year_starts[1:]),
        risk,
        found.rates.weight[place],
        found.year_spread,
        found.residential,
        np.array([edge * YEAR for edge in mortality.AGES[1:]]),
        death,
        float(found.deaths[place]) + _DEATH_WORTH,
        mortality.worst_up_to(death),
    )
    own = entries.entries(grants, known.today, found.entry_days, found.regulation.past, len(provisions))
    entry_price = factors.each("entry_prices")
    following = Following(
        found.successors,
        own.repriced(entry_price),
        found.marks.repriced(entry_price),
        entries.own_share(own),
        1.0 + factors.sickness(),
        factors.each("transitions"),
    )
    slip = assumptions.number("named_slip", code)
    parts = Parts(
        found.axis,
        citizens,
        begun,
        begun_prices,
        risk_stretches(begun, citizens, leaving, found.axis.last_day),
        lately_ended(grants, found, known.today, factors),
        named,
        leaving,
        following,
        coming(known, found, grants, factors),
        _growing(known, found, factors),
        -1.0 if slip is None else slip,
        known.today,
        keys_of_text(pa.array([code]))[0],
    )
    accounts = known.accounts.filter(pl.col("municipality") == code).drop("municipality")
    functions = _functions(known, code, provisions)
    return Town(
        code, parts, found.lists, grants, prices, functions, accounts, known.growth, found.observed_from, tuple(lacks)
    )


def _with_own_rows(grants: Grants, low: int) -> Grants:
    """The grants of one municipality, the rows they follow counted from its first (-1: none, -2: another's)."""
    after = grants.after - low
    inside = (grants.after >= 0) & (after >= 0) & (after < len(grants))
    return replace(grants, after=np.where(inside, after, np.where(grants.after == -1, -1, -2)))


def _prices(known: Known, low: int, high: int) -> Prices:
    row, day, rate, line = (known.prices[name].to_numpy() for name in ("row", "from_day", "rate", "line"))
    bounds = np.searchsorted(row, np.arange(low, high + 1))
    chosen = slice(bounds[0], bounds[-1])
    return Prices(
        (bounds - bounds[0]).astype(np.int64),
        day[chosen].astype(np.int64),
        np.nan_to_num(rate[chosen].astype(np.float64)),
        line[chosen].astype(np.int64),
    )


def _growing(known: Known, found: Learned, factors: Factors) -> Growing:
    mean = found.regulation.mean.copy()
    spread = found.regulation.spread
    for place, provision in enumerate(found.lists.provisions):
        for column in range(mean.shape[1]):
            year = known.day.year + 1 + column
            own = factors.assumptions.number("price_growth", factors.code, provision=provision, year=year)
            if own is not None:
                mean[place, column] = np.log1p(own)
    ahead = len(found.axis.year_starts) - 1 - (known.day.year - found.axis.first_year + 1)
    told = factors.assumptions.number("price_growth", factors.code) is not None
    if told:
        return Growing(np.ascontiguousarray(mean[:, :ahead]), 0.0, 0.0)
    return Growing(np.ascontiguousarray(mean[:, :ahead]), spread, found.regulation.own_spread)


def _functions(known: Known, code: str, provisions: Sequence[str]) -> tuple[str, ...]:
    """The account function of every provision: what its own postings say, then others', then the list."""
    own = known.booked.filter(pl.col("municipality") == code)
    result = {each: _usual().get(each, "") for each in provisions}
    for rows in (known.booked, own):
        sums = rows.group_by("provision", "function").agg(pl.col("amount").sum()).sort("amount", "function")
        result |= dict(sums.select("provision", "function").iter_rows())
    return tuple(result[each] for each in provisions)


@cache
def _usual() -> dict[str, str]:
    text = files("styr.forecast").joinpath("functions.yaml").read_text(encoding="utf-8")
    listed: dict[str, str] = yaml.safe_load(text)
    same = {
        term.code: str(term.extra["same_as"]) for term in vocabulary.codelist("provision") if "same_as" in term.extra
    }
    return listed | {code: listed[other] for code, other in same.items() if code not in listed and other in listed}
