# SPDX-License-Identifier: EUPL-1.2
"""Large amounts of money in millions: what an eye can read on an axis."""

from __future__ import annotations

import polars as pl

from styr.reporting.drawing.forecasts import FORECAST
from styr.reporting.drawing.parts import PARTS
from styr.reporting.numbers import Language

_AMOUNTS = ("value", "lower", "upper", *PARTS, *FORECAST)
_FROM = 10_000_000.0
_MILLION = 1_000_000.0
_UNITS = {"da": ("kr.", "mio. kr."), "en": ("DKK", "DKK million")}


def in_millions(rows: pl.DataFrame, unit: str, language: Language) -> tuple[pl.DataFrame, str]:
    """Rows and their unit, in millions where they are amounts of ten millions or more."""
    crowns, millions = _UNITS[language]
    if unit != crowns or "value" not in rows.columns:
        return rows, unit
    largest = rows["value"].abs().max()
    if not isinstance(largest, float) or largest < _FROM:
        return rows, unit
    amounts = [name for name in _AMOUNTS if name in rows.columns]
    return rows.with_columns(pl.col(amounts) / _MILLION), millions
