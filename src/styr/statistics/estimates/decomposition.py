# SPDX-License-Identifier: EUPL-1.2
"""What a change comes from, in parts that add up exactly (METHODS § 3).

A change in expenditure is parted into number, unit cost, and both together. A change in activity is parted into the
size of the population, its mix of ages, and the rate of help in each age. Both are pure: numbers in, parts out; see
decompose.py beside this for asking a snapshot.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

EXPENDITURE_PARTS = ("number", "unit_cost", "joint", "undivided")
ACTIVITY_PARTS = ("population", "age_mix", "rate", "outside")


@dataclass(frozen=True)
class Decomposition:
    """A change ΔE = c0·ΔN + N0·Δc + ΔN·Δc in its parts, in the unit of the expenditure."""

    change: float
    number: float
    unit_cost: float
    joint: float


def decompose(
    *, expenditure_before: float, number_before: float, expenditure_after: float, number_after: float
) -> Decomposition:
    """The change from before to after in its parts (METHODS § 3), with unit cost = expenditure / number.

    number is the part had the unit cost stood still, unit_cost the part had the number stood still, joint what both
    moving together adds. The parts are formed so that they add up to the change to the last digit's rounding.
    Raises ValueError when a number is not above 0: there is no unit cost then.
    """
    if number_before <= 0 or number_after <= 0:
        raise ValueError("A decomposition needs recipients both before and after; choose years that have them.")
    numbers = {
        "before": float(expenditure_before),
        "after": float(expenditure_after),
        "number_before": float(number_before),
        "number_after": float(number_after),
    }
    sides = pl.DataFrame({name: [number] for name, number in numbers.items()})
    parts = expenditure_parts(sides).row(0, named=True)
    return Decomposition(parts["change"], parts["number"], parts["unit_cost"], parts["joint"])


def expenditure_parts(sides: pl.DataFrame) -> pl.DataFrame:
    """Rows with the parts of their change in expenditure.

    sides: before, after (expenditure), number_before, number_after (recipients); null where hidden. Added are change
    and EXPENDITURE_PARTS. A cell that is new has no unit cost before and takes that after, so its whole change is
    number; a cell that is gone likewise. undivided is the change of a cell that has expenditure and no one behind it
    in one of the years: there is no unit cost to part it by.
    """
    before, after = pl.col("before"), pl.col("after")
    number_before, number_after = pl.col("number_before"), pl.col("number_after")
    change = after - before
    both = (number_before > 0) & (number_after > 0)
    one = ((number_before > 0) & (number_after == 0) & (after == 0)) | (
        (number_after > 0) & (number_before == 0) & (before == 0)
    )
    known = change.is_not_null() & number_before.is_not_null() & number_after.is_not_null()
    number = pl.when(both).then(before * (number_after / number_before - 1)).when(one).then(change).otherwise(0.0)
    unit_cost = pl.when(both).then(after * (number_before / number_after) - before).otherwise(0.0)
    parted = sides.with_columns(
        change=pl.when(known).then(change),
        number=pl.when(known).then(number),
        unit_cost=pl.when(known).then(unit_cost),
        undivided=pl.when(known).then(pl.when(both | one).then(0.0).otherwise(change)),
    )
    rest = pl.col("change") - pl.col("number") - pl.col("unit_cost") - pl.col("undivided")
    return parted.with_columns(joint=pl.when(both).then(rest).when(known).then(0.0))


def activity_parts(sides: pl.DataFrame) -> pl.DataFrame:
    """Rows with the parts of their change in persons, by the symmetrical way of Das Gupta (1993) for three factors.

    sides: persons_before, persons_after (of an age in a cell), inhabitants_before, inhabitants_after (of the age),
    population_before, population_after (of all ages). Persons are population × share of the age × rate in the age; the
    effect of each factor is the mean, over every order in which the three may change, of what its change does; with
    two factors it is Kitagawa's way. Added are change and ACTIVITY_PARTS, which add up to it; outside is the change of
    persons in ages without inhabitants, which have no rate.
    """
    size = pl.col("population_before"), pl.col("population_after")
    share = tuple(pl.col(f"inhabitants_{side}") / pl.col(f"population_{side}") for side in ("before", "after"))
    rate = tuple(pl.col(f"persons_{side}") / pl.col(f"inhabitants_{side}") for side in ("before", "after"))
    inhabited = (pl.col("inhabitants_before") > 0) & (pl.col("inhabitants_after") > 0)
    change = pl.col("persons_after") - pl.col("persons_before")
    population, age_mix = (pl.when(inhabited).then(_effect(*each)).otherwise(0.0) for each in
                           ((size, share, rate), (share, size, rate)))  # fmt: skip
    known = change.is_not_null()
    parted = sides.with_columns(
        change=change,
        population=pl.when(known).then(population),
        age_mix=pl.when(known).then(age_mix),
        outside=pl.when(known).then(pl.when(inhabited).then(0.0).otherwise(change)),
    )
    rest = pl.col("change") - pl.col("population") - pl.col("age_mix") - pl.col("outside")
    return parted.with_columns(rate=rest)


Pair = tuple[pl.Expr, pl.Expr]


def _effect(of: Pair, one: tuple[pl.Expr, ...], other: tuple[pl.Expr, ...]) -> pl.Expr:
    """What the change of one factor of three does: (of1 − of0) × [(a0b0 + a1b1)/3 + (a0b1 + a1b0)/6]."""
    along = one[0] * other[0] + one[1] * other[1]
    across = one[0] * other[1] + one[1] * other[0]
    return (of[1] - of[0]) * (along / 3 + across / 6)


def to_be_printed(rows: pl.DataFrame, parts: tuple[str, ...], digits: int = 2) -> pl.DataFrame:
    """Rows rounded so that what is printed adds up: before + value = after, and the parts make the value.

    rows: before, after, value, and the parts. The largest part takes what rounding leaves; what the parts are to the
    last digit stands in the rows as they were.
    """
    rows = rows.with_columns(pl.col("before", "after", *parts).round(digits))
    rows = rows.with_columns(value=(pl.col("after") - pl.col("before")).round(digits))
    largest = pl.max_horizontal(pl.col(part).abs() for part in parts)
    left = pl.col("value") - pl.sum_horizontal(parts)
    taken = pl.lit(False)
    taking = []
    for part in parts:
        takes = (pl.col(part).abs() == largest) & ~taken
        taking.append((pl.col(part) + pl.when(takes).then(left).otherwise(0.0)).round(digits).alias(part))
        taken = taken | takes
    return rows.with_columns(taking)
