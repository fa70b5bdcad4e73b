# SPDX-License-Identifier: EUPL-1.2
"""The rows of a backtest: each target of one forecast beside what came, with its scores and the naive forecasts'."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from styr.forecast.errors import Refused, part
from styr.forecast.months import Month, last_whole_month, months_between
from styr.forecast.record import naive
from styr.forecast.record.outcomes import Outcomes, places
from styr.forecast.record.scores import LEVELS, Floats, crps, interval, pit
from styr.forecast.result import DIMENSIONS, MEASURES, Draws, Measure, Total

#: The columns every backtest begins with; the dimensions asked for come after target (INTERFACE).
PROMISED = ("known_at", "target", "forecast", "lower80", "upper80", "actual", "error_pct", "naive_error_pct")


@dataclass(frozen=True)
class Ask:
    """What a backtest is asked for: a measure by dimensions, in targets of months and years; months ahead at most;
    draws and seed of each forecast; municipalities (None: all in the snapshot)."""

    measure: Measure = "net_expenditure"
    by: tuple[str, ...] = ()
    totals: tuple[Total, ...] = ("year",)
    ahead: int = 12
    draws: int = 1000
    seed: int = 1
    municipalities: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        known = {
            "measure": ([self.measure], MEASURES),
            "dimension": (self.by, DIMENSIONS),
            "total": (self.totals, ("year", "month")),
        }
        for what, (words, these) in known.items():
            if wrong := [word for word in words if word not in these]:
                raise Refused(f"backtest_without_{what}", word=wrong[0], known=", ".join(these))
        if not self.totals:
            raise Refused("backtest_of_nothing")


def rows_of(
    ask: Ask, known_at: date, total: Total, drawn: Draws, came: Outcomes, known: Outcomes, budget: Outcomes | None
) -> pl.DataFrame:
    """A row for each cell and target that has come, with the columns of PROMISED and beside them:

    horizon (months from the known-at day to the target's end), total; lower50 … upper95; crps (DKK, or persons); pit;
    naive (the run-rate), naive_crps (its absolute error), naive_dressed_crps (with its own past errors around it);
    last_year, last_year_error_pct, budget, budget_error_pct; hidden (the outcome must not be shown).
    Errors are forecast - actual in per cent of actual. came holds the outcomes, known the months known at the day.
    """
    whole = last_whole_month(known_at)
    numbers = targets(ask, known_at, total, came)
    _check_numbers(drawn, known_at)
    labels, values = _cells(drawn, came, [_name(number, total) for number in numbers], numbers)
    actual, hidden = came.at(labels, numbers)
    simple = _naive(ask, whole, total, numbers, labels, known)
    planned = _budget(budget, labels, numbers, total, actual.shape)
    chance = np.random.default_rng([ask.seed, known_at.toordinal(), len(total)]).random(actual.shape)
    mean = values.mean(axis=-1)
    columns: dict[str, np.ndarray] = {"forecast": mean, "actual": actual}
    for level in LEVELS:
        ends = interval(values, level)
        columns |= {f"{end}{level * 100:.0f}": each for end, each in zip(("lower", "upper"), ends, strict=True)}
    columns |= {
        "error_pct": _percent(mean, actual),
        "naive_error_pct": _percent(simple["naive"], actual),
        "crps": crps(values, actual),
        "pit": pit(values, actual, chance),
        **simple,
        "naive_crps": np.abs(simple["naive"] - actual),
        "naive_dressed_crps": _dressed_crps(ask, whole, total, numbers, labels, known, simple["naive"], actual),
        "last_year_error_pct": _percent(simple["last_year"], actual),
        "budget": planned,
        "budget_error_pct": _percent(planned, actual),
        "hidden": hidden,
    }
    return _frame(labels, known_at, whole, total, numbers, columns)


def targets(ask: Ask, known_at: date, total: Total, came: Outcomes) -> list[int]:
    """The numbers of the periods forecast that have come: months as far ahead as asked; the year of the next month, and
    whole years after it as far."""
    start, furthest = last_whole_month(known_at).later(1), last_whole_month(known_at).later(ask.ahead)
    numbers = [month.number for month in months_between(start, furthest)]
    if total == "year":
        later = range(start.year + 1, furthest.year + 1)
        numbers = [start.year, *(year for year in later if Month(year, 12) <= furthest)]
    return [number for number in numbers if number <= came.last]


def _check_numbers(drawn: Draws, known_at: date) -> None:
    """A forecast without a number must not pass for one that missed."""
    without = np.argwhere(~np.isfinite(drawn.values).all(axis=-1))
    if len(without):
        cell, period = (int(place) for place in without[0])
        where = ", ".join(str(word) for word in drawn.labels.row(cell)) if drawn.labels.width else part("all_together")
        raise Refused("without_number", known_at=known_at, period=drawn.periods[period], where=where)


def _name(number: int, total: Total) -> str:
    return str(Month.numbered(number)) if total == "month" else str(number)


def _cells(drawn: Draws, came: Outcomes, names: Sequence[str], numbers: Sequence[int]) -> tuple[pl.DataFrame, Floats]:
    """The cells forecast and those that came without being forecast (0 in every draw), and the draws of the targets:
    (cells, targets, draws)."""
    where = {str(name): place for place, name in enumerate(drawn.periods)}
    values = np.asarray(drawn.values[:, [where[name] for name in names]], dtype=float)
    if not came.labels.width:
        return came.labels, values
    labels = drawn.labels.select(came.labels.columns)
    unforeseen = came.labels.filter(pl.Series(places(labels, came.labels) < 0))
    moved, _ = came.at(unforeseen, numbers)
    unforeseen = unforeseen.filter(pl.Series((moved != 0).any(axis=1)))
    values = np.concatenate([values, np.zeros((unforeseen.height, *values.shape[1:]))])
    return pl.concat([labels, unforeseen.cast(labels.schema)]), values


def _naive(
    ask: Ask, whole: Month, total: Total, numbers: Sequence[int], labels: pl.DataFrame, known: Outcomes
) -> dict[str, Floats]:
    """The naive forecasts of the targets: (cells, targets)."""
    history, last = _history(labels, known, whole)
    ahead = (max(numbers) if total == "month" else max(numbers) * 12 + 11) - last
    return {
        name: _of_targets(ask, known.first, total, numbers, history, rule(history, ahead))
        for name, rule in (("naive", naive.run_rate), ("last_year", naive.last_year))
    }


def _history(labels: pl.DataFrame, known: Outcomes, whole: Month) -> tuple[Floats, int]:
    """The known months of cells (cells, months), and the number of the last: accounts may end before the last whole
    month."""
    last = min(whole.number, known.last)
    return known.at(labels, range(known.first, last + 1))[0], last


def _of_targets(ask: Ask, origin: int, total: Total, numbers: Sequence[int], history: Floats, coming: Floats) -> Floats:
    """Targets put together of known months (history, from the month numbered origin) and coming ones: months as they
    are, money of a year as a sum, activity of a year as a mean by days."""
    series = np.concatenate([history, coming], axis=1)
    if total == "month":
        return series[:, np.asarray(numbers) - origin]
    years = [months_between(Month(year, 1), Month(year, 12)) for year in numbers]
    if ask.measure == "persons":  # a year's persons are not made of its months'
        return np.full((len(series), len(years)), np.nan)
    parts = []
    for months in years:
        weight = np.ones(12)
        if ask.measure == "full_time_recipients":
            weight = np.array([month.last.day for month in months], dtype=float)
            weight /= weight.sum()
        columns = np.array([month.number for month in months]) - origin
        parts.append(series[:, columns] @ weight if columns[0] >= 0 else np.full(len(series), np.nan))
    return np.stack(parts, axis=1)


def _dressed_crps(
    ask: Ask,
    whole: Month,
    total: Total,
    numbers: Sequence[int],
    labels: pl.DataFrame,
    known: Outcomes,
    point: Floats,
    actual: Floats,
) -> Floats:
    """CRPS of the run-rate with its own past errors at the same horizon around it; nan where they are too few."""
    scores = np.full(actual.shape, np.nan)
    if total == "year" and ask.measure not in ("net_expenditure", "individual_expenditure"):
        return scores
    history, known_to = _history(labels, known, whole)
    for place, number in enumerate(numbers):
        last = (number if total == "month" else number * 12 + 11) - known_to
        first = last if total == "month" else max(number * 12 - known_to, 1)
        draws = naive.dressed(point[:, place], naive.run_rate_errors(history, first, last))
        if draws is not None:
            scores[:, place] = crps(draws, actual[:, place])
    return scores


def _budget(
    budget: Outcomes | None, labels: pl.DataFrame, numbers: Sequence[int], total: Total, shape: tuple[int, ...]
) -> Floats:
    """The year's budget, a twelfth of it for a month; nan where none is known."""
    if budget is None:
        return np.full(shape, np.nan)
    years = [number if total == "year" else number // 12 for number in numbers]
    values, _ = budget.at(labels, years)
    return values / (1 if total == "year" else 12)


def _percent(forecast: Floats, actual: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(actual != 0, 100 * (forecast - actual) / np.abs(actual), np.nan))


def _frame(
    labels: pl.DataFrame,
    known_at: date,
    whole: Month,
    total: Total,
    numbers: Sequence[int],
    columns: dict[str, np.ndarray],
) -> pl.DataFrame:
    """The arrays (cells, targets) as rows, promised columns first."""
    cells = max(labels.height, 1)
    ends = np.array([number if total == "month" else number * 12 + 11 for number in numbers], dtype=np.int64)
    targets = pl.DataFrame(
        {
            "target": pl.Series([_name(number, total) for number in numbers], dtype=pl.String),
            "horizon": pl.Series(ends - whole.number, dtype=pl.Int64),
            "year": pl.Series(ends // 12, dtype=pl.Int64),
        }
    )
    rows = labels.join(targets, how="cross", maintain_order="left_right") if labels.width else targets
    flat = {name: each.reshape(cells * len(numbers)) for name, each in columns.items()}
    rows = rows.with_columns(
        pl.lit(known_at).alias("known_at"),
        pl.lit(total, pl.String).alias("total"),
        *(pl.Series(name, each).fill_nan(None) if each.dtype == float else pl.Series(name, each)
          for name, each in flat.items()),
    )  # fmt: skip
    promised = ["known_at", "target", *labels.columns, *PROMISED[2:]]
    return rows.select(*promised, *(name for name in rows.columns if name not in promised))
