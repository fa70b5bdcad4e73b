# SPDX-License-Identifier: EUPL-1.2
"""Forecasts: a fan over the months with the accounts, the budget and an earlier forecast in it, and what changed since
an earlier forecast as steps from one to the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import altair as alt
import polars as pl

from styr.reporting import theme
from styr.reporting.drawing.common import HEIGHT, WIDTH, Drawn, data, number_form
from styr.reporting.drawing.pointer import HEADING, in_words, under_pointer
from styr.reporting.numbers import Language, Measure, month

_BAND = ("p05", "p10", "p50", "p90", "p95")
#: Amounts of a forecast's table beside its value.
FORECAST = (*_BAND, "accounts", "budget", "earlier", "now", "begin", "end")
#: Lines that may lie in the fan, with colour and dash of each.
_LINES: Mapping[str, tuple[str, Sequence[int]]] = {
    "value": (theme.DEEP, [1, 0]),
    "accounts": (theme.INK, [1, 0]),
    "earlier": ("#c2571a", [6, 3]),
    "budget": ("#7a4f9a", [2, 2]),
}
_STEP = 26  # pixels from cause to cause
_WORDS: Mapping[str, Mapping[str, str]] = {
    "da": {"value": "Prognose", "accounts": "Regnskab", "earlier": "Tidligere prognose", "budget": "Budget",
           "outer": "9 af 10 gange", "inner": "8 af 10 gange", "month": "Måned", "amount": "Beløb",
           "change": "Ændring", "whole": "Ændring i alt",
           "price": "Priser", "stopped": "Ophør", "started": "Nye indsatser", "moved": "Skift",
           "named_inflow": "Navngiven tilgang", "history": "Blevet regnskab", "override": "Egne ændringer",
           "model": "Modellen", "bridge": "Overgang til regnskab"},
    "en": {"value": "Forecast", "accounts": "Accounts", "earlier": "Earlier forecast", "budget": "Budget",
           "outer": "9 times in 10", "inner": "8 times in 10", "month": "Month", "amount": "Amount",
           "change": "Change", "whole": "Change in all",
           "price": "Prices", "stopped": "Stopped", "started": "Started", "moved": "Moved",
           "named_inflow": "Named inflow", "history": "Become account", "override": "Overrides",
           "model": "The model", "bridge": "Bridge to accounts"},
}  # fmt: skip


def with_values(rows: pl.DataFrame) -> pl.DataFrame:
    """A forecast's table with its mean as value and 80 per cent as the interval, a change with its change as value; any
    other table as it is."""
    if {"mean", "p10", "p90"} <= set(rows.columns):
        return rows.with_columns(value=pl.col("mean"), lower=pl.col("p10"), upper=pl.col("p90"))
    if {"cause", "change"} <= set(rows.columns):
        return rows.with_columns(value=pl.col("change"))
    return rows


def is_fan(rows: pl.DataFrame) -> bool:
    """Whether the rows are one forecast by month."""
    return {"month", "value", *_BAND} <= set(rows.columns) and rows["month"].n_unique() == rows.height


def is_waterfall(rows: pl.DataFrame) -> bool:
    """Whether the rows are a change by cause."""
    return {"cause", "change"} <= set(rows.columns)


def fan(rows: pl.DataFrame, language: Language, told: Measure | None = None) -> Drawn:
    """The mean in its intervals by month, and the lines the rows have beside it: accounts, budget, earlier. told: the
    measure in which the pointer is told all that is known of a month."""
    words, form = _WORDS[language], number_form(rows)
    lines = [name for name in _LINES if name in rows.columns and rows[name].null_count() < rows.height]
    x = alt.X("month:T", axis=alt.Axis(format="%m.%y", tickCount={"interval": "month", "step": 3}, labelOverlap=True))
    every = [name for name in (*_BAND, *lines) if rows[name].null_count() < rows.height]
    low = min(float(rows[name].min()) for name in every)  # type: ignore[arg-type]
    high = max(float(rows[name].max()) for name in every)  # type: ignore[arg-type]
    scale = alt.Scale(domain=[low - 0.08 * (high - low), high + 0.05 * (high - low)], zero=False, nice=True)
    y = alt.Y("value:Q", scale=scale, axis=alt.Axis(format=form, tickCount=5))
    base = alt.Chart(data(rows)).encode(x=x)
    layers: list[alt.Chart] = [
        base.mark_area(color=theme.LIGHT, opacity=opacity, line=False).encode(
            y=alt.Y(f"{lower}:Q", scale=scale), y2=f"{upper}:Q"
        )
        for lower, upper, opacity in (("p05", "p95", 0.35), ("p10", "p90", 0.55))
    ]
    names = [words[name] for name in lines]
    long = rows.select("month", *(pl.col(name).alias(words[name]) for name in lines))
    long = long.unpivot(index="month", variable_name="line", value_name="value").drop_nulls("value")
    legend = alt.Legend(title=None, orient="bottom", columns=2, symbolType="stroke", symbolSize=300, labelLimit=200)
    colours, dashes = zip(*(_LINES[name] for name in lines), strict=True)
    drawn = alt.Chart(data(long)).encode(
        x=x,
        y=y,
        color=alt.Color("line:N", scale=alt.Scale(domain=names, range=list(colours)), legend=legend),
        strokeDash=alt.StrokeDash("line:N", scale=alt.Scale(domain=names, range=list(dashes)), legend=None),
        tooltip=[alt.Tooltip("line:N", title=HEADING), alt.Tooltip("month:T", title=words["month"], format="%m.%Y"),
                 alt.Tooltip("value:Q", title=words["amount"], format=form)],
    )  # fmt: skip
    layers.append(drawn.mark_line())
    if told:
        layers.append(_months_told(rows, lines, x, told))
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)


def _months_told(rows: pl.DataFrame, lines: Sequence[str], x: alt.X, measure: Measure) -> alt.Chart:
    """What is known of each month: the forecast, its intervals, and the lines beside it."""
    words = _WORDS[measure.language]

    def between(low: str, high: str) -> pl.Expr:
        ends = pl.when(pl.col(low) < pl.col(high)).then(pl.concat_list(low, high))
        return in_words(ends, lambda pair: f"{measure.text(pair[0])}–{measure.full(pair[1])}")

    amounts = {name: in_words(pl.col(name), measure.full) for name in lines}
    told = {"value": amounts.pop("value"), "inner": between("p10", "p90"), "outer": between("p05", "p95"), **amounts}
    said = rows.select(
        "month",
        told_month=in_words(
            pl.col("month"), lambda of: month(date.fromisoformat(f"{of}-01"), measure.language).capitalize()
        ),
        **{f"told_{name}": text for name, text in told.items()},
    )
    headed = {"told_month": HEADING, **{f"told_{name}": words[name] for name in told}}
    return under_pointer(said, x, f"width / {rows.height}", headed)


def waterfall(rows: pl.DataFrame, language: Language, told: Measure | None = None) -> Drawn:
    """What each cause adds, each beginning where the one before ended, and the change in all. told: the measure in
    which the pointer is told it."""
    words, form = _WORDS[language], number_form(rows)
    sums = rows.group_by("cause", maintain_order=True).agg(pl.col("value").sum())
    known = sums.filter(pl.col("value").abs() > 0)
    end = known["value"].cum_sum()
    steps = known.with_columns(begin=end - known["value"], end=end, whole=pl.lit(False))
    total = float(known["value"].sum())
    last = {"cause": ["whole"], "value": [total], "begin": [0.0], "end": [total], "whole": [True]}
    steps = pl.concat([steps, pl.DataFrame(last)], how="vertical_relaxed")
    steps = steps.with_columns(
        name=pl.col("cause").replace(words),
        way=pl.when("whole")
        .then(pl.lit("whole"))
        .when(pl.col("value") > 0)
        .then(pl.lit("up"))
        .otherwise(pl.lit("down")),
        label=pl.col("value").map_elements(lambda value: _signed(value, form, language), return_dtype=pl.String),
        at=pl.max_horizontal("begin", "end"),
    )
    order = steps["name"].to_list()
    y = alt.Y("name:N", sort=order, axis=alt.Axis(labelLimit=220))
    colour = alt.Color(
        "way:N",
        scale=alt.Scale(domain=["up", "down", "whole"], range=["#c2571a", theme.MIDDLE, theme.INK]),
        legend=None,
    )
    base = alt.Chart(data(steps)).encode(y=y)
    ends = pl.concat([steps["begin"], steps["end"]])
    low, high = float(ends.min()), float(ends.max())  # type: ignore[arg-type]
    scale = alt.Scale(domain=[low - 0.02 * (high - low), high + 0.16 * (high - low) + (high == low)])
    x = alt.X("begin:Q", scale=scale, axis=alt.Axis(format=form, grid=True))
    tips: list[Any] = [alt.Tooltip("name:N", title=HEADING), alt.Tooltip("value:Q", title=words["change"], format=form)]
    bars = base.mark_bar(height=16).encode(x=x, x2="end:Q", color=colour, tooltip=tips)
    labels = base.mark_text(align="left", dx=6).encode(x="at:Q", text="label:N")
    layers = [bars, labels]
    if told:
        said = steps.select("name", told_name="name", told_change=in_words(pl.col("value"), told.signed_full))
        headed = {"told_name": HEADING, "told_change": words["change"]}
        layers.append(under_pointer(said, y, str(_STEP), headed))
    return alt.layer(*layers).properties(width=WIDTH, height=alt.Step(_STEP))


def _signed(value: float, form: str, language: Language) -> str:
    """A change with its sign, with the decimals of a form."""
    places = int(form[2]) if form[2:3].isdigit() else 0
    text = f"{abs(value):,.{places}f}"
    if language == "da":
        text = text.translate(str.maketrans(",.", ".,"))
    return ("+" if value > 0 else "\N{MINUS SIGN}" if value < 0 else "") + text
