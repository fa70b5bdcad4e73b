# SPDX-License-Identifier: EUPL-1.2
"""A small forecast kept for pages as the worker keeps one, without the while it takes to make it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
from drawn import cells
from web_register import MUNICIPALITY

from styr.reporting.drawing.forecasts import fan, waterfall
from styr.reporting.figures import told_drawing
from styr.reporting.model import Cell, Figure, Table
from styr.reporting.numbers import Language, money_measure

MONTHS = """
    month   | value | p05  | p10  | p50  | p90  | p95  | accounts | budget
    2024-11 | -     | -    | -    | -    | -    | -    | 9.8      | 10.0
    2024-12 | 10.1  | 10.1 | 10.1 | 10.1 | 10.1 | 10.1 | 10.1     | 10.0
    2025-01 | 10.4  | 9.1  | 9.6  | 10.4 | 11.2 | 11.7 | -        | 10.5
    2025-02 | 10.6  | 9.0  | 9.5  | 10.6 | 11.6 | 12.2 | -        | 10.5
"""
CAUSES = """
    cause   | value
    price   | 1.25
    stopped | -0.5
"""
_WORDS: dict[Language, tuple[str, str]] = {
    "da": ("2025 ventes at koste 126,0 mio. kr.", "Prognosen for 2025 er steget"),
    "en": ("2025 is expected to cost 126.0 million kr.", "The forecast of 2025 has risen"),
}


def table(drawing: str) -> pl.DataFrame:
    """Rows of a text table: the first column as text, the others as numbers, unknown where there is a dash."""
    head, *rows = cells(drawing)
    read = pl.DataFrame(rows, schema=head, orient="row")
    return read.with_columns(pl.col(head[1:]).replace("-", None).cast(pl.Float64))


def figures(language: Language) -> tuple[Figure, ...]:
    """The months as a fan, the change as steps, and a figure without a drawing."""
    measure = money_measure(12e6, language)
    fan_said, change_said = _WORDS[language]
    drawn = (
        ("forecast", fan_said, (told_drawing(fan, table(MONTHS), measure, fan_said, height=230),)),
        ("forecast-change", change_said, (told_drawing(waterfall, table(CAUSES), measure, change_said, height=90),)),
        ("forecast-buffers", fan_said, ()),
    )
    numbers = Table("Tal", "Måned", ("Prognose",), (measure,), (("2025-01", (Cell(10.4e6),)),), "")
    return tuple(Figure(key, said, said, drawings, numbers, "", "") for key, said, drawings in drawn)


def keep_forecast() -> Path:
    """Keeps it for the municipality on the latest snapshot, in both languages; gives its folder."""
    from styr.web.foreseen import made
    from styr.web.foreseen.figures import as_kept
    from styr.web.snapshots import latest

    snapshot = latest().snapshot
    assert snapshot is not None
    folder = made.folder_of(snapshot, MUNICIPALITY)
    folder.mkdir(parents=True)
    for language in made.LANGUAGES:
        shown = figures(language)
        year = {"mean": 126e6, "p10": 120e6, "p90": 133e6}
        said: dict[str, Any] = {"lead": [], "missing": [], "overrides": [], "record": []}
        said |= {"figures": [as_kept(each) for each in shown], "target": 2025, "year": year, "budget": 125e6}
        (folder / f"{language}.json").write_text(json.dumps({**said, "within": 0.4}), encoding="utf-8")
        made.write_drawings(folder, shown, language)
    return folder
