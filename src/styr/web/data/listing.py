# SPDX-License-Identifier: EUPL-1.2
"""The delivery log as a table: who handed in what, when, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from django.db.models import QuerySet

from styr.register.models import Delivery
from styr.web.tables import Column, Table
from styr.web.templatetags.styr import moment, number, table_word
from styr.web.words import say

_COUNTED = ("read", "new", "changed", "rejected")
_OUTCOMES = ("read", "new", "changed", "unchanged", "rejected")
_TEXT = pl.String()
_SCHEMA = {
    "number": pl.Int64(), "known_at": pl.Datetime(time_zone="UTC"), "by": _TEXT, "source": _TEXT, "outcome": _TEXT,
    **dict.fromkeys(_COUNTED, pl.Int64()), "reason": _TEXT,
}  # fmt: skip


def delivery_log(deliveries: QuerySet[Delivery], *, edits: bool) -> pl.DataFrame:
    """Deliveries, the newest first: number, known_at, by, source, outcome (in words), rows read, new, changed and
    rejected, reason; edits by hand among them when asked for."""
    known = deliveries.order_by("-pk")
    rows = [_row(each) for each in (known if edits else known.filter(edit=False))]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def log_columns() -> list[Column]:
    """The log's columns as shown."""
    return [
        Column("number", say("data.number"), text=str, link=("delivery", "number")),
        Column("known_at", say("data.known_at"), text=moment),
        Column("by", say("data.by")),
        Column("source", say("data.source")),
        Column("outcome", say("data.outcome_is")),
        *(Column(name, say(f"data.count.{name}"), numeric=True, text=number) for name in _COUNTED),
        Column("reason", say("data.reason"), text=lambda reason: reason or ""),
    ]


def outcomes_table(found: Iterable[Mapping[str, Any]], files: str) -> Table:
    """What came of each table of a delivery: its name (table), and its rows read, new, changed, unchanged, rejected."""
    rows = [(each["table"], *(int(each.get(count, 0)) for count in _OUTCOMES)) for each in found]
    frame = pl.DataFrame(rows, schema={"table": _TEXT, **dict.fromkeys(_OUTCOMES, pl.Int64())}, orient="row")
    counts = [Column(name, say(f"data.count.{name}"), numeric=True, text=number) for name in _OUTCOMES]
    columns = [Column("table", say("data.table"), text=table_word), *counts]
    return Table("tables", say("data.tables"), frame, columns, files, part=True)


def files_table(handed_in: Iterable[Mapping[str, Any]], files: str) -> Table:
    """The files of a delivery: name, bytes and sha256."""
    names = {"name": _TEXT, "bytes": pl.Int64(), "sha256": _TEXT}
    frame = pl.DataFrame([tuple(each[name] for name in names) for each in handed_in], schema=names, orient="row")
    columns = [
        Column("name", say("data.file")),
        Column("bytes", say("data.bytes"), numeric=True, text=number),
        Column("sha256", "SHA-256"),
    ]
    return Table("files", say("data.files"), frame, columns, files, part=True)


def rejected_table(found: Iterable[Mapping[str, Any]], files: str) -> Table:
    """What a check found in rows (asking.found_in_rows): file, row, column, value (masked) and text."""
    names = ("file", "row", "column", "value", "text")
    rows = [tuple(each[name] for name in names) for each in found]
    schema = {name: pl.Int64() if name == "row" else _TEXT for name in names}
    columns = [
        Column("file", say("data.file")),
        Column("row", say("data.row"), numeric=True, text=lambda row: "" if row is None else str(row)),
        Column("column", say("data.column"), text=lambda name: name or ""),
        Column("value", say("table.value"), text=lambda value: value or ""),
        Column("text", say("data.expected"), wide=True),
    ]
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return Table("rejected", say("data.count.rejected"), frame, columns, files, part=True)


def _row(delivery: Delivery) -> tuple[Any, ...]:
    source = say("data.edit") if delivery.edit else delivery.source
    if delivery.generated:
        source += f" ({say('data.generated')})"
    sums = [sum(int(table.get(name, 0)) for table in delivery.tables.values()) for name in _COUNTED]
    outcome = say(f"data.outcome.{delivery.outcome}")
    return delivery.pk, delivery.known_at, delivery.handed_in_by, source, outcome, *sums, delivery.reason
