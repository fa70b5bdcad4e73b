# SPDX-License-Identifier: EUPL-1.2
"""How charts look, said once: palette, type, axes; and the steps from an Altair chart to SVG that can stand in a page,
and to a program of which a page draws it itself.

The palette falls evenly in lightness, so the charts read in black and white; nothing is told by colour alone.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

import altair as alt
import vl_convert
from altair.utils.schemapi import debug_mode

from styr.reporting.numbers import Language, format_locale

INK = "#16262e"
QUIET = "#55666f"
HAIRLINE = "#c9d3d8"
DEEP = "#0f4c5c"
MIDDLE = "#4f8a94"
LIGHT = "#a3c5c9"
PALE = "#dde9ea"
SHADES = (DEEP, MIDDLE, LIGHT, PALE, "#ffffff")
ON_SHADES = ("#ffffff", "#ffffff", INK, INK, INK)

# Metric-compatible on Windows, macOS and Linux, so a chart measured here fits everywhere.
FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
SIZE = 12
WIDE = 640
NARROW = 320

# Positions in pixels; Altair leaves these constructors without types.
x_value: Any = alt.XValue
y_value: Any = alt.YValue

CONFIG: dict[str, Any] = {
    "aria": False,
    "background": None,
    "font": FONT,
    "view": {"stroke": None},
    "padding": {"left": 2, "right": 6, "top": 4, "bottom": 2},
    "axis": {
        "labelColor": QUIET,
        "labelFontSize": SIZE,
        "titleColor": QUIET,
        "titleFontSize": SIZE,
        "titleFontWeight": "normal",
        "domainColor": HAIRLINE,
        "tickColor": HAIRLINE,
        "gridColor": "#e6ecee",
        "labelPadding": 5,
    },
    "axisX": {"grid": False, "labelAngle": 0, "title": None, "labelPadding": 7},
    "axisY": {"domain": False, "ticks": False, "title": None, "labelLimit": 400},
    "text": {"font": FONT, "fontSize": SIZE, "color": INK},
    "line": {"strokeWidth": 2.2, "strokeCap": "round"},
    "point": {"size": 34, "filled": True, "opacity": 1},
}


def unchecked() -> AbstractContextManager[None]:
    """A while in which Altair does not check each part of a chart against its schema."""
    return debug_mode(False)


def svg(
    chart: alt.LayerChart | alt.FacetChart, label: str, language: Language, *, width: int, height: int | alt.Step
) -> str:
    """The chart as inline SVG, as wide as told all in all, that scales with its column and reads its label aloud."""
    drawn = vl_convert.vegalite_to_svg(
        _sized(chart, width, height), config=CONFIG, format_locale=format_locale(language), allowed_base_urls=[]
    )
    return _inline(drawn, label)


def program(chart: alt.LayerChart | alt.FacetChart, language: Language, *, width: int, height: int | alt.Step) -> str:
    """The same chart, as large, for a page that draws it itself (see as_program)."""
    return as_program(_sized(chart, width, height), CONFIG, language)


def as_program(spec: Mapping[str, Any], config: Mapping[str, Any], language: Language) -> str:
    """A chart in Vega-Lite as JSON in Vega, which a page draws without translating it further; numbers on its axes are
    written as in the language."""
    vega = vl_convert.vegalite_to_vega(dict(spec), config=dict(config))
    vega["config"] = {**vega.get("config", {}), "locale": {"number": format_locale(language)}}
    return json.dumps(vega, ensure_ascii=False)


def _sized(chart: alt.LayerChart | alt.FacetChart, width: int, height: int | alt.Step) -> dict[str, Any]:
    fit = alt.AutoSizeParams(type="fit-x", contains="padding")
    sized: dict[str, Any] = chart.properties(width=width, height=height, autosize=fit).to_dict(validate=False)
    return sized


def _inline(drawn: str, label: str) -> str:
    # The namespace of SVG 1.1's links is never used; the page itself says how large a drawing may be.
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', drawn)
    if not size:
        raise ValueError("A chart came out without a size. Check the installed version of vl-convert-python.")
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{html.escape(label)}"'
        f' viewBox="0 0 {size[1]} {size[2]}" width="{size[1]}" height="{size[2]}">'
    )
    body = re.sub(r' aria-[a-z]+="[^"]*"| role="[^"]*"| pointer-events="none"', "", drawn.split(">", 1)[1])
    return opening + body
