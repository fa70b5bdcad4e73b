# SPDX-License-Identifier: EUPL-1.2
"""The municipalities an estimate is made from: those that have delivered, or those the user has named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from styr import vocabulary
from styr.statistics.catalogue import Words
from styr.statistics.engines import Engine
from styr.statistics.errors import CannotAnswer, part
from styr.statistics.estimates.delivery_rule import judge
from styr.statistics.expressions.lookups import municipalities_in
from styr.statistics.question import Question
from styr.statistics.result import caveat


@dataclass(frozen=True)
class Sample:
    """The municipalities estimated from, how many of those that delivered something are left out, and the years."""

    municipalities: tuple[str, ...]
    left_out: int
    years: tuple[int, ...]
    named: bool

    def said(self, indicator: str) -> list[Words]:
        """What a reader must know of the choice."""
        if self.named:
            return [caveat("sample_named")]
        span = str(self.years[0]) if len(self.years) == 1 else f"{self.years[0]}-{self.years[-1]}"
        return [caveat("sample_left_out", count=self.left_out, years=span, indicator=indicator)] * bool(self.left_out)


def sample_of(
    engine: Engine, question: Question, target: Sequence[str], name: Words, chosen: Sequence[str] | None = None
) -> Sample:
    """The municipalities of a target (its codes, and what it is called) to estimate from.

    chosen: those to take, by code or name; None takes those that have delivered the indicator's table in every year of
    the question (delivery_rule.py). Raises CannotAnswer when there is none, or one chosen has no rows or is elsewhere.
    """
    years = tuple(sorted({year for each in question.periods for year in range(each.first.year, each.last.year + 1)}))
    table = question.indicator.subject.table
    possible = _allowed(question, target)
    judged = judge(engine, question.indicator, years, acting=question.acting)
    judged = judged.filter(pl.col("municipality").is_in(possible))
    some = judged.filter(pl.col("reason") != "no_rows")["municipality"].unique().to_list()
    if chosen is not None:
        return Sample(tuple(_checked(chosen, possible, some, name, table, years)), 0, years, named=True)
    whole = judged.group_by("municipality").agg(pl.col("delivered").all()).filter("delivered")["municipality"]
    if whole.is_empty():
        span = _span("in_every_year", years)
        raise CannotAnswer("none_has_delivered", area=name, table=table, span=span, indicator=question.indicator.key)
    return Sample(tuple(sorted(whole)), len(some) - len(whole), years, named=False)


def read_municipalities(words: Sequence[str]) -> list[str]:
    """The codes of municipalities named by code or name; raises CannotAnswer naming the nearest."""
    try:
        return sorted({vocabulary.codelist("municipality").parse(word) for word in words})
    except vocabulary.UnknownWord as error:
        raise CannotAnswer("as_said", said=error) from error


def _allowed(question: Question, target: Sequence[str]) -> list[str]:
    """The municipalities of the target that the question allows."""
    inside = set(municipalities_in(question.where["region"])) if "region" in question.where else set(target)
    named = set(question.where.get("municipality", target))
    return [code for code in target if code in inside & named]


def _checked(
    chosen: Sequence[str], possible: Sequence[str], some: Sequence[str], name: Words, table: str, years: Sequence[int]
) -> list[str]:
    codes = read_municipalities(chosen)
    for code in codes:
        if code not in possible:
            raise CannotAnswer("municipality_elsewhere", code=code, area=name)
        if code not in some:
            span = _span("in_years", years)
            raise CannotAnswer("municipality_without_rows", code=code, table=table, span=span)
    return codes


def _span(several: str, years: Sequence[int]) -> Words:
    """Years in words; several: the words for more than one (refusals.yaml)."""
    return part("in_year", year=years[0]) if len(years) == 1 else part(several, first=years[0], last=years[-1])
