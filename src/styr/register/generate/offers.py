# SPDX-License-Identifier: EUPL-1.2
"""Offers and their departments for the whole country: how many of which type, who runs them, where they lie."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .country import Country
from .parameters import FOREVER, Floats, Ints, day_of, drawn_days, offer_totals, offer_types, parameters

OPERATORS = ("municipal", "regional", "self_owning", "private")
_PRINTED = ("municipal", "regional", "private")  # 000 table 2 counts self-owning offers as private


@dataclass(frozen=True)
class Offers:
    """Offers and departments as columns; a department is one offer type of one offer.

    operator: place in OPERATORS. municipality: place in country.codes, where the offer lies. opened, closed: days.
    department_*: of departments; offer: place of the department's offer; type: place in offer_types().
    factor: price of the department relative to others of its kind.
    """

    operator: Ints
    municipality: Ints
    opened: Ints
    closed: Ints
    specialised: np.ndarray = field(repr=False)
    quality: Floats = field(repr=False)
    offer: Ints = field(repr=False)
    type: Ints = field(repr=False)
    factor: Floats = field(repr=False)

    @property
    def department_operator(self) -> Ints:
        """Operator of every department."""
        return self.operator[self.offer]

    @property
    def department_municipality(self) -> Ints:
        """Where every department lies."""
        return self.municipality[self.offer]

    def of_provision(self, provision: str) -> Ints:
        """Departments for adults whose type is under the provision."""
        types = [i for i, kind in enumerate(offer_types()) if kind["provision"] == provision and not kind.get("child")]
        return np.flatnonzero(np.isin(self.type, types))


def build_offers(country: Country) -> Offers:
    """All offers and departments of the country, as many of each type as printed (000 table 2) whatever the scale."""
    rng = country.stream(2)
    owners, kinds, offers = [], [], []
    count = 0
    for operator in _PRINTED:
        for child in (False, True):
            types = _departments(operator, child)
            wanted = _offers_of(operator, child, len(types))
            place = _allotted(rng, types, wanted)
            owners.append(np.full(wanted, OPERATORS.index(operator)))
            kinds.append(types)
            offers.append(place + count)
            count += wanted
    operator_of = np.concatenate(owners)
    self_owning = (operator_of == 3) & (rng.random(count) < parameters()["supply"]["self_owning_share"])
    operator_of = np.where(self_owning, 2, operator_of)
    type_of, offer_of = np.concatenate(kinds), np.concatenate(offers)
    chances = np.where(country.regions == np.array("1084"), 0.8, 1.1) * country.sizes**0.9
    municipality = rng.choice(len(country.codes), count, p=chances / chances.sum())
    opened = drawn_days(rng, np.full(count, day_of(1972)), np.full(count, day_of(2011, 12, 31)))
    child_offer = np.zeros(count, dtype=bool)
    child_offer[offer_of[np.array([bool(kind.get("child")) for kind in offer_types()])[type_of]]] = True
    closing = child_offer & (rng.random(count) < parameters()["supply"]["closing_offers"])
    closed = np.where(
        closing, drawn_days(rng, np.full(count, day_of(2019, 3, 1)), np.full(count, day_of(2023, 12, 31))), FOREVER
    )
    quality = parameters()["quality"]
    return Offers(
        operator=operator_of,
        municipality=municipality,
        opened=opened,
        closed=closed,
        specialised=rng.random(count) < np.array([0.08, 0.6, 0.12, 0.10])[operator_of],
        quality=rng.standard_normal(count) * quality["spread"],
        offer=offer_of,
        type=type_of,
        factor=np.exp(rng.standard_normal(len(type_of)) * 0.18),
    )


def _departments(operator: str, child: bool) -> Ints:
    """The type of every department of an operator: each type as often as it is printed."""
    types = [i for i, kind in enumerate(offer_types()) if bool(kind.get("child")) == child]
    return np.repeat(types, [offer_types()[i][operator] for i in types])


def _offers_of(operator: str, child: bool, departments: int) -> int:
    """How many offers the departments make up: the printed total, shared as the departments are."""
    total = offer_totals()[operator]
    of = {kind: [t[operator] for t in offer_types() if bool(t.get("child")) == kind] for kind in (False, True)}
    # Children's offers mostly hold one type; those for adults must be as many as their most frequent type.
    children = min(round(sum(of[True]) * 0.97), total - max(of[False]), round(total * 0.5))
    wanted, numbers = (children, of[True]) if child else (total - children, of[False])
    return int(min(departments, max(*numbers, wanted)))


def _allotted(rng: np.random.Generator, types: Ints, offers: int) -> Ints:
    """An offer for every department: every offer has one at least and no type twice."""
    order = rng.permutation(len(types))
    place = np.empty(len(types), dtype=np.int64)
    place[order[:offers]] = np.arange(offers)
    rest = order[offers:]
    place[rest] = rng.integers(0, offers, len(rest))
    movable = np.zeros(len(types), dtype=bool)
    movable[rest] = True
    for _ in range(200):
        pairs = place * 1000 + types
        sequence = np.lexsort((movable, pairs))
        twice = np.zeros(len(types), dtype=bool)
        twice[sequence[1:]] = pairs[sequence][1:] == pairs[sequence][:-1]
        again = np.flatnonzero(twice & movable)
        if len(again) == 0:
            break
        place[again] = rng.integers(0, offers, len(again))
    return place
