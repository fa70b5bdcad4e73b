# SPDX-License-Identifier: EUPL-1.2
"""Figures of a forecast as they are kept for pages, and their tables as pages show them.

A kept figure has key, headline, subtitle, rule, source, caveats, hidden, drawings (their numbers), and table: head,
columns (headings), names, values (rows of numbers after the name) and texts (the same as printed).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from styr.forecast.uncertainty import Uncertainty
from styr.reporting.model import Figure
from styr.reporting.model import Table as Reported
from styr.reporting.numbers import Language, percent, percent_measure
from styr.web.tables import Column, Table, files_at
from styr.web.templatetags.styr import kroner, number, word
from styr.web.words import say

_LEAST = 1.0  # per cent
HIDDEN, NOTHING = "•", "–"


def as_kept(figure: Figure) -> dict[str, Any]:
    """A figure of the report's."""
    said = {name: getattr(figure, name) for name in ("key", "headline", "subtitle", "rule", "source", "hidden")}
    return {
        **said,
        "caveats": figure.caveats,
        "drawings": list(range(len(figure.drawings))),
        "table": _table(figure.table),
    }


def of_uncertainty(found: Uncertainty, language: Language) -> dict[str, Any]:
    """Where the uncertainty lies, as a figure of its own: the sources, and known grants by provision."""
    rows = [row for row in pl.DataFrame(pl.from_arrow(found.table())).to_dicts() if _matters(row)]
    measure = percent_measure(language)
    sources = [row for row in rows if row["provision"] is None]
    most = max(sources, key=lambda row: row["share"] or 0.0)
    about = found.header.to_mapping(language)
    names = [
        say(f"foreseen.source.{row['source']}")
        if row["provision"] is None
        else say("foreseen.source.grants_of", provision=word(row["provision"], "provision"))
        for row in rows
    ]
    hidden = [bool(row.get("suppressed")) for row in rows]
    return {
        "key": "forecast-uncertainty",
        "headline": say(
            "foreseen.uncertainty",
            year=most["year"],
            source=say(f"foreseen.source.{most['source']}").lower(),
            share=percent((most["share"] or 0.0) / 100, language, 0),
        ),
        "subtitle": say("foreseen.uncertainty_subtitle", spread=kroner(most["spread"])),
        "rule": str(about["rule"]),
        "source": f"{about['title']} · {about['snapshot']}.",
        "hidden": "",
        "caveats": [str(each) for each in about["caveats"]],
        "drawings": [],
        "table": {
            "head": say("foreseen.source_head"),
            "columns": [say("foreseen.share_head"), say("foreseen.citizens_head")],
            "names": names,
            "values": [[row["share"], row["citizens"]] for row in rows],
            "texts": [
                [
                    HIDDEN if few else measure.text(row["share"] / 100) if row["share"] is not None else NOTHING,
                    HIDDEN if few else number(row["citizens"]),
                ]
                for row, few in zip(rows, hidden, strict=True)
            ],
        },
    }


def _matters(row: Mapping[str, Any]) -> bool:
    """Whether a row is worth one: every source, and the provisions with a per cent of the uncertainty or more."""
    return row["provision"] is None or (row["share"] or 0.0) >= _LEAST


def table_of(figure: Mapping[str, Any]) -> Table:
    """The numbers of a kept figure as a table of the page."""
    key, table = figure["key"], figure["table"]
    about = {name: figure[name] for name in ("headline", "subtitle", "rule", "source", "caveats")}
    files = files_at("forecast-numbers", key)
    return Table(key, figure["subtitle"], _frame(table), _columns(table), files, part=True, header=about)


def _frame(table: Mapping[str, Any]) -> pl.DataFrame:
    """Its first column and each of its numbers under their headings, and as written under the heading with a mark."""
    columns: dict[str, Any] = {table["head"]: pl.Series(table["names"], dtype=pl.String)}
    for at, heading in enumerate(table["columns"]):
        columns[heading] = pl.Series([row[at] for row in table["values"]], dtype=pl.Float64)
        columns[_written(heading)] = pl.Series([row[at] for row in table["texts"]], dtype=pl.String)
    return pl.DataFrame(columns)


def _columns(table: Mapping[str, Any]) -> list[Column]:
    numbers = [Column(each, each, numeric=True, written=_written(each)) for each in table["columns"]]
    return [Column(table["head"], table["head"]), *numbers]


def _written(heading: str) -> str:
    return f"_{heading}"


def _table(table: Reported) -> dict[str, Any]:
    return {
        "head": table.head,
        "columns": table.columns,
        "names": [name for name, _ in table.rows],
        "values": [[cell.value for cell in cells] for _, cells in table.rows],
        "texts": [
            [
                table.measure(row, column).text(cell.value)
                if cell.value is not None
                else (HIDDEN if cell.suppressed else NOTHING)
                for column, cell in enumerate(cells)
            ]
            for row, (_, cells) in enumerate(table.rows)
        ],
    }
