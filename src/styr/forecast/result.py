# SPDX-License-Identifier: EUPL-1.2
"""A forecast: a distribution over what months and years will cost, kept as draws, and what must be known of it.

Totals are simulated: a total's quantiles are those of the draws' sums, never sums of quantiles.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

import numpy as np
import polars as pl
import pyarrow as pa

from styr.forecast.errors import Refused
from styr.forecast.months import Month, months_between
from styr.statistics import Header
from styr.statistics.result import as_arrow

Total = Literal["month", "year"]
Measure = Literal["net_expenditure", "individual_expenditure", "full_time_recipients", "persons"]
MEASURES: tuple[Measure, ...] = ("net_expenditure", "individual_expenditure", "full_time_recipients", "persons")
#: What a forecast can be split by.
DIMENSIONS = (
    "municipality", "region", "function", "provision", "provision_group", "provision_area", "operator_type",
    "target_group", "age_group",
)  # fmt: skip
#: The columns that describe a distribution: name → quantile.
QUANTILES = {"p05": 0.05, "p10": 0.10, "p50": 0.50, "p90": 0.90, "p95": 0.95}


@dataclass(frozen=True)
class ForecastHeader:
    """What a result of the statistics says of itself (header), and what beside it makes a forecast the same again."""

    header: Header
    first: Month
    last: Month
    draws: int
    seed: int
    version: str
    overrides: tuple[Mapping[str, Any], ...] = ()

    def to_mapping(self, language: str = "da") -> dict[str, Any]:
        """As plain values in one language ("da" or "en"), for files and pages."""
        return {
            **self.header.to_mapping(language),
            "from": str(self.first),
            "to": str(self.last),
            "draws": self.draws,
            "seed": self.seed,
            "version": self.version,
            "overrides": [dict(each) for each in self.overrides],
        }


@dataclass(frozen=True)
class Draws:
    """Draws of cells and periods.

    labels: a row per cell, columns the dimensions asked for (no columns and one row when none were); periods: months
    as "YYYY-MM" or years as int; values: float array (cells, periods, draws).
    """

    labels: pl.DataFrame
    periods: tuple[str | int, ...]
    values: np.ndarray


@dataclass(frozen=True)
class Forecast:
    """The forecast of some municipalities from the month first to the month last.

    simulated gives the draws of a measure by dimensions and total; the same draws whatever they are split by.
    """

    known_at: date
    first: Month
    last: Month
    about: Callable[[Measure], ForecastHeader] = field(repr=False)
    simulated: Callable[[Measure, tuple[str, ...], Total], Draws] = field(repr=False)

    @property
    def months(self) -> list[Month]:
        """The months forecast."""
        return months_between(self.first, self.last)

    def header(self, measure: Measure = "net_expenditure") -> ForecastHeader:
        """The header of a measure's result."""
        return self.about(measure)

    def draws(self, by: Sequence[str] = (), total: Total = "month", measure: Measure = "net_expenditure") -> Draws:
        """The draws of a measure; months gone by at the known-at day are the same in every draw.

        A year's figure is the sum over its months within first..last (of activity: of the days within them).
        Raises CannotAnswer for an unknown dimension, measure or total.
        """
        for name, word, known in (("measure", measure, MEASURES), ("total", total, ("month", "year"))):
            if word not in known:
                raise Refused(f"no_such_{name}", word=word, known=", ".join(known))
        if wrong := [key for key in by if key not in DIMENSIONS]:
            raise Refused("not_split_by", word=wrong[0], known=", ".join(DIMENSIONS))
        return self.simulated(measure, tuple(by), total)

    def table(self, by: Sequence[str] = (), total: Total = "month", measure: Measure = "net_expenditure") -> pa.Table:
        """The distribution as a table: the period (`month` or `year`), the dimensions, mean, p05, p10, p50, p90, p95;
        sorted by period and dimensions."""
        return summary(self.draws(by, total, measure), total)

    def probability_within(self, budget: pl.DataFrame, measure: Measure = "net_expenditure") -> pa.Table:
        """The probability that a year's expenditure stays within its budget.

        budget: columns year, amount, and any of the dimensions (municipality, function …) it is laid down by.
        Gives year, those dimensions, budget, mean, probability (share of draws at or below the budget), overrun_p50
        and overrun_p90 (DKK above the budget, negative when below). Years or cells without a budget are left out;
        raises CannotAnswer when none is left.
        """
        from styr.forecast.budget import held_against

        by = [name for name in budget.columns if name in DIMENSIONS]
        table = held_against(self.draws(by, "year", measure), budget.select("year", *by, "amount"))
        if table.height == 0:
            raise Refused("no_budget_for", first=self.first, last=self.last)
        return as_arrow(table)


def summary(found: Draws, total: Total) -> pa.Table:
    """Draws as the table INTERFACE promises: period, dimensions, mean and quantiles."""
    cells, periods, _ = found.values.shape
    flat = found.values.reshape(cells * periods, -1)
    levels = np.quantile(flat, list(QUANTILES.values()), axis=1)
    rows = found.labels.with_row_index("_cell") if found.labels.width else pl.DataFrame({"_cell": np.arange(cells)})
    rows = rows.join(pl.DataFrame({total: list(found.periods)}), how="cross", maintain_order="left_right")
    rows = rows.with_columns(
        pl.Series("mean", flat.mean(axis=1, dtype=np.float64)),
        *(pl.Series(name, levels[place]) for place, name in enumerate(QUANTILES)),
    )
    table = rows.select(total, *found.labels.columns, "mean", *QUANTILES)
    return as_arrow(table.sort(total, *found.labels.columns, nulls_last=True))
