# SPDX-License-Identifier: EUPL-1.2
"""Lines over years, months or days: a line for each series, a band for each interval."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl

from styr.reporting.drawing.common import (
    COLOURS,
    DASHES,
    HEIGHT,
    WIDTH,
    Drawn,
    data,
    has_interval,
    hidden,
    in_series,
    largest_series,
    legend,
    tips,
    told_of_series,
    value_axis,
)
from styr.reporting.numbers import Language

#: Dimensions that are time, and how their labels are read.
TIMES = {"year": "O", "month": "T", "date": "T"}


def lines(rows: pl.DataFrame, time: str, split: Sequence[str], language: Language) -> Drawn:
    """The development of each series."""
    shown, every = largest_series(in_series(rows, split))
    series = shown["series"].unique(maintain_order=True).to_list()
    x = alt.X(f"{time}:{TIMES[time]}", axis=alt.Axis(labelAngle=0, labelOverlap=True))
    base = alt.Chart(data(shown)).encode(x=x, y=value_axis(shown))
    if split:
        words = told_of_series(len(series), every, language)
        colour = alt.Color(
            "series:N",
            scale=alt.Scale(domain=series, range=list(COLOURS[: len(series)])),
            legend=legend(words, split, language),
        )
        dash = alt.StrokeDash(
            "series:N", scale=alt.Scale(domain=series, range=list(DASHES[: len(series)])), legend=None
        )
        base = base.encode(color=colour)
        line = base.mark_line().encode(strokeDash=dash)
    else:
        line = base.mark_line(color=COLOURS[0])
        base = base.encode(color=alt.value(COLOURS[0]))
    layers: list[alt.Chart] = []
    if has_interval(shown):
        layers.append(base.mark_area(opacity=0.16, line=False).encode(y=alt.Y("lower:Q"), y2="upper:Q"))
    told = tips(shown, [time, *split], language)
    layers += [line, base.mark_point(filled=True, size=36).encode(tooltip=told), *hidden(shown, x)]
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)
