# SPDX-License-Identifier: EUPL-1.2
"""A question narrowed to some rows is guarded like the question split into them: `--where sex=K` shows no more than the
row K of `--by sex` does, or the difference to the total would tell the rest.

A whole area of provisions is a row of its own, whichever way it is asked for (`--where provision_group=residential`).
Narrowing to a municipality or region is left alone: it is how a municipality asks for its own numbers (ADR 7).
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from styr import vocabulary
from styr.statistics.catalogue import dimension
from styr.statistics.disclosure.hiding import hidden_by
from styr.statistics.disclosure.protect import THRESHOLD, Pattern
from styr.statistics.question import Question, words_of

PLACES = ("municipality", "region")


def split_question(question: Question) -> Question | None:
    """The question split by what it is narrowed to, and not narrowed; None when it is not narrowed to rows that add
    up with others."""
    question = by_areas(question)
    chosen = question.indicator
    apart = (*chosen.own, *chosen.subject.many, *PLACES)
    keys = [key for key in question.where if key not in apart and not dimension(key).many]
    if not keys or not chosen.persons:
        return None
    left = {key: words for key, words in question.where.items() if key not in keys}
    return replace(question, by=tuple(dict.fromkeys((*question.by, *keys))), where=left)


def by_areas(question: Question) -> Question:
    """The question with a provision group it is narrowed to, where that is the union of those below it, named as the
    area it is; other groups, and unions that are no area, stay as they are."""
    groups = question.where.get("provision_group", ())
    if len(groups) != 1 or "provision_area" in question.where or {"provision", "provision_group"} & set(question.by):
        return question
    if not vocabulary.codelist("provision_group").children(groups[0]):
        return question
    where = {key: words for key, words in question.where.items() if key != "provision_group"}
    return replace(question, where={**where, "provision_area": groups})


def hidden_like_split(
    cells: pl.DataFrame, question: Question, split: Question, rows: pl.DataFrame, found: Pattern
) -> pl.DataFrame:
    """Cells of a narrowed question with those hidden that the rows of the split question do not allow.

    cells, rows: the answers with their labels, cells under control; found: what is hidden of the rows. A cell that is
    one row is hidden where the row is, also where it is one without persons. One made of several would tell of those
    hidden among them what a shown total tells: it is hidden when there is one, when they have fewer persons than the
    threshold between them, or when each has one.
    """
    threshold = int(vocabulary.parameter(THRESHOLD))
    keys = ["_all", *question.by]
    inside, question = _with_empty(rows, found).with_columns(_all=pl.lit(0)), by_areas(question)
    for key in set(split.by) - set(question.by) | set(question.where) & set(split.by):
        inside = inside.filter(pl.col(key).cast(pl.String).is_in(words_of(key, question.where[key])))
    few = pl.col("n").filter("_hidden")
    one = (pl.len() == 1) & pl.col("_hidden").any()
    several = (few.len() > 0) & ((few.len() == 1) | (few.sum() < threshold) | (few == 1).all())
    told = one | ((pl.len() > 1) & several)
    totals = inside.group_by(keys, maintain_order=True).agg(_told=told)
    known = cells.with_columns(_all=pl.lit(0))
    joined = known.join(totals, on=keys, how="left", nulls_equal=True, maintain_order="left")
    also = joined["suppressed"] | joined["_told"].fill_null(False)
    without = totals.filter("_told").join(known, on=keys, how="anti", nulls_equal=True)
    words = cells.filter("suppressed")["method"].first()
    hidden = Pattern(also.alias("hidden"), without.select(keys))
    return hidden_by(known, hidden, None if words is None else str(words)).drop("_all")


def _with_empty(rows: pl.DataFrame, found: Pattern) -> pl.DataFrame:
    """Rows with _hidden, whether they are hidden, and with those without persons that are hidden with them."""
    keys = [name for name in found.empty.columns if name in rows.columns]
    empty = found.empty.select(pl.col(name).cast(rows.schema[name]) for name in keys)
    marked = rows.with_columns(_hidden=found.hidden)
    return pl.concat([marked, empty.with_columns(n=pl.lit(0, pl.Int64), _hidden=True)], how="diagonal_relaxed")
