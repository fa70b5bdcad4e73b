# SPDX-License-Identifier: EUPL-1.2
"""Counting: a question to a snapshot, answered as a tidy table with its header."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
from polars import selectors as cs

from styr.register.snapshot import Snapshot
from styr.statistics import memory
from styr.statistics.catalogue import Indicator, dimension
from styr.statistics.catalogue import indicator as indicator_of
from styr.statistics.disclosure import Shape, controlled, pattern_of, shape_of
from styr.statistics.disclosure.narrowing import hidden_like_split, split_question
from styr.statistics.disclosure.totals import NOTHING_BESIDE, Beside, Counted, questions_of_totals
from styr.statistics.engines import Coding, Engine, open_engine
from styr.statistics.engines.memory import Memory
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
    words_of,
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
        cells = cells_of(running, question, coded=not disclosure_control)
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
    _check_own(chosen, by, where or {})
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
    accounts = counted.subject.table in ("postings", "budgets")
    if acting and chosen.subject.municipality not in ("payer", "viewpoint"):
        raise CannotAnswer("no_acting_municipality", indicator=chosen.key)
    if price_level and not chosen.money:
        raise CannotAnswer("no_price_level", indicator=chosen.key)
    if net_of_refund and not accounts:
        raise CannotAnswer("no_refund", indicator=chosen.key)


def _check_own(chosen: Indicator, by: Sequence[str], where: Mapping[str, Sequence[str]]) -> None:
    """A quantile (or the like) is one number of many: rows of several without their name could not be told apart."""
    for key, value in chosen.own.items():
        if value is not None and key not in by and len(set(where.get(key, ()))) > 1:
            raise CannotAnswer("one_at_a_time", indicator=chosen.key, key=key)


def cells_of(engine: Engine, question: Question, *, coded: bool = False) -> pl.DataFrame:
    """The measured cells as columns: period, the dimensions asked for, value, numerator, denominator, n, unpriced, and
    lower and upper where the measure has an interval. coded: dimensions may be Categorical rather than text."""
    rows = memory.measured(engine.register, question) if isinstance(engine, Memory) else _measured(engine, question)
    if not coded:
        rows = rows.cast({cs.categorical(): pl.String})
    for key in question.indicator.own:
        if key in question.where and key in rows.columns:
            rows = rows.filter(pl.col(key).cast(pl.String).is_in(words_of(key, question.where[key])))
    if question.indicator.money:
        rows = rows.with_columns(pl.col("value", "numerator", "denominator").round_sig_figs(DIGITS))
        rows = rows.filter(pl.col("n").is_null() | (pl.col("n") > 0) | (pl.col("unpriced") > 0))
    return rows.with_columns(n=pl.col("n").cast(pl.Int64))


def shown(engine: Engine, question: Question) -> pl.DataFrame:
    """The cells of a question as a result shows them, under disclosure control."""
    cells = cells_of(engine, question)
    complete = [pl.lit(None, pl.Float64).alias(end) for end in ("lower", "upper") if end not in cells.columns]
    cells = cells.with_columns(*complete, suppressed=pl.lit(False), method=pl.lit(""))
    return arranged(question, cells, control=True, beside=beside(engine, question, cells))


def beside(engine: Engine, question: Question, cells: pl.DataFrame) -> Beside:
    """What disclosure control asks for beside the cells of a question: its totals that are no sums of them, and the
    question split by what it is narrowed to."""
    split = split_question(question)
    around = _with_totals(engine, split, cells_of(engine, split)) if split else ()
    return Beside(_with_totals(engine, question, cells)[1:], around)


def _with_totals(engine: Engine, question: Question, cells: pl.DataFrame) -> tuple[Counted, ...]:
    """A question with its cells, and the totals of it that are no sums."""
    totals = questions_of_totals(question, cells)
    return (Counted(question, cells), *(Counted(total, cells_of(engine, total)) for total in totals))


def _measured(engine: Engine, question: Question) -> pl.DataFrame:
    asked = measured(engine, question)
    finish = question.indicator.finish is not None
    rows = pl.from_arrow(engine.run_coded(asked) if isinstance(engine, Coding) and not finish else engine.run(asked))
    assert isinstance(rows, pl.DataFrame)
    return finished(question, rows)


def _result(engine: Engine, question: Question, cells: pl.DataFrame, control: bool) -> Result:
    unpriced = _unpriced(question, cells)
    if question.indicator.money:
        cells = cells.filter(pl.col("n").is_null() | (pl.col("n") > 0))
    complete = [pl.lit(None, pl.Float64).alias(end) for end in ("lower", "upper") if end not in cells.columns]
    cells = cells.with_columns(
        *complete,
        suppressed=pl.lit(False),
        method=_method(question),
    )
    further = beside(engine, question, cells) if control else NOTHING_BESIDE
    table = arranged(question, cells, control=control, beside=further)
    return Result(as_arrow(table), header(engine, question, table, unpriced=unpriced, control=control))


def _unpriced(question: Question, cells: pl.DataFrame) -> int:
    """Grant-days without a price behind the cells. An indicator's own dimension gives the same days several times."""
    own = [key for key in question.indicator.own if key in cells.columns]
    others = ["period", *(key for key in question.labels if key not in own)]
    return int((cells.unique(others) if own else cells)["unpriced"].sum() or 0)


