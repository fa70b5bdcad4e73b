# SPDX-License-Identifier: EUPL-1.2
"""Counting on DuckDB, in memory, on a snapshot's Parquet files.

Four things make it fast. Ids of persons, grants and cases are read as numbers of 64 bits (DuckDB's hash of them; that
any two of a million share one has a chance of 1 to 40 million), which join and group at a third of the cost of text.
The small tables made in a question become tables of DuckDB's own, so that its planner knows how small they are. And
what every question to a large snapshot would work out again is worked out once and kept (see kept.py), as is within a
session what several of its questions are made of (see session_tables.py).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any

import duckdb
import ibis
import pyarrow as pa
from ibis.expr import operations as ops
from ibis.expr import types as ir

from styr.register.schema import arrow_schema
from styr.register.snapshot import Snapshot
from styr.statistics.engines.compiling import selects_as_built
from styr.statistics.engines.kept import KeptTables, Recipe
from styr.statistics.engines.session_tables import SessionTables

THREADS = 2
#: Ids that are only joined, grouped and counted by, never shown.
NUMBERED = ("citizen_id", "grant_id", "case_id")
#: Rows of a table from which it pays to keep what is made of it.
LARGE = 50_000


class DuckDB:
    """Ibis on DuckDB. Nothing of the snapshot is written to; tables are kept in a folder of their own beside it."""

    def __init__(self, snapshot: Snapshot, *, large: int = LARGE) -> None:
        self.snapshot = snapshot
        self.shared = False
        self._large = large
        self._backend: Any = ibis.duckdb.connect(threads=THREADS, preserve_insertion_order=False)
        with suppress(duckdb.InvalidInputException):  # a notebook that cannot draw a bar may not be told not to
            self._backend.con.execute("SET enable_progress_bar = false")  # worker processes would print one
        self._tables: dict[str, ir.Table] = {}
        self._small: set[str] = set()
        self._kept = KeptTables(self._backend, snapshot.folder)
        self._of_session = SessionTables(self._backend)

    def table(self, name: str) -> ir.Table:
        """A table of the exchange format as an Ibis table; read from Parquet when run."""
        if name not in self._tables:
            self._tables[name] = self._view(name)
        return self._tables[name]

    def keeps(self, table: str) -> bool:
        """Whether what is made of a table is worth keeping: whether the table is large."""
        return self.snapshot.rows(table) >= self._large

    def keep(
        self, name: str, make: Callable[[], ir.Table], then: Callable[[ir.Table], ir.Table] | None = None
    ) -> ir.Table:
        """The table that make and then give, made once for the snapshot and kept."""
        if name not in self._tables:
            further = (lambda rows: self._prepared(then(rows))) if then else None
            self._tables[name] = self._kept.table(name, Recipe(lambda: self._prepared(make()), further))
        return self._tables[name]

    def share(self, rows: ir.Table) -> ir.Table:
        """The rows as a table held for the session; unchanged where the engine answers one question only."""
        return self._of_session.table(rows, self._prepared) if self.shared else rows

    def run(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression as Arrow, in the types of the expression."""
        return self._rows(expression).cast(expression.schema().to_pyarrow())

    def run_coded(self, expression: ir.Table) -> pa.Table:
        """The same rows; text that is kept as numbers of its values stays so."""
        rows = self._rows(expression)
        types = expression.schema().to_pyarrow()
        coded = [types.get_field_index(each.name) for each in rows.schema if pa.types.is_dictionary(each.type)]
        for place in coded:
            types = types.set(place, types.field(place).with_type(pa.dictionary(pa.int32(), pa.string())))
        return rows.cast(types)

    def _rows(self, expression: ir.Table) -> pa.Table:
        rows = self._backend.con.sql(self._prepared(expression)).to_arrow_table()
        self._of_session.trim()
        return rows

    def close(self) -> None:
        """Close the connection, unless it is shared with further questions."""
        if not self.shared:
            self._backend.disconnect()

    def _view(self, name: str) -> ir.Table:
        schema = arrow_schema(name)
        numbered = [column for column in schema.names if column in NUMBERED]
        columns = [_as_number(column) if column in numbered else f'"{column}"' for column in schema.names]
        path = str(self.snapshot.path(name)).replace("'", "''")
        self._backend.con.execute(
            f"CREATE TEMP VIEW \"{name}\" AS SELECT {', '.join(columns)} FROM read_parquet('{path}')"
        )
        types = ibis.schema(schema)
        return ibis.table({column: "uint64" if column in numbered else types[column] for column in types}, name=name)

    def _prepared(self, expression: ir.Table) -> str:
        """The SQL of an expression, the small tables it names being there."""
        for small in expression.op().find(ops.InMemoryTable):
            if small.name not in self._small:
                rows = small.data.to_pyarrow(small.schema)
                self._backend.con.register("_given", rows)
                self._backend.con.execute(f'CREATE TEMP TABLE "{small.name}" AS FROM _given')
                self._backend.con.unregister("_given")
                self._small.add(small.name)
        return _as_sql(expression.op())


@lru_cache(maxsize=256)
def _as_sql(expression: ops.Node) -> str:
    """The SQL of an expression, which says nothing of the snapshot: putting it together takes longer than most tables
    take to count, and the same questions come again, of this snapshot or the next."""
    with selects_as_built():
        return str(ibis.duckdb.compile(expression.to_expr()))


def _as_number(column: str) -> str:
    return f'CASE WHEN "{column}" IS NOT NULL THEN hash("{column}") END AS "{column}"'
