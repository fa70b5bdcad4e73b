# SPDX-License-Identifier: EUPL-1.2
"""What the pointer is told of a chart that a page draws itself, in words made here, so that amounts stand as in the
tables: a band over each place of an axis, faintly seen while the pointer rests on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import altair as alt
import polars as pl

from styr.reporting import theme
from styr.reporting.drawing.common import data

#: What is told under this name is the heading of the rest (static/styr/chart.js); a name stands once in what is told.
HEADING = " "
_SEEN = 0.16  # opacity


def under_pointer(rows: pl.DataFrame, place: alt.X | alt.Y, thick: str, told: Mapping[str, str]) -> alt.Chart:
    """A band over each row's place on an axis (to lie on top of the rest), telling columns of text (told: the name of
    each); an empty text is not told. thick: how thick a band is, in Vega's words (of width and height)."""
    field = str(place.shorthand).partition(":")[0]
    resting = alt.selection_point(
        name="resting", on="pointerover, click", clear="pointerout", fields=[field], empty=False
    )
    band = alt.Chart(data(rows)).mark_rule(strokeWidth=alt.ExprRef(thick), strokeCap="butt", clip=True)
    told_of = [alt.Tooltip(f"{column}:N", title=name) for column, name in told.items()]
    seen = alt.condition(resting, alt.value(_SEEN), alt.value(0))
    axis = {"x": place} if isinstance(place, alt.X) else {"y": place}
    drawn: alt.Chart = band.encode(**axis, opacity=seen, color=alt.value(theme.INK), tooltip=told_of)
    return drawn.add_params(resting)


def in_words(values: pl.Expr, words: Callable[[Any], str]) -> pl.Expr:
    """Values as text, empty where there is none."""
    return values.map_elements(words, return_dtype=pl.String).fill_null("")
