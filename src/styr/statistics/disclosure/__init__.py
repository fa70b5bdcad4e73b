# SPDX-License-Identifier: EUPL-1.2
"""Disclosure control: what rests on few persons is hidden, and enough else that it cannot be worked out.

A cell is hidden when it rests on at least one person and fewer than the threshold (METHODS § 9); a cell on no one
tells of no one. So are the cells without which it, or a hidden total of the table, could be worked out from what is
shown (protect.py). Hidden is the value and whatever it follows from: numerator, denominator, n and interval. The same
words stand at all hidden cells: which of them are on few persons is not told.

    controlled(cells, shape_of(indicator, by))    one table, against itself and its totals
    release.release(results)                      results that are shown together
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from styr import vocabulary
from styr.statistics.disclosure.axes import Axis, Roll, Shape, shape_of
from styr.statistics.disclosure.hiding import HIDDEN, hidden_by
from styr.statistics.disclosure.protect import THRESHOLD, Pattern, pattern

__all__ = ["HIDDEN", "THRESHOLD", "Axis", "Pattern", "Roll", "Shape", "controlled", "pattern_of", "shape_of"]


def controlled(cells: pl.DataFrame, shape: Shape, totals: Sequence[tuple[pl.DataFrame, Shape]] = ()) -> pl.DataFrame:
    """Cells (the columns of the shape, n, method, some of HIDDEN and others) under disclosure control.

    totals: the same in coarser tables (totals.py), for columns in which a person stands in several rows. Returns the
    cells with suppressed true, and HIDDEN null, where they are hidden. Rows may be added: where a line has too few
    persons to hide among, cells without persons are hidden too, and have only the columns of the shape.
    """
    return hidden_by(cells, pattern(cells, shape, int(vocabulary.parameter(THRESHOLD)), totals))


def pattern_of(table: tuple[pl.DataFrame, Shape], totals: Sequence[tuple[pl.DataFrame, Shape]] = ()) -> Pattern:
    """What disclosure control hides of a table; totals as for controlled."""
    return pattern(*table, int(vocabulary.parameter(THRESHOLD)), totals)
