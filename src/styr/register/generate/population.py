# SPDX-License-Identifier: EUPL-1.2
"""The population table: inhabitants by year, municipality, single year of age and sex."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np
import polars as pl

from .parameters import Floats, along, settlements


def population(municipality: str, years: range, scale: float) -> pl.DataFrame:
    """Rows of the population table for one municipality: year, municipality, age (0-110), sex, persons on 1 January."""
    ages = np.arange(111.0)
    shares: Floats = np.stack([_age_shares(year) for year in years]) * _tilt(municipality, ages)
    shares = shares / shares.sum(axis=1, keepdims=True)
    persons = shares * np.array([inhabitants(municipality, year) for year in years])[:, None] * scale
    men = np.clip(0.512 - 0.0006 * np.maximum(ages - 20, 0) - 0.004 * np.maximum(ages - 72, 0), 0.15, None)
    by_sex = np.stack([persons * men, persons * (1 - men)], axis=-1)
    # Rounded along the ages: each count is the difference of rounded running totals, so totals hold at any scale.
    running = np.floor(np.cumsum(by_sex.reshape(len(years), -1), axis=1) + 0.5).astype(np.int64)
    counts = np.diff(running, axis=1, prepend=0).reshape(-1)
    year = np.repeat(np.fromiter(years, dtype=np.int32), 222)
    age = np.tile(np.repeat(ages.astype(np.int32), 2), len(years))
    sex = np.tile(np.array(["M", "K"]), len(years) * 111)
    return pl.DataFrame(
        {"year": year, "municipality": municipality, "age": age, "sex": sex, "persons": counts.astype(np.int32)}
    ).select("year", "municipality", "age", "sex", "persons")


def inhabitants(municipality: str, year: int) -> float:
    """Inhabitants of a municipality on 1 January at scale 1; small peripheral ones shrink, the largest grow."""
    weights = _weights(year)
    return float(weights[municipality] / sum(weights.values()) * along(_country(), year) * 1000)


def _country() -> Mapping[int, float]:
    country: Mapping[int, float] = settlements()["country_thousands"]
    return country


@cache
def _weights(year: int) -> Mapping[str, float]:
    sizes = {str(code): float(size) for code, size in settlements()["inhabitants_thousands"].items()}
    growth = {code: 0.0025 * np.log2(max(size, 2.0) / 45) for code, size in sizes.items()}
    return {code: float(size * np.exp(growth[code] * (year - 2018))) for code, size in sizes.items()}


def _age_shares(year: int) -> Floats:
    groups = settlements()["age_shares"]
    shares = np.array([along({knot: groups[knot][i] for knot in groups}, year) for i in range(len(groups[2012]))])
    single = np.repeat(np.append(shares, [0.002, 0.0]) / 5, 5)[:111]
    return np.asarray(single / single.sum())


def _tilt(municipality: str, ages: Floats) -> Floats:
    """Large municipalities are younger (students), small ones older."""
    size = np.log2(float(settlements()["inhabitants_thousands"][int(municipality)]) / 45)
    young = np.exp(-(((ages - 25) / 6.0) ** 2))
    return np.asarray(np.clip(1 + 0.22 * size * young - 0.035 * size * np.maximum(ages - 50, 0) / 20, 0.3, 3.5))
