# SPDX-License-Identifier: EUPL-1.2
"""Staff: full-time equivalents, their mix, and how many there are to the citizens of a municipality's own offers."""

from __future__ import annotations

from dataclasses import replace

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.engines import Engine, shared
from styr.statistics.expressions.lookups import labelled, narrowed
from styr.statistics.expressions.null_safe import beside
from styr.statistics.expressions.offers import LOCATED
from styr.statistics.expressions.small_tables import small_table
from styr.statistics.expressions.spans import added_days, in_day_numbers, in_periods, is_first, with_before
from styr.statistics.measures.own_bought_sold import traded_grants
from styr.statistics.question import Question


def staff(engine: Engine, question: Question) -> ir.Table:
    """Full-time equivalents in the period: the mean of its years.

    Columns: period, the dimensions asked for, numerator (full-time equivalents of its years, summed), denominator
    (years) and n (null: no citizens are behind).
    """
    rows = narrowed(_staff(engine, question), question, ("staff_group",))
    cells = rows.group_by("period", *question.labels).agg(numerator=rows.fte.sum(), denominator=rows.years.max())
    return cells.mutate(n=ibis.null("int64"))


def staff_share(engine: Engine, question: Question) -> ir.Table:
    """The share of all staff of the same cell that the staff groups asked for make up.

    Columns: period, the dimensions asked for, numerator (full-time equivalents of the groups, summed over years),
    denominator (those of all groups) and n (null).
    """
    every = _staff(engine, question)
    of_groups = narrowed(every, question, ("staff_group",))
    found = of_groups.group_by("period", *question.labels).agg(numerator=of_groups.fte.sum())
    keys = ("period", *(key for key in question.labels if key != "staff_group"))
    whole = every.group_by(*keys).agg(denominator=every.fte.sum())
    return beside(found, whole, keys).mutate(n=ibis.null("int64"))


def trained_staff_share(engine: Engine, question: Question) -> ir.Table:
    """The share of all staff in groups with an education for the work (marked `trained` in the vocabulary).

    Columns: as staff_share.
    """
    trained = [term.code for term in vocabulary.codelist("staff_group") if term.extra.get("trained")]
    rows = _staff(engine, question)
    cells = rows.group_by("period", *question.labels).agg(
        numerator=rows.staff_group.isin(trained).ifelse(rows.fte, 0.0).sum(), denominator=rows.fte.sum()
    )
    return cells.mutate(n=ibis.null("int64"))


def staff_per_full_time_recipient(engine: Engine, question: Question) -> ir.Table:
    """Full-time equivalents to each full-time citizen in the offers a municipality runs, whoever pays for the citizen.

    Columns: period, the dimensions asked for, numerator (full-time equivalents, the mean of the period's years),
    denominator (full-time persons, summed over the municipalities that run the offers) and n (persons). Only
    municipalities that have both in the period are counted.
    """
    staffed = narrowed(_staff(engine, question), question, ("staff_group",))
    citizens = labelled(_in_own_offers(engine, question), _located(question))
    served = citizens.select("period", "municipality").distinct()
    employing = staffed.select("period", "municipality").distinct()
    staffed = staffed.semi_join(served, ["period", "municipality"])
    citizens = citizens.semi_join(employing, ["period", "municipality"])
    found = staffed.group_by("period", *question.labels).agg(numerator=(staffed.fte / staffed.years).sum())
    keys = ("period", *_located(question).labels)
    persons = citizens["first"].cast("int64").sum() if "municipality" in keys else citizens.citizen_id.nunique()
    days = citizens.group_by(*keys).agg(denominator=citizens.full_time.sum(), n=persons)
    return beside(found, days, keys)


def _staff(engine: Engine, question: Question) -> ir.Table:
    """Rows of staff in the years of each period: period, years (how many the period has), municipality, region when
    asked for, function, staff_group and fte."""
    years = [
        {"period": number, "_year": year, "years": float(period.last.year - period.first.year + 1)}
        for number, period in enumerate(question.periods)
        for year in range(period.first.year, period.last.year + 1)
    ]
    of_periods = small_table(pa.Table.from_pylist(years))
    rows = narrowed(engine.table("staff"), question, (*LOCATED, "function"))
    rows = rows.inner_join(of_periods, rows.year == of_periods["_year"]).drop("_year", "year")
    return labelled(rows, question)


def _in_own_offers(engine: Engine, question: Question) -> ir.Table:
    """Citizens in municipal offers, by their days in each period: period, citizen_id, municipality (the one that runs
    the offer), full_time (the days added to those of the citizen's earlier rows, as a share of the period) and first
    (whether the row is the citizen's first in the period and municipality)."""
    sold = replace(question, by=("seller",), where={"operator_type": ("municipal",)})
    rows = traded_grants(engine, sold).rename(municipality="seller")
    rows = narrowed(rows, question, LOCATED)
    rows = in_periods(in_day_numbers(with_before(rows, ("citizen_id", "municipality"))), question)
    full_time = added_days(rows) / (rows["last"] - rows["first"] + 1)
    return shared(
        engine, rows.select("period", "citizen_id", "municipality", full_time=full_time, first=is_first(rows))
    )


def _located(question: Question) -> Question:
    """The question by place alone."""
    return question.keeping(lambda key: key in LOCATED)
