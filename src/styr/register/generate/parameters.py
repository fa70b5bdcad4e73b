# SPDX-License-Identifier: EUPL-1.2
"""The numbers of parameters.yaml, settlements.yaml and offer_types.yaml, and small helpers to read a path between
knots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

VERSION = "2"
EPOCH = date(1970, 1, 1)
OPEN = 2_000_000  # a day after every other: the grant, stay or place still runs
FOREVER = OPEN

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@cache
def parameters() -> Mapping[str, Any]:
    """What the synthetic country is made from (parameters.yaml)."""
    read: Mapping[str, Any] = _read("parameters.yaml")
    return read


@cache
def settlements() -> Mapping[str, Any]:
    """Sizes and ages of the population (settlements.yaml)."""
    read: Mapping[str, Any] = _read("settlements.yaml")
    return read


@cache
def offer_types() -> Sequence[Mapping[str, Any]]:
    """Types of offers with their numbers by operator (offer_types.yaml)."""
    types: Sequence[Mapping[str, Any]] = _read("offer_types.yaml")["types"]
    return types


@cache
def provisions() -> tuple[str, ...]:
    """All provisions that help is given under; while generating, help carries the place in this tuple."""
    p = parameters()
    later = [kind[1] for kind in (*p["children"]["provisions"], *p["children"]["aftercare"])]
    return tuple(dict.fromkeys([*p["money"], *p["children_money"], *later]))


def numbers_of(names: Sequence[str]) -> Ints:
    """Places of some provisions in provisions()."""
    return np.array([provisions().index(name) for name in names], dtype=np.int64)


@cache
def offer_totals() -> Mapping[str, int]:
    """Number of offers by operator (offer_types.yaml)."""
    totals: Mapping[str, int] = _read("offer_types.yaml")["total"]
    return totals


def along(path: Mapping[int, float], at: npt.ArrayLike) -> Floats:
    """The values of a path given at some years, at the (decimal) years `at`; flat outside the given years."""
    knots = sorted(path)
    return np.asarray(np.interp(np.asarray(at, dtype=float), knots, [float(path[knot]) for knot in knots]))


def growing(path: Mapping[int, float], at: npt.ArrayLike) -> Floats:
    """As along(), but growing by a constant rate between knots."""
    return np.exp(along({year: float(np.log(value)) for year, value in path.items()}, at))


def day_of(year: int, month: int = 1, day: int = 1) -> int:
    """A date as days since 1970-01-01, the way all dates are carried while generating."""
    return (date(year, month, day) - EPOCH).days


@cache
def month_starts(from_year: int, to_year: int) -> Ints:
    """The first of every month from January of from_year to January after to_year, as days."""
    months = [day_of(year, month) for year in range(from_year, to_year + 1) for month in range(1, 13)]
    return np.array([*months, day_of(to_year + 1)])


def decimal_year(days: npt.ArrayLike) -> Floats:
    """Days since 1970-01-01 as a decimal year; good to a day or so, which is enough for a path."""
    return 1970.0 + np.asarray(days, dtype=float) / 365.2425


def rounded(values: Floats, offset: npt.ArrayLike) -> Ints:
    """Whole numbers near `values`: floor(value + offset); one offset in [0, 1) keeps sums true and paths steady."""
    return np.asarray(np.floor(values + np.asarray(offset)), dtype=np.int64)


def drawn_days(rng: np.random.Generator, low: npt.ArrayLike, high: npt.ArrayLike) -> Ints:
    """One day drawn evenly in [low, high] for every pair; high below low gives low."""
    first = np.asarray(low, dtype=np.int64)
    last = np.maximum(np.asarray(high, dtype=np.int64), first)
    shape = np.broadcast(first, last).shape
    return first + np.floor(rng.random(shape) * (last - first + 1)).astype(np.int64)


def drawn_ages(rng: np.random.Generator, bands: Sequence[Sequence[float]], size: int) -> Floats:
    """Ages in years drawn from bands [from, to, weight]."""
    table = np.array(bands, dtype=float)
    band = rng.choice(len(table), size, p=table[:, 2] / table[:, 2].sum())
    return np.asarray(table[band, 0] + rng.random(size) * (table[band, 1] - table[band, 0]))


def drawn_keys(rng: np.random.Generator, weights: Mapping[str, float], names: Sequence[str], size: int) -> Ints:
    """Places in `names` drawn by the weights of a mapping from name to weight."""
    chances = np.array([weights[name] for name in weights], dtype=float)
    index = np.array([names.index(name) for name in weights])
    return index[rng.choice(len(index), size, p=chances / chances.sum())]


def _read(name: str) -> Any:
    text = files("styr.register.generate").joinpath(name).read_text(encoding="utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
