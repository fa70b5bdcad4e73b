# SPDX-License-Identifier: EUPL-1.2
"""The backtest: for each past month-end a forecast with what was known then, held against what came.

Nothing known after the day is used. Where the register has history, the forecast is made on the register's own snapshot
of the day; else the room's cut of a later one (styr.forecast.known) takes away what was not known yet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Protocol

import polars as pl

from styr.forecast.errors import Refused
from styr.forecast.months import Month, last_whole_month, months_between
from styr.forecast.record.held import Backtest
from styr.forecast.record.outcomes import Outcomes, budgets, is_final, outcomes
from styr.forecast.record.rows import Ask, rows_of, targets
from styr.forecast.result import Draws, Measure, Total
from styr.processes import cores, processes
from styr.register.snapshot import Snapshot

#: Grants times forecasts below which starting processes takes longer than they save.
_WORTH_IT = 200_000
#: Years before the first forecast whose run-rates tell how far a run-rate misses.
_HISTORY = 10


class Drawn(Protocol):
    """What a backtest needs of a forecast (styr.forecast.Forecast has it)."""

    def draws(self, by: Sequence[str] = ..., total: Total = ..., measure: Measure = ...) -> Draws:
        """The draws of a measure by cell and period."""


class Forecaster(Protocol):
    """Makes a forecast as styr.forecast.forecast does."""

    def __call__(
        self, snapshot: Snapshot, known_at: date, first: Month, last: Month, *,
        municipalities: Sequence[str] | None = ..., draws: int = ..., seed: int = ...,
    ) -> Drawn:  # fmt: skip
        """The forecast of the months first..last with what was known at known_at."""


@dataclass(frozen=True)
class Then:
    """What was known at a past month-end: the day, the snapshot it is seen in, whether that is the register's own of
    the day (else it is cut)."""

    known_at: date
    snapshot: Snapshot
    own: bool


def backtest(
    snapshot: Snapshot,
    first: Month,
    last: Month,
    ask: Ask | None = None,
    *,
    forecaster: Forecaster | None = None,
    snapshot_of: Callable[[date], Snapshot | None] | None = None,
    every: int = 1,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Forecasts known at the end of every month from first to last, a row for each target and cell that has come.

    snapshot is the latest, whose accounts are the outcomes; forecaster is the model (None: styr.forecast.forecast);
    snapshot_of gives the register's own snapshot of a day, None where it has none. every: 3 is the last month of each
    quarter, 12 each December. workers: processes to share the forecasts (None: the machine's cores, or one
    where little is to be done).
    Raises CannotAnswer when no month-end of the span has both a before and an after.
    """
    ask = ask or Ask()
    moments = list(moments_of(snapshot, first, last, snapshot_of, every))
    counted = (snapshot, ask.measure, ask.by)
    came = {total: outcomes(*counted, total, ask.municipalities, from_year=first.year) for total in ask.totals}
    known = _history(snapshot, ask, first.year)
    budget = budgets(snapshot, ask.by, ask.municipalities) if ask.measure == "net_expenditure" else None
    one = partial(_one, ask=ask, forecaster=forecaster or _model(), came=came, known=known, budget=budget)
    parts = []
    for done, part in enumerate(_each(one, moments, workers), 1):
        if part is not None:
            parts.append(part)
        if progress:
            progress(done, len(moments))
    if not parts:
        raise Refused("nothing_has_come", first=first, last=last, known_at=snapshot.known_at)
    return Backtest(_with_final(pl.concat(parts), snapshot), ask, snapshot, first, last)


def moments_of(
    snapshot: Snapshot,
    first: Month,
    last: Month,
    snapshot_of: Callable[[date], Snapshot | None] | None = None,
    every: int = 1,
) -> Iterator[Then]:
    """The past month-ends of a span, with the snapshot each is seen in. A snapshot of the register's own counts when
    the delivery it ends with is of that month; what it was known at is then the day."""
    if first > last:
        raise Refused("first_after_last", first=first, last=last)
    months = [month for month in months_between(first, last) if month.month % every == 0]
    months = [month for month in months if month.last < snapshot.known_at]
    if not months:
        raise Refused("no_month_end_past", first=first, last=last, known_at=snapshot.known_at)
    for month in months:
        own = snapshot_of(month.last) if snapshot_of else None
        if own and month.first <= own.known_at <= month.last:
            yield Then(own.known_at, own, True)
        else:
            yield Then(month.last, snapshot, False)


def _history(snapshot: Snapshot, ask: Ask, before: int) -> Outcomes:
    """The months the naive forecasts are made of."""
    return outcomes(
        snapshot, ask.measure, ask.by, "month", ask.municipalities, from_year=before - _HISTORY, control=False
    )


def _model() -> Forecaster:
    """The room's own forecast."""
    from styr.forecast import forecast

    return partial(forecast, threads=1)  # the cores are taken by the processes


def _one(
    then: Then,
    ask: Ask,
    forecaster: Forecaster,
    came: dict[Total, Outcomes],
    known: Outcomes,
    budget: Outcomes | None,
) -> pl.DataFrame | None:
    """The rows of one forecast; None where nothing of it has come."""
    to_come = [total for total in ask.totals if targets(ask, then.known_at, total, came[total])]
    if not to_come:
        return None
    if then.own:
        known = _history(then.snapshot, ask, then.known_at.year)
    whole = last_whole_month(then.known_at)
    start, furthest = whole.later(1), whole.later(ask.ahead)
    end = max(furthest, Month(start.year, 12))
    found = forecaster(
        then.snapshot, then.known_at, Month(start.year, 1), end,
        municipalities=ask.municipalities, draws=ask.draws, seed=ask.seed,
    )  # fmt: skip
    known = replace(known, values=known.values[:, : whole.number - known.first + 1])
    parts = [
        rows_of(ask, then.known_at, total, found.draws(ask.by, total, ask.measure), came[total], known, budget)
        for total in to_come
    ]
    return pl.concat(parts).with_columns(own_snapshot=pl.lit(then.own))


def _each(
    one: Callable[[Then], pl.DataFrame | None], moments: Sequence[Then], workers: int | None
) -> Iterable[pl.DataFrame | None]:
    few = sum(then.snapshot.rows("grants") for then in moments) < _WORTH_IT
    count = min(workers or (1 if few else cores()), len(moments))
    if count < 2:
        yield from map(one, moments)
        return
    with processes(count) as pool:
        waiting: list[Any] = [pool.submit(one, then) for then in moments]
        for each in waiting:
            yield each.result()


def _with_final(rows: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """Rows with final: whether the outcome will not change any more."""
    targets = rows.select("target", "total").unique()
    final = [
        is_final(Month(int(target), 12).last if total == "year" else Month.parse(target).last, total, snapshot)
        for target, total in targets.iter_rows()
    ]
    return rows.join(
        targets.with_columns(final=pl.Series(final, dtype=pl.Boolean)),
        on=["target", "total"],
        how="left",
        maintain_order="left",
    )
