# SPDX-License-Identifier: EUPL-1.2
"""An analysis as a page: its choices in the address, chart, table, rule and files; what cannot be answered is refused
as on the command line, in the page's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl
import pyarrow as pa
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from styr import vocabulary
from styr.register.snapshot import Snapshot
from styr.reporting.drawing import chart_program, chart_svg
from styr.reporting.drawing.chart import drawn
from styr.reporting.drawing.named import is_dimension, named
from styr.reporting.errors import CannotReport
from styr.reporting.numbers import Language
from styr.statistics import CannotAnswer, Result, dimension
from styr.web.access import needs
from styr.web.activity.asked import header_of
from styr.web.activity.pages import number_of
from styr.web.analysis.fields import Field, chosen_in
from styr.web.analysis.tools import TOOLS, Chosen, Tool
from styr.web.filters import Filters, filters_of
from styr.web.keeping import kept
from styr.web.known import known_to_work
from styr.web.languages import spoken
from styr.web.roles import Permission
from styr.web.snapshots import latest
from styr.web.table_files import table_file
from styr.web.tables import Column, Table, files_at, shown_table
from styr.web.words import say, texts

_KNOWN_SHOWN = 4
_SMALLEST_P = 0.001
_PLAIN = ("year", "rank", "quartile", "place", "municipalities", "hidden", "neighbours")
_CODES = ("scope", "area", "size_band", "kind", "figure", "result", "finding", "beyond")


@dataclass(frozen=True)
class Asked:
    """An analysis asked for by an address: the tool, the snapshot, what is chosen, the filters and the fields."""

    tool: Tool
    snapshot: Snapshot
    chosen: Chosen
    filters: Filters
    fields: Sequence[Field]

    def answer(self) -> Result:
        """The answer; raises CannotAnswer."""
        return kept(self._key("answer"), partial(self.tool.ask, self.snapshot, self.chosen, self.filters))

    def chart(self) -> bytes:
        """The answer as SVG; raises CannotAnswer, and CannotReport for what cannot be drawn."""
        return self._drawn("chart", chart_svg)

    def program(self) -> bytes:
        """The same chart for the page to draw; raises as chart does."""
        return self._drawn("program", chart_program)

    def _drawn(self, kind: str, make: Callable[[pa.Table, Mapping[str, Any], Language], bytes]) -> bytes:
        result, language = self.answer(), spoken()
        header, rows = header_of(result, language), self.to_draw()
        return kept(self._key(kind), partial(make, rows, header, language))

    def to_draw(self) -> pa.Table:
        """The rows that are drawn: of a potential the municipalities and not the sum of them, and groups by name."""
        rows = self.in_words(self.answer().to_polars())
        if "scope" in rows.columns and "rate" in rows.columns:
            rows = rows.filter(pl.col("scope") != "country")
        return rows.to_arrow()

    def in_words(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with the groups of a comparison by name; other codes have columns that tell their list."""
        chosen = self.chosen.get("dimension")
        listed = dimension(chosen[0]).list if chosen else None
        if not listed or "group" not in rows.columns:
            return rows
        known = vocabulary.codelist(listed)
        names = {term.code: known.name(term.code, spoken()) for term in known}
        return rows.with_columns(pl.col("group", "against").replace(names))

    def _key(self, what: str) -> tuple[str, ...]:
        return (self.snapshot.id, "analysis", what, self.tool.key, repr(self.chosen), self.filters.query, spoken())


@needs(Permission.SEE_RESULTS)
def analysis(request: HttpRequest, tool: str) -> HttpResponse:
    """The analysis with the choices of the address."""
    if tool not in TOOLS:
        raise Http404
    known = latest()
    said: dict[str, Any] = {"tool": TOOLS[tool], "known": known, "snapshot": known.snapshot}
    if known.snapshot is None:
        return render(request, "analysis/analysis.html", said)
    asked = _asked(request, tool, known.snapshot)
    provisions = (asked.filters.provision,) if asked.filters.provision else ()
    themes = () if provisions else asked.tool.themes
    said |= {"fields": asked.fields, "evidence": known_to_work(provisions=provisions, themes=themes)[:_KNOWN_SHOWN]}
    if not asked.tool.themes:
        said["evidence"] = []
    try:
        result = asked.answer()
    except CannotAnswer as error:
        said["problem"] = error.said(spoken())
        return render(request, "analysis/analysis.html", said, status=422)
    said |= {
        "about": header_of(result, spoken()),
        "table": shown_table(request, _table(asked, result)),
        "drawable": _drawable(asked.to_draw(), result),
        "groups": _hypotheses(result) if tool == "hypoteser" else (),
    }
    return render(request, "analysis/analysis.html", said)


