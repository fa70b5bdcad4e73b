# SPDX-License-Identifier: EUPL-1.2
"""Grants with what every question asks of them: the days they cover, and who has them.

On an engine that keeps tables, a large register's grants are kept like this, with `before` (see spans.py) worked out
for the usual ways of telling a citizen's rows apart. On others they are worked out in the question.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import ibis
from ibis.expr import types as ir

from styr.statistics.engines import Engine, Keeping
from styr.statistics.expressions.calendar_units import day_number
from styr.statistics.expressions.spans import LATEST, NEVER_BEFORE, with_before
from styr.statistics.question import Question

#: Where `before` is kept: what tells the rows apart → column.
KEPT_BEFORE = {
    ("citizen_id",): "before_in_all",
    ("citizen_id", "paying_municipality"): "before_at_payer",
    ("citizen_id", "provision"): "before_in_provision",
    ("citizen_id", "paying_municipality", "provision"): "before_at_payer_in_provision",
}
#: What follows from something else that tells rows apart.
FOLLOWS = {
    "sex": "citizen_id", "municipality": "municipality", "region": "municipality",
    "provision": "provision", "provision_group": "provision", "provision_area": "provision",
}  # fmt: skip
#: Dimensions rows are narrowed by after their days are told; the last two are read off curves.
AFTERWARDS = ("age", "age_group", "diagnosis_group", "income_basis", "quantile", "days")
#: Dimensions that are columns of the grants: narrowed to one code of them, all rows are of that code.
OWN = ("municipality", "provision")
#: Columns of the table grants that questions ask about.
OF_GRANT = (
    "grant_id", "citizen_id", "provision", "paying_municipality", "acting_municipality", "department_id",
    "hours_per_week", "price", "price_unit", "purpose",
)  # fmt: skip
#: What is known of a grant beside its own columns.
EVERYTHING = ("sex", "born", "operator_type")
#: The kept days as numbers.
FIRST_DAY, LAST_DAY = "first_day", "last_day"
KEPT_DAYS = (FIRST_DAY, LAST_DAY, *KEPT_BEFORE.values())
#: Kept rows of one cell lie together, which halves the work of adding them up.
ORDER = ("paying_municipality", "provision", "sex", "born", FIRST_DAY)


def granted(engine: Engine, wanted: Collection[str]) -> ir.Table:
    """The grants of the register, those that cover no day left out.

    Columns: OF_GRANT, start and end (dates, inclusive; open grants to the known-at day, none beyond death), and
    what is wanted of sex, born (the birthday as written, 19800131) and operator_type (of the offer). Where grants are
    kept all of it is there, and first_day, last_day and the columns of KEPT_BEFORE as day numbers.
    """
    if isinstance(engine, Keeping) and engine.keeps("grants"):
        return engine.keep("granted", lambda: _granted(engine, EVERYTHING), lambda rows: in_order(with_kept_days(rows)))
    return _granted(engine, wanted)


def with_people(rows: ir.Table, engine: Engine, wanted: Collection[str]) -> ir.Table:
    """Rows (citizen_id, start, end) cut at death, with what is wanted of sex and born."""
    if engine.snapshot.rows("citizens") == 0:
        return rows
    people = _people(engine, wanted)
    joined = rows.left_join(people, rows.citizen_id == people["_citizen"])
    joined = joined.mutate(end=ibis.least(joined.end, joined["_death"].fill_null(LATEST)))
    return joined.filter(joined.start <= joined.end).drop("_citizen", "_death")


def kept_before(rows: ir.Table, question: Question, keys: Sequence[str]) -> str | None:
    """The column of rows (as granted gives them) that is `before` for these keys (as cell_keys gives them); None when
    none is kept: what is narrowed to must not part a citizen's rows otherwise than the keys do. What is narrowed to one
    code can be named among the keys: a citizen's rows are those of that code."""
    alike = [key for key in OWN if len(question.where.get(key, ())) == 1]
    parting = dict.fromkeys((*keys, *alike))
    named = {FOLLOWS.get(key, key) if FOLLOWS.get(key) in parting else key for key in parting}
    column = KEPT_BEFORE.get(tuple(sorted("paying_municipality" if key == "municipality" else key for key in named)))
    narrowed_to = [FOLLOWS.get(key, key) for key in question.where if key not in AFTERWARDS]
    told = column in rows.columns and not question.acting and named.issuperset(narrowed_to)
    return column if told else None


def with_kept_days(rows: ir.Table, *further: str) -> ir.Table:
    """Rows as granted gives them with what is kept of their days; further are keys beside those of
    KEPT_BEFORE."""
    rows = rows.mutate(**{FIRST_DAY: _small(day_number(rows.start)), LAST_DAY: _small(day_number(rows.end))})
    # Most citizens have one row, and nothing before it: windows cost much, and are for the others.
    citizens = rows.group_by("citizen_id").agg(rows=rows.count())
    several = citizens.filter(citizens.rows > 1)
    never = {column: ibis.literal(NEVER_BEFORE, "int32") for column in KEPT_BEFORE.values()}
    alone = rows.anti_join(several, "citizen_id").mutate(**never)
    rows = rows.semi_join(several, "citizen_id")
    for keys, column in KEPT_BEFORE.items():
        known = with_before(rows, (*keys, *further))
        before = day_number(known.before).fill_null(NEVER_BEFORE)
        rows = known.mutate(**{column: _small(before)}).drop("before")
    return alone.union(rows.select(*alone.columns))


def in_order(rows: ir.Table) -> ir.Table:
    """Rows in the order in which they are kept."""
    return rows.order_by(*(column for column in ORDER if column in rows.columns))


def _granted(engine: Engine, wanted: Collection[str]) -> ir.Table:
    known_at = engine.snapshot.known_at
    rows = engine.table("grants")
    end = ibis.least(rows.end_date.fill_null(known_at), ibis.literal(known_at))
    rows = rows.select(*OF_GRANT, start=rows.start_date, end=end)
    rows = rows.filter(rows.start <= rows.end)
    if "operator_type" in wanted:
        rows = _with_operator_type(rows, engine)
    return with_people(rows, engine, wanted)


def _with_operator_type(rows: ir.Table, engine: Engine) -> ir.Table:
    departments, offers = engine.table("departments"), engine.table("offers")
    operated = departments.inner_join(offers, departments.offer_id == offers.offer_id).select(
        _department=departments.department_id, operator_type=offers.operator_type
    )
    return rows.left_join(operated, rows.department_id == operated["_department"]).drop("_department")


def _people(engine: Engine, wanted: Collection[str]) -> ir.Table:
    """Death, sex and birth of citizens; only the dead when it is no more than death."""
    citizens = engine.table("citizens")
    columns = {"_citizen": citizens.citizen_id, "_death": citizens.death_date}
    if "sex" in wanted:
        columns["sex"] = citizens.sex
    if "born" in wanted:
        born = citizens.birth_date
        columns["born"] = (born.year() * 10_000 + born.month() * 100 + born.day()).cast("int32")
    people = citizens.select(**columns)
    return people if len(columns) > 2 else people.filter(people["_death"].notnull())


def _small(days: ir.IntegerValue) -> ir.IntegerValue:
    return days.cast("int32")
