# SPDX-License-Identifier: EUPL-1.2
"""How fast forecasts are made, on generated municipalities. Four marks:

  a  one municipality of 60,000 inhabitants: read, fit and 1,000 draws of 24 months in under 3 seconds on two cores;
  b  at least 100 times as many person-months a second as the obvious stock-and-flow loop, day by day in pandas;
  c  the whole country, 60 months, 1,000 draws, in at most 60 seconds and 4 GiB (takes the generated country, which is
     made first where it is not kept);
  d  the time grows as the draws do, and as the municipalities.

    python benchmarks/forecast.py [--part a] [--part b] [--part c] [--part d]

The first forecast after an installation compiles, which is shown apart; what is compiled is kept on disk. Seconds are
by the clock; processor seconds of all processes stand beside them, since other work on the machine disturbs the clock.
"""

from __future__ import annotations

import argparse
import resource
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import psutil
from country import country

from styr.forecast import Month, forecast
from styr.forecast.streaming import forecast_table
from styr.register.snapshot import Snapshot

MOST_SECONDS, LEAST_TIMES, MOST_COUNTRY, MOST_GIB, MOST_GROWTH = 3.0, 100.0, 60.0, 4.0, 1.3
TOWN, LARGE = "813", "461"  # about 60,000 and 200,000 inhabitants
DAY = date(2022, 12, 31)
DRAWS, MONTHS = 1000, 24


def main() -> int:
    """Print the measurements; 1 when a mark is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", action="append", choices=["a", "b", "c", "d"])
    chosen = parser.parse_args().part or ["a", "b", "c", "d"]
    snapshot = country(municipalities=[TOWN])
    first, _ = spent(lambda: one(snapshot, 1))
    print(f"first forecast of all, compiling where nothing is kept: {first:.1f} s")
    parts: dict[str, Callable[[], bool]] = {
        "a": lambda: municipality(snapshot),
        "b": lambda: against_pandas(snapshot),
        "c": whole_country,
        "d": lambda: growth(snapshot),
    }
    held = [parts[part]() for part in chosen]
    return 0 if all(held) else 1


def one(snapshot: Snapshot, draws: int, months: int = MONTHS, threads: int = 2) -> np.ndarray:
    """The draws of a municipality's months to come, in DKK."""
    first = Month.of(DAY).later(1)
    made = forecast(snapshot, DAY, first, first.later(months - 1), draws=draws, threads=threads)
    return made.draws().values


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processor."""
    clock, worked = time.perf_counter(), _processor()
    work()
    return time.perf_counter() - clock, _processor() - worked


def _processor() -> float:
    """Processor seconds of this process, of those it started, and of those that have ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    running = [each.cpu_times() for each in _family()]
    return float(ended.ru_utime + ended.ru_stime + sum(each.user + each.system for each in running))


def _family() -> list[psutil.Process]:
    """This process and those it has started that are still there."""
    own = psutil.Process()
    return [own, *own.children(recursive=True)]


class Memory:
    """The most memory that this process and those it started take together, looked at ten times a second."""

    def __init__(self) -> None:
        self.most, self._over = 0, threading.Event()
        self._watch = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Memory:
        self._watch.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._watch.join()

    def _look(self) -> None:
        while not self._over.wait(0.1):
            with suppress(psutil.NoSuchProcess):
                self.most = max(self.most, sum(each.memory_info().rss for each in _family()))


def municipality(snapshot: Snapshot) -> bool:
    """Mark a."""
    clock, worked = min(spent(lambda: one(snapshot, DRAWS)) for _ in range(3))
    people = _inhabitants(snapshot)
    print(f"a  {people:,} inhabitants, {DRAWS:,} draws of {MONTHS} months: {clock:.2f} s ({worked:.2f} processor)")
    return _said(clock < MOST_SECONDS, f"under {MOST_SECONDS:.0f} s")


def _inhabitants(snapshot: Snapshot) -> int:
    rows = pl.read_parquet(snapshot.path("population")).filter(pl.col("year") == DAY.year)
    return int(rows["persons"].sum())


def against_pandas(snapshot: Snapshot) -> bool:
    """Mark b, in processor time: person-months are those of the running grants over the months, in every draw."""
    running = _running(snapshot)
    few = 2
    _, ours = spent(lambda: one(snapshot, DRAWS, threads=1))
    _, theirs = spent(lambda: by_day_in_pandas(running, few, MONTHS))
    rates = [len(running) * MONTHS * draws / seconds for draws, seconds in ((DRAWS, ours), (few, theirs))]
    print(f"b  person-months a second {rates[0]:,.0f}, in pandas {rates[1]:,.0f}: {rates[0] / rates[1]:,.0f} times")
    return _said(rates[0] / rates[1] >= LEAST_TIMES, f"at least {LEAST_TIMES:.0f} times")


