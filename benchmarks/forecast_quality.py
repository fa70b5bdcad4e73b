# SPDX-License-Identifier: EUPL-1.2
"""How good the forecast is: backtests on generated municipalities held against the project's marks, and stress
scenarios shown beside them.

    python benchmarks/forecast_quality.py [--quick] [--naive] [--no-stress] [--seeds N] [--draws N] [--rows FILE]

For each municipality and seed a forecast is made at the month-ends of 2019 to 2023 with what was known then, and held
against the accounts (net expenditure, dranst 1, all functions). The forecaster sees the delivered tables alone.
Exits 1 when a mark is missed; stress scenarios are shown, not marked. --naive puts the run-rate with its past errors in
the model's place, which shows what the harness says of a forecast that knows nothing. --rows keeps the rows as Parquet.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from country import country
from naive_forecaster import naive_forecast
from rich.console import Console
from rich.table import Table
from stress import SCENARIOS, Scenario, stressed

from styr.forecast.months import Month
from styr.forecast.record.backtesting import backtest
from styr.forecast.record.record import record
from styr.forecast.record.rows import Ask
from styr.processes import cores, processes

#: Inhabitants about: municipalities of the generated country of that size, one for each seed in turn.
SIZES = {
    "20,000": ("773", "665", "671", "727", "336"),
    "60,000": ("813", "259", "376", "746", "661"),
    "200,000": ("461", "851", "461", "851", "461"),
}
SPAN = (Month(2019, 1), Month(2023, 12))
COVERED = (75.0, 85.0)  # per cent of year totals inside the 80 % interval
BELOW_NAIVE = 40.0  # per cent that the CRPS is lower than the naive's, six months ahead
MOST_MAE, MOST_BIAS, MARKED = 1.0, 0.3, "60,000"  # per cent of the year total, forecast on 30 June


@dataclass(frozen=True)
class Job:
    """A backtest to make: which municipality and seed, what happens to it, when forecasts are made."""

    group: str
    municipality: str
    seed: int
    scenario: Scenario | None
    first: Month
    last: Month
    every: int
    draws: int
    naive: bool


def main() -> int:
    """Print the tables; 1 when a mark is missed."""
    asked = _arguments()
    began = time.perf_counter()
    rows = _made(_jobs(asked))
    if asked.rows:
        rows.write_parquet(asked.rows)
    marked, stress = rows.filter(pl.col("stress").not_()), rows.filter("stress")
    missed = []
    if marked.height:
        table = _summary(marked)
        _print("Generated municipalities", table)
        _print_horizons(marked)
        missed = _missed(table)
    if stress.height:
        _print("Stress: 60,000 inhabitants unless said, shown and not marked", _summary(stress))
    for words in missed:
        print(f"MISSED: {words}")
    print(f"{time.perf_counter() - began:,.0f} s")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="two seeds, the ends of quarters of 2021 to 2023")
    parser.add_argument("--naive", action="store_true", help="the run-rate in the model's place")
    parser.add_argument("--no-stress", action="store_true")
    parser.add_argument("--only-stress", action="store_true")
    parser.add_argument("--size", action="append", choices=list(SIZES))
    parser.add_argument("--seeds", type=int)
    parser.add_argument("--draws", type=int, default=400)
    parser.add_argument("--every", type=int)
    parser.add_argument("--rows", type=Path)
    return parser.parse_args()


def _jobs(asked: argparse.Namespace) -> list[Job]:
    seeds = asked.seeds or (2 if asked.quick else 5)
    every = asked.every or (3 if asked.quick else 1)
    first = Month(2021, 1) if asked.quick else SPAN[0]
    common = {"draws": asked.draws, "naive": asked.naive, "every": every}
    jobs = [
        Job(size, codes[seed % len(codes)], seed + 1, None, first, SPAN[1], **common)
        for size, codes in SIZES.items()
        for seed in range(seeds)
        if not asked.only_stress and (not asked.size or size in asked.size)
    ]
    if not asked.no_stress:
        jobs += [
            Job(scenario.name, scenario.municipalities[seed], seed + 1, scenario, *scenario.span, **common)
            for scenario in SCENARIOS
            for seed in range(min(seeds, len(scenario.municipalities)))
        ]
    return sorted(jobs, key=lambda job: job.group != "200,000")  # the longest first


def _made(jobs: Sequence[Job]) -> pl.DataFrame:
    with processes(min(cores(), len(jobs))) as pool:
        waiting = [pool.submit(_rows, job) for job in jobs]
        parts = []
        for done, each in enumerate(waiting, 1):
            parts.append(each.result())
            print(f"\r{done}/{len(jobs)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return pl.concat(parts)


def _rows(job: Job) -> pl.DataFrame:
    """The backtest's rows of one municipality and seed, with group, run and stress beside them."""
    snapshot = country(seed=job.seed, municipalities=[job.municipality])
    if job.scenario:
        snapshot = stressed(snapshot, job.scenario)
    ask = Ask(totals=("year", "month"), draws=job.draws, municipalities=(job.municipality,))
    found = backtest(
        snapshot, job.first, job.last, ask, forecaster=naive_forecast if job.naive else None, every=job.every, workers=1
    )  # fmt: skip
    return found.rows.with_columns(
        group=pl.lit(job.group),
        run=pl.lit(f"{job.municipality} seed {job.seed}"),
        stress=pl.lit(job.scenario is not None),
    )


