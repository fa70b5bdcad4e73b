# SPDX-License-Identifier: EUPL-1.2
"""Tracks of provisions that exclude one another: hazards of ending, moving and dying, and who the newcomers are, as
arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from .country import Country
from .parameters import Floats, Ints, day_of, parameters
from .swings import stocks

GROUPS = ("intellectual", "developmental", "mental", "physical", "social", "substance", "other")
AGES = np.arange(121)
WOMEN = 0.46  # share of women among recipients


@dataclass
class People:
    """Persons as columns: birth and death day (FOREVER while alive), sex (0 man, 1 woman), main target group (place in
    GROUPS).
    """

    birth: Ints
    sex: Ints
    group: Ints
    death: Ints


@dataclass
class Spells:
    """Spells as columns: person, state (place in the track's provisions), first and last day (OPEN while it runs),
    slot (place in the state's slots, -1 without), before (state moved from, -1 for a new start)."""

    person: Ints
    state: Ints
    start: Ints
    end: Ints
    slot: Ints
    before: Ints


class Bands:
    """Ages by state, drawn from bands [from, to, weight]."""

    def __init__(self, states: Sequence[Sequence[Sequence[float]]]) -> None:
        width = max(len(bands) for bands in states)
        padded = np.array([[*bands, *[[0.0, 0.0, 0.0]] * (width - len(bands))] for bands in states], dtype=float)
        weight = padded[:, :, 2]
        self._low, self._span = padded[:, :, 0], padded[:, :, 1] - padded[:, :, 0]
        self._running = np.cumsum(weight, axis=1) / weight.sum(axis=1, keepdims=True)
        self._running[:, -1] = 1.0

    def drawn(self, states: Ints, first: Floats, second: Floats) -> Floats:
        """An age for every state, from two even random numbers."""
        band = (first[:, None] >= self._running[states]).sum(axis=1)
        return np.asarray(self._low[states, band] + second * self._span[states, band])


class Track:
    """A track of parameters.yaml with its hazards as arrays by state."""

    def __init__(self, name: str) -> None:
        raw = parameters()[name]
        common: Mapping[str, Any] = raw.get("common", {})
        self.provisions: tuple[str, ...] = tuple(raw["states"])
        states: Sequence[Mapping[str, Any]] = [{**common, **raw["states"][key]} for key in self.provisions]
        self.step_months: int = raw["step_months"]
        self.reentry_share: float = raw["reentry_share"]
        size = len(self.provisions)
        yearly = np.zeros((2, size, size + 1))  # [first year or later, from, to]; the last column is the end
        for i, state in enumerate(states):
            yearly[:, i, size] = state["end"]
            yearly[0, i, size] += state["early"]
            for target, rate in state["moves"].items():
                yearly[:, i, self.provisions.index(target)] = rate
        self.out: Floats = 1 - np.exp(-yearly.sum(axis=2) * self.step_months / 12)
        self.toward: Floats = np.cumsum(yearly, axis=2) / yearly.sum(axis=2, keepdims=True)
        self.leaving: Floats = yearly[1].sum(axis=1)
        self.die = _deaths(np.array([state["mortality"] for state in states]), self.step_months)
        # Those expected to stay for life live in housing; deaths are tilted there alone (004 l.747).
        self.tilted = np.array([key in ("SEL-85-botilbud", "SEL-108") for key in self.provisions])
        self.ages_stock = Bands([state["ages_stock"] for state in states])
        self.ages_new = Bands([state["ages_new"] for state in states])
        shares = np.array([[state["groups"].get(group, 0.0) for group in GROUPS] for state in states])
        self.groups: Floats = np.cumsum(shares, axis=1) / shares.sum(axis=1, keepdims=True)

    def stock(self, country: Country, place: int, at: Floats) -> Floats:
        """Recipients aimed at in a municipality: rows are the days `at` (decimal years), columns the states."""
        columns = zip(self.provisions, self.leaving, strict=True)
        return np.stack([stocks(country, key, tuple(at), float(rate))[place] for key, rate in columns], axis=1)


@cache
def track(name: str) -> Track:
    """The track of a name in parameters.yaml."""
    return Track(name)


def first_day(country: Country) -> int:
    """The first day that is written."""
    return day_of(country.from_year)


def last_day(country: Country) -> int:
    """The last day that is written; what happens after it is unknown."""
    return day_of(country.to_year, 12, 31)


def _deaths(ill: Floats, step_months: int) -> Floats:
    """Chance of dying in a step, by state and age. The excess over the population fades with age: the very old die as
    others do.
    """
    death = parameters()["mortality"]
    base = death["at_60"] * np.exp(death["growth"] * (AGES - 60)) * step_months / 12
    excess = 1 + (ill[:, None] - 1) * np.clip(2.2 - AGES / 45, 0.15, 1.6)
    return np.asarray(np.minimum(base * excess, 0.5))
