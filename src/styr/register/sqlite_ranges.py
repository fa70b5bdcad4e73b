# SPDX-License-Identifier: EUPL-1.2
"""Reading a large SQLite table in ranges of ids: SQLite writes each range as one text of divided cells, which Polars
parses.

SQLite's allocator has one lock for the process, so a second thread does not help; large tables are read by several
processes.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import polars as pl
import pyarrow as pa

from styr.processes import cores, processes, start_processes

_BETWEEN = "\x1f"  # a control character, which no stored text holds
_RANGE = 20_000  # ids whose rows are one text
_TASK = 200_000  # ids a process reads at a time
_LARGE = 3 * _TASK  # ids from which reading takes longer than starting processes
_LARGE_FILE = 100 * 2**20  # bytes of a database that may hold so large a table
_PROCESSES = 2


@dataclass(frozen=True)
class Reading:
    """What is read: the database's address, the query for the rows from one id to another, and their types."""

    uri: str
    query: str
    schema: pa.Schema


def prepare(database: Path) -> None:
    """Start the processes that will read a large database, while this one does something else."""
    if database.exists() and database.stat().st_size > _LARGE_FILE and cores() > 1:
        start_processes(_PROCESSES, __name__)


def read_table(database: str, table: str, schema: pa.Schema, where: str) -> pa.Table:
    """A table's columns of these names in these types, in no particular order; where is a condition on its rows."""
    uri = f"file:{quote(database)}?mode=ro"
    cells = ["''", *map(_cell, schema)]  # two at least: no row is an empty line
    row = f"printf('{_BETWEEN.join(['%s'] * len(cells))}', {', '.join(cells)})"
    query = f'SELECT CAST(group_concat({row}, char(10)) AS BLOB) FROM "{table}" WHERE id BETWEEN ? AND ? AND ({where})'
    with closing(sqlite3.connect(uri, uri=True)) as asking:
        (last,) = asking.execute(f'SELECT max(id) FROM "{table}"').fetchone()
    return _read_ranges(Reading(uri, query, schema), last or 0)


def _cell(field: pa.Field) -> str:
    """SQLite writes fifteen digits of a double unasked: enough for money with its four decimals, not for any double."""
    if pa.types.is_floating(field.type):
        return f'CASE WHEN "{field.name}" IS NOT NULL THEN printf(\'%!.17g\', "{field.name}") END'
    return f'"{field.name}"'


def _read_ranges(reading: Reading, last: int) -> pa.Table:
    if last < _LARGE or cores() < 2:
        return _read_range(reading, 1, last)
    with tempfile.TemporaryDirectory(prefix="styr-") as folder, processes(_PROCESSES) as pool:
        parts = [
            pool.submit(_read_into, Path(folder) / f"{first}.arrow", reading, first, min(first + _TASK - 1, last))
            for first in range(1, last + 1, _TASK)
        ]
        return pa.concat_tables([_mapped(part.result()) for part in parts])


def _read_into(path: Path, reading: Reading, first: int, last: int) -> Path:
    """The rows from one id to another in a file: a pipe between processes is slower."""
    rows = _read_range(reading, first, last)
    with pa.ipc.new_file(path, reading.schema) as file:
        file.write_table(rows)
    return path


def _mapped(path: Path) -> pa.Table:
    """A file's rows without copying them; they outlive the file."""
    with pa.memory_map(str(path)) as file:
        return pa.ipc.open_file(file).read_all()


def _read_range(reading: Reading, first: int, last: int) -> pa.Table:
    """The rows from one id to another."""
    with closing(sqlite3.connect(reading.uri, uri=True, isolation_level=None)) as connection:
        connection.execute("PRAGMA mmap_size=4294967296")
        connection.execute("BEGIN")
        parts = [_parsed(text, reading.schema) for text in _texts(connection, reading.query, first, last)]
    return pa.concat_tables([reading.schema.empty_table(), *parts])


def _texts(connection: sqlite3.Connection, query: str, first: int, last: int) -> Iterable[bytes]:
    for start in range(first, last + 1, _RANGE):
        (text,) = connection.execute(query, (start, min(start + _RANGE - 1, last))).fetchone()
        if text:
            yield text


def _parsed(text: bytes, schema: pa.Schema) -> pa.Table:
    kinds = pl.Schema({"": pl.String(), **{field.name: _parsed_as(field.type) for field in schema}})
    parsed = pl.read_csv(text, has_header=False, separator=_BETWEEN, quote_char=None, schema=kinds)
    # unsafe only in that money is rounded to its four decimals
    return parsed.select(schema.names).to_arrow().cast(schema, safe=False)


def _parsed_as(kind: pa.DataType) -> pl.DataType:
    """The type a column is parsed as; booleans are 0 and 1, money a double."""
    if pa.types.is_boolean(kind):
        return pl.Int8()
    if pa.types.is_decimal(kind):
        return pl.Float64()
    return pl.Schema(pa.schema([pa.field("", kind)]))[""]
