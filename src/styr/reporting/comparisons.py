# SPDX-License-Identifier: EUPL-1.2
"""Charts that set things side by side: then and now, shares, intervals, and the parts of a change.

As in charts.py every mark carries its printed number, and open and filled marks, not colours, tell two things apart.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import altair as alt

from styr.reporting import theme
from styr.reporting.charts import HIDDEN_MARK, wrapped
from styr.reporting.model import Cell
from styr.reporting.numbers import Language, Measure, percent

ROW = 30
NAME_LINE = 13
Rows = list[dict[str, Any]]


def then_and_now(rows: Sequence[tuple[str, Cell, Cell]], measure: Measure, label: str, *, width: int) -> str:
    """A row per name: an open dot for the earlier value, a filled one for the later, both with their numbers."""
    data: Rows = []
    for name, then, now in rows:
        a, b = (measure.rounded(cell.value) if cell.value is not None else None for cell in (then, now))
        right = a is None or b is None or b >= a
        data.append(
            {
                "name": name,
                "then": _number(a),
                "now": _number(b),
                "then_text": _printed(then, measure),
                "now_text": _printed(now, measure),
                "then_left": right,
                "hidden": then.suppressed or now.suppressed,
            }
        )
    names = [name for name, *_ in rows]
    top = max((v for row in data for v in (row["then"], row["now"]) if v is not None), default=1) or 1
    scale = alt.Scale(domain=[-top * 0.1, top * 1.12], nice=False)
    base = alt.Chart(alt.InlineData(values=data)).encode(y=_names(names))
    then_x, now_x = alt.X("then:Q", axis=None, scale=scale), alt.X("now:Q", axis=None, scale=scale)
    both = "isValid(datum.then) && isValid(datum.now)"
    layers: list[alt.Chart] = [
        *_labels(names, _letters(width)),
        base.transform_filter(both).mark_rule(color=theme.LIGHT, strokeWidth=3).encode(x=then_x, x2=alt.X2("now:Q")),
        base.transform_filter("isValid(datum.then)")
        .mark_point(fill="#ffffff", stroke=theme.MIDDLE, strokeWidth=2, size=70)
        .encode(x=then_x),
        base.transform_filter("isValid(datum.now)").mark_point(fill=theme.DEEP, size=80).encode(x=now_x),
    ]
    for field, x, earlier in (("then", then_x, True), ("now", now_x, False)):
        shown = base.transform_filter(f"isValid(datum.{field})").encode(x=x, text=alt.Text(f"{field}_text:N"))
        before = shown.transform_filter("datum.then_left" if earlier else "!datum.then_left")
        after = shown.transform_filter("!datum.then_left" if earlier else "datum.then_left")
        if earlier:
            layers.append(before.mark_text(align="right", dx=-8, color=theme.QUIET))
            layers.append(after.mark_text(align="left", dx=8, color=theme.QUIET))
        else:
            layers.append(before.mark_text(align="right", dx=-8, fontWeight="bold"))
            layers.append(after.mark_text(align="left", dx=8, fontWeight="bold"))
    layers.append(
        base.transform_filter("datum.hidden")
        .mark_text(text=HIDDEN_MARK, color=theme.QUIET, fontSize=15)
        .encode(x=alt.XDatum(-top * 0.05))
    )
    height = _height(names, _letters(width), 26)
    return theme.svg(alt.layer(*layers), label, measure.language, width=width, height=height)


def shares(
    rows: Sequence[tuple[str, Sequence[tuple[str, float | None]]]], label: str, language: Language, *, width: int
) -> str:
    """A bar of 100 % per row, divided from dark to light in at most five; a part with room for it carries its share."""
    data: Rows = []
    for name, parts in rows:
        at = 0.0
        for index, (_, share) in enumerate(parts):
            if share is None:
                continue
            data.append(
                {
                    "name": name,
                    "from": at,
                    "to": at + share,
                    "middle": at + share / 2,
                    "index": index,
                    "shade": theme.SHADES[index],
                    "ink": theme.ON_SHADES[index],
                    "share": percent(share, language, 0),
                    "wide": share >= (0.07 if width > 400 else 0.13),
                }
            )
            at += share
    names = [name for name, _ in rows]
    base = alt.Chart(alt.InlineData(values=data)).encode(y=_names(names))
    x = alt.X("from:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    bar = base.mark_bar(height=22, stroke=theme.HAIRLINE, strokeWidth=1)
    text = (
        base.transform_filter("datum.wide")
        .mark_text()
        .encode(x=alt.X("middle:Q"), text=alt.Text("share:N"), color=alt.Color("ink:N", scale=None))
    )
    drawn = [*_labels(names, 12), bar.encode(x=x, x2=alt.X2("to:Q"), color=alt.Color("shade:N", scale=None)), text]
    return theme.svg(alt.layer(*drawn), label, language, width=width, height=ROW * len(rows))


def intervals(rows: Sequence[tuple[str, Cell]], measure: Measure, label: str, *, width: int) -> str:
    """A dot per row with its interval as a line, and the number at the right; the first row, one's own, is filled."""
    data: Rows = [
        {
            "name": name,
            "value": float(measure.rounded(cell.value)),
            "own": index == 0,
            "zero": 0,
            "lower": _scaled(cell.lower if cell.lower is not None else cell.value, measure),
            "upper": _scaled(cell.upper if cell.upper is not None else cell.value, measure),
            "text": measure.text(cell.value),
        }
        for index, (name, cell) in enumerate(rows)
        if cell.value is not None
    ]
    top = max((row["upper"] for row in data), default=1) or 1
    scale = alt.Scale(domain=[0, top * 1.3], nice=False)
    names = [row["name"] for row in data]
    base = alt.Chart(alt.InlineData(values=data)).encode(y=_names(names))
    x = alt.X("value:Q", axis=None, scale=scale)
    layers = [
        *_labels(names, 18, first_bold=True),
        base.mark_rule(color=theme.HAIRLINE, strokeWidth=1).encode(
            x=alt.X("zero:Q", scale=scale, axis=None), x2=alt.X2("value:Q")
        ),
        base.mark_rule(color=theme.MIDDLE, strokeWidth=2.5).encode(
            x=alt.X("lower:Q", scale=scale), x2=alt.X2("upper:Q")
        ),
        base.transform_filter("datum.own").mark_point(fill=theme.DEEP, size=90).encode(x=x),
        base.transform_filter("!datum.own")
        .mark_point(fill="#ffffff", stroke=theme.DEEP, strokeWidth=2, size=70)
        .encode(x=x),
        base.transform_filter("datum.own")
        .mark_text(align="left", dx=9, fontWeight="bold")
        .encode(x=alt.X("upper:Q"), text=alt.Text("text:N")),
        base.transform_filter("!datum.own")
        .mark_text(align="left", dx=9)
        .encode(x=alt.X("upper:Q"), text=alt.Text("text:N")),
    ]
    return theme.svg(alt.layer(*layers), label, measure.language, width=width, height=_height(names, 18, 24))


