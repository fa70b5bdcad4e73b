# SPDX-License-Identifier: EUPL-1.2
"""Counting in PostgreSQL: the same Ibis expressions as SQL on a snapshot's tables, loaded once into a schema.

The database is that of STYR_POSTGRESQL, else the store's own (DATABASE_URL). A snapshot never changes, so neither does
the schema of its name; it can be dropped at any time, and is loaded again when next asked for. See docs/engines.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.expr import datatypes as dt
from ibis.expr import operations as ops
from ibis.expr import types as ir

from styr.register.schema import arrow_schema
from styr.register.snapshot import Snapshot
from styr.statistics.engines.compiling import selects_as_built
from styr.statistics.errors import CannotAnswer
from styr.vocabulary.exchange import tables

DATABASE = "STYR_POSTGRESQL"
STORE = "DATABASE_URL"
#: Which column type of PostgreSQL holds which Arrow type.
COLUMN_TYPES = {
    pa.string(): "text",
    pa.date32(): "date",
    pa.int32(): "integer",
    pa.float64(): "double precision",
    pa.bool_(): "boolean",
}
ROWS_AT_A_TIME = 250_000


class PostgreSQL:
    """Ibis as SQL in PostgreSQL; rows come and go as Arrow."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._schema = snapshot.id.replace("-", "_")
        self._connection: Any = _connect()
        self._load()

    def table(self, name: str) -> ir.Table:
        """A table of the exchange format as an Ibis table."""
        return ibis.table(arrow_schema(name), name=name, database=self._schema)

    def run(self, expression: ir.Table) -> pa.Table:
        """The rows of an expression as Arrow, in the types of the expression."""
        asked = expression.op().replace(_with_narrow_booleans).to_expr()
        small = list(asked.op().find(ops.InMemoryTable))
        with self._connection.cursor() as cursor:
            for op in small:
                cursor.adbc_ingest(op.name, op.data.to_pyarrow(op.schema), mode="create", temporary=True)
            with selects_as_built():
                sql = str(ibis.to_sql(asked, dialect="postgres"))
            cursor.execute(sql)
            rows: pa.Table = cursor.fetch_arrow_table()
        self._connection.rollback()  # the small tables are gone again
        wanted = expression.schema().to_pyarrow()
        return pa.table([_cast(rows[field.name], field.type) for field in wanted], schema=wanted)

    def close(self) -> None:
        """Close the connection; the snapshot's schema stays for the next question."""
        self._connection.close()

    def _load(self) -> None:
        """Load the snapshot's tables, all or nothing, unless they are there; one process at a time."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext($1))", (self._schema,))
            cursor.execute("SELECT to_regnamespace($1) IS NOT NULL", (self._schema,))
            if not cursor.fetchone()[0]:
                cursor.execute(f"DO $load$ BEGIN {'; '.join(self._definitions())}; END $load$")
                for name in filter(self.snapshot.rows, tables()):
                    for batch in pq.ParquetFile(self.snapshot.path(name)).iter_batches(ROWS_AT_A_TIME):
                        cursor.adbc_ingest(name, batch, mode="append", db_schema_name=self._schema)
                    cursor.execute(f'ANALYZE "{self._schema}"."{name}"')
        self._connection.commit()

    def _definitions(self) -> Iterator[str]:
        """What makes the schema and its tables, in one go to the server."""
        yield f'CREATE SCHEMA "{self._schema}"'
        for name in tables():
            columns = (f'"{column.name}" {COLUMN_TYPES.get(column.type, "numeric")}' for column in arrow_schema(name))
            yield f'CREATE TABLE "{self._schema}"."{name}" ({", ".join(columns)})'


def _with_narrow_booleans(node: ops.Node, replaced: dict[str, Any] | None) -> ops.Node:
    """Truth values are cast to integers of 32 bits first: PostgreSQL has no other way to make numbers of them."""
    anew = node.__recreate__(replaced) if replaced else node
    if isinstance(anew, ops.Cast) and anew.arg.dtype.is_boolean() and anew.to.is_numeric():
        return ops.Cast(ops.Cast(anew.arg, dt.int32), anew.to)
    return anew


def _connect() -> Any:
    import adbc_driver_postgresql.dbapi as postgresql

    url = os.environ.get(DATABASE) or os.environ.get(STORE, "")
    if not url.startswith(("postgres://", "postgresql://")):
        raise CannotAnswer("postgresql_not_named", setting=DATABASE)
    try:
        return postgresql.connect(url)
    except postgresql.Error as error:
        raise CannotAnswer("postgresql_silent", setting=DATABASE, error=error) from error


def _cast(column: pa.ChunkedArray, wanted: pa.DataType) -> pa.ChunkedArray:
    """A column in the type wanted: the driver gives numeric, which sums of whole numbers are, as text."""
    plain = getattr(column.type, "storage_type", column.type)
    if pa.types.is_string(plain) and pa.types.is_integer(wanted):
        return column.cast(plain).cast(pa.decimal128(38, 0)).cast(wanted)
    return column.cast(plain).cast(wanted)
