# SPDX-License-Identifier: EUPL-1.2
"""Which departments a municipality uses: its own and bought places, place by place, and where it sends for the rest.

A slot is one place in one department that one municipality uses, from a day to a day. Slots make the number of places
of a department and its occupancy, without the municipalities having to be generated together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .country import Country
from .offers import OPERATORS, Offers
from .parameters import FOREVER, Floats, Ints, along, day_of, drawn_days, parameters, rounded

RESIDENTIAL = ("SEL-107", "SEL-85-botilbud", "SEL-108")
DAY = ("SEL-103", "SEL-104")
_YEARS = np.arange(2012, 2026)


@dataclass(frozen=True)
class Slots:
    """Slots of one municipality under one provision: department, and first and last day that newcomers get it."""

    department: Ints
    opens: Ints
    closes: Ints


@dataclass(frozen=True)
class Usage:
    """What every municipality uses.

    slots[provision][municipality place] is a Slots. day[provision][municipality place] is (departments, weights) of a
    provision without slots.
    """

    slots: Mapping[str, list[Slots]]
    day: Mapping[str, list[tuple[Ints, Floats]]]

    def open_places(self, provision: str, departments: int, year: int) -> Ints:
        """Places open in every department at the end of a year."""
        day = day_of(year, 12, 31)
        used = self.slots[provision]
        open_now = [slots.department[(slots.opens <= day) & (slots.closes > day)] for slots in used]
        return np.bincount(np.concatenate(open_now), minlength=departments)


def build_usage(country: Country, offers: Offers) -> Usage:
    """The slots of all municipalities and the departments they use without slots."""
    slots = {provision: _slots_of(country, offers, provision) for provision in RESIDENTIAL}
    provisions = (*DAY, "SEL-101", "SEL-101a", "SEL-109", "SEL-110", "SUL-141")
    day = {provision: _used(country, offers, provision) for provision in provisions}
    return Usage(slots, day)


def own_shares(country: Country) -> Floats:
    """Share of the residential expenditure that each municipality spends in own places: large ones more (001
    l.2381).
    """
    own = parameters()["supply"]["own"]
    noise = country.stream(3).standard_normal(len(country.codes)) * own["spread"]
    share = own["level"] + own["per_doubling"] * np.log2(country.sizes / 45) + noise
    return np.asarray(np.clip(share, own["least"], own["most"]))


def _slots_of(country: Country, offers: Offers, provision: str) -> list[Slots]:
    rng = country.stream(4, RESIDENTIAL.index(provision))
    supply = parameters()["supply"]
    candidates = offers.of_provision(provision)
    owner = offers.department_operator[candidates]
    lies = offers.department_municipality[candidates]
    weight = np.exp(rng.standard_normal(len(candidates)) * 0.45)
    regions = np.array(country.regions)
    own_share = np.clip(own_shares(country) * supply["own_by_provision"][provision], 0.05, 0.93)
    needed = country.stock(provision, _YEARS.astype(float)) / supply["occupancy"][provision]
    bought = {
        kind: along({y: m[kind] for y, m in supply["bought_from"].items()}, _YEARS)
        for kind in ("private", "municipal", "regional")
    }
    kinds = np.array(["municipal", "regional", "private", "private"])[owner]
    result = []
    for place in range(len(country.codes)):
        near = np.where(regions[lies] == regions[place], 6.0, 1.0) * weight
        own = (owner == 0) & (lies == place)
        share = own_share[place] if own.any() else 0.0
        parts = []
        for kind in ("own", "private", "municipal", "regional"):
            path = needed * country.shares[place] * (share if kind == "own" else (1 - share) * bought[kind])
            chosen = own if kind == "own" else (kinds == kind) & ~own
            if not chosen.any():
                continue
            opens, closes = _lives(rng, rounded(path, rng.random()))
            chances = np.where(chosen, near, 0.0)
            index = rng.choice(len(candidates), len(opens), p=chances / chances.sum())
            parts.append((candidates[index], opens, closes))
        result.append(Slots(*(np.concatenate(column) for column in zip(*parts, strict=True))))
    _fill_empty(rng, offers, candidates, result)
    return result


def _lives(rng: np.random.Generator, wanted: Ints) -> tuple[Ints, Ints]:
    """First and last day of as many slots as a path of wanted numbers (one a year, _YEARS) needs."""
    if wanted.max() <= 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    on = wanted[None, :] > np.arange(wanted.max())[:, None]
    first = on.argmax(axis=1)
    last = len(wanted) - 1 - on[:, ::-1].argmax(axis=1)
    starts = np.array([day_of(int(year)) for year in _YEARS])
    # Opened during the year that leads to the wanted number, closed during the year after the last one with it.
    opens = np.where(first == 0, -FOREVER, drawn_days(rng, starts[np.maximum(first - 1, 0)], starts[first]))
    after = np.minimum(last + 1, len(wanted) - 1)
    closes = np.where(last == len(wanted) - 1, FOREVER, drawn_days(rng, starts[last] + 1, starts[after]))
    return opens, closes


def _fill_empty(rng: np.random.Generator, offers: Offers, candidates: Ints, used: list[Slots]) -> None:
    """Give departments nobody uses a slot of a department of the same operator that has more than two."""
    owner = offers.department_operator
    places = np.concatenate([slots.department for slots in used])
    counts = np.bincount(places, minlength=len(owner))
    order = rng.permutation(len(places))
    order = order[np.argsort(places[order], kind="stable")]
    rank = np.arange(len(order)) - np.searchsorted(places[order], places[order])
    spare = order[rank >= 2]
    spare = spare[rng.permutation(len(spare))]
    for operator in range(len(OPERATORS)):
        empty = candidates[(counts[candidates] == 0) & (owner[candidates] == operator)]
        given = spare[owner[places[spare]] == operator][: len(empty)]
        places[given] = empty[: len(given)]
    ends = np.cumsum([len(slots.department) for slots in used])
    for slots, end in zip(used, ends, strict=True):
        slots.department[:] = places[end - len(slots.department) : end]


def _used(country: Country, offers: Offers, provision: str) -> list[tuple[Ints, Floats]]:
    """For every municipality the departments it uses under a provision without slots: own first, then the region's."""
    rng = country.stream(5, int("".join(filter(str.isdigit, provision))))
    candidates = offers.of_provision(provision)
    lies = offers.department_municipality[candidates]
    municipal = OPERATORS.index("municipal")
    weight = np.exp(rng.standard_normal(len(candidates)) * 0.5)
    regions = np.array(country.regions)
    bought = parameters()["supply"]["day_bought"].get(provision, 0.25)
    result = []
    for place in range(len(country.codes)):
        own = (offers.department_operator[candidates] == municipal) & (lies == place)
        near = np.where(regions[lies] == regions[place], 6.0, 0.3) * weight
        share = np.where(own, weight, 0.0)
        others = np.where(own, 0.0, near)
        if own.any():
            chances = share / share.sum() * (1 - bought) + others / max(others.sum(), 1e-9) * bought
        else:
            chances = others / others.sum()
        # A municipality knows a dozen providers, not all: keep the likeliest.
        kept = np.argsort(-chances, kind="stable")[:12]
        result.append((candidates[kept], chances[kept] / chances[kept].sum()))
    return result
