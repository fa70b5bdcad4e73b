# SPDX-License-Identifier: EUPL-1.2
"""What the report asks of the forecast room: the forecast as of the report's year, what changed in it over half a year,
what it is made of, and how the forecasts of the year before have held."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import polars as pl

from styr.forecast import Month
from styr.forecast.assumptions import Assumptions
from styr.forecast.budget import budget_of
from styr.forecast.buffers import buffers
from styr.forecast.errors import Refused
from styr.forecast.explain import Change, explain
from styr.forecast.months import last_whole_month
from styr.forecast.record import Ask, Backtest, backtest
from styr.forecast.result import ForecastHeader, summary
from styr.forecast.streaming import Part, Question, forecast_table
from styr.processes import cores, processes
from styr.register.snapshot import Snapshot, open_snapshot
from styr.statistics import CannotAnswer

#: Draws of the forecast, of the change in it and of what it is made of, so that the same number stands in all; and of
#: each forecast of the record.
DRAWS, RECORD_DRAWS = 500, 100
#: Months whose ends forecasts are made at for the record, and from which the earlier forecast is.
RECORD_MONTHS, SINCE_MONTHS = 12, 6


_AS_LEARNED = Assumptions()
_WORTH_IT = 3_000  # grants from which a process of its own saves more than it takes to start


@dataclass(frozen=True)
class Foreseen:
    """A municipality's forecast of a year (target) as known at a day, with what stands beside it.

    year: mean, p05 … p95 of the target year; months: month, mean, p05 … p95, accounts, budget, earlier (DKK);
    budget, within: of the target year, None without one; made_of: buffer, amount, share; change: None where there is
    no earlier forecast.
    """

    known_at: date
    target: int
    since: date
    year: dict[str, float]
    months: pl.DataFrame
    budget: float | None
    within: float | None
    header: ForecastHeader
    change: Change | None
    made_of: pl.DataFrame
    made_of_header: ForecastHeader


def foreseen(snapshot: Snapshot, municipality: str, year: int, assumptions: Assumptions = _AS_LEARNED) -> Foreseen:
    """The forecast as of the end of a year, or of all that is known; of the year that is then to come, or not yet over.

    assumptions: what is known better than history; the forecast of half a year before is made without, so that the
    change says what they come to.
    Raises CannotAnswer when no forecast can be made, or it rests on too few citizens to be shown.
    """
    known_at = min(snapshot.known_at, date(year, 12, 31))
    over = last_whole_month(known_at)
    target = over.later(1).year
    first, last = Month(over.year, 1), Month(target, 12)
    parts: list[Part] = []
    table, header = forecast_table(
        snapshot,
        known_at,
        first,
        last,
        total="year",
        municipalities=[municipality],
        draws=DRAWS,
        assumptions=assumptions,
        beside=(Question(), parts.append),
    )
    row = table.to_pylist()[-1]
    if not row["mean"]:
        raise Refused("too_few_behind")
    made = parts[0].found[-1]
    since = over.later(-SINCE_MONTHS).last
    change = _change(snapshot, known_at, since, (first, last), municipality, assumptions)
    budget = _budget(snapshot, target, municipality)
    of_target = [str(month).startswith(str(target)) for month in made.periods]
    return Foreseen(
        known_at,
        target,
        since,
        {name: value for name, value in row.items() if name != "year"},
        _months(pl.DataFrame(pl.from_arrow(summary(made, "month"))), over, change, budget, target),
        budget,
        None if budget is None else float((made.values[0, of_target].sum(axis=0) <= budget).mean()),
        header,
        change,
        *_made_of(snapshot, known_at, target, municipality, assumptions),
    )


@contextmanager
def foreseeing(snapshot: Snapshot, municipality: str, year: int) -> Iterator[Callable[[], Foreseen]]:
    """The forecast being made in a process of its own while the report counts, handed over when it is asked for; of a
    small register made when asked for."""
    if snapshot.rows("grants") < _WORTH_IT or cores() == 1:
        yield lambda: foreseen(snapshot, municipality, year)
        return
    with processes(cores()) as pool:
        waiting = pool.submit(foreseen, snapshot, municipality, year)
        yield waiting.result


@cache
def record_of(folder: Path, municipality: str, last: Month) -> Backtest | None:
    """How the forecasts of the twelve month-ends up to a month have held, of years and months; None where nothing of
    them has come. Kept while the program runs: a snapshot's folder never changes."""
    ask = Ask(municipalities=(municipality,), draws=RECORD_DRAWS, totals=("year", "month"))
    try:
        return backtest(open_snapshot(folder), last.later(-RECORD_MONTHS), last.later(-1), ask)
    except CannotAnswer:
        return None


def _months(table: pl.DataFrame, over: Month, change: Change | None, budget: float | None, target: int) -> pl.DataFrame:
    """The forecast by month, with the accounts in place of it in months that are over (the last of them both, so that
    the fan begins where the accounts end), a twelfth of the budget, and the forecast of half a year before."""
    known, before = pl.col("month") <= str(over), pl.col("month") < str(over)
    of_target = pl.col("month").str.starts_with(str(target))
    bands = ("mean", "p05", "p10", "p50", "p90", "p95")
    table = table.with_columns(
        pl.when(known).then("mean").alias("accounts"),
        pl.when(of_target).then(pl.lit(None if budget is None else budget / 12, pl.Float64)).alias("budget"),
        *(pl.when(~before).then(name).alias(name) for name in bands),
    )
    if change is None:
        return table.with_columns(earlier=pl.lit(None, pl.Float64))
    rows = pl.DataFrame(pl.from_arrow(replace(change, total="month").table())).select("month", "earlier").unique()
    return table.join(rows.filter(pl.col("month") > str(Month.of(change.since))), on="month", how="left").sort("month")


def _budget(snapshot: Snapshot, year: int, municipality: str) -> float | None:
    try:
        return float(budget_of(snapshot, "adopted", (), [year], [municipality])["amount"].sum())
    except CannotAnswer:
        return None


def _change(
    snapshot: Snapshot,
    known_at: date,
    since: date,
    months: tuple[Month, Month],
    municipality: str,
    assumptions: Assumptions,
) -> Change | None:
    try:
        return explain(
            snapshot,
            known_at,
            since,
            *months,
            municipalities=[municipality],
            draws=DRAWS,
            assumptions=assumptions,
            earlier_assumptions=_AS_LEARNED,
        )
    except CannotAnswer:
        return None


def _made_of(
    snapshot: Snapshot, known_at: date, target: int, municipality: str, assumptions: Assumptions
) -> tuple[pl.DataFrame, ForecastHeader]:
    year = Month(target, 1), Month(target, 12)
    table, header = buffers(
        snapshot, known_at, *year, municipalities=[municipality], draws=DRAWS, assumptions=assumptions
    )
    return pl.DataFrame(pl.from_arrow(table)), header
