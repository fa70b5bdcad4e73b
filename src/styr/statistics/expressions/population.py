# SPDX-License-Identifier: EUPL-1.2
"""Inhabitants on 1 January: what numbers are set against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from styr.statistics.engines import Engine, require, shared
from styr.statistics.errors import CannotAnswer
from styr.statistics.expressions.lookups import labelled, narrowed
from styr.statistics.expressions.offers import departments
from styr.statistics.expressions.small_tables import small_table
from styr.statistics.question import Question

#: Dimensions inhabitants can be split by.
OF_INHABITANTS = ("municipality", "region", "sex", "age_group", "age")
Ages = tuple[int, int | None]


def inhabitants(engine: Engine, question: Question) -> ir.Table:
    """Inhabitants of the municipalities present in the indicator's table, on 1 January of the period's year.

    Columns: period, those of the dimensions asked for that inhabitants have (OF_INHABITANTS), denominator (persons).
    Ages are the indicator's, or, when age_group takes part, those of the age groups. Raises CannotAnswer when a
    municipality that is present has no population in a year.
    """
    municipalities = present(engine, question)
    return inhabitants_of(engine, question, municipalities)


def inhabitants_of(engine: Engine, question: Question, municipalities: Sequence[str]) -> ir.Table:
    """The same of given municipalities; raises CannotAnswer when one has no population in a year."""
    require(engine.snapshot, "population", question.indicator.key)
    _check_one_year(question)
    check_population(engine, municipalities, sorted({period.first.year for period in question.periods}))
    population = engine.table("population")
    rows = population.filter(population.municipality.isin(municipalities))
    rows = narrowed(rows, question, ("municipality", "region", "sex"))
    rows = _of_ages(rows, question)
    years = small_table(
        pa.table(
            {
                "period": list(range(len(question.periods))),
                "_year": [period.first.year for period in question.periods],
            }
        )
    )
    rows = labelled(rows, _of(question)).inner_join(years, rows.year == years["_year"])
    labels = [key for key in question.labels if key in OF_INHABITANTS]
    return rows.group_by("period", *labels).agg(denominator=rows.persons.sum().cast("float64"))


def present(engine: Engine, question: Question) -> list[str]:
    """The municipalities that rows of the indicator's table belong to. Whether what they delivered is whole is another
    matter, and decides what is scaled: see estimates/delivered.py."""
    if question.indicator.subject.table == "grants":
        grants = engine.table("grants")
        column = grants.paying_municipality
        if question.acting:
            column = ibis.coalesce(grants.acting_municipality, grants.paying_municipality)
    elif question.indicator.subject.table == "places":
        stocked = engine.table("places").select(department="department_id").distinct()
        column = departments(engine).semi_join(stocked, "department").municipality
    else:
        column = engine.table(question.indicator.subject.table).municipality
    rows = shared(engine, column.name("municipality").as_table().distinct())
    rows = narrowed(rows, question, ("municipality", "region"))
    return sorted(code for code in engine.run(rows)["municipality"].to_pylist() if code)


def check_population(engine: Engine, municipalities: Sequence[str], years: Sequence[int]) -> None:
    """Raise CannotAnswer when a municipality has no population in a year."""
    table = engine.table("population")
    have = engine.run(shared(engine, table.select("year", "municipality").distinct()))
    known = set(zip(have["year"].to_pylist(), have["municipality"].to_pylist(), strict=True))
    for year in years:
        missing = [code for code in municipalities if (year, code) not in known]
        if missing:
            shown = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
            raise CannotAnswer("population_missing", year=year, municipalities=shown)


def _of(question: Question) -> Question:
    """The question with only the dimensions inhabitants have."""
    return replace(question, by=tuple(key for key in question.by if key in OF_INHABITANTS))


def _check_one_year(question: Question) -> None:
    if any(period.first.year != period.last.year for period in question.periods):
        raise CannotAnswer("inhabitants_of_one_year", indicator=question.indicator.key)


def _of_ages(rows: ir.Table, question: Question) -> ir.Table:
    """Inhabitants of the ages and age groups asked about; when neither takes part, of the indicator's ages."""
    if question.involves("age_group"):
        branches = [
            (
                rows.age >= group.low if group.high is None else rows.age.between(group.low, group.high),
                group.label,
            )
            for group in question.age_groups
        ]
        rows = rows.mutate(age_group=ibis.cases(*branches))
        allowed = question.where.get("age_group")
        rows = rows.filter(rows.age_group.isin(allowed) if allowed else rows.age_group.notnull())
    if "age" in question.where:
        rows = rows.filter(rows.age.isin([int(age) for age in question.where["age"]]))
    if question.involves("age_group") or question.involves("age"):
        return rows
    low, high = question.indicator.ages or (0, None)
    return rows.filter(rows.age >= low if high is None else rows.age.between(low, high))