@needs(Permission.SEE_RESULTS)
def analysis_table(request: HttpRequest, tool: str, form: str) -> HttpResponse:
    """The table as a file, in codes."""
    asked = _of(request, tool)
    return table_file(request, _table(asked, asked.answer()), form, tool)


@needs(Permission.SEE_RESULTS)
def analysis_chart(request: HttpRequest, tool: str) -> HttpResponse:
    """The chart, drawn here."""
    try:
        return HttpResponse(_of(request, tool).chart(), content_type="image/svg+xml")
    except CannotReport:
        raise Http404 from None


@needs(Permission.SEE_RESULTS)
def analysis_program(request: HttpRequest, tool: str) -> HttpResponse:
    """The chart for the page to draw, so that it answers the pointer."""
    try:
        return HttpResponse(_of(request, tool).program(), content_type="application/json")
    except CannotReport:
        raise Http404 from None


def _asked(request: HttpRequest, tool: str, snapshot: Snapshot) -> Asked:
    chosen, fields = chosen_in(request, TOOLS[tool].choices, snapshot)
    asked = filters_of(request)
    held = Filters(**{name: getattr(asked, name) for name in TOOLS[tool].filters})
    return Asked(TOOLS[tool], snapshot, chosen, held, fields)


def _of(request: HttpRequest, tool: str) -> Asked:
    snapshot = latest().snapshot
    if tool not in TOOLS or snapshot is None:
        raise Http404
    return _asked(request, tool, snapshot)


def _table(asked: Asked, result: Result) -> Table:
    """The answer as a table of the page; its files are in codes and have all columns."""
    rows, header = _in_words(asked, result), header_of(result, spoken())
    return Table(
        "numbers",
        header["title"],
        rows,
        _columns(rows),
        files_at("analysis-table", asked.tool.key),
        usual=_usual(asked.tool, rows),
        codes=result.table,
        header=header,
    )


def _in_words(asked: Asked, result: Result) -> pl.DataFrame:
    """The rows with codes in words."""
    rows = named(asked.in_words(result.to_polars()), spoken())
    if "whole" in rows.columns:
        split = [name for name in rows.columns if is_dimension(name) and rows.schema[name] == pl.String]
        whole = pl.when("whole").then(pl.lit(say("analysis.column.whole")))
        rows = rows.with_columns(whole.otherwise(name).alias(name) for name in split)
    return rows.with_columns(
        pl.Series(name, [_coded(value) for value in rows[name]], dtype=pl.String)
        for name in _CODES
        if name in rows.columns and rows.schema[name] == pl.String
    )


def _coded(value: str | None) -> str | None:
    key = f"analysis.value.{(value or '').replace(' ', '_').replace('.', '_')}"
    return say(key) if key in texts() else value


def _columns(rows: pl.DataFrame) -> list[Column]:
    """Every column that holds anything."""
    some = [name for name in rows.columns if name != "indicator" and rows[name].null_count() < rows.height]
    return [_column(name, rows.schema[name]) for name in some if not (name == "suppressed" and not rows[name].any())]


def _column(name: str, kind: pl.DataType) -> Column:
    heading = _heading(name)
    if kind == pl.Boolean:
        yes = say("table.too_few") if name == "suppressed" else say("analysis.yes")
        return Column(name, heading, text=lambda value: yes if value else "")
    if name in _PLAIN:
        return Column(name, heading, numeric=True, text=lambda value: "–" if value is None else str(value))
    if name in ("p", "p_adjusted"):
        return Column(name, heading, numeric=True, text=_p)
    if kind.is_numeric():
        return Column(name, heading, numeric=True, text=number_of)
    return Column(name, heading, text=lambda value: value or "", wide=name in ("statement", "title", "reason"))


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return f"< {number_of(_SMALLEST_P)}" if value < _SMALLEST_P else number_of(value)


def _heading(name: str) -> str:
    key = f"analysis.column.{name}"
    if key in texts():
        return say(key)
    return dimension(name).title[spoken()] if is_dimension(name) else name


def _usual(tool: Tool, rows: pl.DataFrame) -> list[str]:
    """The columns shown where none are chosen: the tool's, and what the answer is split by."""
    split = [name for name in rows.columns if is_dimension(name) and name not in ("year", "municipality", "region")]
    return [*split, *tool.columns]


def _drawable(rows: pa.Table, result: Result) -> bool:
    try:
        drawn(rows, header_of(result, spoken()), spoken())
    except CannotReport:
        return False
    return bool(rows.num_rows)


def _hypotheses(result: Result) -> list[dict[str, Any]]:
    """The hypotheses in order, each with its result and reservation."""
    rows = result.to_polars().unique("hypothesis", keep="first", maintain_order=True)
    return [{**row, "result": _coded(row["result"])} for row in rows.to_dicts()]
