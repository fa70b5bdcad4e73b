# SPDX-License-Identifier: EUPL-1.2
"""Disclosure control of parts the report puts together itself (METHODS § 9): those printed beside their total."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from styr.reporting.model import HIDDEN, Series
from styr.statistics import Axis, Shape, controlled

BESIDE_TOTALS = Shape((Axis("part", partition=True),), ("year",), amount="value")


def guarded(parts: Sequence[Series]) -> list[Series]:
    """Parts of a whole by year, counted without disclosure control, as they may be printed beside their total.

    A cell's n is the persons behind it; where they are not known the cell is only hidden to hide others.
    """
    cells = [(one.key, year, cell.n, cell.value) for one in parts for year, cell in one.cells.items()]
    columns = {"part": pl.String, "year": pl.Int64, "n": pl.Int64, "value": pl.Float64}
    frame = pl.DataFrame(cells, schema=columns, orient="row").with_columns(suppressed=False, method=pl.lit(""))
    hidden = set(controlled(frame, BESIDE_TOTALS).filter("suppressed").select("part", "year").iter_rows())
    return [
        Series(one.key, one.name, {**one.cells, **{year: HIDDEN for part, year in hidden if part == one.key}})
        for one in parts
    ]
