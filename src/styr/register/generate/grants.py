# SPDX-License-Identifier: EUPL-1.2
"""The tables grants and grant_prices, and which department each grant is delivered by."""

from __future__ import annotations

import numpy as np
import polars as pl

from .country import Country
from .frames import day_column, ids, picked
from .parameters import OPEN, Ints, day_of, parameters, provisions
from .people import Help, Municipality
from .prices import UNITS, Priced
from .tracks import last_day

CASED = ("SEL-85", "SEL-107", "SEL-85-botilbud", "SEL-108", "SEL-103", "SEL-104", "SEL-99", "SEL-84", "SEL-96")
PURPOSES = ("progression", "maintenance", "relief")
HOUSED = ("SEL-107", "SEL-85-botilbud", "SEL-108")


def decision_days(country: Country, town: Municipality, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Days of decision for every grant, and the number of its case (-1 without): new grants under provisions that are
    assessed have a case of their own."""
    given = town.help
    waiting = parameters()["waiting"]
    mean = np.full(len(given.person), float(waiting["other"][1]))
    for key, (_, after) in waiting.items():
        if key != "other":
            mean[given.of(key)] = after
    decision = given.start - np.minimum(rng.gamma(2.0, mean / 2.0), 400).astype(np.int64)
    decision = np.maximum(decision, town.people.birth[given.person] + 1)
    cased = given.of(*CASED) & (given.start >= day_of(country.from_year) + 60)
    number = np.where(cased, np.cumsum(cased) - 1, -1)
    return decision, number


def grants_table(
    country: Country,
    town: Municipality,
    place: int,
    prices: Priced,
    decision: Ints,
    case: Ints,
    departments: pl.Series,
    lies: Ints,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """The grants of a municipality in the columns of the exchange format. departments: id of every department."""
    given, code = town.help, country.codes[place]
    size = len(given.person)
    first_price = np.full(size, np.nan)
    first_price[prices.grant[::-1]] = prices.price[::-1]  # the earliest year is written last and stays
    expected = _expected_ends(given, rng)
    acting = _acting(country, given, place, lies, rng)
    return pl.DataFrame(
        {
            "grant_id": ids("g", code, np.arange(size)),
            "citizen_id": ids("syn", code, given.person),
            "provision": picked(pl.Series(provisions()), given.provision),
            "start_date": day_column(given.start),
            "end_date": day_column(given.end),
            "expected_end_date": day_column(expected),
            "paying_municipality": pl.Series([code]).new_from_index(0, size),
            "acting_municipality": picked(pl.Series(country.codes), acting),
            "department_id": picked(departments, given.department),
            "hours_per_week": pl.Series(prices.hours).fill_nan(None),
            "price": pl.Series(first_price),
            "price_unit": picked(pl.Series(UNITS), prices.unit),
            "purpose": picked(pl.Series(PURPOSES), _purposes(town, rng)),
            "decision_date": day_column(decision),
            "case_id": ids("c", code, case),
        }
    )


def grant_prices_table(country: Country, place: int, given: Help, prices: Priced) -> pl.DataFrame:
    """New prices of grants from 1 January of every year after the first."""
    later = prices.grant == np.roll(prices.grant, 1)
    later[:1] = False
    grant = prices.grant[later]
    last = np.where((given.end[grant] == OPEN) & (prices.last[later] == last_day(country)), OPEN, prices.last[later])
    return pl.DataFrame(
        {
            "grant_id": ids("g", country.codes[place], grant),
            "start_date": day_column(prices.first[later]),
            "end_date": day_column(last),
            "price": pl.Series(prices.price[later]),
            "price_unit": picked(pl.Series(UNITS), prices.unit[grant]),
        }
    )


def _expected_ends(given: Help, rng: np.random.Generator) -> Ints:
    """The end expected when granted: of temporary places, and of part of the support at home."""
    size = len(given.person)
    expected = np.full(size, OPEN)
    temporary = given.of("SEL-107", "SEL-82a", "SEL-82b", "STU")
    home = given.of("SEL-85") & (rng.random(size) < 0.35)
    expected = np.where(temporary, given.start + rng.integers(150, 1100, size), expected)
    return np.where(home, given.start + rng.integers(180, 730, size), expected)


def _acting(country: Country, given: Help, place: int, lies: Ints, rng: np.random.Generator) -> Ints:
    """The acting municipality: the paying one, or for part of those who live elsewhere the one they live in."""
    acting = np.full(len(given.person), place)
    away = given.of("SEL-85-botilbud") & (given.department >= 0) & (rng.random(len(given.person)) < 0.5)
    acting[away] = lies[given.department[away]]
    return acting


def _purposes(town: Municipality, rng: np.random.Generator) -> Ints:
    """Places in PURPOSES, -1 for children."""
    given = town.help
    age = (given.start - town.people.birth[given.person]) / 365.25
    chance = np.where(given.of("SEL-107"), 0.75, np.where(given.of("SEL-85"), 0.55, 0.15))
    chance = np.where(age < 30, chance + 0.15, np.where(age > 60, chance * 0.4, chance))
    purpose = np.where(rng.random(len(age)) < chance, 0, 1)
    purpose[given.of("SEL-84")] = 2
    purpose[age < 18] = -1
    return purpose
