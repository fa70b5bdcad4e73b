# SPDX-License-Identifier: EUPL-1.2
"""How long full-time recipients and individual expenditure take by year, municipality, provision, age group and sex,
as a multiple of a bare DuckDB scan-and-sum of the same columns of the same grants.

Run: python benchmarks/statistics.py [millions of grants]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa

from styr import vocabulary
from styr.register.schema import arrow_schema
from styr.register.snapshot import Snapshot, write_snapshot
from styr.statistics import count

#: What is aimed at; nothing fails for missing it yet.
GOAL_TIMES_BARE = 5.0
KNOWN_AT = date(2024, 12, 31)
YEARS = (2012, 2024)
BY = ("year", "municipality", "provision", "age_group", "sex")
COLUMNS = {
    "full_time_recipients": ("citizen_id", "provision", "start_date", "end_date", "paying_municipality"),
    "individual_expenditure": (
        "grant_id", "citizen_id", "provision", "start_date", "end_date", "paying_municipality",
        "hours_per_week", "price", "price_unit",
    ),
}  # fmt: skip
REPEATS = 5


def main(millions: float = 1.0) -> None:
    with tempfile.TemporaryDirectory(prefix="styr-bench-") as folder:
        snapshot = made(Path(folder), int(millions * 1_000_000))
        print(f"{snapshot.rows('grants'):,} grants of {snapshot.rows('citizens'):,} citizens, {YEARS[0]}-{YEARS[1]}")
        for indicator, columns in COLUMNS.items():
            bare = fastest(partial(scan_and_sum, snapshot, columns))
            took = fastest(partial(count, snapshot, indicator, BY, *YEARS))
            print(f"{indicator}: {took:.2f} s, bare scan-and-sum {bare:.2f} s: {took / bare:.1f} times "
                  f"(the goal is {GOAL_TIMES_BARE:g})")  # fmt: skip


def scan_and_sum(snapshot: Snapshot, columns: tuple[str, ...]) -> None:
    """Read the columns of every grant and sum them by municipality and provision, with no rule applied."""
    sums = {
        "citizen_id": "count(citizen_id), max(citizen_id)",
        "grant_id": "max(grant_id)",
        "start_date": "sum(coalesce(end_date, DATE '2024-12-31') - start_date)",
        "hours_per_week": "sum(hours_per_week)",
        "price": "sum(price)",
        "price_unit": "max(price_unit)",
    }
    summed = ", ".join(sums[column] for column in columns if column in sums)
    with duckdb.connect(config={"threads": 2}) as connection:
        query = f"SELECT paying_municipality, provision, {summed} FROM '{snapshot.path('grants')}' GROUP BY ALL"
        connection.execute(query).fetchall()


def fastest(work: Callable[[], object]) -> float:
    """Seconds of the fastest of some runs: what the work takes when nothing else disturbs it."""
    seconds = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def made(folder: Path, grants: int) -> Snapshot:
    """A snapshot of grants made at random: three to a citizen, some years long, a fifth of them repriced each year."""
    rng = np.random.default_rng(1)
    citizens = grants // 3
    codes = list(vocabulary.codelist("municipality").codes)
    homes = np.array(codes)[rng.integers(0, len(codes), citizens)]
    provisions = np.array([code for code in vocabulary.codelist("provision").codes if code.startswith("SEL")][:20])
    owner = rng.integers(0, citizens, grants)
    start = np.datetime64("2009-01-01") + rng.integers(0, 5800, grants)
    end = start + rng.exponential(900, grants).astype(int)
    running = end > np.datetime64(KNOWN_AT)
    tables = {
        "citizens": pl.DataFrame(
            {
                "citizen_id": _ids("c", np.arange(citizens)),
                "birth_date": np.datetime64("1930-01-01") + rng.integers(0, 25_000, citizens),
                "sex": np.array(["K", "M"])[rng.integers(0, 2, citizens)],
                "municipality": homes,
            }
        ),
        "grants": pl.DataFrame(
            {
                "grant_id": _ids("g", np.arange(grants)),
                "citizen_id": _ids("c", owner),
                "provision": provisions[rng.integers(0, len(provisions), grants)],
                "start_date": start,
                "end_date": pl.Series(end).set(pl.Series(running), None),
                "paying_municipality": homes[owner],
                "hours_per_week": rng.uniform(1, 37, grants).round(1),
                "price": rng.uniform(100, 4000, grants).round(2),
                "price_unit": np.array(["day", "week", "month", "year", "hour"])[rng.integers(0, 5, grants)],
            }
        ),
    }

    def read(name: str) -> pa.Table:
        schema = arrow_schema(name)
        if name not in tables:
            return schema.empty_table()
        rows = tables[name].to_arrow()
        return pa.table(
            [
                rows[field.name].cast(field.type)
                if field.name in rows.column_names
                else pa.nulls(len(rows), field.type)
                for field in schema
            ],
            schema=schema,
        )

    return write_snapshot(folder, read, known_at=KNOWN_AT)


def _ids(letter: str, numbers: np.ndarray) -> pl.Series:
    return letter + pl.Series(numbers).cast(pl.String).str.zfill(8)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:2]))
