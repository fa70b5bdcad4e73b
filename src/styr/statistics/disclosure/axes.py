# SPDX-License-Identifier: EUPL-1.2
"""Which columns of a table add up, for persons and for amounts, and through what: the totals anyone may ask for beside
the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from styr import vocabulary
from styr.statistics.catalogue import Indicator, dimension, indicator

if TYPE_CHECKING:
    from styr.statistics.question import AgeGroup

#: Dimensions in which a person stands in one row at a time (or so nearly that totals are read as sums).
#: A year is guarded as the sum of its months, which those who come and go are.
PARTITIONS = ("sex", "age_group", "age", "income_basis", "municipality", "region", "from_group", "to_group", "month")
#: A finer dimension and the coarser ones it tells, finest first: beside the finer these say nothing new.
TELLS: Mapping[str, tuple[str, ...]] = {
    "municipality": ("region",),
    "provision": ("provision_group", "provision_area"),
    "provision_group": ("provision_area",),
    "target_group_detail": ("target_group",),
    "month": ("year",),
    "age": ("age_group",),
}
PERIODS = ("year", "month", "date")


@dataclass(frozen=True)
class Roll:
    """A step from values to coarser ones: what the coarser column is called, and the coarser value of a value."""

    to: str
    of: Callable[[Any], Any]


@dataclass(frozen=True)
class Axis:
    """A column whose rows belong to a total.

    rolls: what a value rolls up to on the way to the total, finest first (municipality → region). partition: a person
    stands in one row only, so persons add up; else their total lies between the largest row and the sum. adds: amounts
    add up. covers: everyone of the total stands in some row. whole: there is a total of all values.
    """

    name: str
    rolls: tuple[Roll, ...] = ()
    partition: bool = False
    adds: bool = True
    covers: bool = True
    whole: bool = True


@dataclass(frozen=True)
class Shape:
    """A table as disclosure control sees it: the columns with totals, and those whose rows stand apart.

    share: numerator and denominator are persons, so those who have and those who have not are counts of their own.
    complete: the rows of the last axes make up the denominator (each person has one of its values). amount: the column
    with an amount that adds up, where there is one.
    """

    axes: tuple[Axis, ...]
    apart: tuple[str, ...] = ()
    share: bool = False
    complete: bool = False
    amount: str | None = None


def shape_of(chosen: Indicator, by: Sequence[str], age_groups: Sequence[AgeGroup] = ()) -> Shape:
    """The shape of an indicator split by dimensions; age_groups: what single years of age add up to.

    Years stand apart, and the days of a stock: any years may be asked for, so there is no total of them to guard
    against; months have the total of their year. So does an indicator's own dimension stand apart, unless all of it is
    summed by default or each person has one of its values.
    """
    complete = any(key in PARTITIONS and key in by for key in chosen.own)
    axes, apart = [], []
    for key in untold(chosen, by):
        if _stands_apart(chosen, key):
            apart.append(key)
        else:
            many = dimension(key).many or key in chosen.subject.many
            partition = key in PARTITIONS and key not in chosen.subject.many
            axes.append(Axis(key, _rolls(key, age_groups), partition, not many, not many, key != "month"))
    share = chosen.share_of_persons
    return Shape(tuple(axes), tuple(apart), share, share and complete, _amount(chosen))


def untold(chosen: Indicator, by: Sequence[str]) -> list[str]:
    """The dimensions that no finer one of them tells."""
    told = {coarser for key in by if not _stands_apart(chosen, key) for coarser in TELLS.get(key, ())}
    return [key for key in by if key not in told]


def _stands_apart(chosen: Indicator, key: str) -> bool:
    if key in PERIODS:
        return key != "month" or chosen.kind == "stock"
    return chosen.own.get(key) is not None and key not in PARTITIONS


def _amount(chosen: Indicator) -> str | None:
    """The column of an indicator that is a sum of amounts: of money, or of hours."""
    counted = indicator(chosen.ratio.of) if chosen.ratio else chosen
    sums = counted.method == "sum" or (counted.kind == "money" and counted.method is None and not counted.ratio)
    return "numerator" if sums else None


def _rolls(key: str, age_groups: Sequence[AgeGroup]) -> tuple[Roll, ...]:
    """The steps from a dimension's values through those it tells, each from the one before."""
    steps: Mapping[str, Callable[[Any], Any]] = {
        "region": _known(vocabulary.region_of),
        "provision_group": _known(vocabulary.group_of),
        "provision_area": _known(vocabulary.provision_area_of),
        "target_group": _known(vocabulary.main_target_group),
        "year": lambda month: int(month[:4]),
        "age_group": lambda age: _group_of(age, age_groups),
    }
    return tuple(Roll(coarser, steps[coarser]) for coarser in TELLS.get(key, ()))


def _group_of(age: int, groups: Sequence[AgeGroup]) -> str | None:
    inside = (group.label for group in groups if group.low <= age <= (age if group.high is None else group.high))
    return next(inside, None)


def _known(roll: Callable[[str], str]) -> Callable[[str], str]:
    """A roll by a vocabulary list; what is not on the list stays itself."""

    def rolled(code: str) -> str:
        try:
            return roll(code)
        except vocabulary.UnknownWord:
            return code

    return rolled
