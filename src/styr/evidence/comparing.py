# SPDX-License-Identifier: EUPL-1.2
"""A published number beside the same indicator of the register."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa

from styr.evidence.errors import Refused, place
from styr.evidence.published import Interval, TextFigure
from styr.register.snapshot import Snapshot
from styr.statistics.estimates.answers import answer
from styr.statistics.estimates.growth import growth

SCHEMA = pa.schema(
    [
        ("figure", pa.string()),
        ("quantity", pa.string()),
        ("period", pa.string()),
        ("population", pa.string()),
        ("unit", pa.string()),
        ("printed", pa.string()),
        ("printed_lower", pa.float64()),
        ("printed_upper", pa.float64()),
        ("indicator", pa.string()),
        ("value", pa.float64()),
        ("lower", pa.float64()),
        ("upper", pa.float64()),
        ("suppressed", pa.bool_()),
        ("agrees", pa.bool_()),
        ("difference_of_rule", pa.string()),
        ("source", pa.string()),
    ]
)


def compare(
    figure: TextFigure, snapshot: Snapshot, *, scale_to: str | None = None, language: str = "da"
) -> tuple[pa.Table, dict[str, Any]]:
    """One row: the printed number with the interval it admits, the register's value with its own, and whether the two
    intervals meet; and the header of the register's result (counting rule, snapshot, caveats).

    value, lower and upper are in the printed unit. agrees is null when the value is hidden. scale_to: country or a
    region, when the register holds part of it. Raises Refused when the figure names no indicator.
    """
    result = _asked(figure, snapshot, scale_to)
    row = result.to_polars().row(0, named=True)
    found = _in_printed_unit(figure, row)
    printed = figure.number.interval()
    table = pa.Table.from_pylist(
        [
            {
                "figure": f"{figure.document}/{figure.id}",
                "quantity": figure.quantity,
                "period": figure.period,
                "population": figure.population,
                "unit": figure.unit,
                "printed": figure.number.text,
                "printed_lower": _end(printed.low),
                "printed_upper": _end(printed.high),
                "indicator": row["indicator"],
                **found,
                "suppressed": row["suppressed"],
                "agrees": _agrees(printed, found),
                "difference_of_rule": figure.asked.difference if figure.asked else "",
                "source": f"{figure.document} l.{figure.line}",
            }
        ],
        SCHEMA,
    )
    return table, result.header.to_mapping(language)


def _asked(figure: TextFigure, snapshot: Snapshot, scale_to: str | None) -> Any:
    asked = figure.asked
    if asked is None:
        where = place(figure.file, line=figure.file_line)
        raise Refused("names_no_indicator", figure=f"{figure.document}/{figure.id}", where=where)
    options: dict[str, Any] = {
        "where": {dimension: codes.split(",") for dimension, codes in asked.where},
        "on": asked.on or None,
        "price_level": asked.price_level or None,
        "scale_to": scale_to,
    }
    if asked.change:
        return growth(snapshot, asked.indicator, asked.first, asked.last or asked.first, **options)
    return answer(snapshot, asked.indicator, from_year=asked.first, to_year=asked.last or asked.first, **options)


def _in_printed_unit(figure: TextFigure, row: dict[str, Any]) -> dict[str, float | None]:
    """Value and interval as the publication prints them; a difference has no interval of its own."""
    asked = figure.asked
    if asked is not None and asked.change == "growth":
        return {name: row[name] for name in ("value", "lower", "upper")}
    if asked is not None and asked.change == "difference":
        return {"value": _scaled(row["change"], asked.scale), "lower": None, "upper": None}
    scale = asked.scale if asked is not None else "1"
    return {name: _scaled(row[name], scale) for name in ("value", "lower", "upper")}


def _scaled(value: float | None, scale: str) -> float | None:
    return None if value is None else float(value) / float(scale)


def _agrees(printed: Interval, found: dict[str, float | None]) -> bool | None:
    value = found["value"]
    if value is None:
        return None
    low = found["lower"] if found["lower"] is not None else value
    high = found["upper"] if found["upper"] is not None else value
    return printed.meets(Interval(Decimal(str(low)), Decimal(str(high))))


def _end(end: Decimal) -> float | None:
    return float(end) if end.is_finite() else None
