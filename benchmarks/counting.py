# SPDX-License-Identifier: EUPL-1.2
"""How fast the generated country is counted, 2012-2024. Four marks:

  a  full-time recipients and individual expenditure by year, municipality, provision, age group and sex take at most
     5 times a bare DuckDB scan-and-sum of the same columns of the same grants;
  b  they are at least 30 times faster than the same with pandas, written as it is said, and give the same numbers;
  c  every indicator of the catalogue by year and municipality takes at most 20 seconds in all, in 3 GiB;
  d  the cost grows as the country does.

    python benchmarks/counting.py [--scale 1.0] [--part a] [--part b] ...

A large snapshot is prepared by the first question that needs it (statistics/engines/kept.py), and what is prepared is
kept beside the snapshot. Both are shown: the first question with its preparation, and later ones, each with an engine
and a connection opened for it, as the bare scan opens its own. Marks are for later questions. The ratio of a and d is
of processor time, which other work on the machine disturbs least; seconds are by the clock.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

import duckdb
from country import country
from with_pandas import WITH_PANDAS

from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, Result, count, indicators, session
from styr.statistics.engines.kept import FOLDER

MOST_TIMES_BARE, LEAST_TIMES_PANDAS, MOST_SECONDS, MOST_GIB, MOST_GROWTH = 5.0, 30.0, 20.0, 3.0, 1.3
YEARS = (2012, 2024)
BY = ("year", "municipality", "provision", "age_group", "sex")
COLUMNS = {
    "full_time_recipients": ("citizen_id", "provision", "start_date", "end_date", "paying_municipality"),
    "individual_expenditure": (
        "grant_id", "citizen_id", "provision", "start_date", "end_date", "paying_municipality",
        "hours_per_week", "price", "price_unit",
    ),
}  # fmt: skip
SCALES = (0.25, 0.5, 1.0, 2.0)
OF_PANDAS = 0.25  # pandas needs minutes for the whole country
REPEATS = 7
#: Seconds by the clock and of the processor.
Spent = tuple[float, float]
#: What all indicators took, the peak memory in GiB, and what each took.
Catalogue = tuple[Spent, float, dict[str, Spent]]


def main() -> int:
    """Print the measurements; 1 when a mark is missed."""
    arguments = _arguments()
    parts = {
        "c": partial(catalogue, arguments.scale),
        "a": partial(tables, arguments.scale),
        "b": beside_pandas,
        "d": growth,
    }
    missed = [mark for name, part in parts.items() if name in arguments.part for mark in part()]
    for mark in missed:
        print(f"MISSED: {mark}")
    return int(bool(missed))


def tables(scale: float) -> list[str]:
    """a: the two tables beside a bare scan."""
    snapshot, missed = country(scale), []
    print(f"\na. {snapshot.rows('grants'):,} grants of {snapshot.rows('citizens'):,} citizens")
    shutil.rmtree(snapshot.folder / FOLDER, ignore_errors=True)
    for indicator, columns in COLUMNS.items():
        ask = partial(_count, snapshot, indicator)
        first = spent(ask)
        bare, later = least(partial(scan_and_sum, snapshot, columns)), least(ask)
        times = later[1] / bare[1]
        print(f"{indicator}: {_said(later)}; bare {_said(bare)}: {times:.1f} times ({later[0] / bare[0]:.1f} by the "
              f"clock; at most {MOST_TIMES_BARE:g}). The first question, with preparation: {_said(first)}")  # fmt: skip
        if times > MOST_TIMES_BARE:
            missed.append(f"{indicator} takes {times:.1f} times a bare scan")
    return missed


def beside_pandas() -> list[str]:
    """b: the two tables beside pandas, and the same numbers from both."""
    snapshot, missed = country(OF_PANDAS), []
    print(f"\nb. {snapshot.rows('grants'):,} grants")
    for indicator, by_pandas in WITH_PANDAS.items():
        _count(snapshot, indicator)
        later = least(partial(_count, snapshot, indicator))
        start = time.perf_counter(), time.process_time()
        wanted = by_pandas(snapshot, YEARS)
        pandas = time.perf_counter() - start[0], time.process_time() - start[1]
        cells = {tuple(row[key] for key in BY): row["value"] for row in _count(snapshot, indicator).table.to_pylist()}
        assert cells.keys() == wanted.keys(), "the same cells"
        assert all(abs(cells[key] - value) <= 1e-9 * max(1.0, abs(value)) for key, value in wanted.items()), "numbers"
        times = pandas[1] / later[1]
        print(f"{indicator}: {_said(later)}; pandas {_said(pandas)}: {times:.0f} times (at least "
              f"{LEAST_TIMES_PANDAS:g}), the same {len(cells):,} numbers")  # fmt: skip
        if times < LEAST_TIMES_PANDAS:
            missed.append(f"pandas takes only {times:.0f} times as long for {indicator}")
    return missed


def catalogue(scale: float) -> list[str]:
    """c: every indicator by year and municipality, in a session: with preparation, in a new process after that, and
    once more in the same process."""
    snapshot, missed = country(scale), []
    print(f"\nc. {len(indicators())} indicators by year and municipality")
    shutil.rmtree(snapshot.folder / FOLDER, ignore_errors=True)
    found = {"with preparation": _in_new_process(scale, 1)[0]}
    found["later"], found["once more"] = _in_new_process(scale, 2)
    for when, (took, gib, each) in found.items():
        print(f"{when}: {_said(took)}, peak memory {gib:.2f} GiB (at most {MOST_SECONDS:g} s, {MOST_GIB:g} GiB)")
        for key, one in sorted(each.items(), key=lambda item: -item[1][0])[:12]:
            print(f"    {key:40s} {_said(one)}")
    if (seconds := found["later"][0][0]) > MOST_SECONDS:
        missed.append(f"the catalogue takes {seconds:.0f} s")
    if (most := max(gib for _, gib, _ in found.values())) > MOST_GIB:
        missed.append(f"the catalogue takes {most:.1f} GiB")
    return missed


def _in_new_process(scale: float, times: int) -> list[Catalogue]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return [process.submit(_whole_catalogue, scale).result() for _ in range(times)]


def _whole_catalogue(scale: float) -> Catalogue:
    """What the catalogue takes in one session: all together, the process's peak memory in GiB, and each indicator."""
    snapshot = country(scale)
    each: dict[str, Spent] = {}
    start = time.perf_counter(), time.process_time()
    with session(snapshot):
        for indicator in indicators():
            each[indicator.key] = spent(partial(_longest, snapshot, indicator.key))
    took = time.perf_counter() - start[0], time.process_time() - start[1]
    return took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2, each


