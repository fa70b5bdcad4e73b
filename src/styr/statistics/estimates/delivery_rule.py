# SPDX-License-Identifier: EUPL-1.2
"""The rule that says whether a municipality has delivered a year; delivered.yaml tells it in words.

Its numbers are parameters of the vocabulary. It looks at the table an indicator counts, not at what a question narrows
it to, for a municipality may well have no one in a narrow cell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import ibis
import numpy as np
import polars as pl
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.catalogue import Indicator
from styr.statistics.count import ask, cells_of
from styr.statistics.engines import Engine
from styr.statistics.errors import CannotAnswer
from styr.statistics.expressions.calendar_units import day_number
from styr.statistics.expressions.spans import covered_days, period_table
from styr.statistics.observed import observed
from styr.statistics.periods import Observed, Period

CHANCE, DROP, UNPRICED = "delivery_chance", "delivery_drop", "delivery_unpriced"
#: Whose municipality a row is, where rows are delivered by a municipality; the others lie where they lie.
DELIVERS = ("payer", "account")


def judge(engine: Engine, chosen: Indicator, years: Sequence[int], *, acting: bool = False) -> pl.DataFrame:
    """The rule, applied to every municipality of the country in every year.

    Columns: municipality, year, delivered, reason (whole, no_rows, silent, sparse, dropped, unpriced), and what the
    reason rests on: months (the longest silence), usual (events a month) and level (per cent of what is usual, of the
    neighbouring years, or of the grant-days).
    """
    if chosen.subject.municipality not in DELIVERS:
        raise CannotAnswer("nothing_is_delivered", indicator=chosen.key)
    seen = observed(engine, chosen)
    _check_years(years, seen)
    events = _frame(engine, _events(engine, chosen, seen, acting)).filter(pl.col("municipality").is_not_null())
    found = (
        _grid(range(seen.first.year, seen.last.year + 1))
        .join(_silences(events, seen), on=["municipality", "year"], how="left")
        .join(_volumes(engine, chosen, seen, acting, events), on=["municipality", "year"], how="left")
        .with_columns(pl.col("volume").fill_null(0.0))
    )
    found = _beside_neighbours(_beside_the_usual(found, seen))
    chance, drop = vocabulary.parameter(CHANCE), 100 * vocabulary.parameter(DROP)
    reason = (
        pl.when(pl.col("volume") == 0).then(pl.lit("no_rows"))
        .when(pl.col("months") * pl.col("usual") > -math.log(chance)).then(pl.lit("silent"))
        .when((pl.col("sparse") < drop) & (pl.col("sparse_chance") < chance)).then(pl.lit("sparse"))
        .when((pl.col("dropped") < drop) & (pl.col("dropped_chance") < chance)).then(pl.lit("dropped"))
        .otherwise(pl.lit("whole"))
    )  # fmt: skip
    judged = found.with_columns(reason=reason).filter(pl.col("year").is_in(list(years)))
    judged = _priced(judged, engine, chosen, acting)
    return judged.select(
        "municipality",
        "year",
        "reason",
        "months",
        "usual",
        delivered=pl.col("reason") == "whole",
        level=pl.coalesce(pl.when(pl.col("reason") == key).then(key) for key in ("sparse", "dropped", "unpriced")),
    ).sort("municipality", "year")


def _check_years(years: Sequence[int], seen: Observed) -> None:
    outside = [year for year in years if not seen.first.year <= year <= seen.last.year]
    if outside:
        raise CannotAnswer(
            "year_not_observed", year=outside[0], table=seen.table, first=seen.first.year, last=seen.last.year
        )


def _rows(engine: Engine, chosen: Indicator, acting: bool) -> ir.Table:
    """The rows of the indicator's table: municipality, start and (for grants) end; open ends are null."""
    rows = engine.table(chosen.subject.table)
    if chosen.subject.table == "grants":
        municipality = rows.paying_municipality
        if acting:
            municipality = ibis.coalesce(rows.acting_municipality, municipality)
        return rows.select(municipality=municipality, start=rows.start_date, end=rows.end_date)
    return rows.select("municipality", start=rows[str(chosen.subject.begins)])


