# SPDX-License-Identifier: EUPL-1.2
"""Which columns of a table add up, and through what: the totals anyone may ask for beside the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from styr import vocabulary
from styr.statistics.catalogue import Indicator, dimension

if TYPE_CHECKING:
    from styr.statistics.question import AgeGroup

#: Dimensions in which a person stands in one row at a time (or so nearly that totals are read as sums).
PARTITIONS = ("sex", "age_group", "age", "income_basis", "municipality", "region")
#: A finer dimension and the coarser one it tells: beside the finer the coarser says nothing new.
TELLS = {"municipality": "region", "provision": "provision_group", "month": "year", "age": "age_group"}
PERIODS = ("year", "month", "date")


@dataclass(frozen=True)
class Roll:
    """A step from values to coarser ones: what the coarser column is called, and the coarser value of a value."""

    to: str
    of: Callable[[Any], Any]


@dataclass(frozen=True)
class Axis:
    """A column whose rows add up to a total.

    rolls: what a value rolls up to on the way to the total, finest first (municipality → region). partition: a person
    stands in one row only, so persons add up too and not just amounts.
    """

    name: str
    rolls: tuple[Roll, ...] = ()
    partition: bool = False


@dataclass(frozen=True)
class Shape:
    """A table as disclosure control sees it: the columns that add up, and those whose rows stand apart."""

    axes: tuple[Axis, ...]
    apart: tuple[str, ...] = ()


def shape_of(indicator: Indicator, by: Sequence[str], age_groups: Sequence[AgeGroup] = ()) -> Shape:
    """The shape of an indicator split by dimensions; age_groups: what single years of age add up to.

    Target groups and the like stand apart (a person has several). So do the days of a stock, and an indicator's own
    dimension unless all of it is summed by default. Periods add up, also where persons are counted once in each: so
    the persons behind an amount, and the same persons counted, have the same cells hidden.
    """
    told = {TELLS[key] for key in by if key in TELLS}
    axes, apart = [], []
    for key in by:
        if not _adds_up(indicator, key):
            apart.append(key)
        elif key not in told:
            axes.append(Axis(key, _rolls(key, age_groups), key in PARTITIONS))
    return Shape(tuple(axes), tuple(apart))


def _adds_up(indicator: Indicator, key: str) -> bool:
    if key in PERIODS:
        return indicator.kind != "stock"
    if key in indicator.own:
        return indicator.own[key] is None
    return not dimension(key).many and key not in indicator.subject.many


def _rolls(key: str, age_groups: Sequence[AgeGroup]) -> tuple[Roll, ...]:
    union = Roll("provision_group_union", _known(_uppermost_group))
    if key == "provision":
        return (Roll("provision_group", _known(vocabulary.group_of)), union)
    if key == "provision_group":
        return (union,)
    if key == "municipality":
        return (Roll("region", _known(vocabulary.region_of)),)
    if key == "month":
        return (Roll("year", lambda month: int(month[:4])),)
    if key == "age":
        return (Roll("age_group", lambda age: _group_of(age, age_groups)),)
    return ()


def _group_of(age: int, groups: Sequence[AgeGroup]) -> str | None:
    inside = (group.label for group in groups if group.low <= age <= (age if group.high is None else group.high))
    return next(inside, None)


def _uppermost_group(code: str) -> str:
    """The union a provision group belongs to, itself when it belongs to none."""
    return (code, *vocabulary.codelist("provision_group").ancestors(code))[-1]


def _known(roll: Callable[[str], str]) -> Callable[[str], str]:
    """A roll by a vocabulary list; what is not on the list stays itself."""

    def rolled(code: str) -> str:
        try:
            return roll(code)
        except vocabulary.UnknownWord:
            return code

    return rolled
