# SPDX-License-Identifier: EUPL-1.2
"""What the report rests on: deliveries, tables that are there and tables that are not, hidden cells, all caveats."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from styr import vocabulary
from styr.reporting.asking import Setting
from styr.reporting.model import Chapter, DataChapter, DataTable
from styr.reporting.numbers import day, grouped
from styr.vocabulary.exchange import tables

DIGEST = 16


def chapter(setting: Setting, chapters: Sequence[Chapter]) -> DataChapter:
    """The chapter, written last: it counts hidden cells and gathers the caveats of the figures before it."""
    snapshot, words, language = setting.snapshot, setting.words, setting.language
    figures = [figure for each in chapters for figure in each.figures]
    hidden = sum(cell.suppressed for figure in figures for _, cells in figure.table.rows for cell in cells)
    known_at = day(snapshot.known_at, language)
    marks = snapshot.deliveries
    number = "no_delivery" if not marks else "one_delivery" if len(marks) == 1 else "deliveries"
    sentences = (
        words.say(f"data.{number}", known_at=known_at, number=len(marks)),
        words.say("data.snapshot", snapshot=snapshot.id),
        words.say("data.suppressed", number=hidden, threshold=vocabulary.parameter("disclosure_threshold"))
        if hidden
        else words.say("data.suppressed_none"),
    )
    listed = [_table(setting, name) for name in tables()]
    return DataChapter(
        sentences=sentences,
        deliveries=tuple((str(m.number), _moment(m.known_at, setting), m.sha256[:DIGEST]) for m in marks),
        present=tuple(table for table in listed if snapshot.rows(table.key)),
        absent=tuple(table for table in listed if not snapshot.rows(table.key)),
        caveats=tuple(dict.fromkeys(caveat for figure in figures for caveat in figure.caveats)),
    )


def _table(setting: Setting, name: str) -> DataTable:
    words, language = setting.words, setting.language
    shown = f"{tables()[name].da} ({name})" if language == "da" else name
    rows = grouped(Decimal(setting.snapshot.rows(name)), language)
    return DataTable(shown, name, rows, words.say(f"without.{name}"))


def _moment(known_at: str, setting: Setting) -> str:
    """The day of a moment written in ISO form."""
    return day(date.fromisoformat(known_at[:10]), setting.language)
