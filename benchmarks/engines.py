# SPDX-License-Identifier: EUPL-1.2
"""Spark and DuckDB give the same tables of the generated country: full-time recipients and individual expenditure by
year, municipality, provision, age group and sex, equal to the last person, day and øre. Prints how long each takes,
and fails when they differ.

Run: python benchmarks/engines.py [scale] (Spark is that of SPARK_MASTER, else this machine; see docs/engines.md)
"""

from __future__ import annotations

import os
import sys
import time

import polars as pl
from country import country

from styr.register.snapshot import Snapshot
from styr.statistics import count
from styr.statistics.engines.spark import session

BY = ("year", "municipality", "provision", "age_group", "sex")
INDICATORS = ("full_time_recipients", "individual_expenditure")
#: What may differ: nothing but the order in which broken numbers were added.
HALF_AN_OERE = 0.005


def main(scale: float = 1.0) -> int:
    snapshot = country(scale)
    print(f"{snapshot.rows('grants'):,} grants of {snapshot.rows('citizens'):,} citizens (scale {scale:g})")
    os.environ.setdefault("PYSPARK_SUBMIT_ARGS", "--driver-memory 2g pyspark-shell")
    start = time.perf_counter()
    master = session().conf.get("spark.master", "a Spark Connect server")
    print(f"Spark on {master}, started in {time.perf_counter() - start:.1f} s")
    return max(compared(snapshot, indicator) for indicator in INDICATORS)


def compared(snapshot: Snapshot, indicator: str) -> int:
    """Count on both engines and say how they compare: 0 when equal, 1 when not."""
    tables = {}
    for engine in ("duckdb", "spark", "spark again"):
        start = time.perf_counter()
        tables[engine] = counted(snapshot, indicator, engine.split()[0])
        print(f"{indicator} on {engine}: {time.perf_counter() - start:.1f} s, {tables[engine].height:,} cells")
    wrong = differing(tables["duckdb"], tables["spark"])
    print(f"{indicator}: {wrong.height} cells differ")
    if wrong.height:
        print(wrong.head(5))
    return int(wrong.height > 0)


def counted(snapshot: Snapshot, indicator: str, engine: str) -> pl.DataFrame:
    """Every cell, small ones too."""
    return count(snapshot, indicator, BY, disclosure_control=False, engine=engine).to_polars()


def differing(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """The cells that one table has and the other has not, or has with other persons, days or amounts."""
    both = one.join(other, on=BY, how="full", suffix="_other", nulls_equal=True)
    exact = [pl.col(name).eq_missing(pl.col(f"{name}_other")) for name in ("indicator", "n", "method", "denominator")]
    close = [(pl.col(name) - pl.col(f"{name}_other")).abs() < HALF_AN_OERE for name in ("value", "numerator")]
    return both.filter(~pl.all_horizontal(*exact, *close).fill_null(False))


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:2])))