def growth() -> list[str]:
    """d: the processor's seconds for a million grants at each scale; they may not grow with it."""
    print("\nd. processor seconds for a million grants")
    missed = []
    for indicator in COLUMNS:
        million = {}
        for scale in SCALES:
            snapshot = country(scale)
            _count(snapshot, indicator)
            took = least(partial(_count, snapshot, indicator))
            million[scale] = took[1] / snapshot.rows("grants") * 1e6
            print(f"{indicator} at scale {scale:g}: {_said(took)}, {million[scale]:.2f} for a million")
        if million[2.0] > MOST_GROWTH * million[0.5]:
            missed.append(
                f"{indicator} costs {million[2.0] / million[0.5]:.2f} times as much a grant at scale 2 as at ½"
            )
    return missed


def scan_and_sum(snapshot: Snapshot, columns: Sequence[str]) -> None:
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


def _count(snapshot: Snapshot, indicator: str) -> Result:
    """The table asked for. Small cells are not looked for: neither the scan nor pandas does."""
    return count(snapshot, indicator, BY, *YEARS, disclosure_control=False)


def _longest(snapshot: Snapshot, indicator: str) -> object:
    """By year and municipality, from the first of the years that can be answered to the last that can."""
    for first in range(YEARS[0], YEARS[1] + 1):
        for last in (YEARS[1], YEARS[1] - 1):
            try:
                return count(snapshot, indicator, ("year", "municipality"), first, last, disclosure_control=False)
            except CannotAnswer:
                continue
    raise CannotAnswer(f"{indicator} cannot be answered in any year.")


def least(work: Callable[[], object]) -> Spent:
    """The least seconds of some runs, by the clock and of the processor: what work takes when nothing disturbs it."""
    runs = [spent(work) for _ in range(REPEATS)]
    return min(clock for clock, _ in runs), min(processor for _, processor in runs)


def spent(work: Callable[[], object]) -> Spent:
    """Seconds by the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - clock, time.process_time() - processor


def _said(took: Spent) -> str:
    return f"{took[0]:.2f} s (processor {took[1]:.2f})"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--part", action="append", choices=("a", "b", "c", "d"), default=None)
    arguments = parser.parse_args()
    arguments.part = arguments.part or ["a", "b", "c", "d"]
    return arguments


if __name__ == "__main__":
    sys.exit(main())
