# SPDX-License-Identifier: EUPL-1.2
"""Amounts carried to the prices of one year: E × P(target) / P(year)."""

from __future__ import annotations

from collections.abc import Sequence

from styr.statistics.engines import Engine, require
from styr.statistics.errors import CannotAnswer, part, unknown
from styr.statistics.periods import Period
from styr.statistics.question import PriceLevel


def deflators(engine: Engine, level: PriceLevel | None, periods: Sequence[Period]) -> dict[int, float] | None:
    """What amounts of each year asked about are multiplied by; None without a price level.

    Raises CannotAnswer when the series, or a year of it, is missing.
    """
    if level is None:
        return None
    require(engine.snapshot, "price_indices", part("a_price_level"))
    table = engine.table("price_indices")
    rows = engine.run(table.select("series", "year", "value")).to_pylist()
    index = {row["year"]: float(row["value"]) for row in rows if row["series"] == level.series}
    if not index:
        raise unknown("price index series", level.series, sorted({row["series"] for row in rows}))
    years = {year for period in periods for year in range(period.first.year, period.observed_last.year + 1)}
    for year in sorted(years | {level.year}):
        if not index.get(year):
            raise CannotAnswer("price_index_missing", series=level.series, year=year, first=min(index), last=max(index))
    return {year: index[level.year] / index[year] for year in years}
