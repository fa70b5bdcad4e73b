# SPDX-License-Identifier: EUPL-1.2
"""A result as a chart with its title above, and its counting rule, snapshot and caveats below."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import altair as alt
import polars as pl
import pyarrow as pa
import vl_convert

from styr.output import OutputError, write_file
from styr.reporting import theme
from styr.reporting.drawing.forecasts import with_values
from styr.reporting.drawing.forms import form
from styr.reporting.drawing.millions import in_millions
from styr.reporting.drawing.named import named
from styr.reporting.numbers import Language, format_locale

KINDS = (".png", ".svg", ".html")
_ABOVE, _BELOW = 88, 118  # letters a line
_SHARP = 2.0  # pixels of a PNG for each of the chart
_WORDS = {
    "da": {"rule": "Sådan er der talt: ", "snapshot": "Øjebliksbillede", "known": "viden pr.", "source": "kilde",
           "generated": "KONSTRUEREDE DATA – ikke et virkeligt register", "hidden": "• for få personer til at vises"},
    "en": {"rule": "How it is counted: ", "snapshot": "Snapshot", "known": "known at", "source": "source",
           "generated": "GENERATED DATA – not a real register", "hidden": "• too few persons to be shown"},
}  # fmt: skip


def drawn(table: pa.Table, header: Mapping[str, Any], language: Language = "da") -> alt.ConcatChart:
    """The chart of a result's table and header (Header.to_mapping, in the same language)."""
    words = named(with_values(pl.DataFrame(pl.from_arrow(table))), language)
    rows, unit = in_millions(words, str(header["unit"]), language)
    body = form(rows, language)
    hidden = rows.height > 0 and "suppressed" in rows.columns and bool(rows["suppressed"].any())
    title = alt.TitleParams(
        textwrap.wrap(str(header["title"]), _ABOVE),
        subtitle=_subtitle(unit, header, language),
        anchor="start", fontSize=16, color=theme.INK, subtitleColor=theme.QUIET, subtitleFontSize=theme.SIZE, offset=12,
    )  # fmt: skip
    below = alt.TitleParams(
        _below(header, language, hidden),
        anchor="start", orient="bottom", fontSize=10, fontWeight="normal", color=theme.QUIET, offset=14, lineHeight=13,
    )  # fmt: skip
    return alt.concat(body.properties(title=title), title=below)


def write_chart(table: pa.Table, header: Mapping[str, Any], path: Path, language: Language = "da") -> None:
    """Write the chart of a result to a PNG, SVG or HTML file (which carries its own JavaScript and asks no network).

    Raises OutputError when the file's name says none of these, or it cannot be written, or there is nothing to draw.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise OutputError(f"{path}: a chart is written as PNG, SVG or HTML; let the file's name end with one of these")
    if not table.num_rows:
        raise OutputError("the result has no rows, so there is nothing to draw; ask for other years or groups")
    write_file(path, chart_file(table, header, kind, language))


def chart_file(table: pa.Table, header: Mapping[str, Any], kind: str, language: Language = "da") -> bytes:
    """The content of a file of a kind (one of KINDS) with the chart of a result that has rows."""
    options: dict[str, Any] = {"config": _CONFIG, "format_locale": format_locale(language)}
    return _file(_spec(table, header, language), kind, options)


def chart_svg(table: pa.Table, header: Mapping[str, Any], language: Language = "da") -> bytes:
    """The chart of a result that has rows, as a page shows it."""
    return chart_file(table, header, ".svg", language)


def chart_program(table: pa.Table, header: Mapping[str, Any], language: Language = "da") -> bytes:
    """The same chart for a page that draws it itself, as JSON: in Vega, which needs no further translation, with what
    the pointer rests on told, and numbers written as in the language."""
    config = {**_CONFIG, "mark": {**_CONFIG.get("mark", {}), "tooltip": True}}
    return theme.as_program(_spec(table, header, language), config, language).encode()


def _spec(table: pa.Table, header: Mapping[str, Any], language: Language) -> dict[str, Any]:
    with theme.unchecked():
        spec: dict[str, Any] = drawn(table, header, language).to_dict(validate=False)
    return spec


def _file(spec: dict[str, Any], kind: str, options: dict[str, Any]) -> bytes:
    if kind == ".png":
        return vl_convert.vegalite_to_png(spec, scale=_SHARP, allowed_base_urls=[], **options)
    if kind == ".svg":
        return vl_convert.vegalite_to_svg(spec, allowed_base_urls=[], **options).encode()
    return vl_convert.vegalite_to_html(spec, bundle=True, renderer="svg", **options).encode()


_CONFIG = {**theme.CONFIG, "aria": True, "background": "#ffffff", "padding": 16}


def _subtitle(unit: str, header: Mapping[str, Any], language: Language) -> list[str]:
    said = [str(said) for said in (unit, header.get("price_level")) if said]
    generated = [_WORDS[language]["generated"]] if header.get("generated") else []
    return [", ".join(said), *generated]


def _below(header: Mapping[str, Any], language: Language, hidden: bool) -> list[str]:
    words = _WORDS[language]
    marks = [words["hidden"]] if hidden else []
    origin = f"{words['snapshot']} {header['snapshot']}, {words['known']} {header['known_at']}"
    if header.get("source"):
        origin += f"; {words['source']} {header['source']}"
    texts = [*marks, words["rule"] + str(header["rule"]), origin + "."]
    return [line for text in texts for line in textwrap.wrap(text, _BELOW)]
