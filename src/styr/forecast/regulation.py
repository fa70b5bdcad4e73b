# SPDX-License-Identifier: EUPL-1.2
"""How prices of running grants move at New Year (tariff regulation), learned from what they did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from styr.statistics.expressions.calendar_units import EPOCH

_YEARS = 5
_LEAST_SPREAD = 0.004  # of the common yearly growth: a few years cannot show less
_UNSEEN_SPREAD = 0.015  # of the common growth where none has been seen
_WORTH = 40.0  # prices that the common growth is worth against a provision's own
_FEW = 5.0  # prices of a year that the common growth is worth against a provision's own


@dataclass(frozen=True)
class Regulation:
    """Growth of prices at New Year as logarithms.

    mean: by provision and year (provisions, years from the known-at year + 1); spread: standard deviation of the
    growth common to all; own_spread: of a provision's own beside it; past: growth seen, {year: by provision}; seen: how
    many years it was learned from.
    """

    mean: np.ndarray
    spread: float
    own_spread: float
    past: dict[int, np.ndarray]
    seen: int


def learned(
    provision: np.ndarray,
    prices: pl.DataFrame,
    running: pl.DataFrame,
    growth: dict[int, float],
    known_at: date,
    years: Sequence[int],
    provisions: int,
) -> Regulation:
    """Regulation from prices (row, from_day, rate, line) of grants (running: row, start, end), for some years to come.

    The index's growth, where the year's is known, is what is expected, by as much as prices have followed it; without
    an index, the mean of the years seen.
    """
    past, money, number = {}, {}, {}
    for year in range(known_at.year - _YEARS + 1, known_at.year + 1):
        before, after = _at_new_year(prices, running, year)
        sums = np.zeros((2, provisions))
        of = provision[before["row"].to_numpy()]
        np.add.at(sums[0], of, before["rate"].to_numpy())
        np.add.at(sums[1], of, after["rate"].to_numpy())
        if sums[0].sum() > 0:
            past[year] = np.log(np.divide(sums[1], sums[0], out=np.ones(provisions), where=sums[0] > 0).clip(0.5, 2))
            money[year] = sums[0]
            number[year] = np.bincount(of, minlength=provisions)
    index = {year: float(np.log1p(rate)) for year, rate in growth.items()}
    expected = {year: index.get(year, _last(index)) for year in (*past, *years)}
    if not past:
        level = np.array([expected[year] for year in years])
        return Regulation(np.repeat(level[None], provisions, axis=0), _UNSEEN_SPREAD, _LEAST_SPREAD, {}, 0)
    common = {year: float(np.average(past[year], weights=money[year])) for year in past}
    if not index:
        expected = dict.fromkeys((*past, *years), float(np.mean(list(common.values()))))
    for year, growth_seen in past.items():  # a price or two tell little of a provision
        told = number[year] / (number[year] + _FEW)
        past[year] = common[year] + told * (growth_seen - common[year])
    off = np.array([common[year] - expected[year] for year in past])
    own = np.stack([past[year] - common[year] for year in past])
    weight = np.stack([number[year] for year in past])
    tilt = (own * weight).sum(axis=0) / (weight.sum(axis=0) + _WORTH)
    doubt = float(np.sqrt((off**2).sum() / max(len(off) - 1, 1) + _LEAST_SPREAD**2))
    shares = np.stack([money[year] for year in past]) / np.stack([money[year] for year in past]).sum()
    own_spread = float(np.sqrt((((own - tilt) ** 2) * shares).sum()))
    mean = np.array([expected[year] + off.mean() for year in years])[None] + tilt[:, None]
    return Regulation(mean, doubt, own_spread, past, len(past))


def _at_new_year(prices: pl.DataFrame, running: pl.DataFrame, year: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What grants cost on 31 December and on 1 March, of those that cover both days at a price of one kind."""
    last, later = (date(year - 1, 12, 31) - EPOCH).days, (date(year, 3, 1) - EPOCH).days
    covering = running.filter((pl.col("start") <= last) & (pl.col("end").is_null() | (pl.col("end") >= later)))
    covering = covering.select("row")
    before, after = (
        prices.filter(pl.col("from_day") <= day)
        .join(covering, on="row", how="semi")
        .unique("row", keep="last", maintain_order=True)
        for day in (last, later)
    )
    both = before.join(after, on=["row", "line"], suffix="_after", maintain_order="left")
    both = both.filter((pl.col("rate") > 0) & (pl.col("rate_after") > 0))
    return both.select("row", "rate"), both.select("row", pl.col("rate_after").alias("rate"))


def _last(index: dict[int, float]) -> float:
    return index[max(index)] if index else 0.0
