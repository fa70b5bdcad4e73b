# SPDX-License-Identifier: EUPL-1.2
"""Grants as covered days: one row per grant (or grant and target group) with what it can be split by."""

from __future__ import annotations

from collections.abc import Sequence

import ibis
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.engines import Engine
from styr.statistics.expressions.lookups import labelled, narrowed
from styr.statistics.expressions.spans import EARLIEST, LATEST, with_before
from styr.statistics.question import Question

SPELLS = ("target_group", "target_group_detail")
OF_CITIZENS = ("sex",)


def covering_grants(engine: Engine, question: Question, keep: Sequence[str] = ()) -> ir.Table:
    """The grants that cover days a question asks about, narrowed to what it asks for.

    Columns: citizen_id, start, end (dates, inclusive; open grants to the known-at day, none beyond death), the row
    dimensions asked for, born (the birthday as written, 19800131) when ages matter, and the columns in keep.
    """
    grants = engine.table("grants")
    acting = ibis.coalesce(grants.acting_municipality, grants.paying_municipality)
    rows = grants.mutate(
        start=grants.start_date,
        end=ibis.least(grants.end_date.fill_null(question.known_at), ibis.literal(question.known_at)),
        municipality=acting if question.acting else grants.paying_municipality,
    )
    rows = rows.filter(rows.start <= question.last, rows.end >= question.first, rows.start <= rows.end)
    if question.involves("operator_type"):
        rows = _with_operator_type(rows, engine)
    rows = narrowed(
        rows, question, ("municipality", "region", "provision", "provision_group", "purpose", "operator_type")
    )
    rows = labelled(rows, question)
    row_labels = [key for key in question.labels if key in rows.columns]
    rows = rows.select(*dict.fromkeys(("citizen_id", "start", "end", *row_labels, *keep)))
    return _with_citizens(rows, engine, question)


def cell_keys(rows: ir.Table, question: Question) -> tuple[str, ...]:
    """What names a citizen's rows within one cell: the citizen, and the dimensions asked for that can differ between
    the citizen's rows."""
    return (
        "citizen_id",
        *(key for key in question.labels if key in rows.columns and key not in OF_CITIZENS),
    )


def with_target_groups(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Rows cut to the days a target group holds, once for each group asked for; unchanged when none is asked for."""
    if not any(question.involves(key) for key in SPELLS):
        return rows
    spells = target_group_spells(engine, question)
    spells = spells.rename(group_citizen="citizen_id", group_start="start", group_end="end")
    joined = rows.inner_join(
        spells,
        [
            rows.citizen_id == spells.group_citizen,
            rows.start <= spells.group_end,
            rows.end >= spells.group_start,
        ],
    )
    joined = joined.mutate(
        start=ibis.greatest(joined.start, joined.group_start), end=ibis.least(joined.end, joined.group_end)
    )
    return joined.drop("group_citizen", "group_start", "group_end")


def target_group_spells(engine: Engine, question: Question) -> ir.Table:
    """When citizens have the target groups asked for, as spells that do not overlap within a citizen and group.

    Columns: citizen_id, start, end, and target_group (main) and target_group_detail when they are asked for.
    """
    groups = engine.table("target_groups")
    rows = groups.select(
        "citizen_id",
        target_group_detail=groups.target_group,
        target_group=groups.target_group.split(".")[0],
        start=groups.start_date.fill_null(EARLIEST),
        end=groups.end_date.fill_null(LATEST),
    )
    for key in SPELLS:
        if key in question.where:
            rows = rows.filter(rows.target_group_detail.isin(with_finer(question.where[key])))
    labels = [key for key in question.labels if key in SPELLS]
    rows = with_before(rows.select("citizen_id", "start", "end", *labels), ("citizen_id", *labels))
    rows = rows.mutate(
        start=ibis.greatest(rows.start, rows.before.fill_null(EARLIEST) + ibis.interval(days=1)).cast("date")
    )
    return rows.filter(rows.start <= rows.end).drop("before")


def _with_operator_type(rows: ir.Table, engine: Engine) -> ir.Table:
    departments, offers = engine.table("departments"), engine.table("offers")
    operated = departments.inner_join(offers, departments.offer_id == offers.offer_id).select(
        _department=departments.department_id, operator_type=offers.operator_type
    )
    return rows.left_join(operated, rows.department_id == operated["_department"]).drop("_department")


def _with_citizens(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Rows with sex and birth when asked for, cut at death."""
    if engine.snapshot.rows("citizens") == 0:
        return rows
    people = _citizens(engine, question)
    joined = rows.left_join(people, rows.citizen_id == people["_citizen"])
    joined = joined.mutate(end=ibis.least(joined.end, joined["_death"].fill_null(LATEST)))
    joined = narrowed(joined.filter(joined.start <= joined.end), question, OF_CITIZENS)
    unasked = [key for key in OF_CITIZENS if key in joined.columns and key not in question.labels]
    return joined.drop("_citizen", "_death", *unasked)


def _citizens(engine: Engine, question: Question) -> ir.Table:
    """What a question needs of citizens: death, sex, birth; only the dead when it is no more than death."""
    citizens = engine.table("citizens")
    wanted = {"_citizen": citizens.citizen_id, "_death": citizens.death_date}
    if question.involves("sex"):
        wanted["sex"] = citizens.sex
    if question.involves("age_group") or question.ages is not None:
        born = citizens.birth_date
        wanted["born"] = born.year() * 10_000 + born.month() * 100 + born.day()
    people = citizens.select(**wanted)
    return people if len(wanted) > 2 else people.filter(people["_death"].notnull())


def with_finer(chosen: Sequence[str]) -> list[str]:
    """Target groups with the finer ones below them."""
    terms = vocabulary.codelist("target_group")
    return [term.code for term in terms if term.code in chosen or set(terms.ancestors(term.code)) & set(chosen)]
