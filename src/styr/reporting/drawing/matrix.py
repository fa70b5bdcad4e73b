# SPDX-License-Identifier: EUPL-1.2
"""A matrix: two kinds of groups against each other, the number in each field, the darker the more."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl

from styr.reporting import theme
from styr.reporting.drawing.common import Drawn, data, in_order, in_series, number_form, tips
from styr.reporting.drawing.named import title
from styr.reporting.numbers import Language

_FIELD = (64, 30)  # pixels of a field, wide and high
_MOST_PRINTED = 400  # fields whose numbers can be read


def matrix(rows: pl.DataFrame, down: str, across: Sequence[str], language: Language) -> Drawn:
    """Rows of the first dimension, columns of the others."""
    told = in_series(rows, across)
    form = number_form(rows)
    over = " · ".join(title(name, language) for name in across)
    base = alt.Chart(data(told)).encode(
        y=alt.Y(
            f"{down}:N",
            sort=in_order(told[down]),
            title=title(down, language),
            axis=alt.Axis(labelLimit=260, domain=False),
        ),
        x=alt.X(
            "series:N",
            sort=in_order(told["series"]),
            title=over,
            axis=alt.Axis(orient="top", labelAngle=-35, labelLimit=220, domain=False),
        ),
        tooltip=tips(rows, [down, *across], language),
    )
    shade = alt.Color(
        "value:Q",
        scale=alt.Scale(range=[theme.PALE, theme.DEEP]),
        legend=alt.Legend(title=None, format=form, orient="right"),
    )
    layers: list[alt.Chart] = [base.mark_rect(stroke="#ffffff").encode(color=shade)]
    if told.height <= _MOST_PRINTED:
        half = float(rows["value"].max() or 0) / 2  # type: ignore[arg-type]
        ink = alt.condition(f"datum.value > {half}", alt.value("#ffffff"), alt.value(theme.INK))
        known = base.properties(data=data(told.drop_nulls("value")))
        layers.append(known.mark_text(fontSize=11).encode(text=alt.Text("value:Q", format=form), color=ink))
        few = told.filter(pl.col("suppressed")) if "suppressed" in told.columns else told.head(0)
        if few.height:
            layers.append(
                base.properties(data=data(few)).mark_text(text="•", fontSize=15).encode(color=alt.value(theme.QUIET))
            )
    return alt.layer(*layers).properties(width=alt.Step(_FIELD[0]), height=alt.Step(_FIELD[1]))
