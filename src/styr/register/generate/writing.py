# SPDX-License-Identifier: EUPL-1.2
"""Writing tables to a directory piece by piece, as CSV or Parquet, and the mark that says they are generated."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Literal

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from styr.vocabulary.exchange import tables

from .parameters import VERSION

Format = Literal["csv", "parquet"]
MARK = "generated.json"
_GROUP = 250_000  # rows of a row group in Parquet
_AHEAD = 40  # pieces that may wait to be written
_AMOUNT = pl.Decimal(18, 4)  # what the register keeps of an amount
_POLARS = {
    "integer": pl.Int32,
    "year": pl.Int32,
    "quantity": pl.Float64,
    "money": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
    "month": pl.Date,
}


def write_pieces(
    directory: Path, kind: Format, pieces: Iterable[tuple[str, pl.DataFrame]]
) -> tuple[Mapping[str, int], Mapping[str, Path]]:
    """Write pieces of tables in their order, while the next ones are being made. Gives rows and paths by table."""
    with Sink(directory, kind) as sink, ThreadPoolExecutor(1) as writer:
        waiting: deque[Future[None]] = deque()
        for table, frame in pieces:
            waiting.append(writer.submit(sink.write, table, frame))
            while len(waiting) > _AHEAD:
                waiting.popleft().result()
        for written in waiting:
            written.result()
    return sink.rows, sink.paths


class Sink:
    """Open files, one a table; use as a context. rows counts what was written, by table."""

    def __init__(self, directory: Path, kind: Format) -> None:
        self.directory, self.kind = directory, kind
        self.rows: dict[str, int] = {}
        self.paths: dict[str, Path] = {}
        self._files: dict[str, BinaryIO] = {}
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._waiting: dict[str, list[pl.DataFrame]] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Sink:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                for table in self._waiting:
                    self._write_group(table)
        finally:
            self._stack.close()

    def write(self, table: str, frame: pl.DataFrame) -> None:
        """Append rows to a table; the first piece creates the file and its header."""
        frame = typed(table, frame)
        first = table not in self.rows
        self.rows[table] = self.rows.get(table, 0) + frame.height
        if first:
            self._open(table)
        if self.kind == "csv":
            frame.write_csv(self._files[table], include_header=first, include_bom=False)
        else:
            waiting = self._waiting.setdefault(table, [])
            waiting.append(frame)
            if sum(piece.height for piece in waiting) >= _GROUP:
                self._write_group(table)

    def _write_group(self, table: str) -> None:
        """Write what waits as one row group."""
        rows = pl.concat(self._waiting[table]) if self._waiting[table] else empty(table)
        self._writers[table].write_table(_arrow(table, rows))
        self._waiting[table] = []

    def _open(self, table: str) -> None:
        path = self.paths[table] = self.directory / f"{table}.{self.kind}"
        if self.kind == "csv":
            self._files[table] = self._stack.enter_context(path.open("xb"))
        else:
            schema = _arrow(table, typed(table, empty(table))).schema
            self._writers[table] = self._stack.enter_context(pq.ParquetWriter(path, schema, compression="zstd"))


def typed(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with the table's columns in order and type; a column that is not there is an error."""
    schema = _schema(table)
    frame = frame.select(list(schema)) if frame.columns != list(schema) else frame
    return frame.cast({name: kind for name, kind in schema.items() if frame.schema[name] != kind})


def empty(table: str) -> pl.DataFrame:
    """The table without rows."""
    return pl.DataFrame(schema=_schema(table))


@cache
def _schema(table: str) -> dict[str, Any]:
    return {name: _POLARS.get(column.type, pl.String) for name, column in tables()[table].columns.items()}


def write_mark(directory: Path, entries: Mapping[str, Any]) -> Path:
    """The file that says the delivery is generated, in Danish and English; imports and reports recognise it."""
    mark = {
        "generated": True,
        "generator_version": VERSION,
        **entries,
        "da": "Genererede data: ingen personer, tilbud eller beløb i denne levering er virkelige.",
        "en": "Generated data: no person, offer or amount in this delivery is real.",
    }
    path = directory / MARK
    path.write_text(json.dumps(mark, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return path


def refuse_foreign_files(directory: Path) -> None:
    """Raise ValueError when the directory holds anything; nothing is ever deleted or written over."""
    if directory.exists() and not directory.is_dir():
        raise ValueError(f"{directory} is a file. Name a new or empty directory.")
    if directory.exists() and (found := sorted(path.name for path in directory.iterdir())):
        shown = ", ".join(found[:5]) + (" …" if len(found) > 5 else "")
        raise ValueError(f"{directory} is not empty ({shown}). Name a new or empty directory, or move the files away.")


def _arrow(table: str, frame: pl.DataFrame) -> pa.Table:
    """Rows as Parquet is given them: amounts as decimals, so that none of ten digits reads as a person's number."""
    money = [name for name, column in tables()[table].columns.items() if column.type == "money"]
    return frame.with_columns(pl.col(money).cast(_AMOUNT)).to_arrow(compat_level=pl.CompatLevel.oldest())
