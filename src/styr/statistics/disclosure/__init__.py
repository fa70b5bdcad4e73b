# SPDX-License-Identifier: EUPL-1.2
"""Disclosure control: what rests on few persons is hidden.

A cell is hidden when it rests on at least one person and fewer than the threshold; a cell on no one tells of no one.
Hidden is the value and whatever it could be worked out from: numerator, denominator, n and interval.
"""

from __future__ import annotations

import polars as pl

from styr import vocabulary

#: The vocabulary's parameter: the smallest number of persons that is shown (METHODS § 9).
THRESHOLD = "disclosure_threshold"
#: What is hidden of a cell.
HIDDEN = ("value", "numerator", "denominator", "n", "lower", "upper")


def suppressed(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells (columns HIDDEN, suppressed, method) with those on few persons hidden and marked."""
    threshold = vocabulary.parameter(THRESHOLD)
    few = (pl.col("n").is_between(1, threshold - 1)).fill_null(False)
    shown = [pl.when(~few).then(pl.col(name)).alias(name) for name in HIDDEN if name in cells.columns]
    return cells.with_columns(
        *shown,
        suppressed=few,
        method=pl.when(few).then(pl.lit(f"hidden: fewer than {threshold} persons")).otherwise(pl.col("method")),
    )
