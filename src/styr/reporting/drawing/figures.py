# SPDX-License-Identifier: EUPL-1.2
"""Figures of hypotheses: a point with its interval each, under one another, one panel for each unit."""

from __future__ import annotations

import textwrap

import altair as alt
import polars as pl

from styr.reporting import theme
from styr.reporting.drawing.common import WIDTH, Drawn, data, number_form
from styr.reporting.drawing.pointer import HEADING
from styr.reporting.numbers import Language

_STEP, _LETTERS = 30, 46  # pixels a figure, letters a line of its title
#: What a figure says of its hypothesis: colour and shape, so that none is told by colour alone.
_FINDINGS = {
    "confirmed": ("#0f4c5c", "circle"),
    "not confirmed": ("#c2571a", "cross"),
    "cannot be decided": ("#8a7a16", "triangle-up"),
    "": ("#55666f", "diamond"),
}
_WORDS = {
    "da": {"confirmed": "Taler for hypotesen", "not confirmed": "Taler imod", "cannot be decided": "Afgør ikke noget",
           "": "Til sammenligning", "value": "Tal", "interval": "95 % interval"},
    "en": {"confirmed": "Speaks for the hypothesis", "not confirmed": "Speaks against it",
           "cannot be decided": "Decides nothing", "": "For comparison", "value": "Figure", "interval": "95% interval"},
}  # fmt: skip


def is_figures(rows: pl.DataFrame) -> bool:
    """Whether the rows are figures of hypotheses."""
    return {"hypothesis", "figure", "finding", "lower", "upper"} <= set(rows.columns)


def figures(rows: pl.DataFrame, language: Language) -> alt.VConcatChart:
    """A panel for each unit, in the order of the rows; figures that are hidden or unknown are left out."""
    places = {key: str(place) for place, key in enumerate(rows["hypothesis"].unique(maintain_order=True), 1)}
    known = rows.drop_nulls("value").with_columns(
        pl.col("finding").fill_null(""),
        label=(pl.col("hypothesis").replace_strict(places) + ". " + pl.col("title")).map_elements(
            lambda text: "\n".join(textwrap.wrap(text, _LETTERS)), pl.String
        ),
    )
    panels = [_panel(part, language) for part in known.partition_by("unit", maintain_order=True)]
    chart: alt.VConcatChart = alt.vconcat(*panels, spacing=26).resolve_scale(color="shared", shape="shared")
    return chart


def _panel(rows: pl.DataFrame, language: Language) -> Drawn:
    words, form = _WORDS[language], ",.0f" if number_form(rows) == ",.0f" else ",.1f"
    names = [words[finding] for finding in _FINDINGS]
    told = rows.with_columns(said=pl.col("finding").replace_strict({key: words[key] for key in _FINDINGS}))
    axis = alt.Axis(labelLimit=330, labelExpr="split(datum.label, '\\n')", domain=False, ticks=False)
    base = alt.Chart(data(told)).encode(y=alt.Y("label:N", sort=None, title=None, axis=axis))
    x = alt.X("value:Q", title=str(rows["unit"][0]), axis=alt.Axis(format=form, tickCount=6))
    colours, shapes = ([each[side] for each in _FINDINGS.values()] for side in (0, 1))
    legend = alt.Legend(title=None, orient="bottom", columns=2, labelLimit=260)
    tip = [
        alt.Tooltip("title:N", title=HEADING),
        alt.Tooltip("value:Q", title=words["value"], format=form),
        alt.Tooltip("lower:Q", title=f"{words['interval']}: ≥", format=form),
        alt.Tooltip("upper:Q", title=f"{words['interval']}: ≤", format=form),
    ]
    nothing = alt.Chart(data(pl.DataFrame({"value": [0.0]}))).mark_rule(color=theme.INK, strokeDash=[4, 3])
    layers = (
        nothing.encode(x="value:Q"),
        base.mark_rule(color=theme.MIDDLE, strokeWidth=2).encode(x=alt.X("lower:Q"), x2="upper:Q"),
        base.mark_point(filled=True, size=70, opacity=1).encode(
            x=x,
            color=alt.Color("said:N", scale=alt.Scale(domain=names, range=colours), legend=legend),
            shape=alt.Shape("said:N", scale=alt.Scale(domain=names, range=shapes), legend=legend),
            tooltip=tip,
        ),
    )
    return alt.layer(*layers).properties(width=WIDTH - 220, height=alt.Step(_STEP))
