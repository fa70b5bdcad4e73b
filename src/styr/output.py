# SPDX-License-Identifier: EUPL-1.2
"""Tables on their way out of the command line: for eyes, or as CSV, JSON, Parquet or XLSX."""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table
from rich.text import Text

_DENMARK = ZoneInfo("Europe/Copenhagen")
#: A text is a text in a workbook, whatever it looks like: the one who wrote it is not the one who opens the file.
TEXTS_STAY = {"strings_to_formulas": False, "strings_to_urls": False}


class Format(StrEnum):
    """The forms a table can be written in."""

    table = "table"
    csv = "csv"
    json = "json"
    parquet = "parquet"
    xlsx = "xlsx"


class OutputError(ValueError):
    """A table that cannot be written where it was asked to go."""


def write(
    table: pa.Table, header: Mapping[str, Any] | None = None, format: Format = Format.table, output: Path | None = None
) -> None:
    """Write a table to a file, or to standard output when there is none.

    header is what is to be known of the table as a whole: it goes beneath the table for eyes, beside the rows in
    JSON, on a sheet of its own in XLSX, and in the metadata of Parquet; CSV holds rows only.
    A file appears whole or not at all. Raises OutputError when it cannot.
    """
    header = dict(header or {})
    if format is Format.table:
        _print(table, header, output)
        return
    data = as_bytes(table, header, format)
    if output is None:
        if sys.stdout.isatty() and format in (Format.parquet, Format.xlsx):
            raise OutputError(f"{format.value} does not fit a terminal: name a file with --output")
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    else:
        write_file(output, data)


def as_bytes(table: pa.Table, header: Mapping[str, Any], format: Format) -> bytes:
    """A table as the content of a file of a form other than a table for eyes."""
    written = {Format.csv: _csv, Format.json: _json, Format.parquet: _parquet, Format.xlsx: _xlsx}
    return written[format](table, header)


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; raises OutputError with place and remedy."""
    try:
        handle, work = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror}); choose a folder that is there") from error
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(work).chmod(0o666 & ~_umask())
        Path(work).replace(path)
    except OSError as error:
        Path(work).unlink(missing_ok=True)
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _print(table: pa.Table, header: Mapping[str, Any], output: Path | None) -> None:
    text = io.StringIO()
    console = Console(file=text, width=10_000) if output or not sys.stdout.isatty() else Console()
    table, same = _without_the_same(table)
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for field in table.schema:
        numeric = pa.types.is_floating(field.type) or pa.types.is_decimal(field.type) or pa.types.is_int64(field.type)
        shown.add_column(field.name, justify="right" if numeric else "left", overflow="fold")
    for row in table.to_pylist():
        shown.add_row(*(Text(_shown(value)) for value in row.values()))
    console.print(shown if table.num_rows else Text("(no rows)"))
    for key, value in {**same, **header}.items():
        if value or (value == 0 and value is not False):
            console.print(Text(f"{key}: {_shown(value)}", style="dim"))
    if output:
        write_file(output, text.getvalue().encode())
    elif not sys.stdout.isatty():
        sys.stdout.write("".join(line.rstrip() + "\n" for line in text.getvalue().splitlines()))


def _without_the_same(table: pa.Table) -> tuple[pa.Table, dict[str, Any]]:
    """For eyes, columns that say nothing are left out, and a word that is the same in every row is said once."""
    same: dict[str, Any] = {}
    for name in table.column_names:
        values = table[name].unique().to_pylist()
        if values in ([None], [False]):
            table = table.drop_columns(name)
        elif len(values) == 1 and table.num_rows > 1 and isinstance(values[0], str):
            same[name] = values[0]
            table = table.drop_columns(name)
    return table, same


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, (float, Decimal)):
        return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
    if isinstance(value, (list, tuple)):
        return "; ".join(map(_shown, value))
    return str(value)


def _csv(table: pa.Table, header: Mapping[str, Any]) -> bytes:
    return pl.DataFrame(pl.from_arrow(table)).write_csv().encode()


def _json(table: pa.Table, header: Mapping[str, Any]) -> bytes:
    content = {**({"header": header} if header else {}), "rows": table.to_pylist()}
    return (json.dumps(content, ensure_ascii=False, indent=1, default=_plain) + "\n").encode()


def _plain(value: object) -> object:
    return float(value) if isinstance(value, Decimal) else str(value)


def _parquet(table: pa.Table, header: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    noted = {"styr": json.dumps(header, ensure_ascii=False, default=_plain)} if header else {}
    pq.write_table(table.replace_schema_metadata(noted), buffer)
    return buffer.getvalue()


def _xlsx(table: pa.Table, header: Mapping[str, Any]) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd", **TEXTS_STAY}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet("table")
        sheet.write_row(0, 0, table.column_names, book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        to_the_second = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for index, column in enumerate(table.columns):
            written = to_the_second if pa.types.is_timestamp(column.type) else None
            sheet.write_column(1, index, [_cell(value) for value in column.to_pylist()], written)
        sheet.autofit()
        if header:
            notes = book.add_worksheet("about")
            for row, (key, value) in enumerate(header.items()):
                notes.write_row(row, 0, [key, _shown(value)])
    return buffer.getvalue()


def _cell(value: object) -> object:
    """A value as a workbook can hold it; it knows no time zones, and moments are as the clock said in Denmark."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(_DENMARK).replace(tzinfo=None)
    return float(value) if isinstance(value, Decimal) else value
