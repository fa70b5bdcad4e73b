# SPDX-License-Identifier: EUPL-1.2
"""A funnel: rates against the population behind them, between the limits that chance alone would seldom pass."""

from __future__ import annotations

import altair as alt
import numpy as np
import polars as pl

from styr.reporting import theme
from styr.reporting.drawing.common import HEIGHT, WIDTH, Drawn, data, number_form
from styr.reporting.drawing.named import title
from styr.reporting.numbers import Language

LIMITS = ("lower_95", "upper_95", "lower_998", "upper_998")
_NAME = (0.14, 0.035)  # room for a name, as a share of the width and height
_NAMED = 12  # municipalities outside the limits that are named, those farthest out first
_WORDS = {
    "da": {"x": "Indbyggere bag tallet", "95": "95 % grænse", "998": "99,8 % grænse"},
    "en": {"x": "Inhabitants behind the figure", "95": "95 % limit", "998": "99.8 % limit"},
}


def is_funnel(rows: pl.DataFrame) -> bool:
    """Whether the rows have the limits of a funnel."""
    return set(LIMITS) <= set(rows.columns) and rows["lower_95"].null_count() < rows.height


def funnel(rows: pl.DataFrame, language: Language) -> Drawn:
    """A point a municipality; those beyond the inner limits are named."""
    words, form = _WORDS[language], number_form(rows)
    known = rows.drop_nulls(["value", "denominator", "lower_95"]).sort("denominator")
    x = alt.X(
        "denominator:Q",
        title=words["x"],
        scale=alt.Scale(type="log", nice=False),
        axis=alt.Axis(format=",.0f", tickCount=6),
    )
    y = alt.Y("value:Q", scale=alt.Scale(zero=False), axis=alt.Axis(format=form, tickCount=6))
    base = alt.Chart(data(known)).encode(x=x)
    layers: list[alt.Chart] = []
    for inner, dash in (("95", [5, 3]), ("998", [1, 0])):
        for end in ("lower", "upper"):
            line = base.mark_line(color=theme.MIDDLE, strokeWidth=1.2, strokeDash=dash, interpolate="monotone")
            layers.append(line.encode(y=alt.Y(f"{end}_{inner}:Q")))
    outside = known.filter((pl.col("value") < pl.col("lower_95")) | (pl.col("value") > pl.col("upper_95")))
    told = [
        alt.Tooltip("municipality:N", title=title("municipality", language)),
        alt.Tooltip("value:Q", title=" ", format=form),
        alt.Tooltip("lower_95:Q", title=f"{words['95']} ≥", format=form),
        alt.Tooltip("upper_95:Q", title=f"{words['95']} ≤", format=form),
        alt.Tooltip("denominator:Q", title=words["x"], format=",.0f"),
    ]
    inside = known.join(outside.select("municipality"), on="municipality", how="anti")
    for shown, colour, size in ((inside, theme.LIGHT, 30), (outside, theme.DEEP, 48)):
        points = alt.Chart(data(shown)).mark_point(filled=True, color=colour, size=size)
        layers.append(points.encode(x=x, y=y, tooltip=told))
    beyond = pl.max_horizontal(pl.col("value") - pl.col("upper_95"), pl.col("lower_95") - pl.col("value"))
    farthest = outside.sort(beyond / (pl.col("upper_95") - pl.col("lower_95")), descending=True)
    names = alt.Chart(data(_apart(farthest, known))).mark_text(align="left", dx=6, fontSize=10)
    layers.append(names.encode(x=x, y=y, text="municipality:N"))
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT + 80)


def _apart(rows: pl.DataFrame, every: pl.DataFrame) -> pl.DataFrame:
    """The first rows whose names do not stand on each other."""
    wide = float(np.ptp(np.log(every["denominator"].to_numpy()))) or 1.0
    limits = every.select(pl.max_horizontal("value", "upper_998").max() - pl.min_horizontal("value", "lower_998").min())
    high = float(limits.item()) or 1.0
    placed: list[tuple[float, float]] = []
    kept = []
    for number, (behind, value) in enumerate(rows.select("denominator", "value").iter_rows()):
        x, y = float(np.log(behind)) / wide, value / high
        if len(placed) < _NAMED and all(abs(x - a) > _NAME[0] or abs(y - b) > _NAME[1] for a, b in placed):
            placed.append((x, y))
            kept.append(number)
    return rows[kept]
