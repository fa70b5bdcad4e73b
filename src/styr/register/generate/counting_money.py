# SPDX-License-Identifier: EUPL-1.2
"""Counts of expenditure, places, offers and scores in a written delivery (METHODS §§ 1-2), in plain Polars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

import polars as pl

from styr import vocabulary

from .counting import Counts, _growth, _named

PRICE_SERIES, PRICE_YEAR = "pl_service", 2023
_RESIDENTIAL = ("5.38.50", "5.38.51", "5.38.52")
# In binding cooperation with a neighbour and so outside 001 (001 l.535).
_COOPERATING = ("825", "492", "563", "482", "187", "155")


class MoneyCounts(Counts):
    """Counts of persons and of money."""

    @cached_property
    def prices(self) -> Mapping[int, float]:
        """Index of the price year by the index of every year, from price_indices."""
        rows = self.table("price_indices").filter(pl.col("series") == PRICE_SERIES).select("year", "value").collect()
        index = dict(rows.iter_rows())
        return {year: index[PRICE_YEAR] / value for year, value in index.items()}

    @cached_property
    def accounts(self) -> pl.DataFrame:
        """Postings with dranst 1 by year, municipality, function, grouping and whether bought; DKK in 2023 prices,
        unscaled.
        """
        grants = self.table("grants").select("grant_id", "department_id")
        owners = (
            self.table("departments")
            .join(self.table("offers").select("offer_id", "operator_code"), on="offer_id")
            .select("department_id", "operator_code")
        )
        sellers = grants.join(owners, on="department_id", how="left").select("grant_id", "operator_code")
        postings = (
            self.table("postings")
            .filter(pl.col("dranst") == 1)
            .select("date", "municipality", "function", "grouping", "amount", "grant_id")
        )
        bought = pl.col("operator_code").is_not_null() & (pl.col("operator_code") != pl.col("municipality"))
        rows = (
            postings.join(sellers, on="grant_id", how="left")
            .group_by(
                pl.col("date").dt.year().alias("year"), "municipality", "function", "grouping", bought.alias("bought")
            )
            .agg(pl.sum("amount"))
            .collect()
        )
        return rows.with_columns(pl.col("amount") * pl.col("year").replace_strict(self.prices, return_dtype=pl.Float64))

    def _spent(self, year: int, functions: Sequence[str]) -> float:
        rows = self.accounts.filter((pl.col("year") == year) & pl.col("function").is_in(list(functions)))
        return float(rows["amount"].sum()) / self.scale / 1e9

    def spent(self, year: int, area: str) -> float:
        """Net expenditure of an area (vocabulary expenditure_area) in a year, billion DKK in 2023 prices."""
        return self._spent(year, _functions(area))

    def spent_increase(self, area: str) -> float:
        """Change in spent 2018-2022."""
        return self.spent(2022, area) - self.spent(2018, area)

    def spent_growth(self, area: str) -> float:
        """Growth of spent 2018-2022, per cent."""
        return _growth(self.spent(2018, area), self.spent(2022, area))

    def residential_share(self) -> float:
        """Residential by all adult expenditure 2022, per cent."""
        return 100 * self.spent(2022, "adult.residential") / self.spent(2022, "adult")

    def crisis_spent(self, year: int) -> float:
        """Expenditure on crisis centres, million DKK in 2023 prices: grouping 002 and its share of what is not
        allocated.
        """
        rows = self.accounts.filter((pl.col("year") == year) & (pl.col("function") == "5.38.42"))
        by = dict(rows.group_by("grouping").agg(pl.sum("amount")).iter_rows())
        loose = sum(by.get(key, 0.0) for key in ("092", "999"))
        named = by["001"] + by["002"]
        return float(by["002"] * (1 + loose / named)) / self.scale / 1e6

    def residential_spread(self, year: int) -> float:
        """Residential expenditure per 18-66-year-old: highest by lowest municipality, Læsø left out."""
        people = (
            self.table("population")
            .filter((pl.col("year") == year) & pl.col("age").is_between(18, 66))
            .group_by("municipality")
            .agg(pl.sum("persons"))
            .collect()
        )
        rows = self._residential([year]).group_by("municipality").agg(pl.sum("amount")).join(people, on="municipality")
        cost = rows.filter(pl.col("municipality") != "825").select(pl.col("amount") / pl.col("persons")).to_series()
        return float(cost.max() / cost.min())  # type: ignore[operator, arg-type]

    def _residential(self, years: Sequence[int]) -> pl.DataFrame:
        return self.accounts.filter(pl.col("year").is_in(list(years)) & pl.col("function").is_in(list(_RESIDENTIAL)))

    def bought_share(self, years: Sequence[int]) -> float:
        """Bought by all residential expenditure of the country, per cent."""
        rows = self._residential(years)
        return 100 * (float(rows.filter("bought")["amount"].sum()) / float(rows["amount"].sum()))

    def _bought_by_municipality(self, year: int) -> pl.DataFrame:
        amount = pl.col("amount")
        share = 100 * amount.filter(pl.col("bought")).sum() / amount.sum()
        rows = self._residential([year]).group_by("municipality").agg(share.alias("share"))
        return rows.filter(~pl.col("municipality").is_in(list(_COOPERATING)))

    def mean_bought_share(self, year: int) -> float:
        """Unweighted mean over municipalities of the share bought, per cent."""
        return float(self._bought_by_municipality(year)["share"].mean())  # type: ignore[arg-type]

    def bought_by_size(self) -> float:
        """Mean share bought 2020 of municipalities over 45,400 inhabitants less that of the smaller, per cent
        points.
        """
        people = (
            self.table("population")
            .filter(pl.col("year") == 2020)
            .group_by("municipality")
            .agg(pl.sum("persons") / self.scale)
            .collect()
        )
        rows = self._bought_by_municipality(2020).join(people, on="municipality")
        large = pl.col("persons") > 45_400
        return float(rows.filter(large)["share"].mean() - rows.filter(~large)["share"].mean())  # type: ignore[operator, arg-type]

    def _places(self, day: date) -> pl.DataFrame:
        rows = (
            self.table("places")
            .filter((pl.col("start_date") <= day) & (pl.col("end_date").is_null() | (pl.col("end_date") >= day)))
            .collect()
        )
        split = rows.with_columns(pl.col("provisions").str.split("|").alias("provision"))
        return split.with_columns((pl.col("places") / pl.col("provision").list.len()).alias("part")).explode(
            "provision"
        )

    def places_on(self, date: date, provisions: str | Sequence[str]) -> float:
        """Places under the provisions on a day, flexible ones counted once."""
        rows = self._places(date)
        return float(rows.filter(pl.col("provision").is_in(list(_named(provisions))))["part"].sum()) / self.scale

    def place_share(self, provision: str) -> float:
        """A provision's share of the residential places at the end of 2022, per cent."""
        day = date(2022, 12, 31)
        return 100 * self.places_on(day, [provision]) / self.places_on(day, "housing")

    def offers_on(self, date: date) -> float:
        """Offers open on a day; they are as many at any scale."""
        return self._open_offers(date).height

    def offers_by_type(self, day: date) -> Mapping[tuple[str, str], float]:
        """Offers open on a day by (name of a department's type, operator group); private includes self-owning. '' is
        all types.
        """
        offers = self._open_offers(day).with_columns(
            pl.when(pl.col("operator_type") == "self_owning")
            .then(pl.lit("private"))
            .otherwise("operator_type")
            .alias("operator")
        )
        rows = self.table("departments").collect().join(offers.select("offer_id", "operator"), on="offer_id")
        kinds = rows.group_by("name", "operator").agg(pl.n_unique("offer_id").alias("n"))
        result = {(name, operator): float(n) for name, operator, n in kinds.iter_rows()}
        for operator, n in offers.group_by("operator").len().iter_rows():
            result["", operator] = float(n)
        return result

    def _open_offers(self, day: date) -> pl.DataFrame:
        return (
            self.table("offers")
            .filter((pl.col("opened") <= day) & (pl.col("closed").is_null() | (pl.col("closed") >= day)))
            .collect()
        )

    def quality(self, operators: Sequence[str]) -> float:
        """Mean score of the last visit in 2017 over offers of the operators."""
        offers = self.table("offers").filter(pl.col("operator_type").is_in(list(operators)))
        rows = (
            self.table("inspections")
            .filter(pl.col("date").dt.year() == 2017)
            .join(offers, on="offer_id", how="semi")
            .collect()
        )
        return float(rows["score"].mean())  # type: ignore[arg-type]


def _functions(area: str) -> Sequence[str]:
    """Account functions of an area or of the areas below it."""
    terms = vocabulary.codelist("function")
    return [
        term.code for term in terms if (own := str(term.extra.get("area", ""))) == area or own.startswith(f"{area}.")
    ]
