# SPDX-License-Identifier: EUPL-1.2
"""A curve over days since something began: the share that still goes on, with its interval. The share is known
on certain days and drawn straight between them."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl

from styr.reporting.drawing.common import (
    COLOURS,
    HEIGHT,
    WIDTH,
    Drawn,
    data,
    has_interval,
    in_series,
    largest_series,
    legend,
    tips,
    told_of_series,
)
from styr.reporting.drawing.named import title
from styr.reporting.numbers import Language

_MOST = 4  # curves whose bands can be told apart


def curve(rows: pl.DataFrame, split: Sequence[str], language: Language, along: str = "days") -> Drawn:
    """A line for each series, of the groups with most persons."""
    shown, every = largest_series(in_series(rows, split), _MOST, by="n")
    series = shown["series"].unique(maintain_order=True).to_list()
    words = told_of_series(len(series), every, language)
    colour = alt.Color(
        "series:N",
        scale=alt.Scale(domain=series, range=list(COLOURS[: len(series)])),
        legend=legend(words, split, language) if split else None,
    )
    base = alt.Chart(data(shown)).encode(
        x=alt.X(f"{along}:Q", title=title(along, language), axis=alt.Axis(format=",.0f")), color=colour
    )
    y = alt.Y("value:Q", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".0%"))
    layers: list[alt.Chart] = []
    if has_interval(shown):
        band = base.mark_area(opacity=0.16, line=False)
        layers.append(band.encode(y=alt.Y("lower:Q"), y2="upper:Q"))
    line = base.mark_line(point=True)
    layers.append(line.encode(y=y, tooltip=tips(shown, [along, *split], language)))
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)
