# SPDX-License-Identifier: EUPL-1.2
"""Engines: where the Ibis expressions of this room are run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

import pyarrow as pa
from ibis.expr import types as ir

from styr.register.snapshot import Snapshot
from styr.statistics.engines.duckdb import DuckDB
from styr.statistics.errors import CannotAnswer, unknown
from styr.statistics.words import Words


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


@runtime_checkable
class Keeping(Protocol):
    """What some engines can do besides: keep what is made of a large table for later questions."""

    def keeps(self, table: str) -> bool:
        """Whether what is made of a table is worth keeping."""
        ...

    def keep(
        self, name: str, make: Callable[[], ir.Table], then: Callable[[ir.Table], ir.Table] | None = None
    ) -> ir.Table:
        """The table that make gives, and then works out the rest of, made once for the snapshot and kept. What is
        grouped, joined or sorted by belongs in then, where text is coded."""
        ...


@runtime_checkable
class Sharing(Protocol):
    """What some engines can do in a session: work out once what several of its questions are made of."""

    def share(self, rows: ir.Table) -> ir.Table:
        """The rows, held for the session's further questions when there is one."""
        ...


@runtime_checkable
class Coding(Protocol):
    """What some engines can do besides: give text as numbers of its values."""

    def run_coded(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression, text as Arrow dictionaries where the engine has it so."""
        ...


def shared(engine: Engine, rows: ir.Table) -> ir.Table:
    """Rows that several indicators are made of: in a session, of an engine that can, worked out by the first question
    and there for the next; else as they are."""
    return engine.share(rows) if isinstance(engine, Sharing) else rows


def _memory(snapshot: Snapshot) -> Engine:
    from styr.statistics.engines.memory import Memory

    return Memory(snapshot)


def _spark(snapshot: Snapshot) -> Engine:
    from styr.statistics.engines.spark import Spark

    return Spark(snapshot)


def _postgresql(snapshot: Snapshot) -> Engine:
    from styr.statistics.engines.postgresql import PostgreSQL

    return PostgreSQL(snapshot)


ENGINES: Mapping[str, Callable[[Snapshot], Engine]] = {
    "duckdb": DuckDB,
    "spark": _spark,
    "postgresql": _postgresql,
    "memory": _memory,
}

#: The engines held open by the sessions we are in, by their name and the snapshot's folder.
_open: ContextVar[Mapping[tuple[str, Path], Engine]] = ContextVar("open engines", default=MappingProxyType({}))


def open_engine(name: str, snapshot: Snapshot) -> Engine:
    """The engine of a name on a snapshot, that of the session we are in when there is one; raises CannotAnswer naming
    those there are."""
    if name not in ENGINES:
        raise unknown("engine", name, ENGINES)
    return _open.get().get((name, snapshot.folder)) or ENGINES[name](snapshot)


@contextmanager
def session(snapshot: Snapshot, engine: str = "duckdb") -> Iterator[None]:
    """Within it every question to the snapshot is answered by one engine, opened once, whoever asks: for reports and
    other work of many questions. Of the engines DuckDB profits; Spark has one session for the process anyhow."""
    held: Any = open_engine(engine, snapshot)
    before, held.shared = getattr(held, "shared", False), True
    token = _open.set({**_open.get(), (engine, snapshot.folder): held})
    try:
        yield
    finally:
        _open.reset(token)
        held.shared = before
        held.close()


def require(snapshot: Snapshot, table: str, wanted_for: str | Words) -> None:
    """Raise CannotAnswer when nothing of a table was delivered."""
    if snapshot.rows(table) == 0:
        raise CannotAnswer("empty_table", table=table, wanted_for=wanted_for)