def _running(snapshot: Snapshot) -> pd.DataFrame:
    """Running grants: start and cost a day."""
    rows = pl.read_parquet(snapshot.path("grants"))
    rows = rows.filter((pl.col("start_date") <= DAY) & (pl.col("end_date").is_null() | (pl.col("end_date") > DAY)))
    return rows.select("provision", "start_date", pl.col("price").cast(pl.Float64).fill_null(0.0)).to_pandas()


def by_day_in_pandas(running: pd.DataFrame, draws: int, months: int) -> pd.DataFrame:
    """The obvious stock-and-flow loop: every day those who leave are drawn and taken out, those who come are drawn and
    put in, and the day's cost is added to its month. Simpler than the forecast: one rate for all, no transitions."""
    rng = np.random.default_rng(1)
    results = []
    for draw in range(draws):
        stock = running.copy()
        for day in pd.date_range(DAY, periods=int(months * 30.4), freq="D"):
            elapsed = (day - pd.to_datetime(stock["start_date"])).dt.days
            chance = np.where(elapsed < 365, 0.0015, 0.0007)
            stock = stock[rng.random(len(stock)) >= chance]
            new = stock.sample(rng.poisson(len(running) * 0.0008), random_state=int(rng.integers(2**31))).copy()
            new["start_date"] = day.date()
            stock = pd.concat([stock, new], ignore_index=True)
            results.append({"draw": draw, "month": day.strftime("%Y-%m"), "cost": stock["price"].sum()})
    return pd.DataFrame(results).groupby(["draw", "month"])["cost"].sum().unstack("draw").quantile([0.1, 0.9], axis=1)


def whole_country() -> bool:
    """Mark c."""
    snapshot = country()
    first = Month.of(DAY).later(1)

    def work() -> None:
        forecast_table(
            snapshot, DAY, first, first.later(59), by=["municipality", "function"], total="year", draws=DRAWS
        )

    with Memory() as memory:
        clock, worked = spent(work)
    peak = memory.most / 2**30
    print(f"c  the country, 60 months, {DRAWS:,} draws: {clock:.0f} s ({worked:.0f} processor), {peak:.1f} GiB")
    return _said(clock <= MOST_COUNTRY and peak <= MOST_GIB, f"at most {MOST_COUNTRY:.0f} s and {MOST_GIB:.0f} GiB")


def growth(snapshot: Snapshot) -> bool:
    """Mark d: what another draw costs with 1,000 and with 4,000 of them, and a running grant of a municipality of about
    200,000 against one of about 60,000; the same of months is shown."""
    base, some, many = (
        min(spent(lambda n=n: one(snapshot, n, threads=1))[1] for _ in range(2)) for n in (1, 1000, 4000)
    )
    ratio = (many - base) / (some - base) / 4
    twice = min(spent(lambda: one(snapshot, DRAWS, 2 * MONTHS, threads=1))[1] for _ in range(2))
    print(
        f"d  4,000 draws for 1,000: {ratio:.2f} of linear; {2 * MONTHS} months for {MONTHS}: {twice / some:.2f} times"
    )
    people = _of_people(snapshot)
    return _said(max(ratio, people) <= MOST_GROWTH, f"at most {MOST_GROWTH} of linear")


def _of_people(small: Snapshot) -> float:
    """What a draw costs for each running grant in a large municipality, as a share of the same in a smaller one."""
    large, costs = country(municipalities=[LARGE]), []
    for snapshot in (small, large):
        some, many = (min(_worked(snapshot, draws) for _ in range(2)) for draws in (1, DRAWS))
        costs.append((many - some) / len(_running(snapshot)))
    ratio = costs[1] / costs[0]
    print(f"   {_inhabitants(large):,} inhabitants for {_inhabitants(small):,}: {ratio:.2f} of linear in grants")
    return ratio


def _worked(snapshot: Snapshot, draws: int) -> float:
    return spent(lambda: one(snapshot, draws, threads=1))[1]


def _said(held: bool, mark: str) -> bool:
    print(f"   {'holds' if held else 'MISSED'}: {mark}")
    return held


if __name__ == "__main__":
    sys.exit(main())
