# SPDX-License-Identifier: EUPL-1.2
"""A spread: the middle half as a bar, the median as a line across it, the outer tenths as a thin rule."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl

from styr.reporting import theme
from styr.reporting.drawing.common import WIDTH, Drawn, data, in_series, number_form
from styr.reporting.drawing.named import title
from styr.reporting.numbers import Language

_MOST = 60
_QUANTILES = {"p10": "p10", "q1": "q1", "median": "median", "q3": "q3", "p90": "p90"}


def spread(rows: pl.DataFrame, split: Sequence[str], language: Language) -> Drawn:
    """A spread for each series, in the order of the rows."""
    joined = in_series(rows, split)
    wide = joined.pivot(on="quantile", index="series", values="value", aggregate_function="first").head(_MOST)
    for name in _QUANTILES:
        if name not in wide.columns:
            wide = wide.with_columns(pl.lit(None, pl.Float64).alias(name))
    form = number_form(rows)
    told = [alt.Tooltip("series:N", title=" · ".join(title(name, language) for name in split) or " ")]
    told += [alt.Tooltip(f"{name}:Q", title=name, format=form) for name in _QUANTILES]
    base = alt.Chart(data(wide)).encode(y=alt.Y("series:N", sort=None, axis=alt.Axis(labelLimit=320)), tooltip=told)
    axis = alt.Axis(format=form, grid=True)
    layers = [
        base.mark_rule(color=theme.MIDDLE).encode(x=alt.X("p10:Q", axis=axis), x2="p90:Q"),
        base.mark_bar(color=theme.LIGHT, size=14).encode(x=alt.X("q1:Q", axis=axis), x2="q3:Q"),
        base.mark_tick(color=theme.INK, thickness=3, size=18).encode(x=alt.X("median:Q", axis=axis)),
    ]
    return alt.layer(*layers).properties(width=WIDTH, height=alt.Step(26))
