# SPDX-License-Identifier: EUPL-1.2
"""Who has delivered: a tile for each municipality and year, filled where it counts as delivered."""

from __future__ import annotations

import altair as alt
import polars as pl

from styr.reporting import theme
from styr.reporting.drawing.common import Drawn, data
from styr.reporting.drawing.named import title
from styr.reporting.numbers import Language

_TILE = (44, 13)  # pixels, wide and high
_WORDS = {
    "da": {True: "Leveret", False: "Ikke leveret", "why": "Hvorfor", "none": "{} kommuner har ikke leveret noget"},
    "en": {True: "Delivered", False: "Not delivered", "why": "Why", "none": "{} municipalities have delivered nothing"},
}


def is_tiles(rows: pl.DataFrame) -> bool:
    """Whether the rows say who has delivered."""
    return {"municipality", "year", "delivered", "reason"} <= set(rows.columns)


def tiles(rows: pl.DataFrame, language: Language) -> Drawn:
    """Municipalities down, those that have delivered most first, years across; those with nothing are counted only."""
    words = _WORDS[language]
    every = rows.group_by("municipality", maintain_order=True).agg(pl.col("delivered").sum())
    order = every.filter(pl.col("delivered") > 0).sort("delivered", descending=True, maintain_order=True)
    order = order if order.height else every
    nothing = words["none"].format(every.height - order.height) if every.height > order.height else None
    told = rows.join(order.select("municipality"), on="municipality").with_columns(
        said=pl.col("delivered").replace_strict({each: words[each] for each in (True, False)})
    )
    name = title("municipality", language)
    base = alt.Chart(data(told)).encode(
        x=alt.X("year:O", title=nothing, axis=alt.Axis(labelAngle=0, domain=False)),
        y=alt.Y(
            "municipality:N",
            sort=order["municipality"].to_list(),
            title=name,
            axis=alt.Axis(domain=False, ticks=False, labelFontSize=10, labelOverlap=False),
        ),
        color=alt.Color(
            "said:N",
            scale=alt.Scale(domain=[words[True], words[False]], range=[theme.DEEP, theme.PALE]),
            legend=alt.Legend(title=None, orient="bottom"),
        ),
        tooltip=[
            alt.Tooltip("municipality:N", title=name),
            alt.Tooltip("year:O", title=title("year", language)),
            alt.Tooltip("said:N", title=" "),
            alt.Tooltip("explanation:N", title=words["why"]),
        ],
    )
    return alt.layer(base.mark_rect(stroke="#ffffff")).properties(width=alt.Step(_TILE[0]), height=alt.Step(_TILE[1]))