def _events(engine: Engine, chosen: Indicator, seen: Observed, acting: bool) -> ir.Table:
    """What happens, by municipality and month (its number, 12 to a year): a grant begins or ends, a posting is made."""
    rows = _rows(engine, chosen, acting)
    days = rows.select("municipality", day=rows.start)
    if "end" in rows.columns:
        days = days.union(rows.select("municipality", day=rows.end))
    days = days.filter(days.day >= seen.first, days.day <= seen.last)
    days = days.mutate(month=days.day.year() * 12 + days.day.month() - 1)
    return days.group_by("municipality", "month").agg(events=days.count())


def _silences(events: pl.DataFrame, seen: Observed) -> pl.DataFrame:
    """The longest run of whole observed months without an event that touches each year, the year's events, and what is
    usual.

    Columns: municipality, year, months, events, usual, usual_year (see _usual).
    """
    months = _whole_months(seen)
    usual = _usual(events, months)
    grid = usual.select("municipality").join(pl.DataFrame({"month": months}), how="cross")
    grid = grid.join(events, on=["municipality", "month"], how="left").sort("municipality", "month")
    happens = pl.col("events").is_not_null()
    runs = grid.with_columns(run=happens.cum_sum().over("municipality"), year=pl.col("month") // 12, silent=~happens)
    lengths = pl.col("silent").sum().over("municipality", "run")
    longest = runs.with_columns(months=pl.when("silent").then(lengths).otherwise(0))
    by_year = longest.group_by("municipality", "year").agg(
        pl.col("months").max().cast(pl.Int64), pl.col("events").sum().cast(pl.Float64)
    )
    return by_year.join(usual, on="municipality")


def _usual(events: pl.DataFrame, months: pl.Series) -> pl.DataFrame:
    """What usually happens in a municipality's busy years: those with at least half as many events as its busiest.

    A register holds old grants that still run, but not the others of their time; years before the delivery began
    therefore say nothing of what is usual. Columns: municipality, usual (events of the middle month: where all begins
    and ends at New Year, a silent month is usual), usual_year (events a year).
    """
    by_year = events.with_columns(year=pl.col("month") // 12)
    years = by_year.group_by("municipality", "year").agg(pl.col("events").sum())
    busy = years.filter(pl.col("events") >= pl.col("events").max().over("municipality") / 2)
    grid = busy.select("municipality", "year").join(
        pl.DataFrame({"month": months, "year": months // 12}), on="year", how="inner"
    )
    monthly = grid.join(events, on=["municipality", "month"], how="left").group_by("municipality")
    middle = monthly.agg(usual=pl.col("events").fill_null(0).median())
    return busy.group_by("municipality").agg(usual_year=pl.col("events").mean()).join(
        middle, on="municipality", how="left"
    ).with_columns(pl.col("usual").fill_null(0.0))  # fmt: skip


def _whole_months(seen: Observed) -> pl.Series:
    """The numbers of the months observed from first to last day."""
    first = seen.first.year * 12 + seen.first.month - 1
    after = date.fromordinal(seen.last.toordinal() + 1)
    return pl.int_range(first, after.year * 12 + after.month - 1, eager=True, dtype=pl.Int64)


def _volumes(engine: Engine, chosen: Indicator, seen: Observed, acting: bool, events: pl.DataFrame) -> pl.DataFrame:
    """How much there is of each municipality and year (volume): grants running on a mean observed day, or postings in
    a mean observed month."""
    years = _years(seen)
    if chosen.subject.table != "grants":
        length = pl.col("year").replace_strict(
            {year.first.year: 12 * year.days / year.whole_days for year in years}, return_dtype=pl.Float64
        )
        by_year = events.group_by("municipality", year=pl.col("month") // 12).agg(pl.col("events").sum())
        return by_year.select("municipality", "year", volume=pl.col("events") / length)
    rows = _rows(engine, chosen, acting)
    end = ibis.least(rows.end.fill_null(seen.last), ibis.literal(seen.last))
    spans = period_table(years)
    rows = rows.mutate(start=day_number(rows.start), end=day_number(end))
    rows = rows.inner_join(spans, [rows.start <= spans.last, rows.end >= spans.first])
    days = _frame(engine, rows.group_by("municipality", "period").agg(days=covered_days(rows).sum()))
    lengths = pl.DataFrame(
        {
            "period": range(len(years)),
            "year": [year.first.year for year in years],
            "length": [year.days for year in years],
        }
    )
    joined = days.with_columns(pl.col("period").cast(pl.Int64)).join(lengths, on="period")
    return joined.select("municipality", "year", volume=pl.col("days") / pl.col("length"))


def _beside_the_usual(found: pl.DataFrame, seen: Observed) -> pl.DataFrame:
    """Rows with sparse, the year's events in per cent of what is usual, and sparse_chance, how likely so few are."""
    part = {year.first.year: year.days / year.whole_days for year in _years(seen)}
    length = pl.col("year").replace_strict(part, return_dtype=pl.Float64)
    return _compared(found, pl.col("events"), pl.col("usual_year") * length, "sparse")


def _beside_neighbours(found: pl.DataFrame) -> pl.DataFrame:
    """Rows with dropped, the volume in per cent of the mean of the years before and after that have any, and
    dropped_chance, how likely so little is."""
    has = pl.when(pl.col("volume") > 0).then("volume")
    near = pl.mean_horizontal(has.shift(1).over("municipality"), has.shift(-1).over("municipality"))
    return _compared(found.sort("municipality", "year"), pl.col("volume"), near, "dropped")


def _compared(found: pl.DataFrame, amount: pl.Expr, expected: pl.Expr, name: str) -> pl.DataFrame:
    """Rows with amount in per cent of expected, and how likely no more than it is when that is expected (Poisson)."""
    from scipy.special import gammaincc

    both = found.select(amount=amount.fill_null(0.0).floor(), expected=expected.fill_null(0.0))
    counts, means = both["amount"].to_numpy(), both["expected"].to_numpy()
    likely = np.where(means > 0, gammaincc(counts + 1, means), 1.0)
    return found.with_columns((100 * amount.fill_null(0.0) / expected).alias(name), pl.Series(f"{name}_chance", likely))


def _priced(judged: pl.DataFrame, engine: Engine, chosen: Indicator, acting: bool) -> pl.DataFrame:
    """Rows with unpriced, the grant-days without a price in per cent, and with that for a reason where they are too
    many. Only years that are whole so far are looked at, and only for what is made of prices; else it is null."""
    whole = judged.filter(pl.col("reason") == "whole")["year"]
    if not chosen.money or chosen.subject.table != "grants" or whole.is_empty():
        return judged.with_columns(unpriced=pl.lit(None, pl.Float64))
    span = whole.to_list()
    question = ask(
        engine, "individual_expenditure", ("year", "municipality"), min(span), max(span),
        on=None, where=None, acting=acting, age_groups=None, price_level=None, net_of_refund=False,
    )  # fmt: skip
    periods = pl.DataFrame(
        {
            "period": range(len(question.periods)),
            "year": [period.first.year for period in question.periods],
            "length": [float(period.days) for period in question.periods],
        }
    )
    cells = cells_of(engine, question).select("municipality", pl.col("period").cast(pl.Int64), grant_days="unpriced")
    joined = judged.join(cells.join(periods, on="period"), on=["municipality", "year"], how="left")
    joined = joined.with_columns(unpriced=100 * pl.col("grant_days") / (pl.col("volume") * pl.col("length")))
    many = (pl.col("reason") == "whole") & (pl.col("unpriced") > 100 * vocabulary.parameter(UNPRICED))
    return joined.with_columns(reason=pl.when(many).then(pl.lit("unpriced")).otherwise("reason"))


def _years(seen: Observed) -> list[Period]:
    return [
        Period(date(year, 1, 1), date(year, 12, 31), min(date(year, 12, 31), seen.last))
        for year in range(seen.first.year, seen.last.year + 1)
    ]


def _grid(years: range) -> pl.DataFrame:
    """Every municipality of the country in every year."""
    places = pl.DataFrame({"municipality": list(vocabulary.codelist("municipality").codes)})
    return places.join(pl.DataFrame({"year": list(years)}, schema={"year": pl.Int64}), how="cross")


def _frame(engine: Engine, expression: ir.Table) -> pl.DataFrame:
    frame = pl.from_arrow(engine.run(expression))
    assert isinstance(frame, pl.DataFrame)
    return frame.with_columns(pl.col(pl.Int32, pl.Int16).cast(pl.Int64))
