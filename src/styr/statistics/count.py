# SPDX-License-Identifier: EUPL-1.2
"""Counting: a question to a snapshot, answered as a tidy table with its header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from styr.register.snapshot import Snapshot
from styr.statistics.catalogue import Indicator
from styr.statistics.catalogue import indicator as indicator_of
from styr.statistics.disclosure import suppressed
from styr.statistics.engines import Engine, open_engine
from styr.statistics.errors import CannotAnswer
from styr.statistics.header import header
from styr.statistics.measures import finished, measured
from styr.statistics.observed import observed
from styr.statistics.periods import NAMES, periods
from styr.statistics.question import (
    Question,
    check_dimensions,
    read_age_groups,
    read_price_level,
    read_where,
)
from styr.statistics.result import Result, as_arrow

#: Sums of broken numbers differ in the last digits with the order of adding; so many digits do not.
DIGITS = 12
OUTCOME = ("value", "numerator", "denominator", "n", "lower", "upper", "suppressed", "method")
METHODS: Mapping[str, str] = {"stock": "count", "period": "count", "money": "sum", "supply": "ratio"}


def count(
    snapshot: Snapshot,
    indicator: str,
    by: Sequence[str] = (),
    from_year: int | None = None,
    to_year: int | None = None,
    *,
    on: str | None = None,
    where: Mapping[str, Sequence[str]] | None = None,
    acting: bool = False,
    age_groups: str | Sequence[str] | None = None,
    price_level: str | tuple[str, int] | None = None,
    net_of_refund: bool = False,
    disclosure_control: bool = True,
    engine: str = "duckdb",
) -> Result:
    """Count an indicator of the catalogue on a snapshot.

    by: dimensions, one column each, in this order. from_year, to_year: what is observed when not given. on: MM-DD,
    the day a stock is taken. where: dimension → allowed values (codes or names). acting: municipality is the acting,
    not the paying one. age_groups: `0-17,18-64,65+`. price_level: SERIES:YEAR. net_of_refund: dranst 2 too.

    Returns a Result; see there for the columns. Units and rules are the indicator's. Raises CannotAnswer with what
    is missing and where it would come from.
    """
    running = open_engine(engine, snapshot)
    try:
        question = ask(
            running, indicator, by, from_year, to_year, on=on, where=where, acting=acting, age_groups=age_groups,
            price_level=price_level, net_of_refund=net_of_refund,
        )  # fmt: skip
        cells = cells_of(running, question)
        return _result(running, question, cells, disclosure_control)
    finally:
        running.close()


def ask(
    engine: Engine,
    indicator: str,
    by: Sequence[str],
    from_year: int | None,
    to_year: int | None,
    *,
    on: str | None,
    where: Mapping[str, Sequence[str]] | None,
    acting: bool,
    age_groups: str | Sequence[str] | None,
    price_level: str | tuple[str, int] | None,
    net_of_refund: bool,
) -> Question:
    """The question, checked against the catalogue and what the snapshot holds; raises CannotAnswer."""
    chosen = indicator_of(indicator)
    check_dimensions(engine, chosen, by, tuple(where or ()))
    _check_options(chosen, acting, price_level, net_of_refund)
    groups = read_age_groups(age_groups)
    narrowed_to = {key: [value] for key, value in chosen.own.items() if value is not None and key not in by}
    return Question(
        indicator=chosen,
        by=tuple(by),
        where=read_where(chosen, narrowed_to | dict(where or {}), groups),
        periods=periods(
            by,
            stock=chosen.kind == "stock",
            from_year=from_year,
            to_year=to_year,
            on=on,
            observed=observed(engine, chosen),
        ),
        known_at=engine.snapshot.known_at,
        acting=acting,
        age_groups=groups,
        price_level=read_price_level(price_level),
        net_of_refund=net_of_refund,
    )


def _check_options(
    chosen: Indicator, acting: bool, price_level: str | tuple[str, int] | None, net_of_refund: bool
) -> None:
    counted = indicator_of(chosen.ratio.of) if chosen.ratio else chosen
    accounts = counted.subject.table == "postings"
    if acting and chosen.subject.municipality != "payer":
        raise CannotAnswer(f"{chosen.key} has no acting municipality: only grants have. Leave acting out.")
    if price_level and chosen.kind != "money":
        raise CannotAnswer(f"{chosen.key} is not an amount of money and has no price level. Leave it out.")
    if net_of_refund and not accounts:
        raise CannotAnswer(f"{chosen.key} does not come from the accounts and has no refund. Leave it out.")


def cells_of(engine: Engine, question: Question) -> pl.DataFrame:
    """The measured cells as columns: period, the dimensions asked for, value, numerator, denominator, n, unpriced, and
    lower and upper where the measure has an interval."""
    rows = pl.from_arrow(engine.run(measured(engine, question)))
    assert isinstance(rows, pl.DataFrame)
    rows = finished(question, rows)
    for key in question.indicator.own:
        if key in question.where and key in rows.columns:
            rows = rows.filter(pl.col(key).is_in(question.where[key]))
    if question.indicator.kind == "money":
        rows = rows.with_columns(pl.col("value", "numerator", "denominator").round_sig_figs(DIGITS))
        rows = rows.filter(pl.col("n").is_null() | (pl.col("n") > 0) | (pl.col("unpriced") > 0))
    return rows.with_columns(n=pl.col("n").cast(pl.Int64))


def _result(engine: Engine, question: Question, cells: pl.DataFrame, control: bool) -> Result:
    unpriced = int(cells["unpriced"].sum() or 0)
    if question.indicator.kind == "money":
        cells = cells.filter(pl.col("n").is_null() | (pl.col("n") > 0))
    complete = [pl.lit(None, pl.Float64).alias(end) for end in ("lower", "upper") if end not in cells.columns]
    cells = cells.with_columns(
        *complete,
        suppressed=pl.lit(False),
        method=_method(question),
    )
    if control and question.indicator.persons:
        cells = suppressed(cells)
    table = arranged(question, cells)
    return Result(as_arrow(table), header(engine, question, table, unpriced=unpriced, control=control))


def arranged(question: Question, cells: pl.DataFrame) -> pl.DataFrame:
    """Cells with the columns of a result, period labels in place of numbers, sorted by the dimensions."""
    numbered = cells.with_columns(
        indicator=pl.lit(question.indicator.key), **{name: _period_label(question, name) for name in NAMES}
    )
    ordered = numbered.with_columns(_order=pl.lit(0)).sort(
        [_sort_key(question, key) for key in question.by] or "_order"
    )
    return ordered.select("indicator", *question.by, *OUTCOME)


def _period_label(question: Question, name: str) -> pl.Expr:
    labels = {number: period.label(name) for number, period in enumerate(question.periods)}
    types = {"year": pl.Int32, "month": pl.String, "date": pl.Date}
    return pl.col("period").replace_strict(labels, return_dtype=types[name])


def _sort_key(question: Question, key: str) -> pl.Expr:
    if key != "age_group":
        return pl.col(key)
    order = {group.label: place for place, group in enumerate(question.age_groups)}
    return pl.col(key).replace_strict(order, return_dtype=pl.Int32)


def _method(question: Question) -> pl.Expr:
    """How a row was counted, in words a program can show: the base, what was observed, what had no price."""
    ratio = question.indicator.ratio is not None
    base = "ratio" if ratio else METHODS[question.indicator.kind]
    partly = {
        number: f"; observed {period.days} of {period.whole_days} days"
        for number, period in enumerate(question.periods)
        if period.partly
    }
    seen = pl.col("period").replace_strict(partly, default="", return_dtype=pl.String)
    unpriced = (
        pl.when(pl.col("unpriced") > 0)
        .then(pl.format("; {} grant-days without a price", "unpriced"))
        .otherwise(pl.lit(""))
    )
    return pl.concat_str(pl.lit(base), seen, unpriced)
