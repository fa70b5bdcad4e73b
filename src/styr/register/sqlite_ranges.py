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

import polars as pl

from styr.processes import cores, processes

BETWEEN = "\x1f"  # a control character, which no stored text holds
_RANGE = 20_000  # ids whose rows are one text
_TASK = 200_000  # ids a process reads at a time
_LARGE = 3 * _TASK  # ids from which reading takes longer than starting processes
_PROCESSES = 2


@dataclass(frozen=True)
class Reading:
    """What is read: the database's address, the query for the rows from one id to another, and how a cell is parsed."""

    uri: str
    query: str
    schema: pl.Schema


def read_ranges(reading: Reading, last: int) -> pl.DataFrame:
    """All rows up to the last id, in no particular order."""
    if last < _LARGE or cores() < 2:
        return read_range(reading, 1, last)
    with tempfile.TemporaryDirectory(prefix="styr-") as folder, processes(_PROCESSES) as pool:
        parts = [
            pool.submit(_read_into, Path(folder) / f"{first}.arrow", reading, first, min(first + _TASK - 1, last))
            for first in range(1, last + 1, _TASK)
        ]
        return pl.concat([pl.read_ipc(part.result()) for part in parts])  # mapped: it outlives the files


def _read_into(path: Path, reading: Reading, first: int, last: int) -> Path:
    """The rows from one id to another in a file: a pipe between processes is slower."""
    read_range(reading, first, last).write_ipc(path)
    return path


def read_range(reading: Reading, first: int, last: int) -> pl.DataFrame:
    """The rows from one id to another."""
    with closing(sqlite3.connect(reading.uri, uri=True, isolation_level=None)) as connection:
        connection.execute("PRAGMA mmap_size=4294967296")
        connection.execute("BEGIN")
        parts = [_parsed(text, reading.schema) for text in _texts(connection, reading.query, first, last)]
    return pl.concat([pl.DataFrame(schema=reading.schema), *parts])


def _texts(connection: sqlite3.Connection, query: str, first: int, last: int) -> Iterable[str]:
    for start in range(first, last + 1, _RANGE):
        (text,) = connection.execute(query, (start, min(start + _RANGE - 1, last))).fetchone()
        if text:
            yield text


def _parsed(text: str, schema: pl.Schema) -> pl.DataFrame:
    return pl.read_csv(text.encode(), has_header=False, separator=BETWEEN, quote_char=None, schema=schema)