def _summary(rows: pl.DataFrame) -> pl.DataFrame:
    """The marks' figures by group: year totals from every month-end, from 30 June, and months six ahead."""
    june = pl.col("known_at").dt.month() == 6
    years = rows.filter(total="year")
    whole = record(years, ["group"], cluster=["run", "year"])
    mid = record(years.filter(june), ["group"], cluster=["run", "year"])
    six = record(rows.filter(pl.col("total") == "month", pl.col("horizon") == 6), ["group"], cluster=["run", "year"])
    picked = whole.select(
        "group", "n", "years", "coverage50", "coverage80", "coverage80_lower", "coverage80_upper", "coverage95",
        "pit", "verdict", years_skill="skill",
    ).join(mid.select("group", "bias_pct", "mae_pct", "naive_mae_pct", "last_year_mae_pct", "budget_mae_pct",
                      june_skill="skill", june_coverage="coverage80"), on="group")  # fmt: skip
    picked = picked.join(six.select("group", six_skill="skill", six_last_year="last_year_skill"), on="group")
    order = {name: place for place, name in enumerate(dict.fromkeys([*SIZES, *rows["group"]]))}
    return picked.sort(pl.col("group").replace_strict(order))


_COLUMNS = {
    "group": "", "n": "n", "years": "years", "coverage80": "80 % covers", "coverage80_lower": "from",
    "coverage80_upper": "to", "coverage50": "50 %", "coverage95": "95 %", "verdict": "verdict", "pit": "PIT",
    "six_skill": "6 m: below naive %", "six_last_year": "below last year %", "years_skill": "years: below naive %",
    "june_skill": "June: below naive %", "june_coverage": "June: 80 % covers", "bias_pct": "June: bias %",
    "mae_pct": "MAE %", "naive_mae_pct": "naive", "last_year_mae_pct": "last year", "budget_mae_pct": "budget",
}  # fmt: skip


def _print(title: str, rows: pl.DataFrame) -> None:
    _show(title, rows, _COLUMNS)


def _print_horizons(rows: pl.DataFrame) -> None:
    """Year totals of every size by months from the known-at day to the year's end."""
    shown = record(rows.filter(total="year"), ["group", "horizon"], cluster=["run", "year"])
    _show("Year totals by months ahead", shown.sort("group", "horizon"), {
        "group": "", "horizon": "months ahead", "bias_pct": "bias %", "mae_pct": "MAE %", "crps_pct": "CRPS %",
        "naive_mae_pct": "naive", "last_year_mae_pct": "last year", "skill": "below naive %",
        "coverage80": "80 % covers", "coverage95": "95 %", "pit": "PIT",
    })  # fmt: skip


def _show(title: str, rows: pl.DataFrame, columns: dict[str, str]) -> None:
    table = Table(title=title, title_justify="left", box=None, header_style="bold")
    for name, words in columns.items():
        table.add_column(words, justify="left" if rows.schema[name] == pl.String else "right")
    for row in rows.select(list(columns)).iter_rows():
        table.add_row(*(_number(value) for value in row))
    Console(width=None if sys.stdout.isatty() else 260).print(table)


def _number(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:,.2f}" if isinstance(value, float) else str(value)


def _missed(table: pl.DataFrame) -> list[str]:
    """What does not reach its mark, in words."""
    words = []
    for row in table.iter_rows(named=True):
        who = f"{row['group']} inhabitants"
        if not COVERED[0] <= row["coverage80"] <= COVERED[1]:
            words.append(
                f"{who}: the 80 % interval of year totals covers {row['coverage80']:.1f} % "
                f"({row['coverage80_lower']:.0f}–{row['coverage80_upper']:.0f}), "
                f"not {COVERED[0]:.0f}–{COVERED[1]:.0f} %"
            )
        if row["six_skill"] < BELOW_NAIVE:
            words.append(
                f"{who}: six months ahead CRPS is {row['six_skill']:.1f} % below naive, not {BELOW_NAIVE:.0f} %"
            )
        if row["group"] == MARKED and row["mae_pct"] >= MOST_MAE:
            words.append(f"{who}: the mean absolute error on 30 June is {row['mae_pct']:.2f} %, not below {MOST_MAE} %")
        if row["group"] == MARKED and abs(row["bias_pct"]) > MOST_BIAS:
            words.append(f"{who}: the bias on 30 June is {row['bias_pct']:+.2f} %, not within {MOST_BIAS} %")
    return words


if __name__ == "__main__":
    sys.exit(main())
