# SPDX-License-Identifier: EUPL-1.2
"""How cases move: the days between two stages, the share that come so far within a limit, and those open on a day.

A passage is a case on its way from one stage to another: it begins when the case first reaches the one, and is followed
to the first day, that day or later, it reaches the other; else to the day the case ends, the citizen's death or the
known-at day (METHODS § 5).
"""

from __future__ import annotations

import ibis
import polars as pl
import pyarrow as pa
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.engines import Engine, shared
from styr.statistics.errors import CannotAnswer
from styr.statistics.expressions.calendar_units import day_number
from styr.statistics.expressions.grants import with_citizens, with_target_groups
from styr.statistics.expressions.lookups import labelled, narrowed
from styr.statistics.expressions.reference import with_age_labels, with_reference_dimensions
from styr.statistics.expressions.risk_sets import risk_sets
from styr.statistics.expressions.small_tables import small_table
from styr.statistics.expressions.spans import LATEST, in_periods, period_table
from styr.statistics.measures import survival
from styr.statistics.question import OF_PROVISIONS, Question

END = "end"
#: A curve counts the first day as day 1; between two stages on the same day there are no days.
FIRST_DAY = 1


def courses(engine: Engine, question: Question) -> ir.Table:
    """The risk sets of passages begun in the period; see risk_sets for the columns. n is citizens."""
    rows = _begun(engine, question)
    reached = rows.reached.notnull() & (rows.reached <= rows.end)
    last = reached.ifelse(rows.reached, rows.end)
    rows = rows.mutate(
        entry=ibis.literal(0, "int64"), exit=day_number(last) - day_number(rows.start) + FIRST_DAY, ended=reached
    )
    return risk_sets(rows, question)


