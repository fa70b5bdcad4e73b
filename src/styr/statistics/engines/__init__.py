# SPDX-License-Identifier: EUPL-1.2
"""Engines: where the Ibis expressions of this room are run. DuckDB, in memory, on a snapshot's Parquet files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import ibis
import pyarrow as pa
from ibis.expr import types as ir

from styr.register.snapshot import Snapshot
from styr.statistics.errors import CannotAnswer, unknown

THREADS = 2


class Engine(Protocol):
    """What a measure needs of an engine: the snapshot's tables as expressions, and an expression's rows."""

    snapshot: Snapshot

    def table(self, name: str) -> ir.Table:
        """A table of the exchange format as an Ibis table."""
        ...

    def run(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression."""
        ...

    def close(self) -> None:
        """Let go of what the engine holds."""
        ...


class DuckDB:
    """Ibis on DuckDB in memory; nothing is written, the snapshot's files are read where they lie."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._backend: Any = ibis.duckdb.connect(threads=THREADS)
        self._tables: dict[str, ir.Table] = {}

    def table(self, name: str) -> ir.Table:
        """A table of the exchange format as an Ibis table; read from Parquet when run."""
        if name not in self._tables:
            self._tables[name] = self._backend.read_parquet(self.snapshot.path(name), table_name=name)
        return self._tables[name]

    def run(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression as Arrow."""
        rows: pa.Table = self._backend.to_pyarrow(expression)
        return rows

    def close(self) -> None:
        """Close the connection."""
        self._backend.disconnect()


ENGINES: Mapping[str, Callable[[Snapshot], Engine]] = {"duckdb": DuckDB}


def open_engine(name: str, snapshot: Snapshot) -> Engine:
    """The engine of a name on a snapshot; raises CannotAnswer naming those there are."""
    if name not in ENGINES:
        raise unknown("engine", name, ENGINES)
    return ENGINES[name](snapshot)


def require(snapshot: Snapshot, table: str, wanted_for: str) -> None:
    """Raise CannotAnswer when nothing of a table was delivered."""
    if snapshot.rows(table) == 0:
        raise CannotAnswer(
            f"The table {table} is empty, and {wanted_for} comes from it. Deliver {table} and take a new snapshot."
        )
