# SPDX-License-Identifier: EUPL-1.2
"""Hours ordered from departments by the grants made, and hours the departments delivered (004 l.1802-1817)."""

from __future__ import annotations

from dataclasses import replace

import ibis
from ibis.expr import types as ir

from styr.statistics.engines import Engine, shared
from styr.statistics.expressions.calendar_units import day_number
from styr.statistics.expressions.grants import covering_grants, with_target_groups
from styr.statistics.expressions.lookups import narrowed
from styr.statistics.expressions.null_safe import beside
from styr.statistics.expressions.offers import LOCATED, OF_DEPARTMENTS, at_departments
from styr.statistics.expressions.reference import with_age_labels, with_reference_dimensions
from styr.statistics.expressions.spans import covered_days, in_periods, on_days
from styr.statistics.question import Question

DAYS_IN_A_WEEK = 7
CITIZEN = "citizen"
#: What a grant has from the department that delivers it, and from who pays.
OF_DELIVERY = (*LOCATED, *OF_DEPARTMENTS, "buyer")


def ordered_hours(engine: Engine, question: Question) -> ir.Table:
    """Hours ordered: those granted a week, times covered days over seven.

    Columns: period, the dimensions asked for, numerator (hours) and n (persons). Grants without hours order none.
    """
    rows = in_periods(_ordered(engine, question), question)
    rows = with_reference_dimensions(rows, engine, question)
    cells = rows.group_by("period", *question.labels).agg(numerator=_hours(rows).sum(), n=rows.citizen_id.nunique())
    return with_age_labels(cells, question)


def delivered_hours(engine: Engine, question: Question) -> ir.Table:
    """Hours delivered, of the kinds the question allows.

    Columns: period, the dimensions asked for, numerator (hours) and n (null: hours are told by department).
    """
    rows = _delivered_in_periods(engine, question)
    cells = rows.group_by("period", *question.labels).agg(numerator=rows.hours.sum())
    return cells.mutate(n=ibis.null("int64"))


def citizen_hours_share(engine: Engine, question: Question) -> ir.Table:
    """The share of all hours delivered that are with the citizen.

    Columns: period, the dimensions asked for, numerator (hours with the citizen), denominator (hours of every kind)
    and n (null).
    """
    rows = _delivered_in_periods(engine, question)
    cells = rows.group_by("period", *question.labels).agg(
        numerator=(rows.hour_kind == CITIZEN).ifelse(rows.hours, 0.0).sum(), denominator=rows.hours.sum()
    )
    return cells.mutate(n=ibis.null("int64"))


def delivered_of_ordered(engine: Engine, question: Question) -> ir.Table:
    """Hours delivered with the citizen over hours ordered, where both are known: of departments that hours are ordered
    from in the period, in the months they have reported hours for.

    Columns: period, the dimensions asked for, numerator (hours delivered), denominator (hours ordered) and n (persons).
    """
    keys = ("period", *question.labels)
    by_department = replace(question, by=tuple(dict.fromkeys((*question.by, "department"))))
    delivered = _delivered(engine, by_department)
    delivered = delivered.filter(delivered.hour_kind == CITIZEN)
    ordered = in_periods(_in_reported_months(_ordered_from(engine, by_department), delivered), question)
    delivered = on_days(delivered, "day", question)
    delivered = delivered.semi_join(ordered.select("period", "department").distinct(), ["period", "department"])
    hours = delivered.group_by(*keys).agg(numerator=delivered.hours.sum())
    wanted = ordered.group_by(*keys).agg(denominator=_hours(ordered).sum(), n=ordered.citizen_id.nunique())
    return beside(wanted, hours, keys)


def _hours(rows: ir.Table) -> ir.FloatingValue:
    return rows.hours_per_week * covered_days(rows) / DAYS_IN_A_WEEK


def _ordered(engine: Engine, question: Question) -> ir.Table:
    """Grants with hours, in day numbers, with the dimensions asked for that do not hang on a reference day: those of
    the grant and its citizen, and those of the department that delivers."""
    rows = _granted(engine, question.keeping(lambda key: key not in OF_DELIVERY)).rename(buyer="municipality")
    rows = narrowed(rows, question, ("buyer",))
    rows = rows if "buyer" in question.labels else rows.drop("buyer")
    rows = with_target_groups(rows, engine, question)
    rows = at_departments(rows, engine, question.keeping(lambda key: key in OF_DELIVERY))
    return rows.mutate(start=day_number(rows.start), end=day_number(rows.end))


def _ordered_from(engine: Engine, question: Question) -> ir.Table:
    """Grants with hours, in day numbers, with the dimensions asked for as those of the department that delivers."""
    rows = _granted(engine, question.keeping(lambda key: False)).drop("municipality")
    rows = at_departments(rows, engine, question)
    return rows.mutate(start=day_number(rows.start), end=day_number(rows.end))


def _granted(engine: Engine, question: Question) -> ir.Table:
    """The grants of a question that order hours, with department_id, hours_per_week and municipality (who pays)."""
    rows = covering_grants(engine, question, ("department_id", "hours_per_week", "municipality"))
    return rows.filter(rows.hours_per_week.notnull())


def _delivered(engine: Engine, question: Question) -> ir.Table:
    """Rows of delivered hours with the dimensions asked for; day is the month's first day."""
    table = engine.table("delivered_hours")
    rows = table.select("department_id", "hours", "month", hour_kind=table.kind, day=day_number(table.month))
    return at_departments(narrowed(rows, question, ("hour_kind",)), engine, question)


def _delivered_in_periods(engine: Engine, question: Question) -> ir.Table:
    """The hours delivered in each period and cell, by their kind."""
    rows = on_days(_delivered(engine, question), "day", question)
    keys = dict.fromkeys(("period", *question.labels, "hour_kind"))
    return shared(engine, rows.group_by(*keys).agg(hours=rows.hours.sum()))


def _in_reported_months(ordered: ir.Table, delivered: ir.Table) -> ir.Table:
    """Grants cut to the months their department has reported hours for; adjoining months are taken together, so that
    a grant is cut but where reports are missing."""
    months = delivered.select("department", "month").distinct()
    after = (months.month + ibis.interval(months=1)).cast("date")
    months = months.mutate(
        begins=day_number(months.month),
        ends=day_number(after) - 1,
        number=months.month.year() * 12 + months.month.month(),
    )
    in_order = ibis.window(group_by="department", order_by="number")
    months = months.mutate(nth=ibis.row_number().over(in_order))
    months = months.mutate(run=months.number - months.nth)
    reported = months.group_by("department", "run").agg(begins=months.begins.min(), ends=months.ends.max())
    reported = reported.select("begins", "ends", _department="department")
    cut = ordered.inner_join(
        reported,
        [
            ordered.department == reported["_department"],
            ordered.start <= reported.ends,
            ordered.end >= reported.begins,
        ],
    )
    cut = cut.mutate(start=ibis.greatest(cut.start, cut.begins), end=ibis.least(cut.end, cut.ends))
    return cut.drop("_department", "begins", "ends")
