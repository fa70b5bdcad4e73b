# SPDX-License-Identifier: EUPL-1.2
"""A question narrowed to some rows is guarded like the question split into them: `--where sex=K` shows no more than the
row K of `--by sex` does, or the difference to the total would tell the rest.

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
    chosen = question.indicator
    apart = (*chosen.own, *chosen.subject.many, *PLACES)
    keys = [key for key in question.where if key not in apart and not dimension(key).many]
    if not keys or not chosen.persons:
        return None
    left = {key: words for key, words in question.where.items() if key not in keys}
    return replace(question, by=tuple(dict.fromkeys((*question.by, *keys))), where=left)


def hidden_like_split(
    cells: pl.DataFrame, question: Question, split: Question, rows: pl.DataFrame, hidden: pl.Series
) -> pl.DataFrame:
    """Cells of a narrowed question with those hidden that the rows of the split question do not allow.

    cells, rows: the answers with their labels, cells under control; hidden: which of the rows are. A cell that is one
    row is hidden where the row is. One made of several would tell of those hidden among them what a shown total tells:
    it is hidden when there is one, when they have fewer persons than the threshold between them, or when each has one.
    """
    threshold = int(vocabulary.parameter(THRESHOLD))
    inside = rows.with_columns(_hidden=hidden, _all=pl.lit(0))
    for key in set(split.by) - set(question.by) | set(question.where) & set(split.by):
        inside = inside.filter(pl.col(key).cast(pl.String).is_in(words_of(key, question.where[key])))
    few = pl.col("n").filter("_hidden")
    one = (pl.len() == 1) & pl.col("_hidden").any()
    several = (few.len() > 0) & ((few.len() == 1) | (few.sum() < threshold) | (few == 1).all())
    told = one | ((pl.len() > 1) & several)
    keys = ["_all", *question.by]
    totals = inside.group_by(keys).agg(_told=told)
    joined = cells.with_columns(_all=pl.lit(0)).join(
        totals, on=keys, how="left", nulls_equal=True, maintain_order="left"
    )
    also = joined["suppressed"] | joined["_told"].fill_null(False)
    words = cells.filter("suppressed")["method"].first()
    return hidden_by(cells, Pattern(also.alias("hidden"), cells.clear()), None if words is None else str(words))
