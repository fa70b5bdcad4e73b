# SPDX-License-Identifier: EUPL-1.2
"""What the help costs: a price for every grant and year, and what it comes to in a year or a month.

Units are those of the exchange format; a month's price is paid per covered share of each month's days, an hour's
price for the granted hours a week (METHODS § 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .country import Country, expenditure, price_level
from .offers import OPERATORS, Offers
from .parameters import Floats, Ints, along, day_of, parameters, provisions
from .people import Help, years_of
from .slots import RESIDENTIAL, Usage
from .tracks import first_day, last_day

UNITS = ("day", "month", "hour")
WEEKS = 365.25 / 7


class PriceBook:
    """Prices of the whole country by provision, year and operator, in the prices of the year.

    A price is the cost per full-time recipient aimed at, by the municipality's level, by what the operator and
    department charge relative to the places in use, and by the citizen's need.
    """

    def __init__(self, country: Country, offers: Offers, usage: Usage) -> None:
        self.country, self.offers, self.usage = country, offers, usage
        self.provisions = (*parameters()["money"], *parameters()["children_money"])
        self.index = {key: number for number, key in enumerate(self.provisions)}
        for children in (*parameters()["children"]["provisions"], *parameters()["children"]["aftercare"]):
            self.index[children[1]] = self.index[children[0]]
        self.row_of: Ints = np.array([self.index[key] for key in provisions()])

    @cached_property
    def specs(self) -> list[Mapping[str, Any]]:
        """Account, unit and spread of every provision, in the order of provisions."""
        p = parameters()
        return [p["money"].get(key) or {"spread": 0.3, **p["children_money"][key]} for key in self.provisions]

    @cached_property
    def yearly(self) -> Floats:
        """DKK a year per full-time recipient, in the year's prices: rows are provisions, columns the years written."""
        table = np.empty((len(self.provisions), len(self.country.years)))
        for row, key in enumerate(self.provisions):
            for column, year in enumerate(self.country.years):
                spec = self.specs[row]
                real = float(spec["year"]) if "year" in spec else self.country.unit_cost(key, year)
                table[row, column] = real * price_level(year)
        return table

    @cached_property
    def aims(self) -> Floats:
        """Expenditure aimed at in the whole country at scale 1, DKK in the year's prices; 0 for children's. As
        yearly.
        """
        known = parameters()["money"]
        levels = [(year, price_level(year)) for year in self.country.years]
        return np.array(
            [
                [expenditure(key, year) * level if key in known else 0.0 for year, level in levels]
                for key in self.provisions
            ]
        )

    @cached_property
    def department_factor(self) -> Floats:
        """What a department charges relative to the average place in use: rows are departments, columns the years."""
        spec = parameters()["supply"]["price_factor"]
        owner = self.offers.department_operator
        years = np.array(self.country.years)
        paths = np.stack(
            [along(spec["private" if key in ("self_owning", "private") else key], years) for key in OPERATORS]
        )
        factor = paths[owner] * self.offers.factor[:, None]
        result = np.ones_like(factor)
        for key in RESIDENTIAL:
            mine = self.offers.of_provision(key)
            for column, year in enumerate(self.country.years):
                places = self.usage.open_places(key, len(owner), int(year))[mine]
                mean = (factor[mine, column] * places).sum() / max(places.sum(), 1)
                result[mine, column] = factor[mine, column] / mean
        return result

    def hour_price(self, row: int) -> Floats:
        """DKK an hour by year, for provisions priced by the hour: moves with the cost per full-time recipient."""
        return np.asarray(self.specs[row]["hour_price"] * price_level(2018) * self.yearly[row] / self._reference(row))

    @cached_property
    def per_hour(self) -> Floats:
        """hour_price of every provision, 0 for those with another unit."""
        none = np.zeros(len(self.country.years))
        return np.stack(
            [self.hour_price(row) if spec["unit"] == "hour" else none for row, spec in enumerate(self.specs)]
        )

    def hours(self, row: int) -> float:
        """Mean hours a week of a grant priced by the hour."""
        return float(self._reference(row) / (self.specs[row]["hour_price"] * price_level(2018) * WEEKS))

    def _reference(self, row: int) -> float:
        return float(self.country.unit_cost(self.provisions[row], 2018) * price_level(2018))


