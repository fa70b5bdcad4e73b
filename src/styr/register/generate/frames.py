# SPDX-License-Identifier: EUPL-1.2
"""Columns from numbers: ids, dates and words of the exchange format."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import polars as pl

from .parameters import OPEN, Ints

_POOL = 4096  # ids are made by so many at a time


def ids(prefix: str, code: str, numbers: Ints) -> pl.Series:
    """Ids such as `syn-101-0000123`; null for numbers below 0."""
    numbers = np.asarray(numbers, dtype=np.int64)
    size = int(numbers.max(initial=-1)) + 1
    return picked(_pool(prefix, code, -(-size // _POOL) * _POOL), numbers)


def day_column(days: Ints) -> pl.Series:
    """Dates from days since 1970-01-01; null for OPEN and for the far past."""
    days = np.asarray(days, dtype=np.int64)
    dates = days.astype("datetime64[D]")
    dates[(days >= OPEN) | (days <= -OPEN)] = np.datetime64("NaT")
    return pl.Series(dates, dtype=pl.Date)


def constant(value: str | int, size: int) -> pl.Series:
    """A column of one value."""
    return pl.Series([value]).new_from_index(0, size)


def picked(values: pl.Series, index: Ints) -> pl.Series:
    """The value at each index; null for an index below 0."""
    index = np.asarray(index, dtype=np.int64)
    if len(index) and index.min() < 0:
        values = values.extend_constant(None, 1)
        index = np.where(index < 0, len(values) - 1, index)
    return values.gather(index.astype(np.uint32))


@lru_cache(maxsize=16)
def _pool(prefix: str, code: str, size: int) -> pl.Series:
    return constant(f"{prefix}-{code}-", size) + _digits(1 << (size - 1).bit_length()).head(size)


@lru_cache(maxsize=32)
def _digits(size: int) -> pl.Series:
    return pl.Series(np.arange(size)).cast(pl.String).str.zfill(7)
