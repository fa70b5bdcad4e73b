# SPDX-License-Identifier: EUPL-1.2
"""What is taken once for each person and period, on the period's reference day: age, diagnoses, income basis."""

from __future__ import annotations

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.engines import Engine
from styr.statistics.expressions.calendar_units import day_number
from styr.statistics.expressions.lookups import looked_up
from styr.statistics.expressions.small_tables import small_table
from styr.statistics.expressions.spans import EARLIEST, LATEST, period_table, with_before
from styr.statistics.question import Question, covers_all_ages


def with_reference_dimensions(rows: ir.Table, engine: Engine, question: Question, *, on: str | None = None) -> ir.Table:
    """Rows (citizen_id, period, born, reference) with age, age_group (its number; see with_age_labels),
    diagnosis_group and income_basis as asked for, narrowed to what the question allows of them and of ages.

    on names a column of dates: each row's own reference day, in place of that of its period.
    """
    if on:
        rows = rows.mutate(reference=rows[on].year() * 10_000 + rows[on].month() * 100 + rows[on].day())
    if question.ages is not None:
        low, high = question.ages
        rows = rows.filter(*_aged(rows, low, high))
    if question.involves("age_group"):
        rows = _with_age_group(rows, question)
    if question.involves("age"):
        rows = _with_age(rows, question)
    if question.involves("diagnosis_group"):
        rows = _with_diagnosis_group(rows, engine, question, on)
    if question.involves("income_basis"):
        rows = _with_income_basis(rows, engine, question, on)
    return rows


def with_age_labels(cells: ir.Table, question: Question) -> ir.Table:
    """Cells with the age group's label in place of its number, when they are split by it."""
    if "age_group" not in question.labels:
        return cells
    labels = [(cells.age_group == number, group.label) for number, group in enumerate(question.age_groups)]
    return cells.mutate(age_group=ibis.cases(*labels))


def _aged(rows: ir.Table, low: int, high: int | None) -> list[ir.BooleanValue]:
    """Whether a person is from low to high years old on the reference day: a birthday on it counts."""
    lived = rows.reference - rows.born
    above = [lived < (high + 1) * 10_000] if high is not None else []
    return [lived >= low * 10_000, *above]


def _with_age_group(rows: ir.Table, question: Question) -> ir.Table:
    """Age groups in order: a person is in the last one begun, unless it has ended."""
    begun = [(_aged(rows, group.low, None)[0], number) for number, group in enumerate(question.age_groups)]
    rows = rows.mutate(age_group=ibis.cases(*reversed(begun)))
    if allowed := question.where.get("age_group"):
        numbers = [number for number, group in enumerate(question.age_groups) if group.label in allowed]
        rows = rows.filter(rows.age_group.isin(numbers))
    if covers_all_ages(question.age_groups):
        return rows  # nothing to leave out, and looking for it costs
    within = [ibis.and_(*_aged(rows, group.low, group.high)) for group in question.age_groups]
    return rows.filter(ibis.or_(*within))


def _with_age(rows: ir.Table, question: Question) -> ir.Table:
    """Whole years lived on the reference day."""
    rows = rows.mutate(age=((rows.reference - rows.born) // 10_000).cast("int32"))
    allowed = question.where.get("age")
    return rows.filter(rows.age.isin([int(age) for age in allowed])) if allowed else rows


def _windows(rows: ir.Table, question: Question, on: str | None) -> ir.Table:
    """The days looked back over: of each period, or (on) of each person and day.

    Columns: _when (the period's number, or the day), day_before, diagnosed_from, income_from (dates), and whose (a
    citizen) when the days are a person's own.
    """
    if on is None:
        return period_table(question.periods).select("day_before", "diagnosed_from", "income_from", _when="period")
    days = rows.select(whose="citizen_id", _when=on).distinct()

    def back(count: int) -> ir.DateValue:
        return (days["_when"] - ibis.interval(days=count)).cast("date")

    return days.mutate(
        day_before=back(1),
        diagnosed_from=back(vocabulary.parameter("diagnosis_window_days")),
        income_from=back(vocabulary.parameter("income_window_days")),
    )


def _with_diagnosis_group(rows: ir.Table, engine: Engine, question: Question, on: str | None) -> ir.Table:
    """A person has a diagnosis group in a period with at least one such diagnosis in the window before its day."""
    diagnoses = engine.table("diagnoses")
    codes = engine.run(diagnoses.select("icd10").distinct())["icd10"].to_pylist()
    groups = {code: group for code in codes if (group := vocabulary.diagnosis_group_of(code))}
    named = looked_up(diagnoses, "icd10", groups, "diagnosis_group")
    named = named.filter(named.diagnosis_group.notnull())
    if allowed := question.where.get("diagnosis_group"):
        named = named.filter(named.diagnosis_group.isin(allowed))
    days = _windows(rows, question, on)
    within = [named.date >= days.diagnosed_from, named.date <= days.day_before]
    held = named.inner_join(days, [*within, *_theirs(named, days, on)])
    labels = ["diagnosis_group"] if "diagnosis_group" in question.labels else []
    held = held.select("_when", _holder="citizen_id", **{key: key for key in labels}).distinct()
    same = [rows.citizen_id == held["_holder"], rows[on or "period"] == held["_when"]]
    return rows.inner_join(held, same).drop("_holder", "_when")


def _with_income_basis(rows: ir.Table, engine: Engine, question: Question, on: str | None) -> ir.Table:
    """The basis covering most days of the window before the day; of equals the first in the vocabulary."""
    bases = engine.table("income_bases")
    spells = bases.select("citizen_id", "income_basis", start="start_date", end=bases.end_date.fill_null(LATEST))
    spells = with_before(spells, ("citizen_id", "income_basis"))
    days = _windows(rows, question, on)
    within = [spells.start <= days.day_before, spells.end >= days.income_from]
    held = spells.inner_join(days, [*within, *_theirs(spells, days, on)])
    start = ibis.greatest(day_number(held.start), day_number(held.income_from), _day_after(held.before))
    end = ibis.least(day_number(held.end), day_number(held.day_before))
    held = held.mutate(covered=ibis.greatest(end - start + 1, 0))
    total = held.group_by("citizen_id", "_when", "income_basis").agg(covered=held.covered.sum())
    order = vocabulary.codelist("income_basis").codes
    ranks = small_table(pa.table({"_basis": list(order), "_rank": list(range(len(order)))}))
    total = total.left_join(ranks, total.income_basis == ranks["_basis"])
    best = ibis.window(
        group_by=["citizen_id", "_when"],
        order_by=[ibis.desc("covered"), ibis.asc("_rank"), ibis.asc("income_basis")],
    )
    total = total.mutate(_place=ibis.row_number().over(best))
    total = total.filter(total["_place"] == 0).select("_when", "income_basis", _holder="citizen_id")
    same = [rows.citizen_id == total["_holder"], rows[on or "period"] == total["_when"]]
    joined = rows.left_join(total, same).drop("_holder", "_when")
    allowed = question.where.get("income_basis")
    return joined.filter(joined.income_basis.isin(allowed)) if allowed else joined


def _theirs(rows: ir.Table, days: ir.Table, on: str | None) -> list[ir.BooleanValue]:
    """That a row is of the person whose days they are; nothing when the days are everyone's."""
    return [rows.citizen_id == days.whose] if on else []


def _day_after(days: ir.DateValue) -> ir.IntegerValue:
    return day_number(days.fill_null(EARLIEST)) + 1
