# SPDX-License-Identifier: EUPL-1.2
"""Grants as covered days: one row per grant (or grant and target group) with what it can be split by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
from ibis.expr import types as ir

from styr import vocabulary
from styr.statistics.engines import Engine
from styr.statistics.expressions.calendar_units import days_later
from styr.statistics.expressions.granted import (
    FIRST_DAY,
    LAST_DAY,
    granted,
    kept_before,
    with_people,
)
from styr.statistics.expressions.lookups import labelled, narrowed
from styr.statistics.expressions.spans import EARLIEST, LATEST, in_day_numbers, with_before
from styr.statistics.question import OF_PROVISIONS, Question

SPELLS = ("target_group", "target_group_detail")
OF_CITIZENS = ("sex",)
#: The days of a grant, and the columns they are read from.
DATES = {"start": "start", "end": "end"}
#: Columns that tell a citizen's rows apart beside the dimensions asked for.
APART = ("priced",)
OF_GRANTS = (
    "municipality", "region", *OF_PROVISIONS, "purpose", "operator_type", *OF_CITIZENS
)  # fmt: skip


def covering_grants(engine: Engine, question: Question, keep: Sequence[str] = ()) -> ir.Table:
    """The grants that cover days a question asks about, narrowed to what it asks for.

    Columns: citizen_id, start, end (dates, inclusive; open grants to the known-at day, none beyond death), the row
    dimensions asked for, born (the birthday as written, 19800131) when ages matter, and the columns in keep.
    """
    return covering(granted(engine, wanted(question)), question, keep)


def covering(
    rows: ir.Table,
    question: Question,
    keep: Sequence[str] = (),
    days: Mapping[str, str] = DATES,
    since: date | None = None,
) -> ir.Table:
    """The same of rows that are grants, or parts of them, as granted gives them; days are the columns of days and what
    they are read from, since is the first day asked about when it is not the question's."""
    rows = rows.filter(rows.start <= question.last, rows.end >= (since or question.first))
    acting = ibis.coalesce(rows.acting_municipality, rows.paying_municipality)
    rows = rows.mutate(municipality=acting if question.acting else rows.paying_municipality)
    rows = labelled(narrowed(rows, question, OF_GRANTS), question)
    labels = [key for key in question.labels if key in (*OF_GRANTS, *wanted(question)) and key in rows.columns]
    born = [key for key in wanted(question) if key == "born" and key in rows.columns]
    return rows.select(*dict.fromkeys(("citizen_id", *labels, *born, *keep)), **days)


def covered_days_of(rows: ir.Table, engine: Engine, question: Question, keep: Sequence[str] = ()) -> ir.Table:
    """Rows that are grants, or parts of them, as granted gives them: those that cover days asked about, narrowed, cut
    to target groups, in day numbers with `before` (spans.py) for the cells asked for; keep are columns to keep, those
    of APART telling a citizen's rows apart as well.

    What is kept of the days is used when it fits the question, else `before` is found by a window.
    """
    keys = ("citizen_id", *(key for key in question.labels if key in OF_GRANTS and key not in OF_CITIZENS))
    known = kept_before(rows, question, keys)
    if known is not None and not _of_target_groups(question):
        return covering(rows, question, keep, {"start": FIRST_DAY, "end": LAST_DAY, "before": known})
    rows = with_target_groups(covering(rows, question, keep), engine, question)
    return in_day_numbers(with_before(rows, (*(key for key in keep if key in APART), *cell_keys(rows, question))))


def told_days(engine: Engine, question: Question) -> ir.Table:
    """The grants that cover days a question asks about, narrowed, cut to target groups, in day numbers with `before`
    (spans.py) for the cells asked for, and began (start as a date).

    Where what is kept of the days fits the question, `before` knows of all earlier grants, also of those that end
    before the first day asked about; these are there too then.
    """
    rows = granted(engine, wanted(question))
    keys = ("citizen_id", *(key for key in question.labels if key in OF_GRANTS and key not in OF_CITIZENS))
    known = kept_before(rows, question, keys)
    if known is not None and not _of_target_groups(question):
        days = {"began": "start", "start": FIRST_DAY, "end": LAST_DAY, "before": known}
        return covering(rows, question, days=days, since=EARLIEST)
    rows = with_target_groups(covering(rows, question), engine, question)
    return in_day_numbers(with_before(rows, cell_keys(rows, question)).mutate(began=rows.start))


def wanted(question: Question) -> list[str]:
    """What a question needs to know of a grant beside the grant's own columns."""
    ages = question.involves("age_group") or question.involves("age") or question.ages is not None
    others = [key for key in ("sex", "operator_type") if question.involves(key)]
    return [*others, "born"] if ages else others


def cell_keys(rows: ir.Table, question: Question) -> tuple[str, ...]:
    """What names a citizen's rows within one cell: the citizen, and the dimensions asked for that can differ between
    the citizen's rows."""
    return (
        "citizen_id",
        *(key for key in question.labels if key in rows.columns and key not in OF_CITIZENS),
    )


def with_target_groups(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Rows cut to the days a target group holds, once for each group asked for; unchanged when none is asked for."""
    if not _of_target_groups(question):
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
    rows = rows.mutate(start=ibis.greatest(rows.start, days_later(rows.before.fill_null(EARLIEST), 1)))
    return rows.filter(rows.start <= rows.end).drop("before")


def _of_target_groups(question: Question) -> bool:
    return any(question.involves(key) for key in SPELLS)


def with_citizens(rows: ir.Table, engine: Engine, question: Question) -> ir.Table:
    """Rows (citizen_id, start, end) with sex and born when asked for, cut at death."""
    rows = narrowed(with_people(rows, engine, wanted(question)), question, OF_CITIZENS)
    return rows.drop(*(key for key in OF_CITIZENS if key in rows.columns and key not in question.labels))


def with_finer(chosen: Sequence[str]) -> list[str]:
    """Target groups with the finer ones below them."""
    terms = vocabulary.codelist("target_group")
    return [term.code for term in terms if term.code in chosen or set(terms.ancestors(term.code)) & set(chosen)]