def arranged(
    question: Question,
    cells: pl.DataFrame,
    *,
    control: bool,
    beside: Beside = NOTHING_BESIDE,
) -> pl.DataFrame:
    """Cells with the columns of a result, period labels in place of numbers, under disclosure control when it is
    wanted and persons are behind, sorted by the dimensions. beside: what it is controlled with."""
    cells = _labelled(question, cells)
    if control and question.indicator.persons:
        cells = controlled(cells, seen(question, cells)[1], [seen(each.question, each.cells) for each in beside.totals])
        if beside.around:
            split, *its_totals = (seen(each.question, each.cells) for each in beside.around)
            cells = hidden_like_split(
                cells, question, beside.around[0].question, split[0], pattern_of(split, its_totals)
            )
    shown = cells.select(*question.by, *OUTCOME)
    ordered = shown.sort(_order(question, shown)) if question.by and shown.height else shown
    return ordered.select(pl.lit(question.indicator.key).alias("indicator"), pl.all())


def seen(question: Question, cells: pl.DataFrame) -> tuple[pl.DataFrame, Shape]:
    """Cells as disclosure control sees them."""
    return _labelled(question, cells), shape_of(question.indicator, question.by, question.age_groups)


def _labelled(question: Question, cells: pl.DataFrame) -> pl.DataFrame:
    return cells.with_columns(**{name: _period_label(question, name) for name in NAMES if name in question.by})


def _period_label(question: Question, name: str) -> pl.Expr:
    labels = {number: period.label(name) for number, period in enumerate(question.periods)}
    types = {"year": pl.Int32, "month": pl.String, "date": pl.Date}
    return pl.col("period").replace_strict(labels, return_dtype=types[name])


def _order(question: Question, cells: pl.DataFrame) -> pl.Expr:
    """The place of a cell among the others, by the dimensions in turn, as one number: sorting by several columns of
    text takes four times as long."""
    place = pl.lit(0, pl.Int64)
    for key in question.by:
        words = _in_order(question, cells, key)
        if words.dtype == pl.String:
            number = pl.col(key).cast(pl.Enum(words), strict=False).to_physical().cast(pl.Int64).fill_null(-1) + 1
        else:
            number = pl.col(key).replace_strict(words, range(1, len(words) + 1), default=0, return_dtype=pl.Int64)
        place = place * (len(words) + 1) + number
    return place


def _in_order(question: Question, cells: pl.DataFrame, key: str) -> pl.Series:
    """What a dimension is called in these cells, in the order it is shown."""
    found = dimension(key)
    words = [group.label for group in question.age_groups] if key == "age_group" else found.values
    if words and not found.list:
        return pl.Series(list(words), dtype=pl.String)
    there = cells[key].drop_nulls().unique()
    return (there.cast(pl.String) if there.dtype == pl.Categorical else there).sort()


def _method(question: Question) -> pl.Expr:
    """How a row was counted, in words a program can show: the base, what was observed, what had no price."""
    chosen = question.indicator
    base = chosen.method or ("ratio" if chosen.ratio else METHODS[chosen.kind])
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
