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
from styr.statistics.expressions.spans import EARLIEST, LATEST, period_table, with_before
from styr.statistics.question import Question, covers_all_ages


def with_reference_dimensions(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Rows (citizen_id, period, born, reference) with age_group (its number; see with_age_labels), diagnosis_group and
    income_basis as asked for, narrowed to what the question allows of them and of ages."""
    if question.ages is not None:
        low, high = question.ages
        rows = rows.filter(*_aged(rows, low, high))
    if question.involves("age_group"):
        rows = _with_age_group(rows, question)
    if question.involves("diagnosis_group"):
        rows = _with_diagnosis_group(rows, engine, question)
    if question.involves("income_basis"):
        rows = _with_income_basis(rows, engine, question)
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


def _with_diagnosis_group(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """A person has a diagnosis group in a period with at least one such diagnosis in the window before its day."""
    diagnoses = engine.table("diagnoses")
    codes = engine.run(diagnoses.select("icd10").distinct())["icd10"].to_pylist()
    groups = {code: group for code in codes if (group := vocabulary.diagnosis_group_of(code))}
    named = looked_up(diagnoses, "icd10", groups, "diagnosis_group")
    named = named.filter(named.diagnosis_group.notnull())
    if allowed := question.where.get("diagnosis_group"):
        named = named.filter(named.diagnosis_group.isin(allowed))
    days = period_table(question.periods).select("period", "diagnosed_from", "day_before")
    held = named.inner_join(days, [named.date >= days.diagnosed_from, named.date <= days.day_before])
    labels = ["diagnosis_group"] if "diagnosis_group" in question.labels else []
    held = held.select(_holder="citizen_id", _period="period", **{key: key for key in labels}).distinct()
    same = [rows.citizen_id == held["_holder"], rows.period == held["_period"]]
    return rows.inner_join(held, same).drop("_holder", "_period")


def _with_income_basis(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """The basis covering most days of the window before the day; of equals the first in the vocabulary."""
    bases = engine.table("income_bases")
    spells = bases.select("citizen_id", "income_basis", start="start_date", end=bases.end_date.fill_null(LATEST))
    spells = with_before(spells, ("citizen_id", "income_basis"))
    days = period_table(question.periods).select("period", "income_from", "day_before")
    held = spells.inner_join(days, [spells.start <= days.day_before, spells.end >= days.income_from])
    start = ibis.greatest(day_number(held.start), day_number(held.income_from), _day_after(held.before))
    end = ibis.least(day_number(held.end), day_number(held.day_before))
    held = held.mutate(covered=ibis.greatest(end - start + 1, 0))
    total = held.group_by("citizen_id", "period", "income_basis").agg(covered=held.covered.sum())
    order = vocabulary.codelist("income_basis").codes
    ranks = ibis.memtable(pa.table({"_basis": list(order), "_rank": list(range(len(order)))}))
    total = total.left_join(ranks, total.income_basis == ranks["_basis"])
    best = ibis.window(
        group_by=["citizen_id", "period"],
        order_by=[ibis.desc("covered"), ibis.asc("_rank"), ibis.asc("income_basis")],
    )
    total = total.mutate(_place=ibis.row_number().over(best))
    total = total.filter(total["_place"] == 0).select(
        _holder="citizen_id", _period="period", income_basis="income_basis"
    )
    joined = rows.left_join(total, [rows.citizen_id == total["_holder"], rows.period == total["_period"]])
    joined = joined.drop("_holder", "_period")
    allowed = question.where.get("income_basis")
    return joined.filter(joined.income_basis.isin(allowed)) if allowed else joined


def _day_after(days: ir.DateValue) -> ir.IntegerValue:
    return day_number(days.fill_null(EARLIEST)) + 1
