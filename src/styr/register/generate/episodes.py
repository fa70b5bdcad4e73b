# SPDX-License-Identifier: EUPL-1.2
"""Stays and courses that come and go (crisis centres, shelters, treatment): arrivals and lengths by chance."""

from __future__ import annotations

import numpy as np

from .country import GOLDEN, Country
from .parameters import (
    FOREVER,
    OPEN,
    Floats,
    decimal_year,
    drawn_ages,
    drawn_days,
    drawn_keys,
    month_starts,
    parameters,
)
from .swings import stays
from .tracks import GROUPS, People, Spells

_SHAPE, _MEAN = 0.8, 1.1330  # of a Weibull distribution, and its mean relative to its scale


def episodes(country: Country, place: int, provision: str, rng: np.random.Generator) -> tuple[People, Spells]:
    """The persons (all new) and stays of one provision in a municipality, as simulate() gives them, with one state."""
    spec = parameters()["episodes"][provision]
    days = month_starts(country.from_year, country.to_year)
    stock = country.stock(provision, decimal_year(days))
    mean = float(spec["days"])
    running = int(stock[0] * country.shares[place] + rng.random())
    arrivals = np.maximum((stock[:-1] + stock[1:]) / 2 * np.diff(days) / mean + np.diff(stock), 0)
    counts = stays(country, provision, tuple(arrivals))[place]
    month = np.repeat(np.arange(len(counts)), counts)
    start = drawn_days(rng, days[month], days[month + 1] - 1)
    length = np.maximum(_even_lengths(rng.random(), mean, len(start)), 1).astype(np.int64)
    # Those present on the first day: exponential before and after, as stays met at random are.
    early = days[0] - 1 - rng.exponential(mean, running).astype(np.int64)
    rest = days[0] + rng.exponential(mean, running).astype(np.int64)
    start, end = np.concatenate([early, start]), np.concatenate([rest, start + length - 1])
    end = np.where(end >= days[-1], OPEN, end)
    size = len(start)
    birth = start - np.ceil(drawn_ages(rng, spec["ages"], size) * 365.25).astype(np.int64) - 1
    sex = (rng.random(size) < spec.get("women", 0.4)).astype(np.int64)
    group = drawn_keys(rng, spec["groups"], GROUPS, size)
    none = np.full(size, -1)
    people = People(birth, sex, group, np.full(size, FOREVER))
    return people, Spells(np.arange(size), np.zeros(size, dtype=np.int64), start, end, none, none)


def _even_lengths(offset: float, mean: float, size: int) -> Floats:
    """Lengths of stay, many short and some long (003 l.3579), lying evenly over the distribution whatever stays in a
    row are looked at: those of a year have the mean the source has, which few stays would miss by chance."""
    left = (np.arange(size) * GOLDEN + offset) % 1
    return np.asarray(mean / _MEAN * (-np.log(np.maximum(left, 1e-12))) ** (1 / _SHAPE)) + 0.5
