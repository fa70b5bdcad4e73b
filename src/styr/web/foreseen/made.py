# SPDX-License-Identifier: EUPL-1.2
"""Forecasts made for pages: the report's chapter of a municipality as known in a snapshot, set in both languages and
kept in the store's folder, since making one takes the worker a while and a snapshot never changes."""

from __future__ import annotations

import json
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from styr.register import store
from styr.register.snapshot import Snapshot
from styr.reporting.asking import Setting
from styr.reporting.chapters.forecast import chapter
from styr.reporting.foreseen import Foreseen, foreseen
from styr.reporting.model import Chapter, Figure, Table
from styr.reporting.numbers import Language

LANGUAGES: tuple[Language, ...] = ("da", "en")
_HIDDEN, _NOTHING = "•", "–"


def make(snapshot: Snapshot, municipality: str) -> None:
    """Make the forecast of what comes after the snapshot's day, and keep it; whole or not at all."""
    year = snapshot.known_at.year

    @cache
    def made() -> Foreseen:
        return foreseen(snapshot, municipality, year)

    folder = folder_of(snapshot, municipality)
    folder.parent.mkdir(exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".making-", dir=folder.parent))
    try:
        for language in LANGUAGES:
            written = chapter(Setting(snapshot, municipality, year, language, (year,)), made)
            for figure in written.figures:
                for nth, drawing in enumerate(figure.drawings):
                    for width, drawn in (("wide", drawing.wide), ("narrow", drawing.narrow)):
                        (work / _file(language, figure.key, nth, width)).write_text(drawn, encoding="utf-8")
            said = json.dumps(_said(written), ensure_ascii=False)
            (work / f"{language}.json").write_text(said, encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def kept(snapshot: Snapshot, municipality: str, language: Language) -> dict[str, Any] | None:
    """The forecast made for a snapshot and municipality: lead, missing (sentences) and figures (key, headline,
    subtitle, rule, source, caveats, hidden, drawings, table); None where none is made."""
    try:
        said: dict[str, Any] = json.loads((folder_of(snapshot, municipality) / f"{language}.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return said


def drawing_of(
    snapshot: Snapshot, municipality: str, language: Language, key: str, nth: int, *, narrow: bool
) -> Path | None:
    """The file of a figure's drawing, for a page or for a phone."""
    said = kept(snapshot, municipality, language)
    figures = {figure["key"]: figure for figure in said["figures"]} if said else {}
    if key not in figures or nth not in figures[key]["drawings"]:
        return None
    return folder_of(snapshot, municipality) / _file(language, key, nth, "narrow" if narrow else "wide")


def folder_of(snapshot: Snapshot, municipality: str) -> Path:
    """Where a forecast for pages is kept."""
    return store.folder() / "foreseen" / f"{snapshot.id}-{municipality}"


def _file(language: Language, key: str, nth: int, width: str) -> str:
    return f"{language}-{key}-{nth}-{width}.svg"


def _said(written: Chapter) -> dict[str, Any]:
    return {
        "lead": written.lead,
        "missing": written.missing,
        "figures": [_figure(figure) for figure in written.figures],
    }


def _figure(figure: Figure) -> dict[str, Any]:
    said = {name: getattr(figure, name) for name in ("key", "headline", "subtitle", "rule", "source", "hidden")}
    table = {"head": figure.table.head, "columns": figure.table.columns, "rows": _rows(figure.table)}
    drawings = list(range(len(figure.drawings)))
    return {**said, "caveats": figure.caveats, "drawings": drawings, "table": table, "csv": figure.table.csv}


def _rows(table: Table) -> list[tuple[str, list[str]]]:
    """The table's rows as printed."""
    return [
        (
            name,
            [
                table.measure(row, column).text(cell.value)
                if cell.value is not None
                else (_HIDDEN if cell.suppressed else _NOTHING)
                for column, cell in enumerate(cells)
            ],
        )
        for row, (name, cells) in enumerate(table.rows)
    ]