def quantiles(cells: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Courses' quantiles as the days between the two stages: value, lower, upper (days); see survival.quantiles."""
    return survival.quantiles(cells, question).with_columns(pl.col("value", "lower", "upper") - FIRST_DAY)


def mean(cells: pl.DataFrame, question: Question) -> pl.DataFrame:
    """Courses' mean as the days between the two stages; see survival.mean."""
    return survival.mean(cells, question).with_columns(pl.col("value") - FIRST_DAY)


def decided_within(engine: Engine, question: Question) -> ir.Table:
    """The share of passages begun in the period that were over within so many days.

    Columns: period, the dimensions asked for, within_days, numerator (cases that were), denominator (cases whose days
    have passed) and n (citizens whose cases were; where none was, all).
    """
    limits = question.where.get("within_days") or vocabulary.parameter("decision_limits_days")
    rows = _begun(engine, question)
    rows = rows.cross_join(small_table(pa.table({"within_days": pa.array([int(day) for day in limits], pa.int64())})))
    took = day_number(rows.reached) - day_number(rows.start)
    followed = day_number(rows.end) - day_number(rows.start)
    known = day_number(ibis.literal(question.known_at)) - day_number(rows.start)
    over = (rows.reached.notnull() & (rows.reached <= rows.end) & (took <= rows.within_days)).fill_null(False)
    rows = rows.mutate(over=over, passed=over.ifelse(known, followed) >= rows.within_days)
    rows = rows.filter(rows.passed)
    cells = rows.group_by("period", *question.without_own().labels, *_stages(question), "within_days").agg(
        numerator=rows.case_id.nunique(where=rows.over).cast("float64"),
        denominator=rows.case_id.nunique().cast("float64"),
        having=rows.citizen_id.nunique(where=rows.over),
        everyone=rows.citizen_id.nunique(),
    )
    return cells.mutate(n=cells.having.nullif(0).fill_null(cells.everyone)).drop("having", "everyone")


def open_cases(engine: Engine, question: Question) -> ir.Table:
    """Cases under way between the two stages on the days asked about.

    Columns: period, the dimensions asked for, numerator (cases), n (citizens).
    """
    rows = _passages(engine, question)
    day = ibis.interval(days=1)
    before = (ibis.least(rows.reached.fill_null(LATEST), rows.ended.fill_null(LATEST)) - day).cast("date")
    rows = rows.mutate(end=ibis.least(rows.end, before))
    rows = with_target_groups(rows.filter(rows.start <= rows.end), engine, question)
    rows = in_periods(rows.mutate(start=day_number(rows.start), end=day_number(rows.end)), question)
    rows = with_age_labels(with_reference_dimensions(rows, engine, question), question)
    cells = rows.group_by("period", *question.labels).agg(
        numerator=rows.case_id.nunique().cast("float64"), n=rows.citizen_id.nunique()
    )
    return cells


def _begun(engine: Engine, question: Question) -> ir.Table:
    """Passages begun in a period of the question, with what is taken on the day they began.

    Columns: those of _passages, period, and the dimensions asked for; end is the last day the passage was followed.
    """
    rows = _passages(engine, question)
    rows = rows.filter(rows.start >= question.first, rows.start <= question.last)
    rows = rows.mutate(end=ibis.least(rows.end, rows.ended.fill_null(LATEST)), until=rows.end, began=rows.start)
    rows = rows.filter(rows.start <= rows.end)
    spans = period_table(question.periods).select("period", "first_date", "last_date")
    rows = rows.inner_join(spans, [rows.start >= spans.first_date, rows.start <= spans.last_date])
    rows = rows.mutate(until=rows.end, end=rows.start)  # target groups are those of the first day
    rows = with_target_groups(rows, engine, question)
    rows = with_reference_dimensions(rows.mutate(end=rows.until), engine, question, on="began")
    return with_age_labels(rows, question)


def _passages(engine: Engine, question: Question) -> ir.Table:
    """Cases on their way from one stage to another, once for each pair of stages asked about.

    Columns: case_id, citizen_id, from_stage, to_stage, the row dimensions asked for, sex, born as asked for; start and
    end (dates: reaching the first stage, and the known-at day or death), reached (the second, null before it is) and
    ended (the end of the case, null unless it ends on the way).
    """
    pairs = _pairs(question)
    events = engine.table("case_events")
    events = events.filter(events.date <= question.known_at)
    begun = events.filter(events.stage.isin(pairs.keys()))
    rows = begun.group_by("case_id", from_stage=begun.stage).agg(start=begun.date.min())
    rows = _with_first_after(rows, events.filter(events.stage == END), "ended")
    stages = [(one, other) for one, others in pairs.items() for other in others]
    named = small_table(
        pa.table({"_from": [one for one, _ in stages], "to_stage": [other for _, other in stages]}),
    )
    rows = rows.inner_join(named, rows.from_stage == named["_from"]).drop("_from")
    rows = rows.mutate(ended=(rows.to_stage != END).ifelse(rows.ended, None))
    come_to = events.filter(events.stage.isin({other for _, other in stages}))
    rows = _with_first_after(rows, come_to.rename(to_stage="stage"), "reached")
    cases = _cases(engine, question)
    rows = rows.inner_join(cases, rows.case_id == cases["_case"]).drop("_case")
    rows = rows.mutate(end=ibis.literal(question.known_at))
    return shared(engine, with_citizens(rows, engine, question))


def _pairs(question: Question) -> dict[str, list[str]]:
    """Each stage to begin from, with those to come to."""
    every = vocabulary.codelist("stage").codes
    begin, come = (question.where.get(key, every) for key in ("from_stage", "to_stage"))
    pairs = {one: [other for other in come if other != one] for one in begin}
    if not any(pairs.values()):
        raise CannotAnswer("two_stages", indicator=question.indicator.key)
    return pairs


def _with_first_after(rows: ir.Table, events: ir.Table, name: str) -> ir.Table:
    """Rows (case_id, start, to_stage when events have it) with the first day, from start on, of events of theirs; null
    when there is none."""
    same = [key for key in ("case_id", "to_stage") if key in events.columns]
    events = events.select(_day="date", **{f"_{key}": key for key in same})
    found = rows.left_join(events, [*(rows[key] == events[f"_{key}"] for key in same), rows.start <= events["_day"]])
    return found.group_by(*rows.columns).agg(**{name: found["_day"].min()})


def _cases(engine: Engine, question: Question) -> ir.Table:
    """Cases as the question allows them, with the row dimensions asked for, once for each provision they led to."""
    rows = engine.table("cases").rename(_case="case_id")
    rows = narrowed(rows, question, ("municipality", "region"))
    if any(question.involves(key) for key in OF_PROVISIONS):
        grants = engine.table("grants")
        led_to = narrowed(grants.filter(grants.case_id.notnull()), question, OF_PROVISIONS)
        led_to = led_to.select("provision", _led="case_id")
        rows = rows.inner_join(led_to, rows["_case"] == led_to["_led"]).drop("_led")
    rows = labelled(rows, question)
    kept = [key for key in question.labels if key in rows.columns]
    return rows.select("_case", "citizen_id", *kept).distinct()


def _stages(question: Question) -> list[str]:
    return [key for key in ("from_stage", "to_stage") if key in question.labels]
