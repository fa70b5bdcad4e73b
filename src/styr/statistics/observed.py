# SPDX-License-Identifier: EUPL-1.2
"""What a snapshot can tell of: from the year its first row begins, to the day it was known."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq

from styr import vocabulary
from styr.register.snapshot import Snapshot
from styr.statistics.catalogue import Indicator, indicator
from styr.statistics.engines import Engine, require
from styr.statistics.errors import CannotAnswer, part
from styr.statistics.periods import Observed
from styr.statistics.words import Words

#: Tables an indicator may need beside its own, and the column that says when a row begins.
BEGINS = {
    "grants": "start_date",
    "places": "start_date",
    "postings": "date",
    "budgets": "year",
    "case_events": "date",
}
#: Tables whose rows happen and are over: nothing is known after the year of the last one.
#: Tables whose rows are plans of whole years, known before the year begins.
PLANS = ("budgets",)
FLOWS = ("postings", "staff", "delivered_hours", "inspections")


def observed(engine: Engine, chosen: Indicator) -> Observed:
    """From 1 January of the year the first row begins, to the known-at day (for accounts: to the end of the year of
    the last posting, when that is earlier). An indicator made of two tables is observed where both are, and one
    that looks before and after a day (its before and after) on the days that have observed days around them.

    Raises CannotAnswer when a table is empty, or begins after the known-at day.
    """
    begins = {chosen.subject.table: chosen.subject.begins}
    if chosen.ratio and chosen.ratio.by != "inhabitants":
        divisor = indicator(chosen.ratio.by).subject
        begins[divisor.table] = divisor.begins
    begins |= {table: BEGINS[table] for table in chosen.needs if table in BEGINS}
    tables = list(begins)
    spans = [_observed(engine, table, column, chosen.key) for table, column in begins.items() if column]
    first, last = max(span.first for span in spans), min(span.last for span in spans)
    if first > last:
        raise CannotAnswer("no_year_observed_in_all", indicator=chosen.key, tables=" and ".join(tables))
    followed = max(first, followed_from(engine.snapshot)) if "grants" in tables else first
    return _surrounded(engine, chosen, Observed(first, last, " and ".join(tables), followed=followed))


def followed_from(snapshot: Snapshot) -> date:
    """The day from which grants are followed to their end: 1 January of the first year in which a fair number of
    grants ended, the vocabulary's followed_share of the number in the year with most. Of the time before, a register
    often holds only the grants that went on. Where none has ended, the year in which the first began."""
    return _followed_from(snapshot.path("grants"), snapshot.known_at)


@lru_cache(maxsize=64)
def _followed_from(path: Path, known_at: date) -> date:
    """The same of a snapshot's file, which never changes."""
    grants = pl.scan_parquet(path)
    ended = grants.filter(pl.col("end_date") <= known_at).select(pl.col("end_date").dt.year()).collect()["end_date"]
    if ended.is_empty():
        return date(grants.select(pl.col("start_date").min()).collect().item().year, 1, 1)
    return date(first_followed_year(ended), 1, 1)


def first_followed_year(ended: pl.Series) -> int:
    """The first year in which a fair number of grants ended, from the year each that ended did."""
    numbers = ended.alias("year").value_counts(name="grants")
    fair = vocabulary.parameter("followed_share") * max(numbers["grants"])
    return int(min(numbers.filter(pl.col("grants") >= fair)["year"]))


def _surrounded(engine: Engine, chosen: Indicator, seen: Observed) -> Observed:
    """The days that have as many observed days before and after them as the indicator needs; from a 1 January."""
    before, after = _days(chosen.before), _days(chosen.after)
    first, last = seen.first, seen.last - timedelta(days=after)
    because, begins = Words("", ""), seen.followed or seen.first
    if before:
        first = _next_new_year(begins + timedelta(days=before))
        because = part("days_count_when_followed", before=before, begins=begins)
    if first > last:
        raise CannotAnswer(
            "too_few_days_observed",
            indicator=chosen.key,
            before=before,
            after=after,
            year=first.year,
            known_at=engine.snapshot.known_at,
        )
    return Observed(first, last, seen.table, because, max(first, begins))


def _days(wanted: str | int) -> int:
    """Days as a number, or as the name of the vocabulary's parameter."""
    return wanted if isinstance(wanted, int) else int(vocabulary.parameter(wanted))


def _next_new_year(day: date) -> date:
    """The day, when it is a 1 January; else the next."""
    return day if (day.month, day.day) == (1, 1) else date(day.year + 1, 1, 1)


def _observed(engine: Engine, table: str, begins: str, wanted_for: str) -> Observed:
    require(engine.snapshot, table, wanted_for)
    seen = _bounds(engine.snapshot, table, begins)
    years = {when: day if isinstance(day, int) else day.year for when, day in seen.items()}
    known_at = engine.snapshot.known_at
    first, last = date(years["first"], 1, 1), known_at
    if table in FLOWS:
        last = min(known_at, date(years["last"], 12, 31))
    if table in PLANS:
        last = date(years["last"], 12, 31)
    if first > last:
        raise CannotAnswer("begins_after_known", table=table, day=seen["first"], known_at=known_at)
    return Observed(first, last, table)


def _bounds(snapshot: Snapshot, table: str, column: str) -> dict[str, Any]:
    """The least and greatest value of a column (first, last), as Parquet's own statistics of the file tell them: no
    engine has to look through the rows for it."""
    file = pq.ParquetFile(snapshot.path(table)).metadata
    place = file.schema.names.index(column)
    parts = [file.row_group(number).column(place).statistics for number in range(file.num_row_groups)]
    known = [part for part in parts if part is not None and part.has_min_max]
    if not known:
        raise CannotAnswer("no_row_has_day", table=table, column=column)
    return {"first": min(part.min for part in known), "last": max(part.max for part in known)}
