# SPDX-License-Identifier: EUPL-1.2
"""The tables of supply for the whole country: offers, departments, their target groups, places, tariffs, inspections,
vacancies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from .country import Country, full_time, price_level
from .frames import constant, day_column, picked
from .offers import OPERATORS, Offers, build_offers
from .parameters import FOREVER, OPEN, Floats, Ints, day_of, drawn_days, offer_types, parameters
from .people import NOWHERE
from .prices import PriceBook
from .slots import RESIDENTIAL, Usage, build_usage

_FIRST = (
    "Birke",
    "Skov",
    "Sø",
    "Eng",
    "Kilde",
    "Linde",
    "Ege",
    "Kirke",
    "Mose",
    "Strand",
    "Højde",
    "Bøge",
    "Hassel",
    "Å",
    "Bakke",
    "Mølle",
)
_LAST = ("gården", "huset", "ly", "toften", "parken", "vænget", "stedet", "haven", "lunden", "broen")
SUPPORT_TEAM = "Bostøtte"


@dataclass(frozen=True)
class Supply:
    """Offers, departments and their use in the whole country, and the tables that follow from them.

    Departments are numbered: first those of offer types, then one support team a municipality (number of types +
    place), which belongs to one of the municipality's own offers.
    """

    country: Country

    @cached_property
    def offers(self) -> Offers:
        """All offers and departments by type."""
        return build_offers(self.country)

    @cached_property
    def usage(self) -> Usage:
        """Which departments each municipality uses."""
        return build_usage(self.country, self.offers)

    @cached_property
    def book(self) -> PriceBook:
        """Prices of everything."""
        return PriceBook(self.country, self.offers, self.usage)

    @cached_property
    def team_offer(self) -> Ints:
        """The offer each municipality's support team belongs to, NOWHERE where it runs none."""
        result = np.full(len(self.country.codes), NOWHERE)
        own = np.flatnonzero((self.offers.operator == 0) & (self.offers.closed == FOREVER))[::-1]
        result[self.offers.municipality[own]] = own
        return result

    def team(self, place: int) -> int:
        """The support team's department of a municipality, or NOWHERE."""
        return len(self.offers.type) + place if self.team_offer[place] >= 0 else NOWHERE

    @cached_property
    def department_ids(self) -> pl.Series:
        """Ids of all departments by number, support teams last."""
        kinds = [f"d{number:05d}" for number in range(len(self.offers.type))]
        return pl.Series([*kinds, *(f"d-{code}-bostoette" for code in self.country.codes)])

    @cached_property
    def department_lies(self) -> Ints:
        """Municipality (place) of all departments by number, support teams last."""
        return np.concatenate([self.offers.department_municipality, np.arange(len(self.country.codes))])

    def operator_toward(self, place: int) -> Ints:
        """Operator of every department as a municipality sees it: -1 for its own operation, else the place in
        OPERATORS.
        """
        operator = self.offers.department_operator.copy()
        operator[(operator == 0) & (self.offers.department_municipality == place)] = -1
        return np.concatenate([operator, np.full(len(self.country.codes), -1)])

    def sold(self, place: int) -> Mapping[str, Floats]:
        """DKK a year by provision that other municipalities pay for places in own departments, in the year's prices."""
        result = {}
        operator = self.operator_toward(place)[: len(self.offers.type)]
        own = operator == -1
        for provision in RESIDENTIAL:
            occupancy = parameters()["supply"]["occupancy"][provision]
            row = self.book.index[provision]
            mine = self.usage.slots[provision][place]
            yearly = []
            for column, year in enumerate(self.country.years):
                everyone = self.places_in(provision, year) * own
                used = mine.department[(mine.opens <= day_of(year, 12, 31)) & (mine.closes > day_of(year, 12, 31))]
                others = everyone - np.bincount(used, minlength=len(own)) * own
                factor = self.book.department_factor[:, column]
                yearly.append(float((others * factor).sum()) * occupancy * self.book.yearly[row, column])
            result[provision] = np.maximum(np.array(yearly), 0.0)
        return result

    @cached_property
    def _open(self) -> dict[tuple[str, int], Ints]:
        return {}

    def places_in(self, provision: str, year: int) -> Ints:
        """Places of every department under a provision at the end of a year."""
        key = (provision, year)
        if key not in self._open:
            self._open[key] = self.usage.open_places(provision, len(self.offers.type), year)
        return self._open[key]

    def tables(self) -> Mapping[str, pl.DataFrame]:
        """All tables of supply with every row of the country; `department` and `offer` number the rows for
        selection.
        """
        rng = self.country.stream(6)
        return {
            "offers": self._offers(),
            "departments": self._departments(),
            "department_target_groups": self._groups(rng),
            "places": self._place_rows(rng),
            "tariffs": self._tariffs(),
            "inspections": self._inspections(rng),
            "vacancies": self._vacancies(rng),
        }

    def _offers(self) -> pl.DataFrame:
        offers, codes = self.offers, np.array(self.country.codes)
        number = np.arange(len(offers.operator))
        first, last = np.array(_FIRST)[number * 7 % len(_FIRST)], np.array(_LAST)[number * 13 // 16 % len(_LAST)]
        owner = np.array([f"gen-{n // 3:05d}" for n in number], dtype=object)
        owner[offers.operator == 0] = codes[offers.municipality][offers.operator == 0]
        owner[offers.operator == 1] = np.array(self.country.regions)[offers.municipality][offers.operator == 1]
        return pl.DataFrame(
            {
                "offer": number,
                "offer_id": self._offer_ids,
                "name": [f"{a}{b} {n} (genereret)" for a, b, n in zip(first, last, number, strict=True)],
                "operator_type": pl.Series(np.array(OPERATORS)[offers.operator]),
                "operator_code": pl.Series(owner.tolist(), dtype=pl.String),
                "municipality": pl.Series(codes[offers.municipality]),
                "opened": day_column(offers.opened),
                "closed": day_column(offers.closed),
                "highly_specialised": offers.specialised,
            }
        )

    @cached_property
    def _offer_ids(self) -> pl.Series:
        return pl.Series([f"t{number:05d}" for number in range(len(self.offers.operator))])

    def _departments(self) -> pl.DataFrame:
        teams = np.flatnonzero(self.team_offer >= 0)
        offer = np.concatenate([self.offers.offer, self.team_offer[teams]])
        number = np.concatenate([np.arange(len(self.offers.type)), len(self.offers.type) + teams])
        names = [str(offer_types()[kind]["name"]) for kind in self.offers.type] + [SUPPORT_TEAM] * len(teams)
        return pl.DataFrame(
            {
                "department": number,
                "department_id": picked(self.department_ids, number),
                "offer_id": self._offer_ids.gather(offer),
                "name": names,
                "municipality": pl.Series(np.array(self.country.codes)[self.department_lies[number]]),
            }
        )

    def _groups(self, rng: np.random.Generator) -> pl.DataFrame:
        """The main target group of a department, and often a second one."""
        kinds = offer_types()
        first = np.empty(len(self.offers.type), dtype=object)
        second = np.empty(len(self.offers.type), dtype=object)
        for number, kind in enumerate(kinds):
            mine = np.flatnonzero(self.offers.type == number)
            names = np.array(list(kind["groups"]), dtype=object)
            chances = np.array(list(kind["groups"].values()), dtype=float)
            draw = rng.choice(len(names), (2, len(mine)), p=chances / chances.sum())
            first[mine], second[mine] = names[draw[0]], names[draw[1]]
        departments = np.arange(len(first))
        twice = departments[(first != second) & (rng.random(len(first)) < 0.6)]
        every = np.concatenate([departments, twice])
        return pl.DataFrame(
            {
                "department": every,
                "department_id": picked(self.department_ids, every),
                "target_group": pl.Series(np.concatenate([first, second[twice]]).astype(str)),
            }
        )

    def _place_rows(self, rng: np.random.Generator) -> pl.DataFrame:
        size = len(self.offers.type)
        frames = []
        # As many places lent from temporary departments as from long-term ones, which are fewer.
        flexible = rng.random(size) < np.where(
            np.isin(np.arange(size), self.offers.of_provision("SEL-107")), 0.07, 0.10
        )
        for provision in RESIDENTIAL:
            frames += [
                self._year_rows(self.places_in(provision, year), year, provision, flexible)
                for year in self.country.years
            ]
        fixed = self._fixed_places(rng)
        rows = pl.concat(frames).sort("department", "provisions", "year", maintain_order=True)
        fresh = pl.any_horizontal(
            pl.col("department", "provisions", "places") != pl.col("department", "provisions", "places").shift(1)
        )
        rows = rows.with_columns(fresh.fill_null(True).cum_sum().alias("run"))
        spans = rows.group_by("run", maintain_order=True).agg(
            pl.first("department", "provisions", "places"), pl.min("year").alias("from"), pl.max("year").alias("to")
        )
        start = {year: day_of(year) for year in range(self.country.from_year, self.country.to_year + 2)}
        table = spans.select(
            "department",
            "provisions",
            "places",
            pl.col("from").replace_strict(start, return_dtype=pl.Int32).alias("start"),
            pl.when(pl.col("to") == self.country.to_year)
            .then(OPEN)
            .otherwise((pl.col("to") + 1).replace_strict(start, return_dtype=pl.Int32, default=OPEN) - 1)
            .alias("end"),
        )
        table = pl.concat([table.cast({"end": pl.Int64, "start": pl.Int64}), fixed])
        return table.select(
            "department",
            picked(self.department_ids, table["department"].to_numpy()).alias("department_id"),
            "provisions",
            pl.col("places").cast(pl.Int32),
            day_column(table["start"].to_numpy()).alias("start_date"),
            day_column(table["end"].to_numpy()).alias("end_date"),
        )

    def _year_rows(self, places: Ints, year: int, provision: str, flexible: np.ndarray) -> pl.DataFrame:
        used = np.flatnonzero(places)
        both = flexible[used] & (provision != "SEL-85-botilbud")
        names = np.where(both, "SEL-107|SEL-108", provision)
        return pl.DataFrame(
            {"department": used, "provisions": names, "places": places[used], "year": np.full(len(used), year)}
        )

    def _fixed_places(self, rng: np.random.Generator) -> pl.DataFrame:
        """Places of departments without slots: as many as their users need, or as such offers have."""
        size = len(self.offers.type)
        places = np.array([float(kind.get("places", 0)) for kind in offer_types()])[self.offers.type]
        places = np.ceil(places * np.exp(rng.standard_normal(size) * 0.35) * self.country.scale)
        for provision in ("SEL-103", "SEL-104"):
            expected = np.zeros(size)
            for share, (departments, weights) in zip(self.country.shares, self.usage.day[provision], strict=True):
                need = self.book.country.stock(provision, np.array([2018.0]))[0] + self._beside(provision)
                np.add.at(expected, departments, weights * share * need / 0.92)
            mine = self.offers.of_provision(provision)
            places[mine] = np.maximum(np.ceil(expected[mine]), 2)
        rows = np.flatnonzero(places > 0)
        provision_of = np.array([str(kind["provision"]) for kind in offer_types()])[self.offers.type]
        return pl.DataFrame(
            {
                "department": rows,
                "provisions": provision_of[rows],
                "places": places[rows].astype(np.int64),
                "start": np.maximum(self.offers.opened[self.offers.offer[rows]], day_of(2005)),
                "end": np.minimum(self.offers.closed[self.offers.offer[rows]], OPEN),
            }
        )

    def _beside(self, provision: str) -> float:
        alone = float(self.country.stock(provision, np.array([2018.5]))[0])
        return full_time(provision, 2018) * self.country.scale - alone

    def _tariffs(self) -> pl.DataFrame:
        """The tariff of every department by year, DKK a day; residential ones with the factor of the department."""
        kinds, book = offer_types(), self.book
        size = len(self.offers.type)
        row = np.array([book.index.get(str(kind["provision"]), 0) for kind in kinds])[self.offers.type]
        number = np.repeat(np.arange(size), len(self.country.years))
        column = np.tile(np.arange(len(self.country.years)), size)
        amount = book.yearly[row[number], column] * book.department_factor[number, column] / 365.25
        year = column + self.country.from_year
        starts = np.array([day_of(int(y)) for y in range(self.country.from_year, self.country.to_year + 2)])
        first, last = starts[column], starts[column + 1] - 1
        closed = self.offers.closed[self.offers.offer[number]]
        alive = (closed >= first) & (amount > 0)
        service = np.array([str(kind["name"]) for kind in kinds])[self.offers.type[number]]
        last = np.where(year == self.country.to_year, OPEN, last)
        return pl.DataFrame(
            {
                "department": number,
                "department_id": picked(self.department_ids, number),
                "service": pl.Series(service),
                "amount": np.round(amount, 2),
                "unit": constant("day", len(number)),
                "start_date": day_column(first),
                "end_date": day_column(np.minimum(last, closed)),
            }
        ).filter(pl.Series(alive))

    def _inspections(self, rng: np.random.Generator) -> pl.DataFrame:
        """A visit a year from 2014 on, with a score for each of the seven themes (000 l.128, l.134)."""
        spec, offers = parameters()["quality"], self.offers
        years = np.array([year for year in self.country.years if year >= 2014], dtype=np.int64)
        number = np.repeat(np.arange(len(offers.operator)), len(years))
        year = np.tile(years, len(offers.operator))
        starts = {int(y): day_of(int(y)) for y in years}
        first = np.array([starts[int(y)] for y in years])
        day = (np.tile(first, len(offers.operator)) + rng.integers(5, 355, len(number))) if len(years) else number
        here = (day >= offers.opened[number]) & (day <= offers.closed[number])
        number, year, day = number[here], year[here], day[here]
        means = np.array([spec["municipal"], spec["regional"], spec["private"], spec["private"]])
        mean = means[offers.operator[number]] + spec["yearly"] * np.minimum(year - 2017, 2) + offers.quality[number]
        scores = np.clip(mean[:, None] + rng.standard_normal((len(number), 7)) * spec["noise"], 1, 5)
        return pl.DataFrame(
            {
                "offer": np.repeat(number, 7),
                "offer_id": self._offer_ids.gather(np.repeat(number, 7)),
                "date": day_column(np.repeat(day, 7)),
                "theme": np.tile(np.arange(1, 8, dtype=np.int32), len(number)),
                "score": np.round(scores.reshape(-1), 1),
            }
        )

    def _vacancies(self, rng: np.random.Generator) -> pl.DataFrame:
        """Vacant places as published, for residential departments."""
        used = np.unique(np.concatenate([self.offers.of_provision(key) for key in RESIDENTIAL]))
        years = np.array(self.country.years)
        number = np.repeat(used, len(years))
        year = np.tile(years, len(used))
        kept = rng.random(len(number)) < 0.45
        number, year = number[kept], year[kept]
        starts = np.array([day_of(int(y)) for y in years])[year - self.country.from_year]
        published = starts + rng.integers(0, 330, len(number))
        until = published + rng.integers(10, 200, len(number))
        last = day_of(self.country.to_year, 12, 31)
        published = np.minimum(published, last)
        return pl.DataFrame(
            {
                "department": number,
                "department_id": picked(self.department_ids, number),
                "places": 1 + (rng.random(len(number)) < 0.2).astype(np.int32),
                "available_from": day_column(drawn_days(rng, published, published + 45)),
                "published_at": day_column(published),
                "withdrawn_at": day_column(np.where(until > last, OPEN, until)),
            }
        )


def price_indices(country: Country) -> pl.DataFrame:
    """The series of price and wage indices, 2023 = 100, from 2007 or the first year to two years after the last."""
    years = np.arange(min(2007, country.from_year), country.to_year + 3)
    frames = []
    for series in parameters()["price_index"]:
        value = np.round([100 * price_level(int(year), series) for year in years], 2)
        frames.append(
            pl.DataFrame({"series": constant(series, len(years)), "year": years.astype(np.int32), "value": value})
        )
    return pl.concat(frames)
