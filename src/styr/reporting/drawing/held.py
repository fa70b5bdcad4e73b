# SPDX-License-Identifier: EUPL-1.2
"""How a forecast has held: where outcomes lay in their forecasts, what the intervals held, and how far off it was by
horizon beside the simple forecasts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from styr.reporting import theme
from styr.reporting.drawing.common import COLOURS, DASHES, WIDTH, Drawn, data
from styr.reporting.drawing.pointer import HEADING, in_words, under_pointer
from styr.reporting.numbers import Language, Measure

LEVELS = (50, 80, 95)
BINS = 10
_PANEL = 170  # pixels high
_HALF = (WIDTH - 90) // 2
_WORDS: Mapping[str, Mapping[str, Any]] = {
    "da": {
        "pit": ["Hvor udfaldet lå i prognosen", "lige høje søjler: velkalibreret"],
        "pit_axis": "Under prognosen … over den (fraktil)",
        "share": "Andel af udfald",
        "coverage": ["Hvad intervallerne har rummet", "på linjen: som lovet"],
        "promised": "Lovet", "held": "Rummet", "n": "Udfald", "of": "af",
        "part": "Fraktil {low}–{high} pct.", "ahead": ["1 måned frem", "{months} måneder frem"],
        "errors": ["Gennemsnitlig absolut fejl efter horisont", "procent af udfaldet"],
        "horizon": "Måneder fra vidensdagen til periodens slutning",
        "forecast": "Prognosen", "naive": "Seneste tre måneder ført videre",
        "last_year": "Samme måneder sidste år", "budget": "Vedtaget budget",
    },
    "en": {
        "pit": ["Where the outcome lay in the forecast", "even bars: calibrated"],
        "pit_axis": "Below the forecast … above it (quantile)",
        "share": "Share of outcomes",
        "coverage": ["What the intervals have held", "on the line: as promised"],
        "promised": "Promised", "held": "Held", "n": "Outcomes", "of": "of",
        "part": "Quantile {low}–{high}%", "ahead": ["1 month ahead", "{months} months ahead"],
        "errors": ["Mean absolute error by horizon", "per cent of the outcome"],
        "horizon": "Months from the known-at day to the end of the period",
        "forecast": "The forecast", "naive": "Last three months carried forward",
        "last_year": "The same months last year", "budget": "Adopted budget",
    },
}  # fmt: skip


def is_held(rows: pl.DataFrame) -> bool:
    """Whether the rows are past forecasts beside what came."""
    return {"pit", "horizon", "forecast", "actual", "error_pct"} <= set(rows.columns)


def held(rows: pl.DataFrame, language: Language) -> alt.VConcatChart:
    """Three panels of past forecasts; those of months where there are both months and years."""
    if rows["total"].n_unique() > 1:
        rows = rows.filter(total="month")
    rows = rows.drop_nulls(["actual", "pit"])
    above = alt.hconcat(places(rows, language), intervals(rows, language), spacing=40)
    return alt.vconcat(above, errors(rows, language), spacing=28)


def places(rows: pl.DataFrame, language: Language, told: Measure | None = None) -> Drawn:
    """The histogram of PIT values, with the line they lie on when calibrated. told: the measure of percentages in
    which the pointer is told the share of the outcomes."""
    words = _WORDS[language]
    part = (pl.col("pit") * BINS).floor().clip(0, BINS - 1).cast(pl.Int64)
    counted = rows.group_by(part.alias("part")).len("outcomes")
    every = pl.DataFrame({"part": range(BINS)}).join(counted, on="part", how="left").fill_null(0)
    every = every.with_columns(
        start=pl.col("part") / BINS, end=(pl.col("part") + 1) / BINS, share=pl.col("outcomes") / max(rows.height, 1)
    )
    top = max(0.2, math.ceil(10 * float(every["share"].max() or 0)) / 10)  # type: ignore[arg-type]
    bars = alt.Chart(data(every)).mark_bar(color=theme.MIDDLE).encode(
        x=alt.X("start:Q", title=words["pit_axis"], axis=alt.Axis(format=".0%"), scale=alt.Scale(domain=[0, 1])),
        x2="end:Q",
        y=alt.Y("share:Q", axis=alt.Axis(format=".0%", tickCount=4), scale=alt.Scale(domain=[0, top])),
        y2=alt.datum(0),
        tooltip=[alt.Tooltip("share:Q", title=words["share"], format=".0%"),
                 alt.Tooltip("outcomes:Q", title=words["n"], format=",.0f")],
    )  # fmt: skip
    even = alt.Chart(data(pl.DataFrame({"share": [1 / BINS]})))
    line = even.mark_rule(color=theme.INK, strokeDash=[4, 3]).encode(y="share:Q")
    layers = [bars, line]
    if told:
        said = every.select(
            middle=(pl.col("start") + pl.col("end")) / 2,
            told_part=in_words(pl.col("part"), lambda part: _part_in_words(part, language)),
            told_count=in_words(pl.col("outcomes"), lambda count: f"{count} {words['of']} {rows.height}"),
            told_share=in_words(pl.col("share"), lambda share: told.full(100 * share)),
        )
        headed = {"told_part": HEADING, "told_count": words["n"], "told_share": words["share"]}
        layers.append(under_pointer(said, alt.X("middle:Q"), f"width / {BINS}", headed))
    return _titled(alt.layer(*layers), words["pit"], _HALF)


def _part_in_words(part: int, language: Language) -> str:
    size = 100 // BINS
    return str(_WORDS[language]["part"]).format(low=part * size, high=(part + 1) * size)


def intervals(rows: pl.DataFrame, language: Language) -> Drawn:
    """What each interval has held against what it promises."""
    words = _WORDS[language]
    shares = pl.DataFrame(
        {
            "promised": [level / 100 for level in LEVELS],
            "held": [
                rows.select(pl.col("actual").is_between(f"lower{level}", f"upper{level}").mean()).item()
                for level in LEVELS
            ],
            "shown": [f"{level} %" if language == "da" else f"{level}%" for level in LEVELS],
        }
    )
    whole = alt.Scale(domain=[0, 1])
    x = alt.X("promised:Q", title=words["promised"], scale=whole, axis=alt.Axis(format=".0%", tickCount=5))
    y = alt.Y("held:Q", scale=whole, axis=alt.Axis(format=".0%", tickCount=5))
    ideal = alt.Chart(data(pl.DataFrame({"promised": [0.0, 1.0], "held": [0.0, 1.0]})))
    base = alt.Chart(data(shares)).encode(x=x, y=y)
    told = [
        alt.Tooltip("promised:Q", title=words["promised"], format=".0%"),
        alt.Tooltip("held:Q", title=words["held"], format=".0%"),
    ]
    layers = (
        ideal.mark_line(color=theme.QUIET, strokeDash=[4, 3], strokeWidth=1).encode(x=x, y=y),
        base.mark_line(color=theme.DEEP),
        base.mark_point(color=theme.DEEP, size=60, filled=True).encode(tooltip=told),
        base.mark_text(dx=12, dy=12, align="left").encode(text="shown:N"),
    )
    return _titled(alt.layer(*layers), words["coverage"], _HALF)


def errors(rows: pl.DataFrame, language: Language, told: Measure | None = None) -> Drawn:
    """The mean absolute error by horizon, of the forecast and the simple ones that are known. told: the measure of
    percentages in which the pointer is told those of a horizon."""
    words = _WORDS[language]
    of = {"forecast": "error_pct", "naive": "naive_error_pct", "last_year": "last_year_error_pct",
          "budget": "budget_error_pct"}  # fmt: skip
    known = {name: column for name, column in of.items() if rows[column].null_count() < rows.height}
    mean = rows.group_by("horizon").agg(pl.col(column).abs().mean().alias(name) for name, column in known.items())
    long = mean.unpivot(index="horizon", variable_name="by", value_name="error").drop_nulls("error").sort("horizon")
    names = [words[name] for name in known]
    long = long.with_columns(pl.col("by").replace_strict({name: words[name] for name in known}))
    legend = alt.Legend(title=None, orient="bottom", columns=1, labelLimit=280, symbolType="stroke", symbolSize=300)
    x = alt.X("horizon:Q", title=words["horizon"], axis=alt.Axis(format=".0f", tickMinStep=1))
    base = alt.Chart(data(long)).encode(
        x=x,
        y=alt.Y("error:Q", scale=alt.Scale(zero=True), axis=alt.Axis(format=",.1f", tickCount=5)),
        color=alt.Color("by:N", scale=alt.Scale(domain=names, range=list(COLOURS[: len(names)])), legend=legend),
        tooltip=[alt.Tooltip("by:N", title=HEADING), alt.Tooltip("horizon:Q", title=words["horizon"]),
                 alt.Tooltip("error:Q", title=words["errors"][1], format=",.2f")],
    )  # fmt: skip
    dash = alt.StrokeDash("by:N", scale=alt.Scale(domain=names, range=list(DASHES[: len(names)])), legend=None)
    layers = [base.mark_line().encode(strokeDash=dash), base.mark_point(filled=True, size=30)]
    if told:
        said = mean.sort("horizon").select(
            "horizon",
            told_horizon=in_words(pl.col("horizon").cast(pl.Int64), lambda months: _horizon_in_words(months, language)),
            **{f"told_{name}": in_words(pl.col(name), told.full) for name in known},
        )
        headed = {"told_horizon": HEADING, **{f"told_{name}": words[name] for name in known}}
        layers.append(under_pointer(said, x, f"width / {said.height + 1}", headed))
    return _titled(alt.layer(*layers), words["errors"], WIDTH)


def _horizon_in_words(months: int, language: Language) -> str:
    words = _WORDS[language]["ahead"]
    return str(words[0 if months == 1 else 1]).format(months=months)


def _titled(chart: Drawn, title: Sequence[str], width: int) -> Drawn:
    over = alt.TitleParams(
        title[0], subtitle=title[1], anchor="start", fontSize=13, color=theme.INK, subtitleColor=theme.QUIET
    )
    return chart.properties(width=width, height=_PANEL, title=over)
