# SPDX-License-Identifier: EUPL-1.2
"""How old recipients are, and how old they become: the mean age on a day, and the mean age at death."""

from __future__ import annotations

import polars as pl
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.engines import Engine
from styr.statistics.expressions.calendar_units import day_number
from styr.statistics.expressions.granted import granted
from styr.statistics.expressions.grants import covered_days_of, covering_grants, wanted, with_target_groups
from styr.statistics.expressions.null_safe import beside
from styr.statistics.expressions.persons import persons_of_days
from styr.statistics.expressions.reference import with_age_labels, with_reference_dimensions
from styr.statistics.expressions.spans import on_days, period_table
from styr.statistics.question import Question

#: Days of a year of life: leap years counted in.
DAYS_OF_A_YEAR = 365.25


def mean_age(engine: Engine, question: Question) -> ir.Table:
    """The mean age of recipients on the day, in years with their part of a year. Citizens not known are left out.

    Columns: period, the dimensions asked for, numerator (years lived, all together), denominator and n (persons).
    """
    rows = persons_of_days(covered_days_of(granted(engine, wanted(question)), engine, question), engine, question)
    days = period_table(question.periods).select("period", "first_date")
    cells = _mean(beside(_with_birth(rows, engine), days, ("period",)), "first_date", question)
    return cells.filter(cells.n > 0).drop("days", "squares")


def mean_age_at_death(engine: Engine, question: Question) -> ir.Table:
    """The mean age at death of those who died in the period with a grant covering the day they died.

    Columns: period, the dimensions asked for, numerator (years lived, all together), denominator and n (the dead),
    and days and squares (days lived, and their squares, all together) for with_interval.
    """
    rows = _with_birth(with_target_groups(covering_grants(engine, question), engine, question), engine)
    rows = rows.filter(rows.end == rows.death_date)
    kept = [key for key in (*question.labels, "born") if key in rows.columns]
    rows = rows.select("citizen_id", "birth_date", "death_date", *kept).distinct().mutate(counts=True)
    rows = on_days(rows.mutate(died=day_number(rows.death_date)), "died", question)
    return _mean(with_reference_dimensions(rows, engine, question, on="death_date"), "death_date", question)


def with_interval(cells: pl.DataFrame, question: Question) -> pl.DataFrame:
    """The cells of mean_age_at_death with lower and upper: the t interval of the mean, none of a single death."""
    from scipy.special import stdtrit  # slow to load, and seldom needed

    n, days = pl.col("n").cast(pl.Int64), pl.col("days")
    level = 0.5 + vocabulary.parameter("confidence_level") / 2
    factor = pl.Series(stdtrit(cells["n"].to_numpy() - 1, level), dtype=pl.Float64)
    # whole days, so that no digits are lost in the difference
    spread = ((n * pl.col("squares") - days * days) / (n * (n - 1))).sqrt() / DAYS_OF_A_YEAR
    half = pl.when(n > 1).then(factor * spread / n.sqrt())
    return cells.with_columns(lower=pl.col("value") - half, upper=pl.col("value") + half).drop("days", "squares")


def _with_birth(rows: ir.Table, engine: Engine) -> ir.Table:
    """Rows of citizens that are known, with birth_date and death_date."""
    citizens = engine.table("citizens").select("birth_date", "death_date", _citizen="citizen_id")
    return rows.inner_join(citizens, rows.citizen_id == citizens["_citizen"]).drop("_citizen")


def _mean(rows: ir.Table, day: str, question: Question) -> ir.Table:
    """The mean of the years lived on a day (a column of dates), by the rows that count."""
    lived = rows[day].delta(rows.birth_date, unit="day").cast("int64")
    cells = rows.group_by("period", *question.labels).agg(
        days=lived.sum(where=rows.counts),
        squares=(lived * lived).sum(where=rows.counts),
        n=rows.counts.cast("int64").sum(),
    )
    cells = cells.mutate(numerator=cells.days.cast("float64") / DAYS_OF_A_YEAR, denominator=cells.n.cast("float64"))
    return with_age_labels(cells, question)
