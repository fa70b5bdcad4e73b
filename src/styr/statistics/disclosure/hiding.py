# SPDX-License-Identifier: EUPL-1.2
"""Cells with what a pattern hides hidden: the value and whatever it follows from, and the same words at all of them."""

from __future__ import annotations

import polars as pl

from styr.statistics.disclosure.protect import Pattern

#: What is hidden of a cell.
HIDDEN = ("value", "numerator", "denominator", "n", "lower", "upper")
#: What method says of a hidden cell (not which of the two), and what it adds where less than the whole was done.
METHOD = "hidden: few persons, or needed to hide few"
BY_LINES = "; guarded line by line"
NARROWED = "; totals narrow some"


def hidden_by(cells: pl.DataFrame, found: Pattern, words: str | None = None) -> pl.DataFrame:
    """Cells (columns suppressed, method, some of HIDDEN and others) with what a pattern hides hidden.

    words: what method says of them, when it is not what the pattern says of itself.
    """
    said = words or METHOD + ("" if found.attacked else BY_LINES) + (NARROWED if found.weak else "")
    cells = cells.with_columns(suppressed=found.hidden)
    keys = [name for name in found.empty.columns if name in cells.columns]
    if found.empty.height:
        cells = _with_rows(cells, found.empty.select(keys))
    shown = [pl.when(~pl.col("suppressed")).then(pl.col(name)).alias(name) for name in HIDDEN if name in cells.columns]
    method = pl.when("suppressed").then(pl.lit(said)).otherwise(pl.col("method"))
    return cells.with_columns(*shown, method=method)


def _with_rows(cells: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Cells with hidden ones of the keys in rows; one that is there as a cell without persons is hidden where it is."""
    keys = rows.columns
    rows = rows.cast({name: cells.schema[name] for name in keys})
    there = cells.join(rows.with_columns(_there=True), on=keys, how="left", nulls_equal=True, maintain_order="left")
    cells = there.with_columns(suppressed=pl.col("suppressed") | pl.col("_there").fill_null(False)).drop("_there")
    new = rows.join(cells, on=keys, how="anti", nulls_equal=True).with_columns(suppressed=True)
    return pl.concat([cells, new], how="diagonal")
