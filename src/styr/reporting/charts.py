# SPDX-License-Identifier: EUPL-1.2
"""Charts of development over years: lines with their names at the end, small panels, bars.

Each function takes cells, draws nothing for a cell that is unknown or too small to show (a dot on the ground line says
the latter), and returns SVG. Labels are printed numbers; the eye never needs a legend.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import altair as alt

from styr.reporting import theme
from styr.reporting.model import Cell, Series
from styr.reporting.numbers import Measure

HIDDEN_MARK = "•"
LINE_HEIGHT = 14
Rows = list[dict[str, Any]]


def lines(series: Sequence[Series], years: Sequence[int], measure: Measure, label: str, *, width: int) -> str:
    """Lines over years, last value and name at the right end: the first solid, the second dashed with open points."""
    rows = [row for index, one in enumerate(series) for row in _points(one, years, measure, line=index)]
    top = max((row["value"] for row in rows if row["value"] is not None), default=1)
    height = 145
    layers: list[alt.Chart] = []
    for index in range(len(series)):
        mine = [row for row in rows if row["line"] == index]
        base = alt.Chart(alt.InlineData(values=mine)).encode(
            x=_years(years, ends=width < 400), y=_from_zero(top, measure)
        )
        shade, dash, fill = (theme.DEEP, [], theme.DEEP) if index == 0 else (theme.MIDDLE, [5, 4], "#ffffff")
        layers.append(base.mark_line(color=shade, strokeDash=dash))
        layers.append(_known(base, mine).mark_point(fill=fill, stroke=shade, strokeWidth=1.8, size=40))
    layers.extend(_end_labels(series, years, measure, top, height, letters=26 if width == theme.WIDE else 16))
    layers.extend(_hidden(rows, top, measure))
    return theme.svg(alt.layer(*layers), label, measure.language, width=width, height=height)


def panel(series: Series, years: Sequence[int], measure: Measure, label: str, *, width: int) -> str:
    """One small line on its own scale from zero; its first value printed at the top left, its last at the top right."""
    rows = _points(series, years, measure)
    known = [row for row in rows if row["value"] is not None]
    top = max((row["value"] for row in known), default=1) or 1
    low = min((row["value"] for row in known), default=0)
    scale = alt.Scale(domain=[min(low, 0), top * 1.45], nice=False)
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=_years(years, ends=True), y=alt.Y("value:Q", axis=None, scale=scale)
    )
    layers = [
        base.mark_area(color=theme.PALE, opacity=0.65),
        base.mark_line(color=theme.DEEP, strokeWidth=2, point=alt.OverlayMarkDef(color=theme.DEEP, size=9)),
        _known(base, known[-1:]).mark_point(color=theme.DEEP, size=36),
        *_hidden(rows, top, measure, axis=False),
    ]
    if len(known) > 1:
        first = _end_text(known[0], years).mark_text(align="left", baseline="top", color=theme.QUIET)
        layers.append(first.encode(x=theme.x_value(0)))
    if known:
        last = _end_text(known[-1], years).mark_text(align="right", baseline="top", fontWeight="bold")
        layers.append(last.encode(x=theme.x_value("width")))
    return theme.svg(alt.layer(*layers), label, measure.language, width=width, height=78 if width > 160 else 54)


def bars(series: Series, years: Sequence[int], measure: Measure, label: str, *, width: int) -> str:
    """A bar a year with its value on top; the last year is the darkest."""
    rows = _points(series, years, measure)
    top = max((row["value"] for row in rows if row["value"] is not None), default=1)
    low = min((row["value"] for row in rows if row["value"] is not None), default=0)
    for row in rows:
        row["shade"] = theme.DEEP if row["year"] == str(years[-1]) else theme.LIGHT
    known = [row for row in rows if row["value"] is not None]
    scale = alt.Scale(domain=[min(0.0, low * 1.15), max(top, 0) * 1.14 or 1], nice=False)
    base = alt.Chart(alt.InlineData(values=known)).encode(
        x=alt.X(
            "year:O", scale=alt.Scale(domain=[str(y) for y in years], paddingInner=0.28), axis=alt.Axis(ticks=False)
        ),
        y=alt.Y("value:Q", axis=None, scale=scale),
    )
    small = width < 400
    layers = [
        base.mark_bar().encode(color=alt.Color("shade:N", scale=None)),
        base.mark_text(dy=-8, fontSize=10 if small and len(years) > 5 else theme.SIZE).encode(
            text=alt.Text("printed:N")
        ),
        *_hidden(rows, top, measure, axis=False),
    ]
    return theme.svg(alt.layer(*layers), label, measure.language, width=width, height=150)


def _points(series: Series, years: Sequence[int], measure: Measure, **more: Any) -> Rows:
    return [{"year": str(year), **_drawn(series.at(year), measure), **more} for year in years]


def _drawn(cell: Cell, measure: Measure) -> dict[str, Any]:
    if cell.value is None:
        return {"value": None, "printed": "", "hidden": cell.suppressed}
    return {"value": float(measure.rounded(cell.value)), "printed": measure.text(cell.value), "hidden": False}


def _years(years: Sequence[int], *, ends: bool) -> alt.X:
    shown = [str(years[0]), str(years[-1])] if ends else [str(year) for year in years]
    return alt.X(
        "year:O",
        scale=alt.Scale(type="point", domain=[str(year) for year in years], padding=0.25),
        axis=alt.Axis(values=shown, ticks=False, labelFlush=ends),
    )


def _from_zero(top: float, measure: Measure) -> alt.Y:
    form = f",.{measure.places}f" if top < 5 and measure.places else ",.0f"
    return alt.Y("value:Q", scale=alt.Scale(domain=[0, (top * 1.08) or 1]), axis=alt.Axis(tickCount=4, format=form))


def _known(base: alt.Chart, rows: Rows) -> alt.Chart:
    return base.properties(data=alt.InlineData(values=[row for row in rows if row["value"] is not None]))


def _end_text(row: Mapping[str, Any], years: Sequence[int]) -> alt.Chart:
    """A value for the top of a panel, with its year when that is neither the first nor the last."""
    year = "" if row["year"] in (str(years[0]), str(years[-1])) else f" ({row['year']})"
    return alt.Chart(alt.InlineData(values=[{"text": row["printed"] + year}])).encode(
        y=theme.y_value(0), text=alt.Text("text:N")
    )


def _end_labels(
    series: Sequence[Series], years: Sequence[int], measure: Measure, top: float, height: int, *, letters: int
) -> list[alt.Chart]:
    """Last value and name at the end of each line, pushed apart where they would touch."""
    ends: Rows = []
    for one in series:
        known = [row for row in _points(one, years, measure) if row["value"] is not None]
        if known:
            text = wrapped(f"{known[-1]['printed']} {one.name}", letters)
            ends.append({**known[-1], "lines": text, "place": known[-1]["value"]})
    ends.sort(key=lambda row: row["place"])
    for lower, upper in pairwise(ends):
        need = (top or 1) * 1.08 / height * (8 + LINE_HEIGHT * (len(lower["lines"]) + len(upper["lines"])) / 2)
        push = max(0.0, need - (upper["place"] - lower["place"])) / 2
        upper["place"], lower["place"] = upper["place"] + push, lower["place"] - push
    return [
        alt.Chart(alt.InlineData(values=[row]))
        .mark_text(
            align="left",
            dx=10,
            dy=-LINE_HEIGHT * (len(row["lines"]) - 1) / 2,
            baseline="middle",
            lineHeight=LINE_HEIGHT,
        )
        .encode(x=alt.X("year:O"), y=alt.Y("place:Q"), text=alt.Text("lines:N"))
        for row in ends
    ]


def _hidden(rows: Rows, top: float, measure: Measure, *, axis: bool = True) -> list[alt.Chart]:
    hidden = [{**row, "value": 0} for row in rows if row["hidden"]]
    if not hidden:
        return []
    y = _from_zero(top, measure) if axis else alt.Y("value:Q", axis=None)
    mark = alt.Chart(alt.InlineData(values=hidden)).mark_text(text=HIDDEN_MARK, dy=-7, color=theme.QUIET, fontSize=15)
    return [mark.encode(x=alt.X("year:O"), y=y)]


def wrapped(text: str, width: int) -> list[str]:
    """A name broken into lines of about so many letters, at spaces, hyphens and slashes."""
    return textwrap.wrap(text, width, break_long_words=False) or [text]