def waterfall(
    start: tuple[str, float],
    parts: Sequence[tuple[str, float]],
    end: tuple[str, float],
    measure: Measure,
    label: str,
    *,
    width: int,
) -> str:
    """From one amount to another through the parts of the change; the parts hang from where the former ended."""
    letters = 16 if width > 400 else 9
    data: Rows = [
        {"name": start[0], "low": 0.0, "high": start[1], "text": measure.text(start[1]), "shade": theme.LIGHT}
    ]
    at = start[1]
    for name, part in parts:
        shade = theme.MIDDLE if part >= 0 else "#ffffff"
        data.append(
            {
                "name": name,
                "low": min(at, at + part),
                "high": max(at, at + part),
                "text": measure.signed(part),
                "shade": shade,
            }
        )
        at += part
    data.append({"name": end[0], "low": 0.0, "high": end[1], "text": measure.text(end[1]), "shade": theme.DEEP})
    for row in data:
        row["low"], row["high"] = _scaled(row["low"], measure), _scaled(row["high"], measure)
        row["label"] = wrapped(row["name"], letters)
    order = [row["name"] for row in data]
    # A change of a few per cent is unreadable from zero; the axis is cut (the subtitle says so), the ends are labelled.
    ends, between = [_scaled(start[1], measure), _scaled(end[1], measure)], [row["low"] for row in data[1:-1]]
    top = max(row["high"] for row in data)
    spread = max(top - min([*ends, *between]), top * 0.02)
    floor = max(0.0, min([*ends, *between]) - spread * 1.2)
    for row in data:
        row["low"] = max(row["low"], floor)
    base = alt.Chart(alt.InlineData(values=data)).encode(
        x=alt.X(
            "name:N",
            sort=order,
            axis=alt.Axis(
                ticks=False,
                labelExpr=_wrapping(order, letters),
                labelLineHeight=13,
                labelFontSize=theme.SIZE if width > 400 else 10,
            ),
            scale=alt.Scale(paddingInner=0.25),
        ),
        y=alt.Y("low:Q", axis=None, scale=alt.Scale(domain=[floor, top + spread * 0.22], nice=False)),
    )
    layers = [
        base.mark_bar(stroke=theme.MIDDLE, strokeWidth=1.2).encode(
            y2=alt.Y2("high:Q"), color=alt.Color("shade:N", scale=None)
        ),
        base.mark_text(dy=-8).encode(y=alt.Y("high:Q"), text=alt.Text("text:N")),
    ]
    return theme.svg(alt.layer(*layers), label, measure.language, width=width, height=150)


