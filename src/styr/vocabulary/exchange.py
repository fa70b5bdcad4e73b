# SPDX-License-Identifier: EUPL-1.2
"""The tables of the exchange format as typed data: names, columns, keys, references and how each column is read.

Everything that reads, stores, generates or counts the register asks here; nobody types a table's columns again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from graphlib import TopologicalSorter
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True)
class Column:
    """One column: its name, Danish headers, type, bounds, and what it refers to.

    type is one of id, citizen, text, code, codes, date, month, year, integer, quantity, money, boolean;
    list names the vocabulary list of a code; refers is (table, column) or None.
    """

    name: str
    da: tuple[str, ...]
    type: str
    doc: str
    required: bool = False
    list: str | None = None
    refers: tuple[str, str] | None = None
    min: float | None = None
    max: float | None = None
    default: float | None = None
    pattern: str | None = None


@dataclass(frozen=True)
class Table:
    """One table: its name, Danish name, columns in order, the key that names a row, and rules across columns.

    period is the pair of columns (first day, last day) when the row covers a period, else None;
    no_overlap lists the columns whose rows may not overlap in time, else ().
    """

    name: str
    da: str
    doc: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    period: tuple[str, str] | None
    no_overlap: tuple[str, ...]

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns a delivery must have."""
        return tuple(column.name for column in self if column.required)

    @property
    def references(self) -> tuple[Column, ...]:
        """Columns that refer to another table."""
        return tuple(column for column in self if column.refers)

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns.values())

    def column_named(self, header: str) -> Column | None:
        """The column a header names, in English or Danish, whatever its case and spacing; None when unknown."""
        return _headers(self.name).get(folded(header))


@cache
def tables() -> Mapping[str, Table]:
    """All tables of the exchange format, a table after those it refers to."""
    raw = _raw()["tables"]
    read = {name: _table(name, entry) for name, entry in raw.items()}
    order = TopologicalSorter(
        {name: {column.refers[0] for column in table.references if column.refers} for name, table in read.items()}
    )
    return {name: read[name] for name in order.static_order()}


def table_named(name: str) -> Table | None:
    """The table a file or sheet name means, in English or Danish, whatever its case; None when unknown."""
    return _table_names().get(folded(name))


def year_range() -> tuple[int, int]:
    """First and last year taken for a plausible year."""
    years = _raw()["years"]
    return int(years["min"]), int(years["max"])


def date_range() -> tuple[date, date]:
    """First and last day taken for a plausible date."""
    dates = _raw()["dates"]
    return dates["min"], dates["max"]


def folded(word: str) -> str:
    """A header or table name without case, outer space, and difference between space, hyphen
    and underscore."""
    return re.sub(r"[\s_\-]+", "_", unicodedata.normalize("NFC", word).strip().casefold()).strip("_")


def _table(name: str, entry: Mapping[str, Any]) -> Table:
    columns = {column: _column(column, spec) for column, spec in entry["columns"].items()}
    period = entry.get("period") or (["start_date", "end_date"] if "end_date" in columns else None)
    return Table(
        name=name,
        da=entry["da"],
        doc=entry["doc"],
        columns=columns,
        key=tuple(entry["key"]),
        period=(period[0], period[1]) if period else None,
        no_overlap=tuple(entry.get("no_overlap", ())),
    )


def _column(name: str, spec: Mapping[str, Any]) -> Column:
    spec = dict(spec)
    table, _, column = spec.pop("refers", "").partition(".")
    return Column(name=name, da=tuple(spec.pop("da")), refers=(table, column) if table else None, **spec)


@cache
def _headers(table: str) -> Mapping[str, Column]:
    return {folded(header): column for column in tables()[table] for header in (column.name, *column.da)}


@cache
def _table_names() -> Mapping[str, Table]:
    return {folded(name): table for table in tables().values() for name in (table.name, table.da)}


@cache
def _raw() -> Mapping[str, Any]:
    text = files("styr.vocabulary").joinpath("exchange.yaml").read_text(encoding="utf-8")
    raw: Mapping[str, Any] = yaml.safe_load(text)
    return raw
