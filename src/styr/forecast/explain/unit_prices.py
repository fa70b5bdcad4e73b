# SPDX-License-Identifier: EUPL-1.2
"""What a month of each grant costs by the prices known and the growth expected, whether the grant runs in it or not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from styr.forecast.axis import axis
from styr.forecast.observed import observed
from styr.forecast.outcome import Outcome
from styr.forecast.parts import Cells, Parts


def unit_prices(outcome: Outcome, parts: Parts) -> np.ndarray:
    """DKK a month by grant of the municipality and month asked for, if it runs all of the month: the prices known at
    the day, and from New Year on the growth expected (in parts) of those whose price is not yet known (grants,
    months)."""
    town, today = outcome.town, outcome.town.parts.today
    grants, span = town.grants, axis(outcome.first, outcome.last)
    count = len(grants)
    number = np.zeros((len(town.lists.provisions), _operators(outcome), 1, count), dtype=np.int64) + np.arange(count)
    always = replace(
        grants,
        start=np.full(count, span.first_day),
        end=np.full(count, span.last_day),
        groups=np.arange(count),
        operator=np.zeros(count, dtype=np.int64),
    )
    cells = Cells(number, np.arange(count), grants.provision, np.zeros(0), count)
    whole = observed(always, town.prices, town.parts.following.sickness, cells, span, span.last_day).cost
    return np.asarray(whole * _growth(outcome, parts, today, span.starts[:-1], span.first_year + span.year_of))


def _operators(outcome: Outcome) -> int:
    return int(outcome.town.grants.operator.max(initial=0)) + 1


def _growth(outcome: Outcome, parts: Parts, today: int, days: np.ndarray, years: np.ndarray) -> np.ndarray:
    """The growth expected of each grant's price by month, from the year its price is in: that of the known-at day, or
    of the day from which a later price is agreed."""
    town, known_year = outcome.town, outcome.known_at.year
    level = expected_levels(parts)
    ahead = np.clip(years - known_year, 0, level.shape[1] - 1)
    prices, count = town.prices, len(town.grants)
    far = 10**7
    grant_of = np.repeat(np.arange(count), np.diff(prices.first))
    order = grant_of * far + prices.from_day + far // 2
    wanted = np.arange(count)[:, None] * far + days[None] + far // 2
    row = np.searchsorted(order, wanted.ravel(), side="right").reshape(wanted.shape) - 1
    row = np.maximum(row, prices.first[:-1][:, None])
    row = np.minimum(row, max(len(prices.from_day) - 1, 0))
    since = prices.from_day[row] if len(prices.from_day) else np.zeros(wanted.shape, dtype=np.int64)
    priced = (np.datetime64("2000-01-01") + since).astype("datetime64[Y]").astype(int) + 1970
    priced = np.where(since > today, np.clip(priced - known_year, 0, level.shape[1] - 1), 0)
    provision = town.grants.provision[:, None]
    return np.asarray(level[provision, ahead[None]] / level[provision, priced])


def expected_levels(parts: Parts) -> np.ndarray:
    """Prices expected by provision and year, the known-at year first, as factors on that year's."""
    growing = parts.growing
    rises = np.exp(growing.mean + (growing.spread**2 + growing.own_spread**2) / 2)
    return np.concatenate([np.ones((len(rises), 1)), np.cumprod(rises, axis=1)], axis=1)
