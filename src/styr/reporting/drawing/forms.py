# SPDX-License-Identifier: EUPL-1.2
"""Which form a table's chart takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import altair as alt
import polars as pl

from styr.reporting.drawing.bars import bars
from styr.reporting.drawing.common import Drawn
from styr.reporting.drawing.curve import curve
from styr.reporting.drawing.figures import figures, is_figures
from styr.reporting.drawing.forecasts import fan, is_fan, is_waterfall, waterfall
from styr.reporting.drawing.funnel import funnel, is_funnel
from styr.reporting.drawing.held import held, is_held
from styr.reporting.drawing.lines import TIMES, lines
from styr.reporting.drawing.matrix import matrix
from styr.reporting.drawing.named import is_dimension
from styr.reporting.drawing.parts import parts, parts_of
from styr.reporting.drawing.spread import spread
from styr.reporting.drawing.tiles import is_tiles, tiles
from styr.reporting.errors import CannotReport
from styr.reporting.numbers import Language

#: Tables that have a form of their own, told by their columns.
_OWN: tuple[
    tuple[Callable[[pl.DataFrame], bool], Callable[[pl.DataFrame, Language], Drawn | alt.VConcatChart]], ...
] = (
    (is_held, held),
    (is_fan, fan),
    (is_waterfall, waterfall),
    (is_tiles, tiles),
    (is_figures, figures),
)
_BAR_OF = ("variable", "name", "group")  # columns beside the dimensions that can name a bar


def form(rows: pl.DataFrame, language: Language) -> Drawn | alt.VConcatChart:
    """The chart of rows in words (see named), by what their columns are; raises CannotReport for what has none."""
    for is_own, own in _OWN:
        if is_own(rows):
            return own(rows, language)
    return _of_values(rows, language)


def _of_values(rows: pl.DataFrame, language: Language) -> Drawn:
    if "value" not in rows.columns or rows["value"].null_count() == rows.height:
        raise CannotReport("this table has no values that can be drawn; take it as a table")
    if "figure" in rows.columns:  # a comparison: the groups themselves, not their differences and ratios
        rows = rows.filter(pl.col("figure") == "value")
    varying = [name for name in rows.columns if is_dimension(name) and rows[name].n_unique() > 1]
    if is_funnel(rows):
        return funnel(rows, language)
    if parts_of(rows):
        return parts(rows, varying, language)
    for name, shape in (("quantile", spread), ("days", curve)):
        if name in varying:
            return shape(rows, [each for each in varying if each != name], language)
    return _by_dimensions(rows, varying, language)


def _by_dimensions(rows: pl.DataFrame, varying: Sequence[str], language: Language) -> Drawn:
    named = [name for name in _BAR_OF if name in rows.columns]
    times = [name for name in varying if name in TIMES]
    if times:
        return lines(rows, times[0], [name for name in varying if name not in TIMES], language)
    if len(varying) >= 2 and not named:
        return matrix(rows, varying[0], varying[1:], language)
    split = [name for name in rows.columns if is_dimension(name)]
    return bars(rows, (*named, *varying, *split, "indicator")[0], language)
