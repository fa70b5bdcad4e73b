# SPDX-License-Identifier: EUPL-1.2
"""Counts of persons and supply in a written delivery, by the rules of METHODS § 1, in plain Polars.

Every count takes the tables from the files, never from the parameters, and gives the number for the whole
country: counts of persons are divided by the scale. Names are those of targets.yaml.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from styr import vocabulary

ELEVEN = (
    "SEL-84",
    "SEL-85",
    "SEL-85-botilbud",
    "SEL-95",
    "SEL-96",
    "SEL-97",
    "SEL-98",
    "SEL-102",
    "SEL-103",
    "SEL-104",
    "SEL-107",
    "SEL-108",
)
SETS = {
    "eleven": ELEVEN,
    "support": ("SEL-85", "SEL-85-botilbud"),
    "housing": ("SEL-107", "SEL-108", "SEL-85-botilbud"),
    "four": ("SEL-85", "SEL-107", "SEL-108", "SEL-85-botilbud"),
}
_WINDOW = 1826  # days a diagnosis counts
_FAR = date(2100, 1, 1)


class Counts:
    """Counts over a delivery written as Parquet."""

    def __init__(self, directory: Path, scale: float) -> None:
        self.directory, self.scale = directory, scale

    def table(self, name: str) -> pl.LazyFrame:
        """A table of the delivery."""
        return pl.scan_parquet(self.directory / f"{name}.parquet")

    @cached_property
    def grants(self) -> pl.DataFrame:
        """Grants with the citizen's birth and death; an open end is a day far ahead."""
        grants = self.table("grants").select(
            "grant_id", "citizen_id", "provision", "start_date", pl.col("end_date").fill_null(_FAR), "department_id"
        )
        people = self.table("citizens").select("citizen_id", "birth_date", "death_date")
        return grants.join(people, on="citizen_id").collect()

    @cached_property
    def psychiatric(self) -> pl.DataFrame:
        """Diagnoses that count as psychiatric, with their group."""
        rows = self.table("diagnoses").collect()
        codes = rows["icd10"].unique().to_list()
        group = {code: vocabulary.diagnosis_group_of(code) or "" for code in codes}
        known = [code for code in codes if vocabulary.is_psychiatric(code)]
        return rows.filter(pl.col("icd10").is_in(known)).with_columns(
            pl.col("icd10").replace_strict(group).alias("group")
        )

    # Recipients

    def on(self, day: date, provisions: Sequence[str]) -> pl.DataFrame:
        """Adult citizens with a grant covering the day: citizen_id."""
        adult = day.replace(year=day.year - 18)
        rows = self.grants.filter(
            pl.col("provision").is_in(list(provisions))
            & (pl.col("start_date") <= day)
            & (pl.col("end_date") >= day)
            & (pl.col("birth_date") <= adult)
        )
        return rows.select("citizen_id").unique()

    def recipients_on(self, date: date, provisions: str | Sequence[str]) -> float:
        """Distinct adults with a grant covering the day."""
        return self.on(date, _named(provisions)).height / self.scale

    def increase_on(self, since: date, date: date, provisions: str | Sequence[str]) -> float:
        """Change in recipients_on."""
        return self.recipients_on(date, provisions) - self.recipients_on(since, provisions)

    def growth_on(self, since: date, date: date, provisions: str | Sequence[str]) -> float:
        """Growth of recipients_on, per cent."""
        return _growth(self.recipients_on(since, provisions), self.recipients_on(date, provisions))

    def per_adult(self, date: date, provisions: str | Sequence[str]) -> float:
        """Recipients per hundred adult inhabitants."""
        adults = (
            self.table("population")
            .filter((pl.col("year") == date.year) & (pl.col("age") >= 18))
            .select(pl.sum("persons"))
            .collect()
            .item()
        )
        return 100 * self.on(date, _named(provisions)).height / float(adults)

    def growth_by_group(self, group: str) -> float:
        """Growth 2014-2017 of recipients of the eleven with a main target group, per cent."""
        groups = (
            self.table("target_groups").collect().filter(pl.col("target_group").str.split(".").list.first() == group)
        )

        def count(day: date) -> float:
            holding = groups.filter((pl.col("start_date").is_null()) | (pl.col("start_date") <= day))
            return float(self.on(day, ELEVEN).join(holding, on="citizen_id", how="semi").height)

        return _growth(count(date(2014, 1, 1)), count(date(2017, 1, 1)))

    def pieces(self, provisions: Sequence[str], year: int) -> pl.DataFrame:
        """Covered days of a year as periods that do not overlap within a citizen: citizen_id, start, end."""
        first, last = date(year, 1, 1), date(year, 12, 31)
        rows = self.grants.filter(
            pl.col("provision").is_in(list(provisions)) & (pl.col("start_date") <= last) & (pl.col("end_date") >= first)
        ).select(
            "citizen_id",
            pl.max_horizontal("start_date", pl.lit(first)).alias("start"),
            pl.min_horizontal("end_date", pl.lit(last)).alias("end"),
        )
        return _disjoint(rows)

    def full_time(self, provisions: str | Sequence[str], year: int) -> float:
        """Citizen-days in the year over its days, each citizen-day once."""
        return _days(self.pieces(_named(provisions), year)) / _length(year) / self.scale

    def full_time_increase(self, provisions: str | Sequence[str]) -> float:
        """Change in full_time 2015-2018."""
        return self.full_time(provisions, 2018) - self.full_time(provisions, 2015)

    def full_time_growth(self, provisions: str | Sequence[str]) -> float:
        """Growth of full_time 2015-2018, per cent."""
        return _growth(self.full_time(provisions, 2015), self.full_time(provisions, 2018))

    # Diagnoses

    @cached_property
    def _diagnosed(self) -> dict[int, float]:
        windows = _disjoint(
            self.psychiatric.select(
                "citizen_id",
                (pl.col("date") + pl.duration(days=1)).alias("start"),
                (pl.col("date") + pl.duration(days=_WINDOW)).alias("end"),
            )
        )
        result = {}
        for year in (2015, 2018):
            both = self.pieces(SETS["four"], year).join(windows, on="citizen_id", suffix="_window")
            shared = both.select(
                "citizen_id",
                pl.max_horizontal("start", "start_window").alias("start"),
                pl.min_horizontal("end", "end_window").alias("end"),
            )
            result[year] = _days(shared.filter(pl.col("start") <= pl.col("end"))) / _length(year) / self.scale
        return result

    def diagnosed_increase(self) -> float:
        """Change 2015-2018 in full-time recipients with a psychiatric diagnosis in the five years before the day."""
        return self._diagnosed[2018] - self._diagnosed[2015]

    def diagnosed_share_of_growth(self) -> float:
        """That change by the change of all, per cent."""
        return 100 * self.diagnosed_increase() / self.full_time_increase("four")

    def diagnosed_share(self) -> float:
        """Full-time recipients with a psychiatric diagnosis 2015, per cent of all."""
        return 100 * self._diagnosed[2015] / self.full_time("four", 2015)

    def diagnosis_growth(self, group: str, provisions: str | Sequence[str]) -> float:
        """Growth 2015-2018 of recipients on 1 January with a diagnosis of the group within five years, per cent."""

        def count(day: date) -> float:
            seen = self.psychiatric.filter(
                (pl.col("group") == group) & (pl.col("date") < day) & (pl.col("date") >= day - timedelta(_WINDOW))
            )
            return float(self.on(day, _named(provisions)).join(seen, on="citizen_id", how="semi").height)

        return _growth(count(date(2015, 1, 1)), count(date(2018, 1, 1)))

    def age_at_death_increase(self) -> float:
        """Mean age at death in housing of citizens with an intellectual or physical impairment: 2017 less 2015,
        years; not a number where a small country has no such death in either year.
        """
        groups = (
            self.table("target_groups")
            .filter(pl.col("target_group").str.split(".").list.first().is_in(["intellectual", "physical"]))
            .collect()
        )
        # Expected to stay for life: not those in temporary places.
        lasting = pl.col("provision").is_in(["SEL-108", "SEL-85-botilbud"])
        housed = self.grants.filter(lasting & (pl.col("end_date") == pl.col("death_date")))
        dead = housed.join(groups, on="citizen_id", how="semi").unique("citizen_id")
        age = (pl.col("death_date") - pl.col("birth_date")).dt.total_days() / 365.25
        means = dict(
            dead.group_by(pl.col("death_date").dt.year().alias("year")).agg(age.mean().alias("age")).iter_rows()
        )
        return float(means.get(2017, np.nan) - means.get(2015, np.nan))

    # Income

    def _dominant(self, at: pl.DataFrame) -> pl.DataFrame:
        """The income basis of most of the 365 days before `day`, for rows (citizen_id, day)."""
        bases = self.table("income_bases").collect().with_columns(pl.col("end_date").fill_null(_FAR))
        rows = at.join(bases, on="citizen_id")
        days = (
            pl.min_horizontal("end_date", pl.col("day") - pl.duration(days=1))
            - pl.max_horizontal("start_date", pl.col("day") - pl.duration(days=365))
        ).dt.total_days() + 1
        held = rows.with_columns(days.alias("days")).filter(pl.col("days") > 0)
        total = held.group_by("citizen_id", "day", "income_basis").agg(pl.sum("days"))
        return total.sort("days", "income_basis", descending=[True, False]).unique(
            ["citizen_id", "day"], keep="first", maintain_order=True
        )

    def cash_among_new(self, year: int) -> float:
        """New recipients of support at home or a temporary place on cash benefit in the year before, per cent of those
        known.
        """
        four = self.grants.filter(pl.col("provision").is_in(list(SETS["four"]))).sort(
            "citizen_id", "start_date", "end_date"
        )
        before = pl.col("end_date").cum_max().shift(1).over("citizen_id")
        new = four.with_columns(before.alias("before")).filter(
            (pl.col("start_date").dt.year() == year)
            & pl.col("provision").is_in(["SEL-85", "SEL-107"])
            & (pl.col("before").is_null() | (pl.col("before") < pl.col("start_date") - pl.duration(days=365)))
        )
        bases = self._dominant(new.select("citizen_id", pl.col("start_date").alias("day")))
        return 100 * float((bases["income_basis"] == "cash_benefit").mean() or 0.0)  # type: ignore[arg-type]

    def _on_cash(self, year: int, provisions: Sequence[str]) -> float:
        day = date(year, 1, 1)
        bases = self._dominant(self.on(day, provisions).with_columns(pl.lit(day).alias("day")))
        return float((bases["income_basis"] == "cash_benefit").sum()) / self.scale

    def cash_growth(self) -> float:
        """Growth 2015-2018 of recipients of the four on cash benefit, per cent."""
        return _growth(self._on_cash(2015, SETS["four"]), self._on_cash(2018, SETS["four"]))

    def cash_increase_home(self) -> float:
        """Change 2015-2018 of recipients of support at home on cash benefit."""
        return self._on_cash(2018, ["SEL-85"]) - self._on_cash(2015, ["SEL-85"])

    # Persons in a year

    def recipients_in(self, year: int, provisions: str | Sequence[str]) -> float:
        """Distinct citizens with a grant covering any day of the year."""
        rows = self.grants.filter(
            pl.col("provision").is_in(list(_named(provisions)))
            & (pl.col("start_date") <= date(year, 12, 31))
            & (pl.col("end_date") >= date(year, 1, 1))
            & (pl.col("birth_date") <= date(year - 18, 12, 31))
        )
        return rows["citizen_id"].n_unique() / self.scale

    def in_housing(self, year: int, provisions: str | Sequence[str]) -> float:
        """Persons of 18 or more at the end of the year with a place at any time of it (003 l.2145)."""
        return self.recipients_in(year, provisions)

    def in_housing_growth(self) -> float:
        """Growth of in_housing 2018-2022, per cent."""
        return _growth(self.in_housing(2018, "housing"), self.in_housing(2022, "housing"))

    def adult_recipients(self, year: int) -> float:
        """Adults with any help under serviceloven's rules for adults at any time of the year."""
        known = [key for key in self.grants["provision"].unique() if key.startswith("SEL-") and not _childrens(key)]
        return self.recipients_in(year, known)

    def adult_recipients_increase(self) -> float:
        """Change in adult_recipients 2018-2022."""
        return self.adult_recipients(2022) - self.adult_recipients(2018)

    def earlier_intervention(self, date: date) -> float:
        """18-22-year-olds in long-term places with a children's intervention within five years before, per cent."""
        young = (
            self.grants.filter(
                (pl.col("provision") == "SEL-108")
                & (pl.col("start_date") <= date)
                & (pl.col("end_date") >= date)
                & (pl.col("birth_date") > date.replace(year=date.year - 23))
            )
            .select("citizen_id")
            .unique()
        )
        keys = [key for key in self.grants["provision"].unique() if _childrens(key)]
        had = self.grants.filter(
            pl.col("provision").is_in(keys)
            & (pl.col("start_date") < date)
            & (pl.col("end_date") >= date.replace(year=date.year - 5))
        )
        return 100 * young.join(had, on="citizen_id", how="semi").height / max(young.height, 1)

    def crisis_days(self) -> float:
        """Mean length of stays in crisis centres that ended in 2022, days."""
        rows = self.grants.filter((pl.col("provision") == "SEL-109") & (pl.col("end_date").dt.year() == 2022))
        return float((rows["end_date"] - rows["start_date"]).dt.total_days().mean() or 0) + 1  # type: ignore[arg-type]


def _named(provisions: str | Sequence[str]) -> Sequence[str]:
    return SETS[provisions] if isinstance(provisions, str) else provisions


def _childrens(provision: str) -> bool:
    return bool(vocabulary.codelist("provision")[provision].extra.get("children"))


def _growth(before: float, after: float) -> float:
    return 100 * (after / before - 1) if before else float("nan")


def _length(year: int) -> int:
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def _days(rows: pl.DataFrame) -> float:
    return float(((rows["end"] - rows["start"]).dt.total_days() + 1).sum())


def _disjoint(rows: pl.DataFrame) -> pl.DataFrame:
    """Periods (citizen_id, start, end) cut so that those of one citizen do not overlap."""
    ordered = rows.sort("citizen_id", "start", "end")
    before = pl.col("end").cum_max().shift(1).over("citizen_id") + pl.duration(days=1)
    cut = ordered.with_columns(pl.max_horizontal("start", before).alias("start"))
    return cut.filter(pl.col("start") <= pl.col("end"))
