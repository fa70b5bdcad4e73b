# SPDX-License-Identifier: EUPL-1.2
"""How far citizens lie from their mean: the standard error a comparison of two means needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from styr import vocabulary
from styr.register.snapshot import Snapshot
from styr.statistics.count import ask
from styr.statistics.engines import open_engine
from styr.statistics.estimates.scaling import UNSAID
from styr.statistics.measures.individual_expenditure import citizen_expenditure
from styr.statistics.periods import NAMES


def error_of_interval(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells (n, lower, upper) with error, the standard error their t interval was made of; null without one."""
    from scipy.special import stdtrit

    half = (1 + vocabulary.parameter("confidence_level")) / 2
    width = stdtrit(cells["n"].cast(pl.Float64).fill_null(float("nan")).to_numpy() - 1, half)
    return cells.with_columns(error=(pl.col("upper") - pl.col("lower")) / 2 / pl.Series(width, nan_to_null=True))


def error_of_yearly_expenditure(
    snapshot: Snapshot, indicator: str, by: Sequence[str], options: Mapping[str, Any]
) -> pl.DataFrame:
    """The standard error of the mean over citizens of what each costs in a year.

    options: the arguments of count. Returns by, error (DKK a year; null for fewer than two citizens).
    """
    asked = {key: value for key, value in options.items() if key not in ("engine", "disclosure_control")}
    running = open_engine(options.get("engine", "duckdb"), snapshot)
    try:
        question = ask(
            running, indicator, by, asked.pop("from_year", None), asked.pop("to_year", None), **{**UNSAID, **asked}
        )
        citizens = citizen_expenditure(running, question)
        yearly = citizens.cost * vocabulary.parameter("annualisation_days") / citizens.days.nullif(0)
        citizens = citizens.mutate(yearly=yearly)
        cells = citizens.group_by("period", *question.labels).agg(
            spread=citizens.yearly.std(how="sample"), count=citizens.yearly.count()
        )
        frame = pl.from_arrow(running.run(cells))
        assert isinstance(frame, pl.DataFrame)
        for name in (name for name in NAMES if name in by):
            labels = {number: period.label(name) for number, period in enumerate(question.periods)}
            kinds = {"year": pl.Int32, "month": pl.String, "date": pl.Date}
            frame = frame.with_columns(pl.col("period").replace_strict(labels, return_dtype=kinds[name]).alias(name))
        return frame.select(*by, error=pl.col("spread") / pl.col("count").sqrt())
    finally:
        running.close()
