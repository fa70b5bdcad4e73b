# SPDX-License-Identifier: EUPL-1.2
"""Potentials: what it would come to if those above a level came down to it, and no one else moved (METHODS § 4).

All are arithmetical (beregningsteknisk): why a municipality is above the level (service, need, registration or
efficiency) the numbers cannot tell (002 l.245-258, 478-488).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from styr.statistics.benchmark.design import design
from styr.statistics.benchmark.resampling import ROUNDING, bootstrap_interval, resampled
from styr.statistics.catalogue import Words
from styr.statistics.errors import CannotAnswer, unknown

Numbers = NDArray[np.float64]
LEVELS = {
    "mean": Words("kommunernes gennemsnit", "the mean of the municipalities"),
    "country": Words("niveauet for kommunerne under ét", "the level of the municipalities taken together"),
    "others": Words("gennemsnittet af de øvrige kommuner", "the mean of the other municipalities"),
}
DRAWS = 2000
SEED = 1
LEAST = 3


@dataclass(frozen=True)
class Potential:
    """municipalities: municipality, value, level, excess (of value over level, 0 when below), volume, base (what the
    potential is a part of: value × volume, or the expenditure), potential, lower, upper (95 %, of the level alone); by
    municipality. total, lower and upper are of all of them (95 %, of which municipalities there are). effect, with
    its lower and upper, is β of to_mean_at_cost (null otherwise)."""

    municipalities: pl.DataFrame
    total: float
    lower: float
    upper: float
    effect: tuple[float, float, float] | None = None


@dataclass(frozen=True)
class _Drawn:
    """For each draw (row) and municipality (column): the level, the potential at it, and (a column) the effect."""

    level: Numbers
    potential: Numbers
    effect: Numbers | None = None


#: What a level and potential are when each municipality is there so many times (a row of weights for each draw).
_Rule = Callable[[Numbers], _Drawn]


def to_expected(rows: pl.DataFrame, background: pl.DataFrame, *, draws: int = DRAWS, seed: int = SEED) -> Potential:
    """Σ max(0, y - ŷ) × P: down to the level expected of the background, by ordinary least squares.

    rows: municipality, value, volume (P: what value times volume is the whole of). background: municipality and
    variables. Hidden values and municipalities without every variable take no part. The regression is made anew in
    every draw. Raises CannotAnswer as design does.
    """
    asked = design(rows, background)
    taking = rows.filter(pl.col("municipality").is_in(asked.municipalities)).sort("municipality")
    matrix, outcome = asked.matrix, asked.outcome
    volume = taking["volume"].to_numpy()

    def rule(weights: Numbers) -> _Drawn:
        level = _coefficients(weights, matrix, outcome) @ matrix.T
        return _Drawn(level, _excess(outcome, level) * volume)

    return _potential(taking, rule, draws, seed)


def to_mean(rows: pl.DataFrame, level: str = "mean", *, draws: int = DRAWS, seed: int = SEED) -> Potential:
    """Σ max(0, f - f̄) × volume: down to the mean frequency, or the mean tariff.

    rows: municipality, value (a frequency, or a tariff), volume (inhabitants, or what the tariff is paid for).
    level: mean (of the municipalities, each counting once), country (all taken together), or others (for each the
    mean of the other municipalities; 002 has both wordings, l.488-492 and l.6789). Raises CannotAnswer for another
    level or fewer than three municipalities.
    """
    taking = _taking(rows, level)
    value, volume = taking["value"].to_numpy(), taking["volume"].to_numpy()

    def rule(weights: Numbers) -> _Drawn:
        reached = _level(weights, value, volume, level)
        return _Drawn(reached, _excess(value, reached) * volume)

    return _potential(taking, rule, draws, seed)


def to_mean_at_cost(
    rows: pl.DataFrame,
    costs: pl.DataFrame,
    background: pl.DataFrame | None = None,
    level: str = "mean",
    *,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Potential:
    """Σ max(0, f - f̄) × β × P: down to the mean frequency, in the money that a lower frequency goes with.

    rows: municipality, value (the frequency f), volume. costs: municipality, value (expenditure per inhabitant),
    volume (P, those inhabitants). β is the coefficient of the frequency in a regression of the expenditure on it
    and on the background: less than what one recipient costs when fewer of one kind mean more of another
    (002 l.6789-6809). Where β is below 0 there is no potential. Raises CannotAnswer as design does.
    """
    frequency = rows.select("municipality", frequency="value")
    beside = frequency if background is None else frequency.join(background, on="municipality", how="left")
    asked = design(costs, beside)
    among = pl.col("municipality").is_in(asked.municipalities)
    taking = _taking(rows.filter(among), level)
    money = costs.filter(among).sort("municipality")["volume"].to_numpy()
    value, volume = taking["value"].to_numpy(), taking["volume"].to_numpy()
    matrix, outcome, spread = asked.matrix, asked.outcome, asked.spreads[0]

    def rule(weights: Numbers) -> _Drawn:
        reached = _level(weights, value, volume, level)
        effect = _coefficients(weights, matrix, outcome)[:, [1]] / spread
        return _Drawn(reached, _excess(value, reached) * money * np.maximum(0.0, effect), effect)

    return _potential(taking, rule, draws, seed, base=outcome * money)


def _taking(rows: pl.DataFrame, level: str) -> pl.DataFrame:
    """The municipalities that take part: with a value and a volume."""
    if level not in LEVELS:
        raise unknown("level", level, LEVELS)
    taking = rows.drop_nulls(["value", "volume"]).sort("municipality")
    if taking.height < LEAST:
        raise CannotAnswer("potential_needs_more", least=LEAST, count=taking.height)
    return taking


def _potential(taking: pl.DataFrame, rule: _Rule, draws: int, seed: int, base: Numbers | None = None) -> Potential:
    """The potential at the municipalities as they are, with intervals over draws of them.

    The total of a draw is carried to the volume of the country as it is: who is drawn decides what is above the
    level, not how many people there are.
    """
    value, volume = taking["value"].to_numpy(), taking["volume"].to_numpy()
    every, weights = np.ones((1, taking.height)), resampled(taking.height, draws, seed)
    as_is, drawn = rule(every), rule(weights)
    points = as_is.potential[0]
    lower, upper = bootstrap_interval(points, drawn.potential)
    total, totals = (_carried(each, made, volume) for each, made in ((every, as_is), (weights, drawn)))
    total_lower, total_upper = bootstrap_interval(total[0], totals)
    return Potential(
        municipalities=taking.select(
            "municipality", "value",
            level=as_is.level[0] + np.zeros(taking.height), excess=_excess(value, as_is.level)[0], volume="volume",
            base=value * volume if base is None else base, potential=points, lower=lower, upper=upper,
        ),
        total=float(total[0, 0]),
        lower=float(total_lower[0]),
        upper=float(total_upper[0]),
        effect=_interval_of(as_is.effect, drawn.effect),
    )  # fmt: skip


def _carried(weights: Numbers, made: _Drawn, volume: Numbers) -> Numbers:
    """The total of each draw (a column), carried to the volume there is."""
    total: Numbers = (weights * made.potential).sum(axis=1) * volume.sum() / (weights @ volume)
    return total[:, None]


def _interval_of(point: Numbers | None, drawn: Numbers | None) -> tuple[float, float, float] | None:
    if point is None or drawn is None:
        return None
    lower, upper = bootstrap_interval(point[0], drawn)
    return float(point[0, 0]), float(lower[0]), float(upper[0])


def _level(weights: Numbers, value: Numbers, volume: Numbers, level: str) -> Numbers:
    """The level of each municipality (or one for all) in each draw."""
    count: Numbers = weights.sum(axis=1, keepdims=True)
    together: Numbers = (weights @ value)[:, None]
    whole: Numbers = (weights @ (value * volume))[:, None] / (weights @ volume)[:, None]
    levels: dict[str, Numbers] = {
        "mean": together / count,
        "country": whole,
        "others": (together - value) / (count - 1),
    }
    return levels[level]


def _coefficients(weights: Numbers, matrix: Numbers, outcome: Numbers) -> Numbers:
    """Weighted least squares for each row of weights: a row of coefficients each."""
    terms = matrix.shape[1]
    products = (matrix[:, :, None] * matrix[:, None, :]).reshape(len(matrix), terms * terms)
    squares = (weights @ products).reshape(-1, terms, terms)
    crossed = weights @ (matrix * outcome[:, None])
    # a draw may leave out all that tells two variables apart: the least solution serves there
    found: Numbers = (np.linalg.pinv(squares, rcond=ROUNDING, hermitian=True) @ crossed[:, :, None])[:, :, 0]
    return found


def _excess(value: Numbers, level: Numbers) -> Numbers:
    """What is above the level; differences in the last digits are none."""
    above = value - level
    found: Numbers = np.where(above > ROUNDING * np.abs(value).max(), above, 0.0)
    return found