def now_and_before(rows: Sequence[tuple[str, Cell, Cell]], measure: Measure, label: str, *, width: int) -> str:
    """A bar per name for this year with its number, and a tick where last year stood."""
    data: Rows = [
        {
            "name": name,
            "now": _number(measure.rounded(now.value)),
            "text": measure.text(now.value),
            "before": _number(measure.rounded(before.value)) if before.value is not None else None,
        }
        for name, now, before in rows
        if now.value is not None
    ]
    values = [v for row in data for v in (row["now"], row["before"]) if v is not None]
    scale = alt.Scale(domain=[min([0.0, *values]) * 1.2, max([1.0, *values]) * 1.16], nice=False)
    names = [row["name"] for row in data]
    base = alt.Chart(alt.InlineData(values=data)).encode(y=_names(names))
    x = alt.X("now:Q", axis=None, scale=scale)
    layers = [
        *_labels(names, _letters(width)),
        base.mark_bar(height=15, color=theme.LIGHT).encode(x=x),
        base.transform_filter("isValid(datum.before)")
        .mark_tick(color=theme.INK, thickness=2, size=21)
        .encode(x=alt.X("before:Q", axis=None, scale=scale)),
        base.transform_calculate(end="max(datum.now, isValid(datum.before) ? datum.before : datum.now)")
        .mark_text(align="left", dx=7, fontWeight="bold")
        .encode(x=alt.X("end:Q", axis=None, scale=scale), text=alt.Text("text:N")),
    ]
    return theme.svg(
        alt.layer(*layers), label, measure.language, width=width, height=_height(names, _letters(width), 28)
    )


def _names(names: Sequence[str]) -> alt.Y:
    return alt.Y("name:N", sort=list(names), axis=None)


def _labels(names: Sequence[str], letters: int, *, first_bold: bool = False) -> list[alt.Chart]:
    """The names at the left, each centred on its row however many lines it takes (axis labels hang from the first)."""
    layers = []
    for index, name in enumerate(names):
        lines = wrapped(name, letters)
        mark = alt.Chart(alt.InlineData(values=[{"name": name, "lines": lines}])).mark_text(
            align="right",
            baseline="middle",
            dx=-9,
            dy=-(len(lines) - 1) * NAME_LINE / 2,
            lineHeight=NAME_LINE,
            fontWeight="bold" if first_bold and index == 0 else "normal",
        )
        layers.append(mark.encode(x=theme.x_value(0), y=_names(names), text=alt.Text("lines:N")))
    return layers


def _height(names: Sequence[str], letters: int, row: int) -> int:
    """Rows high enough for the name with most lines."""
    most = max((len(wrapped(name, letters)) for name in names), default=1)
    return max(row, most * NAME_LINE + 6) * max(len(names), 1)


def _letters(width: int) -> int:
    return 36 if width > 400 else 17


def _wrapping(names: Sequence[str], letters: int) -> str:
    """A Vega expression that breaks each name where wrapped() breaks it."""
    table = {name: wrapped(name, letters) for name in names}
    return f"{json.dumps(table, ensure_ascii=False)}[datum.value]"


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _scaled(value: float, measure: Measure) -> float:
    return value / float(measure.divisor)


def _printed(cell: Cell, measure: Measure) -> str:
    return "" if cell.value is None else measure.text(cell.value)
