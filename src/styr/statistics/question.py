# SPDX-License-Identifier: EUPL-1.2
"""A question to the register, checked: what is counted, split how, narrowed to what, in which periods."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from styr import vocabulary
from styr.statistics.catalogue import Indicator, allowed, dimension
from styr.statistics.engines import Engine, require
from styr.statistics.errors import CannotAnswer, unknown
from styr.statistics.periods import NAMES, Period

#: The dimensions that follow from the provision of a grant or place.
OF_PROVISIONS = ("provision", "provision_group", "provision_area")


@dataclass(frozen=True)
class AgeGroup:
    """Ages from low to high, both included; high None is without upper end."""

    label: str
    low: int
    high: int | None


@dataclass(frozen=True)
class PriceLevel:
    """The index series and the year whose prices amounts are carried to."""

    series: str
    year: int


@dataclass(frozen=True)
class Question:
    """A checked question. by holds the dimensions asked for, where their allowed codes; ages, when set, keeps only
    persons of those ages."""

    indicator: Indicator
    by: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]]
    periods: tuple[Period, ...]
    known_at: date
    acting: bool
    age_groups: tuple[AgeGroup, ...]
    price_level: PriceLevel | None
    net_of_refund: bool
    ages: tuple[int, int | None] | None = None

    @property
    def labels(self) -> tuple[str, ...]:
        """The dimensions asked for, without those that name the period."""
        return tuple(key for key in self.by if key not in NAMES)

    @property
    def dimensions(self) -> tuple[str, ...]:
        """Every dimension that takes part, asked for or narrowed to, without those that name the period."""
        return tuple(dict.fromkeys((*self.labels, *self.where)))

    def involves(self, key: str) -> bool:
        """Whether a dimension takes part."""
        return key in self.dimensions

    @property
    def first(self) -> date:
        """The first day asked about."""
        return min(period.first for period in self.periods)

    @property
    def last(self) -> date:
        """The last observed day asked about."""
        return max(period.observed_last for period in self.periods)

    def keeping(self, kept: Callable[[str], bool]) -> Question:
        """The same question with some of its dimensions alone, asked for and narrowed to."""
        return replace(
            self,
            by=tuple(key for key in self.by if kept(key)),
            where={key: words for key, words in self.where.items() if kept(key)},
        )

    def about(self, indicator: Indicator) -> Question:
        """The same question about another indicator."""
        return replace(self, indicator=indicator)

    def without_own(self) -> Question:
        """The same question without the indicator's own dimensions, which its measure fills in itself."""
        own = self.indicator.own
        return replace(
            self,
            by=tuple(key for key in self.by if key not in own),
            where={key: words for key, words in self.where.items() if key not in own},
        )


def check_dimensions(engine: Engine, chosen: Indicator, by: Sequence[str], where: Sequence[str]) -> None:
    """Raise CannotAnswer when a dimension makes no sense for the indicator, or its tables are empty."""
    for table in (chosen.subject.table, *chosen.needs):
        require(engine.snapshot, table, chosen.key)
    if len(set(by)) < len(by):
        raise CannotAnswer("dimension_twice")
    for key in (*by, *where):
        for table in chosen.subject.needs.get(key, allowed(chosen, key).needs):
            require(engine.snapshot, table, key)
    for key in where:
        if key in NAMES:
            raise CannotAnswer("period_in_where", key=key)


def read_where(
    chosen: Indicator, where: Mapping[str, Sequence[str]], age_groups: Sequence[AgeGroup]
) -> dict[str, tuple[str, ...]]:
    """The allowed codes of each dimension, read forgivingly; raises CannotAnswer for a word that is not known."""
    return {key: tuple(_code(chosen, key, word, age_groups) for word in words) for key, words in where.items()}


def words_of(key: str, allowed_words: Sequence[str]) -> list[str]:
    """The values of a dimension that words allow: themselves, and of a list with levels those below them."""
    name = dimension(key).list
    below = vocabulary.codes_below(name, allowed_words) if name else ()
    return list(dict.fromkeys((*allowed_words, *below)))


def read_age_groups(written: str | Sequence[str] | None) -> tuple[AgeGroup, ...]:
    """Age groups written `0-17,18-64,65+`; None gives the vocabulary's. Raises CannotAnswer when they overlap."""
    words = written.split(",") if isinstance(written, str) else written
    groups = tuple(_age_group(word) for word in (words or vocabulary.parameter("default_age_groups")))
    ordered = sorted(groups, key=lambda group: group.low)
    for lower, upper in pairwise(ordered):
        if lower.high is None or lower.high >= upper.low:
            raise CannotAnswer("age_groups_overlap", lower=lower.label, upper=upper.label)
    return tuple(ordered)


def covers_all_ages(groups: Sequence[AgeGroup]) -> bool:
    """Whether every age is in one of the groups (given in order)."""
    begins = [group.low for group in groups]
    follows = [0, *(group.high + 1 for group in groups if group.high is not None)]
    return begins == follows


def read_price_level(written: str | tuple[str, int] | None) -> PriceLevel | None:
    """A price level written `SERIES:YEAR`, or as a pair."""
    if written is None or isinstance(written, tuple):
        return PriceLevel(*written) if written else None
    series, colon, year = written.rpartition(":")
    if not colon or not series or not re.fullmatch(r"\d{4}", year):
        raise CannotAnswer("not_a_price_level", written=written)
    return PriceLevel(series, int(year))


def _code(chosen: Indicator, key: str, word: str, age_groups: Sequence[AgeGroup]) -> str:
    if key == "age_group":
        labels = [group.label for group in age_groups]
        if word not in labels:
            raise CannotAnswer("no_such_age_group", word=word, groups=", ".join(labels))
        return word
    found, plain = allowed(chosen, key), word.strip()
    if found.number and not plain.isdecimal():
        raise CannotAnswer("not_a_whole_number", word=word, key=key)
    if plain in found.values or (found.list is None and not found.values):
        return str(int(plain)) if found.number else plain
    if found.list is None:
        raise unknown(key, plain, found.values)
    listed = vocabulary.codelist(found.list)
    try:
        code = listed.parse(word)
    except vocabulary.UnknownWord as error:
        raise CannotAnswer("as_said", said=error) from error
    if found.uppermost and listed.ancestors(code):
        raise unknown(key, plain, [term.code for term in listed if term.parent is None])
    return code


def _age_group(word: str) -> AgeGroup:
    found = re.fullmatch(r"\s*(\d{1,3})(?:-(\d{1,3})|(\+))\s*", word)
    if not found or (found[2] and int(found[2]) < int(found[1])):
        raise CannotAnswer("not_an_age_group", word=word)
    return AgeGroup(word.strip(), int(found[1]), int(found[2]) if found[2] else None)


def shares_rows(question: Question) -> tuple[str, ...]:
    """The dimensions among those asked for in which one person or place can stand in several rows."""
    return tuple(key for key in question.by if dimension(key).many or key in question.indicator.subject.many)
