# SPDX-License-Identifier: EUPL-1.2
"""The two sides of a reconciliation, in columns: what each grant should cost in each month, and what is posted with the
citizen named."""

from __future__ import annotations

from datetime import date

import polars as pl

from styr.register.snapshot import Snapshot

#: What a unit of a price covers: days, or a share of the month or the year (METHODS § 2).
_PER_DAY = {"day": 1.0, "week": 1 / 7, "hour": 1 / 7}
_OPERATION = 1  # dranst: refunds of the state are no citizen's


def granted_lines(snapshot: Snapshot, municipality: str, first: date, last: date) -> pl.DataFrame:
    """What each grant the municipality pays for should cost in each month from first to last (first days of months).

    Columns: line (a number), grant_id, citizen_id, provision, month (its first day), amount (DKK, price × covered units
    as METHODS § 2 has it; null without a price), start, end (of the grant; null: open), own (delivered by the
    municipality's own offer, or by nobody known).
    """
    grants = _grants(snapshot, municipality, first, last)
    months = pl.DataFrame({"month": pl.date_range(first, last, "1mo", eager=True)}).with_columns(
        month_end=pl.col("month").dt.month_end()
    )
    rows = grants.join_where(
        months, pl.col("month_end") >= pl.col("start"), pl.col("month") <= pl.col("until")
    ).with_columns(
        first=pl.max_horizontal("start", "month"),
        last=pl.min_horizontal("until", "month_end"),
        days_in_month=pl.col("month").dt.month_end().dt.day(),
        days_in_year=pl.when(pl.col("month").dt.is_leap_year()).then(366).otherwise(365),
    )
    rows = rows.with_columns(days=_days("first", "last")).sort("grant_id", "month").with_row_index("line")
    return _priced(rows, snapshot).select(
        "line", "grant_id", "citizen_id", "provision", "month", "amount", "start", "end", "own"
    )


def posted_lines(snapshot: Snapshot, municipality: str, first: date, last: date) -> pl.DataFrame:
    """Postings of the municipality (operation, dranst 1) that name a citizen, dated in the months from first to last.

    Columns: posting_id, citizen_id, grant_id (null where the posting names none), function, grouping, date, month (its
    first day), amount (DKK).
    """
    return (
        pl.scan_parquet(snapshot.path("postings"))
        .filter(
            (pl.col("municipality") == municipality)
            & pl.col("citizen_id").is_not_null()
            & (pl.col("dranst") == _OPERATION)
            & pl.col("date").is_between(first, pl.lit(last).dt.month_end())
        )
        .select(
            "posting_id", "citizen_id", "grant_id", "function", "grouping", "date",
            pl.col("date").dt.month_start().alias("month"), pl.col("amount").cast(pl.Float64),
        )
        .sort("date", "posting_id")
        .collect()
    )  # fmt: skip


def _grants(snapshot: Snapshot, municipality: str, first: date, last: date) -> pl.DataFrame:
    """Grants the municipality pays for that cover a day of the months; until: their last day within what is known."""
    departments = pl.scan_parquet(snapshot.path("departments")).select("department_id", "offer_id")
    offers = pl.scan_parquet(snapshot.path("offers")).select("offer_id", "operator_code")
    deaths = pl.scan_parquet(snapshot.path("citizens")).select("citizen_id", "death_date")
    end = pl.min_horizontal("end_date", "death_date")
    return (
        pl.scan_parquet(snapshot.path("grants"))
        .filter(pl.col("paying_municipality") == municipality)
        .join(deaths, on="citizen_id", how="left")
        .join(departments, on="department_id", how="left")
        .join(offers, on="offer_id", how="left")
        .with_columns(
            start=pl.col("start_date"),
            end=end,
            until=pl.min_horizontal(end, pl.lit(snapshot.known_at)),
            own=pl.col("operator_code").is_null() | (pl.col("operator_code") == municipality),
            price=pl.col("price").cast(pl.Float64),
        )
        .filter((pl.col("until") >= first) & (pl.col("start") <= pl.lit(last).dt.month_end()))
        .filter(pl.col("start") <= pl.col("until"))
        .select(
            "grant_id", "citizen_id", "provision", "start", "end", "until", "own", "price", "price_unit",
            "hours_per_week",
        )
        .collect()
    )  # fmt: skip


def _priced(rows: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """The lines with what they cost: days under a grant price at that, the others at the grant's own."""
    prices = (
        pl.scan_parquet(snapshot.path("grant_prices"))
        .join(rows.lazy().select("grant_id").unique(), on="grant_id", how="semi")
        .select("grant_id", pl.col("start_date").alias("from"), pl.col("end_date").alias("to"),
                pl.col("price").cast(pl.Float64).alias("new_price"), pl.col("price_unit").alias("new_unit"))
        .collect()
    )  # fmt: skip
    under = rows.join(prices, on="grant_id").with_columns(
        first=pl.max_horizontal("first", "from"), last=pl.min_horizontal("last", "to")
    )
    under = under.filter(pl.col("first") <= pl.col("last")).with_columns(days=_days("first", "last"))
    under = under.with_columns(cost=_cost("new_price", "new_unit"))
    sums = under.group_by("line").agg(
        pl.col("days").sum().alias("repriced"),
        pl.col("cost").sum().alias("known"),
        pl.col("cost").null_count().alias("lacks"),
    )
    rows = rows.join(sums, on="line", how="left").with_columns(
        pl.col("repriced", "known", "lacks").fill_null(0), days=pl.col("days") - pl.col("repriced").fill_null(0)
    )
    own = pl.when(pl.col("days") > 0).then(_cost("price", "price_unit")).otherwise(0.0)
    whole = pl.when(pl.col("lacks") == 0).then(pl.col("known") + own)
    return rows.with_columns(amount=whole.round(2)).sort("line")


def _cost(price: str, unit: str) -> pl.Expr:
    hours = pl.when(pl.col(unit) == "hour").then(pl.col("hours_per_week")).otherwise(1.0)
    per_day = pl.col(unit).replace_strict(_PER_DAY, default=None, return_dtype=pl.Float64)
    share = (
        pl.when(pl.col(unit) == "month")
        .then(1 / pl.col("days_in_month"))
        .when(pl.col(unit) == "year")
        .then(1 / pl.col("days_in_year"))
        .otherwise(per_day * hours)
    )
    return pl.col(price) * pl.col("days") * share


def _days(first: str, last: str) -> pl.Expr:
    return (pl.col(last) - pl.col(first)).dt.total_days() + 1
