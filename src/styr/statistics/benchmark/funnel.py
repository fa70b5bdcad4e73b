# SPDX-License-Identifier: EUPL-1.2
"""The funnel: how far from the country's value chance alone takes a municipality of a given size.

After D.J. Spiegelhalter (2005), Funnel plots for comparing institutional performance, Statistics in Medicine 24:
1185-1202: control limits at 95 and 99.8 per cent about the common value, and two ways of allowing for overdispersion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from styr import vocabulary
from styr.statistics.benchmark.municipal import Municipal
from styr.statistics.errors import CannotAnswer, unknown

Dispersion = Literal["none", "multiplicative", "additive"]
DISPERSIONS = ("none", "multiplicative", "additive")
LEVELS = ("95", "998")
#: Fewer values than this say nothing of the spread between municipalities.
LEAST = 3
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Funnel:
    """What chance does to a municipality's value.

    centre: the country's value. scale: the variance of a value times its denominator (for persons per inhabitant
    times × centre, as Poisson has it; for amounts estimated from the municipalities). counted: Poisson holds.
    ratio: φ, the spread of the municipalities over that of chance (1: no more than chance; null for amounts, whose
    chance is not known). between: τ, the standard deviation between municipalities beyond chance, in the unit of
    the value. dispersion: how the limits allow for it. municipalities: how many it is estimated from.
    """

    centre: float
    times: float
    scale: float
    counted: bool
    dispersion: Dispersion
    ratio: float | None
    between: float
    municipalities: int

    @property
    def overdispersed(self) -> bool:
        """Whether φ is further above 1 than chance takes it (two standard errors)."""
        return self.ratio is not None and self.ratio > 1 + 2 * (2 / self.municipalities) ** 0.5

    def limits(self, denominators: pl.Series) -> pl.DataFrame:
        """Control limits of a municipality with these denominators: lower_95, upper_95, lower_998, upper_998."""
        known = denominators.cast(pl.Float64).fill_null(np.nan).to_numpy()
        shares = vocabulary.parameter("funnel_levels")
        columns = {}
        for name, share in zip(LEVELS, shares, strict=True):
            lower, upper = self._exact(known, (1 - share) / 2) if self.counted else self._normal(known, (1 - share) / 2)
            wider = self._wider(known)
            lower = self.centre + wider * (lower - self.centre)
            columns[f"lower_{name}"] = np.maximum(lower, 0) if self.counted else lower
            columns[f"upper_{name}"] = self.centre + wider * (upper - self.centre)
        return pl.DataFrame(columns, nan_to_null=True)

    def _exact(self, denominators: Numbers, tail: float) -> tuple[Numbers, Numbers]:
        expected = self.centre * denominators / self.times
        lower, upper = poisson_limits(expected, tail)
        return self.times * lower / denominators, self.times * upper / denominators

    def _normal(self, denominators: Numbers, tail: float) -> tuple[Numbers, Numbers]:
        from scipy.special import ndtri

        width = -ndtri(tail) * np.sqrt(self.scale / denominators)
        return self.centre - width, self.centre + width

    def _wider(self, denominators: Numbers) -> Any:
        """What exact limits are widened by, so that their variance is that of the chosen dispersion."""
        if not self.counted or self.dispersion == "none" or self.scale == 0:
            return 1.0
        if self.dispersion == "multiplicative":
            return max(1.0, self.ratio or 1.0) ** 0.5
        return np.sqrt(1 + self.between**2 * denominators / self.scale)


def funnel(found: Municipal, dispersion: str | None = None) -> Funnel:
    """The funnel of the municipalities' values.

    Persons per inhabitant vary by chance as Poisson has it; dispersion none (the default) asks what is more than
    chance, multiplicative (limits √φ times as wide) and additive (τ² added to the variance, a random effect) ask
    what stands out from the spread there is. Amounts have no chance known beforehand: their limits come from the
    spread between municipalities, with a variance in inverse proportion to the denominator. φ and τ are estimated
    from z-scores whose outer tenth on each side is drawn in (winsorised).

    Raises CannotAnswer when the indicator has no denominator or too few values are shown.
    """
    if dispersion is not None and dispersion not in DISPERSIONS:
        raise unknown("dispersion", dispersion, DISPERSIONS)
    if not found.counted and dispersion in ("none", "additive"):
        raise CannotAnswer("chance_not_known", indicator=found.indicator.key)
    shown = found.rows.filter(pl.col("value").is_not_null() & (pl.col("denominator") > 0))
    if found.rows["denominator"].is_null().all():
        raise CannotAnswer("no_funnel", indicator=found.indicator.key)
    if shown.height < LEAST:
        raise CannotAnswer("funnel_needs_more", least=LEAST, count=shown.height)
    deviation, size = (shown["value"] - found.country).to_numpy(), shown["denominator"].to_numpy()
    chosen: Any = dispersion or ("none" if found.counted else "multiplicative")
    common: dict[str, Any] = {"centre": found.country, "times": found.times, "counted": found.counted,
              "dispersion": chosen, "municipalities": shown.height}  # fmt: skip
    if not found.counted:
        spread = _spread(deviation * np.sqrt(size))
        return Funnel(scale=spread, ratio=None, between=0.0, **common)
    scale = found.times * found.country
    if scale <= 0:
        return Funnel(scale=0.0, ratio=1.0, between=0.0, **common)
    ratio = _spread(deviation * np.sqrt(size / scale))
    return Funnel(scale=scale, ratio=ratio, between=_between(ratio, size / scale), **common)


def with_limits(rows: pl.DataFrame, limits: Funnel) -> pl.DataFrame:
    """Rows (value, denominator) with expected (the numerator at the country's value), the limits, and beyond: which
    of them the value is outside ("no", "95", "99.8"; null when it is hidden)."""
    with_bounds = pl.concat([rows, limits.limits(rows["denominator"])], how="horizontal")
    value = pl.col("value")
    known = value.is_not_null() & pl.col("lower_95").is_not_null()
    slack = 1e-12 * abs(limits.centre)  # a value on the limit is inside, whatever the last digit says
    outside = {
        name: (value < pl.col(f"lower_{name}") - slack) | (value > pl.col(f"upper_{name}") + slack) for name in LEVELS
    }
    return with_bounds.with_columns(
        expected=limits.centre * pl.col("denominator") / limits.times,
        beyond=pl.when(~known)
        .then(None)
        .when(outside["998"])
        .then(pl.lit("99.8"))
        .when(outside["95"])
        .then(pl.lit("95"))
        .otherwise(pl.lit("no")),
    )


def poisson_limits(expected: Numbers, tail: float) -> tuple[Numbers, Numbers]:
    """Limits outside which a Poisson count lies with at most the tail's probability on each side.

    A whole count is outside exactly when it and all beyond it have at most that probability; between whole counts
    the limit moves on a straight line with the probability, so that it has no steps.
    """
    from scipy.stats import poisson  # slow to load, and seldom needed

    low, high = poisson.ppf(tail, expected), poisson.isf(tail, expected)
    with np.errstate(divide="ignore", invalid="ignore"):
        lower = low - (poisson.cdf(low, expected) - tail) / poisson.pmf(low, expected)
        upper = high + (poisson.sf(high - 1, expected) - tail) / poisson.pmf(high, expected)
    nothing = expected == 0
    return np.where(nothing, 0.0, lower), np.where(nothing, 0.0, upper)


def _spread(scores: Numbers) -> float:
    """The mean square of winsorised scores, raised so that scores from a normal distribution are not seen as less
    spread for having been drawn in."""
    from scipy.special import ndtri

    share = vocabulary.parameter("winsorised_share")
    low, high = np.quantile(scores, [share, 1 - share])
    end = float(ndtri(1 - share))
    density = float(np.exp(-(end**2) / 2) / np.sqrt(2 * np.pi))
    kept = (1 - 2 * share) - 2 * end * density + 2 * share * end**2
    return float(np.mean(np.clip(scores, low, high) ** 2) / kept)


def _between(ratio: float, weights: Numbers) -> float:
    """τ by moments (DerSimonian and Laird), from the winsorised φ; weights are the inverse variances of chance."""
    count, total = len(weights), float(weights.sum())
    variance = (count * ratio - (count - 1)) / (total - float((weights**2).sum()) / total)
    return float(np.sqrt(max(0.0, variance)))
