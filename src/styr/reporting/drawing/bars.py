# SPDX-License-Identifier: EUPL-1.2
"""Bars: one for each place or group, the longest first where they have no order of their own."""

from __future__ import annotations

import altair as alt
import polars as pl

from styr.reporting import theme
from styr.reporting.drawing.common import COLOURS, WIDTH, Drawn, data, has_interval, in_order, number_form, tips
from styr.reporting.numbers import Language

_ORDERED = ("age_group", "age", "quantile", "stage")
_HIGH, _DENSE = 22, 13  # pixels of a bar, and of one among many
_MANY = 40


def bars(rows: pl.DataFrame, name: str, language: Language) -> Drawn:
    """A bar a row, its number at its end, its interval across the end."""
    y = alt.Y(
        f"{name}:N",
        sort=in_order(rows[name]) if name in _ORDERED else "-x",
        axis=alt.Axis(labelLimit=280, labelFontSize=theme.SIZE if rows.height <= _MANY else 10),
    )
    base = alt.Chart(data(rows)).encode(y=y, tooltip=tips(rows, [name], language))
    form = number_form(rows)
    bar = base.mark_bar(color=COLOURS[0]).encode(x=alt.X("value:Q", axis=alt.Axis(format=form, grid=True)))
    layers = [bar]
    if has_interval(rows):
        layers.append(base.mark_rule(color=theme.INK, strokeWidth=1.4).encode(x="lower:Q", x2="upper:Q"))
    else:
        known = base.properties(data=data(rows.drop_nulls("value")))
        text = known.mark_text(align="left", dx=4, fontSize=theme.SIZE if rows.height <= _MANY else 9)
        layers.append(text.encode(x="value:Q", text=alt.Text("value:Q", format=form)))
    if "suppressed" in rows.columns and rows["suppressed"].any():
        few = rows.filter(pl.col("suppressed")).with_columns(value=pl.lit(0.0))
        layers.append(
            alt.Chart(data(few)).mark_text(text="•", dx=7, color=theme.QUIET, fontSize=15).encode(y=y, x="value:Q")
        )
    high = _HIGH if rows.height <= _MANY else _DENSE
    return alt.layer(*layers).properties(width=WIDTH, height=alt.Step(high))
