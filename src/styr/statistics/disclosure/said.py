# SPDX-License-Identifier: EUPL-1.2
"""What a reader is told of what is hidden in a table."""

from __future__ import annotations

import polars as pl

from styr import vocabulary
from styr.statistics.catalogue import Words
from styr.statistics.disclosure.hiding import BY_LINES, NARROWED
from styr.statistics.disclosure.protect import THRESHOLD
from styr.statistics.result import caveat


def said_of(table: pl.DataFrame) -> list[Words]:
    """The caveats on hidden cells of a table under control (columns suppressed, method); none when none is hidden."""
    hidden = table.filter("suppressed")
    if not hidden.height:
        return []
    words = str(hidden["method"][0])
    return [
        caveat("hidden", cells=hidden.height, threshold=vocabulary.parameter(THRESHOLD)),
        *([caveat("hidden_by_lines")] if BY_LINES in words else []),
        *([caveat("hidden_narrowed")] if NARROWED in words else []),
    ]
