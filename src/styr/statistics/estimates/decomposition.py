# SPDX-License-Identifier: EUPL-1.2
"""What a change in expenditure comes from: number, unit cost, and both together; parts that add up exactly."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


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
    change = expenditure_after - expenditure_before
    number = expenditure_before * (number_after / number_before - 1)
    unit_cost = expenditure_after * number_before / number_after - expenditure_before
    return Decomposition(change, number, unit_cost, change - number - unit_cost)


def decomposed(before: pl.DataFrame, after: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """The same for every cell two tables share.

    before, after: keys, expenditure, number. Returns keys, change, number, unit_cost, joint; cells without a number
    above 0 on both sides are left out.
    """
    joined = before.join(after, on=keys, how="inner", suffix="_after", nulls_equal=True)
    joined = joined.filter((pl.col("number") > 0) & (pl.col("number_after") > 0))
    change = pl.col("expenditure_after") - pl.col("expenditure")
    number = pl.col("expenditure") * (pl.col("number_after") / pl.col("number") - 1)
    unit_cost = pl.col("expenditure_after") * pl.col("number") / pl.col("number_after") - pl.col("expenditure")
    return joined.select(*keys, change=change, number=number, unit_cost=unit_cost, joint=change - number - unit_cost)
