# SPDX-License-Identifier: EUPL-1.2
"""A change in parts that add up: bars to either side of nothing, and a mark where they end together."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import polars as pl

from styr.reporting import theme
from styr.reporting.drawing.common import COLOURS, WIDTH, Drawn, data, in_series, number_form
from styr.reporting.drawing.pointer import HEADING
from styr.reporting.numbers import Language

#: Columns of a decomposition that are parts of the change, in order, and what they are called.
PARTS = {
    "number": ("Antal", "Number"),
    "unit_cost": ("Enhedsudgift", "Unit cost"),
    "joint": ("Begge dele", "Both together"),
    "population": ("Befolkningens størrelse", "Population size"),
    "age_mix": ("Alderssammensætning", "Age mix"),
    "rate": ("Hyppighed", "Rate"),
}
_WORDS = {
    "da": {"total": "I alt", "part": "Del", "amount": "Bidrag", "change": "Ændring i alt"},
    "en": {"total": "Total", "part": "Part", "amount": "Contribution", "change": "Change in all"},
}


def parts_of(rows: pl.DataFrame) -> list[str]:
    """The parts among the columns; none when the rows are no decomposition."""
    if "excess" in rows.columns:  # a potential has a rate too, and no parts
        return []
    return [name for name in PARTS if name in rows.columns]


def parts(rows: pl.DataFrame, split: Sequence[str], language: Language) -> Drawn:
    """A bar of parts for each cell, and for all of them together."""
    words, spoken = _WORDS[language], 0 if language == "da" else 1
    names = {name: PARTS[name][spoken] for name in parts_of(rows)}
    cells = in_series(rows, split)
    if not split:
        cells = cells.with_columns(series=pl.lit(words["total"]))
    elif "whole" in cells.columns:
        cells = cells.with_columns(
            series=pl.when(pl.col("whole")).then(pl.lit(words["total"])).otherwise(pl.col("series"))
        )
    long = cells.unpivot(on=list(names), index=["series", "value"], variable_name="part", value_name="amount")
    long = long.with_columns(pl.col("part").replace_strict(names, return_dtype=pl.String))
    form = number_form(cells)
    order = cells["series"].to_list()
    y = alt.Y("series:N", sort=order, axis=alt.Axis(labelLimit=280))
    colour = alt.Color(
        "part:N",
        scale=alt.Scale(domain=list(names.values()), range=list(COLOURS[: len(names)])),
        legend=alt.Legend(title=None, orient="bottom", labelLimit=260),
    )
    bars = alt.Chart(data(long)).mark_bar().encode(
        y=y, color=colour, x=alt.X("amount:Q", stack="zero", axis=alt.Axis(format=form, grid=True)),
        tooltip=[alt.Tooltip("series:N", title=HEADING), alt.Tooltip("part:N", title=words["part"]),
                 alt.Tooltip("amount:Q", title=words["amount"], format=form)],
    )  # fmt: skip
    ends = alt.Chart(data(cells)).mark_tick(color=theme.INK, thickness=3, size=20)
    told = [alt.Tooltip("series:N", title=HEADING), alt.Tooltip("value:Q", title=words["change"], format=form)]
    return alt.layer(bars, ends.encode(y=y, x="value:Q", tooltip=told)).properties(width=WIDTH, height=alt.Step(28))
