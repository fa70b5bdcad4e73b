# SPDX-License-Identifier: EUPL-1.2
"""How long it takes to import 1,000,000 grants and 2,000,000 postings with all checks and history, as a multiple of
loading the same files unchecked into bare SQLite tables; how much memory; and a snapshot as a share of the import.

Run: python benchmarks/register.py [millions of grants]
"""

from __future__ import annotations

import csv
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

MOST_TIMES_BARE, MOST_GIB, MOST_SNAPSHOT_SHARE = 5.0, 2.0, 0.25


def main(millions: float = 1.0) -> int:
    grants = int(millions * 1_000_000)
    work = Path(tempfile.mkdtemp(prefix="styr-bench-"))
    try:
        delivery = work / "delivery"
        write_delivery(delivery, grants)
        bare = timed(lambda: load_bare(delivery, work / "bare.sqlite3"))
        taken, memory = run(work, "import", str(delivery))
        copied, snapshot_memory = run(work, "snapshot")
    finally:
        shutil.rmtree(work)
    print(f"bare load of {grants:,} grants and {2 * grants:,} postings: {bare:.1f} s")
    rows = [
        ("import, times the bare load", taken / bare, MOST_TIMES_BARE),
        ("import, most memory in GiB", memory, MOST_GIB),
        ("snapshot, share of the import", copied / taken, MOST_SNAPSHOT_SHARE),
    ]
    print(f"import {taken:.1f} s; snapshot {copied:.1f} s, {snapshot_memory:.2f} GiB")
    for name, value, most in rows:
        print(f"{name}: {value:.2f} (at most {most:g}) {'ok' if value <= most else 'TOO MUCH'}")
    return int(any(value > most for _, value, most in rows))


def write_delivery(folder: Path, grants: int) -> None:
    """A plain delivery: citizens, grants and postings, columns made at random, all of it valid."""
    folder.mkdir(parents=True)
    rng = np.random.default_rng(1)
    citizens = grants // 3
    day = np.datetime64("1940-01-01")
    municipalities = np.array(["101", "147", "151", "265", "461", "561", "607", "751", "791", "851"])
    pl.DataFrame(
        {
            "citizen_id": [f"c{number:08d}" for number in range(citizens)],
            "birth_date": day + rng.integers(0, 20_000, citizens),
            "sex": rng.choice(np.array(["M", "K"]), citizens),
            "municipality": rng.choice(municipalities, citizens),
            "death_date": pl.Series([None] * citizens, dtype=pl.Date),
        }
    ).write_csv(folder / "citizens.csv")
    start = np.datetime64("2012-01-01") + rng.integers(0, 4000, grants)
    owner = rng.integers(0, citizens, grants)
    pl.DataFrame(
        {
            "grant_id": [f"g{number:08d}" for number in rng.permutation(grants)],
            "citizen_id": [f"c{number:08d}" for number in owner],
            "provision": rng.choice(np.array(["SEL-85", "SEL-107", "SEL-108", "SEL-104", "SEL-103"]), grants),
            "start_date": start,
            "end_date": pl.Series(start + rng.integers(0, 1500, grants)).set(pl.Series(rng.random(grants) < 0.3), None),
            "paying_municipality": rng.choice(municipalities, grants),
            "acting_municipality": rng.choice(municipalities, grants),
            "hours_per_week": rng.integers(1, 4000, grants) / 100,
            "price": rng.integers(10_000, 90_000_000, grants) / 100,
            "price_unit": rng.choice(np.array(["day", "month", "year"]), grants),
            "purpose": rng.choice(np.array(["progression", "maintenance"]), grants),
            "decision_date": start,
        }
    ).write_csv(folder / "grants.csv")
    postings = 2 * grants
    pl.DataFrame(
        {
            "posting_id": [f"p{number:09d}" for number in rng.permutation(postings)],
            "date": np.datetime64("2012-01-01") + rng.integers(0, 4700, postings),
            "municipality": rng.choice(municipalities, postings),
            "function": rng.choice(np.array(["5.38.50", "5.38.51", "5.38.52", "5.38.53"]), postings),
            "grouping": rng.choice(np.array(["001", "002", "003"]), postings),
            "dranst": rng.integers(1, 3, postings),
            "amount": rng.integers(-1_000_000, 9_000_000, postings) / 100,
            "citizen_id": [f"c{number:08d}" for number in rng.integers(0, citizens, postings)],
        }
    ).write_csv(folder / "postings.csv")


def load_bare(folder: Path, database: Path) -> None:
    """The same files into tables without types, checks or keys, in one transaction."""
    with sqlite3.connect(database) as store:
        for file in sorted(folder.glob("*.csv")):
            with file.open(newline="", encoding="utf-8") as stream:
                rows = csv.reader(stream)
                columns = next(rows)
                store.execute(f'CREATE TABLE "{file.stem}" ({", ".join(columns)})')
                store.executemany(f'INSERT INTO "{file.stem}" VALUES ({", ".join("?" * len(columns))})', rows)


def run(work: Path, *command: str) -> tuple[float, float]:
    """Seconds and GiB of a command of Styr on a store in the work folder."""
    environment = {**os.environ, "STYR_STORE": str(work / "store")}
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "styr", *command], env=environment, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status:
        raise SystemExit(f"styr {command[0]} failed")
    return seconds, usage.ru_maxrss / 2**20


def timed(work: object) -> float:
    start = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - start


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.exit(main(*(float(argument) for argument in sys.argv[1:])))
