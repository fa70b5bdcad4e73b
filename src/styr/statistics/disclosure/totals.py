# SPDX-License-Identifier: EUPL-1.2
"""The totals of a question that are no sums of its rows: where a person can stand in several rows of a dimension, those
without the dimension, or by a coarser one, are counted by themselves (ADR 7)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product
from math import prod

import polars as pl

from styr import vocabulary
from styr.statistics.disclosure.axes import TELLS, shape_of, untold
from styr.statistics.disclosure.protect import THRESHOLD
from styr.statistics.question import Question

#: Of more totals than this those by coarser dimensions are left out.
MOST_TOTALS = 16


@dataclass(frozen=True)
class Counted:
    """A question and its cells."""

    question: Question
    cells: pl.DataFrame


@dataclass(frozen=True)
class Beside:
    """What a question is controlled with: its totals that are no sums, and the question split by what it is narrowed
    to, with its own."""

    totals: tuple[Counted, ...] = ()
    around: tuple[Counted, ...] = ()


NOTHING_BESIDE = Beside()


def questions_of_totals(question: Question, cells: pl.DataFrame) -> list[Question]:
    """The question without each of the dimensions a person can stand in several rows of, and by coarser ones, in every
    combination; none when no cell rests on few."""
    chosen = question.indicator
    if not chosen.persons or not _any_few(question, cells):
        return []
    shape = shape_of(chosen, question.by, question.age_groups)
    several = [axis.name for axis in shape.axes if not axis.partition]
    keys = untold(chosen, question.by)
    ways: list[list[str | None]] = [[key] for key in keys]
    for way in ways:
        if way[0] in several:
            way += [*(name for name in TELLS.get(str(way[0]), ()) if name in chosen.dimensions), None]
    if prod(map(len, ways)) > MOST_TOTALS + 1:
        ways = [[way[0], None] if len(way) > 2 else way for way in ways]
    every = dict.fromkeys(tuple(key for key in way if key) for way in product(*ways))
    return [replace(question, by=by) for by in every if by != tuple(keys)]


def _any_few(question: Question, cells: pl.DataFrame) -> bool:
    threshold = int(vocabulary.parameter(THRESHOLD))
    few = cells["n"].is_between(1, threshold - 1).any()
    if question.indicator.share_of_persons:
        few = few or (cells["denominator"] - cells["numerator"]).is_between(1, threshold - 1).any()
    return bool(few)
