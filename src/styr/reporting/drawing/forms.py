# SPDX-License-Identifier: EUPL-1.2
"""Which form a table's chart takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from styr.reporting.drawing.bars import bars
from styr.reporting.drawing.common import Drawn
from styr.reporting.drawing.curve import curve
from styr.reporting.drawing.lines import TIMES, lines
from styr.reporting.drawing.matrix import matrix
from styr.reporting.drawing.spread import spread
from styr.reporting.numbers import Language

#: Columns of a result that are no dimension.
OUTCOME = ("indicator", "value", "numerator", "denominator", "n", "lower", "upper", "suppressed", "method")


def form(rows: pl.DataFrame, header: Mapping[str, Any], language: Language) -> Drawn:
    """The chart of rows in words (see named), by what their dimensions are."""
    split = [name for name in rows.columns if name not in OUTCOME]
    varying = [name for name in split if rows[name].n_unique() > 1]
    if "quantile" in varying:
        return spread(rows, [name for name in varying if name != "quantile"], language)
    if "days" in varying:
        return curve(rows, "days", [name for name in varying if name != "days"], language)
    times = [name for name in varying if name in TIMES]
    if times:
        return lines(rows, times[0], [name for name in varying if name not in TIMES], language)
    if len(varying) >= 2:
        return matrix(rows, varying[0], varying[1:], language)
    return bars(rows, varying[0] if varying else (split or ["indicator"])[0], language)
