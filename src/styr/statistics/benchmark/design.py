# SPDX-License-Identifier: EUPL-1.2
"""What a regression is made of: the outcome, the variables beside it, and whether they can carry it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from styr import vocabulary
from styr.statistics.errors import CannotAnswer

Numbers = NDArray[np.float64]
#: A part of the correlations this small is rounding: some variable is made of others.
ROUNDING = 1e-10


@dataclass(frozen=True)
class Design:
    """municipalities: those with a shown value and every variable, by code; outcome: their values; variables: a
    column each, standardised (mean 0, standard deviation 1); means and spreads undo that."""

    municipalities: tuple[str, ...]
    names: tuple[str, ...]
    outcome: Numbers
    variables: Numbers
    means: Numbers
    spreads: Numbers
    inflation: Numbers

    @property
    def matrix(self) -> Numbers:
        """The variables with a column of ones before them."""
        return np.column_stack([np.ones(len(self.outcome)), self.variables])


def design(rows: pl.DataFrame, background: pl.DataFrame) -> Design:
    """The regression of rows (municipality, value; null where hidden) on background (municipality, variables).

    inflation is each variable's variance inflation factor, 1 / (1 - R²) of it on the others. Raises CannotAnswer
    when there are fewer than five municipalities to a variable, a variable does not vary, or is made of others.
    """
    joined = rows.select("municipality", "value").join(background, on="municipality", how="inner").drop_nulls()
    joined = joined.sort("municipality")
    names = tuple(name for name in background.columns if name != "municipality")
    _check_enough(joined.height, len(names), rows.height)
    values = joined.select(names).to_numpy().astype(np.float64)
    means, spreads = values.mean(axis=0), values.std(axis=0, ddof=1)
    for name, spread, mean in zip(names, spreads, means, strict=True):
        if not spread > 1e-12 * abs(mean):
            raise CannotAnswer("variable_explains_nothing", name=name)
    standardised = (values - means) / spreads
    return Design(
        municipalities=tuple(joined["municipality"]),
        names=names,
        outcome=joined["value"].to_numpy().astype(np.float64),
        variables=standardised,
        means=means,
        spreads=spreads,
        inflation=_inflation(standardised, names),
    )


def _check_enough(count: int, variables: int, all_of_them: int) -> None:
    least, _ = vocabulary.parameter("regression_per_variable")
    if count < least * variables or count < variables + 2:
        raise CannotAnswer(
            "too_few_for_variables",
            count=count,
            all_of_them=all_of_them,
            variables=variables,
            needed=max(least * variables, variables + 2),
        )


def _inflation(standardised: Numbers, names: tuple[str, ...]) -> Numbers:
    """The diagonal of the inverse of the correlations; raises CannotAnswer naming the variables made of one another."""
    correlations = standardised.T @ standardised / (len(standardised) - 1)
    values, vectors = np.linalg.eigh(correlations)
    inverse = (vectors / np.maximum(values, np.finfo(np.float64).tiny)) @ vectors.T
    found: Numbers = np.diag(inverse)
    if values[0] < ROUNDING or found.max() > vocabulary.parameter("inflation_bounds")[1]:
        parts = np.abs(vectors[:, 0])
        together = [name for name, part in zip(names, parts, strict=True) if part > parts.max() / 5]
        raise CannotAnswer("variables_say_the_same", others=", ".join(together[:-1]), last=together[-1])
    return found