@dataclass(frozen=True)
class Priced:
    """Prices of grants. Of every grant: row in the price book, unit (place in UNITS), hours a week (nan without).
    Of every grant and year it covers: grant, year, first and last covered day, price, cost in DKK."""

    row: Ints
    unit: Ints
    hours: Floats
    grant: Ints
    year: Ints
    first: Ints
    last: Ints
    price: Floats
    cost: Floats


def priced(book: PriceBook, place: int, given: Help, rng: np.random.Generator) -> Priced:
    """Prices of all grants of a municipality in every year written."""
    size = len(given.person)
    row = book.row_of[given.provision]
    specs = book.specs
    unit = np.array([UNITS.index(spec["unit"]) for spec in specs])[row]
    spread = np.array([float(spec["spread"]) for spec in specs])[row]
    need = np.exp(_even_normal(rng, row) * spread - spread**2 / 2)
    hours = np.full(size, np.nan)
    for number, spec in enumerate(specs):
        mine = row == number
        if spec["unit"] == "hour":
            hours[mine] = np.maximum(np.round(book.hours(number) * need[mine] * 4) / 4, 0.25)
        elif "hours" in spec:
            hours[mine] = np.round(spec["hours"] * need[mine] * 2) / 2
    # What rounding of hours takes or gives is evened out by price, so that the mean stays.
    grant, year, first, last = _covered_years(book.country, given)
    column = year - book.country.from_year
    price = book.yearly[row[grant], column] * book.country.price_factors[place]
    department = given.department[grant]
    known = (department >= 0) & (department < len(book.offers.type))
    price[known] *= book.department_factor[department[known], column[known]]
    divisor = np.array([365.25, 12.0, 1.0])[unit[grant]]
    hourly = unit[grant] == 2
    price = np.where(
        hourly, book.per_hour[row[grant], column] * book.country.price_factors[place], price * need[grant] / divisor
    )
    price = np.round(price, 2)
    return Priced(
        row, unit, hours, grant, year, first, last, price, cost_of(unit[grant], price, hours[grant], first, last)
    )


def cost_of(unit: Ints, price: Floats, hours: Floats, first: Ints, last: Ints) -> Floats:
    """DKK for the covered days first..last: unit is a place in UNITS."""
    days = last - first + 1
    cost = price * np.where(unit == 0, days, np.nan_to_num(hours) * days / 7)
    by_month = np.flatnonzero(unit == 1)
    months = month_position(last[by_month] + 1) - month_position(first[by_month])
    cost[by_month] = price[by_month] * months
    return cost


def month_position(days: Ints) -> Floats:
    """Months since 1970 with the covered share of the running month: differences are calendar months."""
    day = days.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    length = ((month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")).astype(np.int64)
    return np.asarray(month.astype(np.int64) + (day - month.astype("datetime64[D]")).astype(np.int64) / length)


def _covered_years(country: Country, given: Help) -> tuple[Ints, Ints, Ints, Ints]:
    first_of, last_of = first_day(country), last_day(country)
    end = np.minimum(given.end, last_of)
    start = np.maximum(given.start, first_of)
    from_year = np.clip(years_of(start), country.from_year, country.to_year)
    to_year = np.clip(years_of(end), country.from_year, country.to_year)
    counts = np.where(end >= start, to_year - from_year + 1, 1)
    grant = np.repeat(np.arange(len(start)), counts)
    offset = np.arange(len(grant)) - np.repeat(np.cumsum(counts) - counts, counts)
    year = from_year[grant] + offset
    new_year = np.array([day_of(int(y)) for y in range(country.from_year, country.to_year + 2)])
    first = np.maximum(start[grant], new_year[year - country.from_year])
    last = np.minimum(end[grant], new_year[year - country.from_year + 1] - 1)
    return grant, year, first, last


def _even_normal(rng: np.random.Generator, row: Ints) -> Floats:
    """Standard normal numbers, drawn in opposite pairs within each provision so that small municipalities keep the
    mean.
    """
    noise = rng.standard_normal(len(row))
    order = np.argsort(row, kind="stable")
    pairs = order[: len(order) // 2 * 2].reshape(-1, 2)
    noise[pairs[:, 1]] = -noise[pairs[:, 0]]
    return noise
