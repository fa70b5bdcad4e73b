# SPDX-License-Identifier: EUPL-1.2
"""What comes of simulating a municipality: draws of any measure, by any dimensions, over the months asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl

from styr import vocabulary
from styr.forecast import bridge as bridges
from styr.forecast import steady
from styr.forecast.assumptions import Assumptions
from styr.forecast.axis import Axis, axis
from styr.forecast.cells import cells_of
from styr.forecast.distinct import behind, shares
from styr.forecast.luck import standard_normals
from styr.forecast.months import Month, last_whole_month, months_between
from styr.forecast.observed import Observed, observed
from styr.forecast.parts import Cells, Parts
from styr.forecast.result import Draws, Measure, Total
from styr.forecast.simulate import Simulated, simulated
from styr.forecast.town import Town

#: Where draws are made: in this process, or split over the executors of a Spark cluster.
Engine = Literal["local", "spark"]
ENGINES: tuple[Engine, ...] = ("local", "spark")
#: Years of accounts and grants that the bridge is learned from.
_BRIDGE_YEARS = 6
_SHORT_HISTORY = 2 * 365  # days
_FEW_GRANTS = 20
#: Dimensions with cells that nobody may ever be in; those are left out.
_MAY_BE_EMPTY = {"operator_type", "age_group", "target_group"}
#: Dimensions that are the same for all of a municipality.
_PLACES: Mapping[str, Callable[[str], str]] = {"municipality": str, "region": vocabulary.region_of}


class Outcome:
    """The forecast of one municipality. Simulated when first asked for, and again, with the same draws, for
    dimensions it has not been split by before."""

    def __init__(
        self, town: Town, known_at: date, first: Month, last: Month, draws: int, seed: int, assumptions: Assumptions,
        threads: int, engine: Engine = "local",
    ) -> None:  # fmt: skip
        self.town, self.known_at, self.first, self.last = town, known_at, first, last
        self.size, self.seed, self.assumptions = draws, seed, assumptions
        self.threads, self.engine = threads, engine
        self.over = last_whole_month(known_at)
        self._kept: dict[tuple[tuple[str, ...], bool], tuple[pl.DataFrame, Cells, Observed, Simulated]] = {}

    @property
    def lacks(self) -> tuple[str, ...]:
        """What stands in the way of a full forecast, as keys of caveats."""
        days = self.town.parts.today - self.town.observed_from
        return (
            *self.town.lacks,
            *(["named_slip"] if len(self.town.parts.named) and self.town.parts.slip < 0 else []),
            *(["no_accounts"] if self.town.accounts.height == 0 else []),
            *(["short_history"] if days < _SHORT_HISTORY else []),
            *(["few_grants"] if len(self.town.parts.running) < _FEW_GRANTS else []),
        )

    @cached_property
    def past(self) -> Axis:
        """The axis of what is known, up to the known-at month."""
        begin = min(Month(self.known_at.year - _BRIDGE_YEARS, 1), self.first)
        return axis(begin, max(Month.of(self.known_at), begin))

    def draws(self, measure: Measure, by: tuple[str, ...], total: Total) -> Draws:
        """Draws by the dimensions."""
        inner = tuple(each for each in by if each not in _PLACES)
        if measure in ("net_expenditure", "individual_expenditure"):
            labels, values = self.money(measure, inner)
            periods, summed = _summed(values, self.first, self.last, total)
        else:
            labels, periods, summed = self._activity(measure, inner, total)
        labels, summed = _by(labels, summed, inner)
        if outer := [pl.Series(name, [_PLACES[name](self.town.code)] * len(summed)) for name in by if name in _PLACES]:
            labels = labels.with_columns(outer) if inner else pl.DataFrame(outer)
        return Draws(labels.select(by), periods, summed)

    def behind(self, by: tuple[str, ...], total: Total) -> pl.DataFrame:
        """How many citizens are behind each cell; see distinct.behind."""
        return behind(self.town, self.known_at, by, total)

    def _made(self, by: tuple[str, ...], activity: bool) -> tuple[pl.DataFrame, Cells, Observed, Simulated]:
        kept = tuple(sorted(set(by) - {"function"}))
        for key in ((kept, True), (kept, activity)):
            if key in self._kept:
                return self._kept[key]
        cells, labels = cells_of(self.town.lists, self.town.functions, kept)
        parts = self.town.parts
        seen = observed(self.town.grants, self.town.prices, parts.following.sickness, cells, self.past, parts.today)
        made = self._simulated(parts, cells, activity)
        self._kept[kept, activity] = labels, cells, seen, made
        return self._kept[kept, activity]

    def _simulated(self, parts: Parts, cells: Cells, activity: bool) -> Simulated:
        if self.engine == "spark":
            from styr.forecast.over_spark import simulated_over_spark

            return simulated_over_spark(parts, cells, self.size, self.seed, activity=activity)
        return simulated(parts, cells, self.size, self.seed, activity=activity, threads=self.threads)

    def _over_months(self, past: np.ndarray, future: np.ndarray) -> np.ndarray:
        """What is seen (cells, past months) and simulated (draws, cells, axis months), over the months asked for."""
        months = self.last.number - self.first.number + 1
        result = np.zeros((len(future), past.shape[0], months))
        _copy(past[None], self.past.first_number, result, self.first.number)
        ahead = np.zeros_like(result)
        _copy(future, self.town.parts.axis.first_number, ahead, self.first.number)
        return np.asarray(result + ahead)

    def money(self, measure: Measure, by: tuple[str, ...]) -> tuple[pl.DataFrame, np.ndarray]:
        """Expenditure of the base cells (see cells_of; of net expenditure also of functions without grants, which have
        no other label): their labels, and draws (draws, cells, months)."""
        labels, _, seen, made = self._made(by, False)
        individual = self._over_months(seen.cost, made.cost)
        if measure == "individual_expenditure":
            return labels, individual
        functions, net = self._net()
        return _spread_out(labels, individual, functions, net)

    @cached_property
    def _by_function(self) -> tuple[list[str], np.ndarray, np.ndarray]:
        """Functions with grants or accounts; what their grants cost in the past months (late-registered ones as they
        are on average), and in the months from the known-at month on (draws, functions, months)."""
        labels, _, seen, made = self._made((), False)
        place = labels["function"].to_list()
        functions = sorted({*place, *self.town.accounts["function"].unique()})
        past = np.zeros((len(functions), self.past.months))
        shift = self.town.parts.axis.first_number - self.past.first_number
        late = made.cost.mean(axis=0, dtype=np.float64)[:, : self.past.months - shift]
        ahead = np.zeros((self.size, len(functions), made.cost.shape[2]))
        for cell, function in enumerate(place):
            row = functions.index(function)
            past[row] += seen.cost[cell]
            past[row, shift:] += late[cell]
            ahead[:, row] += made.cost[:, cell]
        known = past.copy()
        known[:, shift:] -= 0.0
        month = self.past.months - 1 - shift  # the known-at month on the simulation's axis: part of it is known
        seen_now = np.zeros(len(functions))
        for cell, function in enumerate(place):
            seen_now[functions.index(function)] += seen.cost[cell, -1]
        ahead[:, :, month] += seen_now[None]
        return functions, past, ahead[:, :, month:]

    def _net(self) -> tuple[list[str], np.ndarray]:
        """Net expenditure by function over the months asked for: (draws, functions, months)."""
        functions, past, ahead = self._by_function
        whole = self.over.number - self.past.first_number + 1
        accounts = _matrix(self.town.accounts, functions, self.past)
        result = np.zeros((self.size, len(functions), self.last.number - self.first.number + 1))
        _copy(accounts[None, :, :whole], self.past.first_number, result, self.first.number)
        if self.last.number <= self.over.number:
            return functions, result
        begin = _accounts_from(accounts[:, :whole])
        index = _index(self.town.growth, self.past.first_number, self.last.number)
        calendar = self.over.number % 12
        kept = steady.learned(accounts[:, begin:whole], past[:, begin:whole], index[begin:whole], calendar)
        drivers = kept.carried(past[:, begin:whole], index[begin:whole], np.arange(begin, whole) - whole + 1)
        found = bridges.learned(accounts[:, begin:whole], drivers, calendar)
        if begin >= whole:  # no accounts at all: they are taken to say what the grants cost
            found = replace(found, level=np.ones(len(functions)))
        first_ahead = self.over.number + 1
        months = np.arange(first_ahead, self.last.number + 1)
        skip = first_ahead - Month.of(self.known_at).number
        levels = index[first_ahead - self.past.first_number :][: len(months)]
        future = kept.carried(ahead[:, :, skip : skip + len(months)], levels, months - self.over.number)
        factor = np.array([self.assumptions.factor("bridge", self.town.code, function=each) for each in functions])
        ahead_years = int(months[-1] // 12 - months[0] // 12) + 1
        luck = standard_normals(self.town.parts.person, self.seed, self.size, functions, ahead_years, months)
        net = bridges.carried_over(found, future, months, int(months[0] // 12), luck) * factor[None, :, None]
        _copy(net, first_ahead, result, self.first.number)
        return functions, result

    def _activity(
        self, measure: Measure, by: tuple[str, ...], total: Total
    ) -> tuple[pl.DataFrame, tuple[str | int, ...], np.ndarray]:
        labels, _, seen, made = self._made(by, True)
        share = shares(self.town, self.known_at, by, labels, measure, total)
        if measure == "full_time_recipients":
            days = self._over_months(seen.days, made.days)
            periods, summed = _summed(days, self.first, self.last, total)
            _, length = _summed(_lengths(self.first, self.last), self.first, self.last, total)
            return labels, periods, summed * share[:, None, None] / length
        if total == "month":
            many = self._over_months(seen.persons, made.persons)
            periods, summed = _summed(many, self.first, self.last, "month")
            return labels, periods, summed * share[:, None, None]
        years = range(self.first.year, self.last.year + 1)
        result = np.zeros((labels.height, len(years), self.size))
        for column, year in enumerate(years):
            if 0 <= year - self.past.first_year < seen.in_year.shape[1]:
                result[:, column] += seen.in_year[:, year - self.past.first_year][:, None]
            place = year - self.town.parts.axis.first_year
            if 0 <= place < made.in_year.shape[2]:
                result[:, column] += made.in_year[:, :, place].T
        return labels, tuple(years), result * share[:, None, None]


def _copy(source: np.ndarray, begins: int, target: np.ndarray, at: int) -> None:
    """Copy the months two arrays (…, months) share, the first of source being begins and of target at."""
    low, high = max(begins, at), min(begins + source.shape[2], at + target.shape[2])
    if low < high:
        target[:, :, low - at : high - at] = source[:, :, low - begins : high - begins]


def _summed(values: np.ndarray, first: Month, last: Month, total: Total) -> tuple[tuple[str | int, ...], np.ndarray]:
    """(draws, cells, months) as (cells, periods, draws), months added up to years when asked."""
    months = months_between(first, last)
    if total == "month":
        return tuple(map(str, months)), np.moveaxis(values, 0, 2)
    years = sorted({month.year for month in months})
    parts = [values[:, :, [month.year == year for month in months]].sum(axis=2) for year in years]
    return tuple(years), np.moveaxis(np.stack(parts, axis=2), 0, 2)


def _lengths(first: Month, last: Month) -> np.ndarray:
    days = [(month.last - month.first).days + 1 for month in months_between(first, last)]
    return np.array(days, dtype=float)[None, None]


def _by(labels: pl.DataFrame, values: np.ndarray, by: tuple[str, ...]) -> tuple[pl.DataFrame, np.ndarray]:
    """Cells added up to those of the dimensions; one of several target groups stands in each."""
    rows = labels.with_row_index("_cell")
    if "target_group" in by:
        rows = rows.with_columns(pl.col("target_groups").alias("target_group")).explode("target_group")
    if not by:
        return pl.DataFrame(), values.sum(axis=0, keepdims=True)
    keys = rows.select(by).unique(maintain_order=True).sort(by, nulls_last=True).with_row_index("_to")
    placed = rows.join(keys, on=by, how="left", nulls_equal=True, maintain_order="left")
    result = np.zeros((keys.height, *values.shape[1:]))
    np.add.at(result, placed["_to"].to_numpy(), values[placed["_cell"].to_numpy()])
    some = result.any(axis=(1, 2)) | (not _MAY_BE_EMPTY.intersection(by))
    return keys.drop("_to").filter(pl.Series(some)), result[some]


def _spread_out(
    labels: pl.DataFrame, individual: np.ndarray, functions: list[str], net: np.ndarray
) -> tuple[pl.DataFrame, np.ndarray]:
    """Net expenditure of functions over their cells, in proportion to what their grants cost in the month; a function
    without grants has a cell of its own, with nothing known of it but the function."""
    result, extra = np.zeros_like(individual), []
    of = np.array([functions.index(each) for each in labels["function"]], dtype=int)
    for place in range(len(functions)):
        mine = np.flatnonzero(of == place)
        whole = individual[:, mine].sum(axis=1)
        some = whole > 0
        for cell in mine:
            result[:, cell] = np.where(some, individual[:, cell] / np.where(some, whole, 1.0), 0.0) * net[:, place]
        left = np.where(some, 0.0, net[:, place]) if len(mine) else net[:, place]
        if np.any(left):
            extra.append((place, left))
    if not extra:
        return labels, result
    more = pl.DataFrame({"function": [functions[place] for place, _ in extra]}, schema={"function": pl.String})
    together = pl.concat([labels, more], how="diagonal")
    return together, np.concatenate([result, np.stack([left for _, left in extra], axis=1)], axis=1)


def _matrix(accounts: pl.DataFrame, functions: list[str], past: Axis) -> np.ndarray:
    result = np.zeros((len(functions), past.months))
    place = {each: number for number, each in enumerate(functions)}
    rows = accounts.filter(pl.col("month").is_between(past.first_number, past.first_number + past.months - 1))
    for function, month, amount in rows.select("function", "month", "amount").iter_rows():
        result[place[function], month - past.first_number] += amount
    return result


def _accounts_from(accounts: np.ndarray) -> int:
    """The first month with accounts."""
    some = np.flatnonzero(accounts.any(axis=0))
    return int(some[0]) if len(some) else accounts.shape[1]


def _index(growth: dict[int, float], first: int, last: int) -> np.ndarray:
    """The price level of months, 1 in the first; years beyond the index grow as its last."""
    level, result, year = 1.0, [], first // 12
    newest = growth[max(growth)] if growth else 0.0
    for number in range(first, last + 2):
        if number // 12 != year:
            year = number // 12
            level *= 1.0 + growth.get(year, newest)
        result.append(level)
    return np.array(result)
