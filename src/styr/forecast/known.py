# SPDX-License-Identifier: EUPL-1.2
"""What was known at a day, out of a snapshot that knows more: the rows a forecast may learn from and start at.

A forecast can only be judged against what was known when it was made. Of a snapshot taken later than the day:
- a grant is unknown when it was decided after the day (decision_date, else start_date);
- an end after the day is unknown, whatever was planned of it; the expected end, written when granted, stays;
- a price that holds from later than the day is unknown, because the format does not say when it was agreed;
- deaths and postings after the day are unknown, and all named inflow, since a list as it stands now is another
  than the one of the day.
Of a snapshot taken at the day itself nothing is cut: ends planned, prices agreed and inflow named are part of what is
known. In both, a dated price that holds on the day is taken to go on until the next one known, whatever its last day: a
price list ends with the year because the next is not made yet, not because an older price returns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import polars as pl

from styr import vocabulary
from styr.forecast.errors import Refused
from styr.forecast.prices_known import price_spells
from styr.register.snapshot import Snapshot
from styr.statistics.expressions.calendar_units import EPOCH

#: Operator types by number; the last stands for an unknown one.
OPERATORS = (*(term.code for term in vocabulary.codelist("operator_type")), "")


@dataclass(frozen=True)
class Known:
    """What is known at a day. Days are numbers of days since 1 January 2000.

    grants: grant_id, citizen_id, provision, municipality, start, end (null while it runs), died (whether the end is the
    citizen's death), expected (null without), registered (day it became known), operator (place in OPERATORS),
    sorted by municipality and grant_id; row is its place among them.
    prices: row, from_day, rate (DKK per unit of its line, null without a price), line (place in UNITS); sorted by row
    and day, the first at the start of the grant.
    citizens: citizen_id, birth, groups (main target groups at the day, joined by |).
    named: municipality, citizen_id, provision, expected, rate, line, source, probability.
    accounts: municipality, function, month (number of Month), amount (dranst 1, DKK).
    booked: municipality, provision, function, amount of the postings that name a grant.
    growth: year, growth of prices and wages by the price index, known at the day.
    without_hours: municipalities with a running grant that is priced by the hour and has no hours.
    """

    snapshot: Snapshot
    day: date
    grants: pl.DataFrame
    prices: pl.DataFrame
    citizens: pl.DataFrame
    named: pl.DataFrame
    accounts: pl.DataFrame
    booked: pl.DataFrame
    growth: dict[int, float]
    without_hours: frozenset[str] = frozenset()

    @property
    def today(self) -> int:
        """The known-at day as a number."""
        return (self.day - EPOCH).days


def known(snapshot: Snapshot, known_at: date, accounts_of: Sequence[str] | None = None) -> Known:
    """What a snapshot knows at a day; of the accounts, those of some municipalities (None: all).

    Raises CannotAnswer for a day after the snapshot's own, and when there are no grants.
    """
    if known_at > snapshot.known_at:
        raise Refused("known_after_the_last_delivery", last=snapshot.known_at, known_at=known_at)
    if snapshot.rows("grants") == 0:
        raise Refused("no_grants")
    cut = known_at < snapshot.known_at
    read = _Reading(snapshot, known_at, cut, accounts_of)
    grants = read.grants()
    if grants.height == 0:
        raise Refused("no_grant_known", known_at=known_at)
    return Known(
        snapshot,
        known_at,
        grants.drop("own_price", "own_unit", "hours_per_week"),
        read.prices(grants),
        read.citizens(grants),
        read.named(),
        read.accounts(),
        read.booked(grants),
        read.growth(),
        read.without_hours(grants),
    )


@cache
def one_code(day: date) -> dict[str, str]:
    """Provision → the code of the same meaning in force on a day, for provisions that change their code."""
    terms = {term.code: term for term in vocabulary.codelist("provision")}
    pairs = [(term, terms[str(other)]) for term in terms.values() if (other := term.extra.get("same_as"))]
    return {term.code: same.code for term, same in pairs if not term.valid_on(day) and same.valid_on(day)}


def day_numbers(column: str) -> pl.Expr:
    """A column of dates as numbers of days since 1 January 2000."""
    return (pl.col(column) - pl.lit(EPOCH)).dt.total_days().cast(pl.Int32)


class _Reading:
    """Reads the tables of a snapshot as they were known at a day."""

    def __init__(self, snapshot: Snapshot, day: date, cut: bool, accounts_of: Sequence[str] | None) -> None:
        self.snapshot, self.day, self.cut = snapshot, day, cut
        self.today = (day - EPOCH).days
        self.accounts_of = None if accounts_of is None else list(accounts_of)

    def table(self, name: str) -> pl.LazyFrame:
        return pl.scan_parquet(self.snapshot.path(name))

    def unknown_after(self, column: str) -> pl.Expr:
        """A column of dates, those after the day unknown when there is something to cut."""
        days = day_numbers(column)
        return pl.when(days <= self.today).then(days).otherwise(None) if self.cut else days

    def grants(self) -> pl.DataFrame:
        rows = self.table("grants")
        decided = pl.coalesce("decision_date", "start_date")
        if self.cut:
            rows = rows.filter(decided <= self.day)
        rows = rows.select(
            "grant_id",
            "citizen_id",
            "department_id",
            "hours_per_week",
            pl.col("provision").replace(one_code(self.day)),
            pl.col("paying_municipality").alias("municipality"),
            day_numbers("start_date").alias("start"),
            self.unknown_after("end_date").alias("end"),
            day_numbers("expected_end_date").alias("expected"),
            pl.coalesce(day_numbers("decision_date"), day_numbers("start_date")).alias("registered"),
            pl.col("price").cast(pl.Float64).alias("own_price"),
            pl.col("price_unit").alias("own_unit"),
        )
        offers = self.table("offers").select("offer_id", "operator_type")
        run_by = self.table("departments").join(offers, on="offer_id").select("department_id", "operator_type")
        deaths = self.table("citizens").select("citizen_id", self.unknown_after("death_date").alias("death"))
        rows = rows.join(run_by, on="department_id", how="left").join(deaths, on="citizen_id", how="left")
        dead = pl.col("death").is_not_null() & (pl.col("end").is_null() | (pl.col("end") >= pl.col("death")))
        places = {name: place for place, name in enumerate(OPERATORS)}
        operator = pl.col("operator_type").fill_null("").replace_strict(places, default=len(places) - 1)
        rows = rows.with_columns(
            dead.alias("died"),
            pl.min_horizontal("end", "death").alias("end"),
            operator.cast(pl.Int8).alias("operator"),
        )
        rows = rows.filter(pl.col("end").is_null() | (pl.col("end") >= pl.col("start")))
        rows = rows.drop("department_id", "operator_type", "death").sort("municipality", "grant_id")
        return rows.with_row_index("row").with_columns(pl.col("row").cast(pl.Int32)).collect()

    def prices(self, grants: pl.DataFrame) -> pl.DataFrame:
        rows = self.table("grant_prices").select(
            "grant_id",
            day_numbers("start_date").alias("from_day"),
            pl.when(day_numbers("end_date") < self.today).then(day_numbers("end_date")).alias("to_day"),
            pl.col("price").cast(pl.Float64),
            "price_unit",
        )
        if self.cut:
            rows = rows.filter(pl.col("from_day") <= self.today)
        return price_spells(grants, rows.collect())

    def without_hours(self, grants: pl.DataFrame) -> frozenset[str]:
        hourly = self.table("grant_prices").filter(pl.col("price_unit") == "hour").select("grant_id").unique()
        running = pl.col("end").is_null() | (pl.col("end") > self.today)
        rows = grants.lazy().filter(running & pl.col("hours_per_week").is_null())
        by_list = rows.join(hourly, on="grant_id", how="semi").select("municipality")
        by_own = rows.filter((pl.col("own_unit") == "hour") & pl.col("own_price").is_not_null()).select("municipality")
        return frozenset(pl.concat([by_list, by_own]).collect()["municipality"].unique())

    def citizens(self, grants: pl.DataFrame) -> pl.DataFrame:
        wanted = grants.select("citizen_id").unique().lazy()
        codes = [term.code for term in vocabulary.codelist("target_group")]
        main = {code: vocabulary.main_target_group(code) for code in codes}
        holds = pl.col("start_date").is_null() | (pl.col("start_date") <= self.day)
        if not self.cut:
            holds &= pl.col("end_date").is_null() | (pl.col("end_date") >= self.day)
        groups = self.table("target_groups").join(wanted, on="citizen_id", how="semi").filter(holds)
        groups = groups.select("citizen_id", pl.col("target_group").replace(main)).unique()
        groups = groups.group_by("citizen_id").agg(pl.col("target_group").sort().str.join("|").alias("groups"))
        rows = self.table("citizens").join(wanted, on="citizen_id", how="semi")
        rows = rows.select("citizen_id", day_numbers("birth_date").alias("birth"))
        return rows.join(groups, on="citizen_id", how="left").with_columns(pl.col("groups").fill_null("")).collect()

    def named(self) -> pl.DataFrame:
        rows = self.table("named_inflow")
        people = self.table("citizens").select("citizen_id", "municipality")
        rows = rows.join(people, on="citizen_id").select(
            "municipality",
            "citizen_id",
            pl.col("provision").replace(one_code(self.day)),
            day_numbers("expected_start_date").alias("expected"),
            pl.col("price").cast(pl.Float64),
            "price_unit",
            "source",
            pl.col("probability").fill_null(1.0),
        )
        found = rows.collect()
        return found.clear() if self.cut else found.sort("municipality", "citizen_id", "provision", "expected")

    def accounts(self) -> pl.DataFrame:
        rows = self._postings().with_columns(
            (pl.col("date").dt.year() * 12 + pl.col("date").dt.month().cast(pl.Int32) - 1).alias("month")
        )
        cells = rows.group_by("municipality", "function", "month").agg(pl.col("amount").sum().cast(pl.Float64))
        return cells.sort("municipality", "function", "month").collect()

    def booked(self, grants: pl.DataFrame) -> pl.DataFrame:
        named = self._postings().filter(pl.col("grant_id").is_not_null()).select("grant_id", "function", "amount")
        named = named.group_by("grant_id", "function").agg(pl.col("amount").sum().cast(pl.Float64))
        rows = named.join(grants.lazy().select("grant_id", "municipality", "provision"), on="grant_id")
        cells = rows.group_by("municipality", "provision", "function").agg(pl.col("amount").sum())
        return cells.sort("municipality", "provision", "function").collect()

    def _postings(self) -> pl.LazyFrame:
        rows = self.table("postings")
        if self.accounts_of is not None:
            rows = rows.filter(pl.col("municipality").is_in(self.accounts_of))
        return rows.filter((pl.col("dranst") == 1) & (pl.col("date") <= self.day))

    def growth(self) -> dict[int, float]:
        rows = self.table("price_indices").filter(pl.col("series") == "pl_service").sort("year").collect()
        known_to = self.day.year + (0 if self.cut else 1)
        index = {
            year: float(value)
            for _, year, value in rows.select("series", "year", "value").iter_rows()
            if year <= known_to
        }
        return {year: index[year] / index[year - 1] - 1 for year in index if year - 1 in index}
