# SPDX-License-Identifier: EUPL-1.2
"""Moving whole columns between the store and memory: out through Arrow (ADBC), in by bulk statements.

The way out is a connection of its own and sees what is committed; the way in is Django's connection and its
transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pyarrow as pa
from adbc_driver_manager import dbapi as adbc
from django.db import connection

from styr.register.schema import ARROW_TYPES
from styr.vocabulary.exchange import Column

_CHUNK = 50_000
_ALL_ROWS = 2**30  # SQLite's driver settles a column's type from the rows of one batch: let it see them all
_MONEY_IN_TRANSIT = pl.Float64


def read_columns(table: str, columns: Sequence[Column], *, extra: Sequence[str] = (), where: str = "", order: str = "") -> pa.Table:
    """Columns of a stored table as Arrow, in the types of the exchange format; extra are integer columns (id, since_id)."""
    chosen = ", ".join([*(f'"{name}"' for name in extra), *map(_selected, columns)])
    query = f'SELECT {chosen} FROM "{table}" {where} {order}'
    schema = pa.schema(
        [pa.field(name, pa.int64()) for name in extra]
        + [pa.field(column.name, ARROW_TYPES[column.type]) for column in columns]
    )
    with _opened() as reading, reading.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": str(_ALL_ROWS)})
        cursor.execute(query)
        rows = cursor.fetch_arrow_table()
    return _typed(rows, schema)


def insert_rows(table: str, frame: pl.DataFrame) -> None:
    """Insert a frame's rows (columns named as stored) in Django's current transaction."""
    names = ", ".join(f'"{name}"' for name in frame.columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN WITH (FORMAT csv)') as copy:
                for chunk in frame.iter_slices(_CHUNK):
                    copy.write(chunk.write_csv(include_header=False, quote_style="necessary").encode())
            return
        marks = ", ".join("?" * frame.width)
        texts = frame.with_columns(pl.col(pl.Date).dt.strftime("%Y-%m-%d"), pl.col(pl.Boolean).cast(pl.Int8))
        # straight to the driver: Django's wrapper would rewrite the statement
        connection.connection.executemany(
            f'INSERT INTO "{table}" ({names}) VALUES ({marks})', texts.iter_rows(buffer_size=_CHUNK)
        )


def close_versions(table: str, ids: pl.Series, delivery: int) -> None:
    """Note on the versions of these ids that a delivery replaced them, in Django's current transaction."""
    with connection.cursor() as cursor:
        for chunk in ids.to_frame("id").iter_slices(_CHUNK):
            listed = ",".join(map(str, chunk["id"]))
            cursor.execute(f'UPDATE "{table}" SET until_id = {int(delivery)} WHERE id IN ({listed})')


def _selected(column: Column) -> str:
    if connection.vendor == "postgresql" and column.type == "money":
        return f'"{column.name}"::float8 AS "{column.name}"'
    if connection.vendor == "sqlite" and column.type in ("money", "quantity"):
        return f'CAST("{column.name}" AS REAL) AS "{column.name}"'
    return f'"{column.name}"'


def _typed(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Cast what the driver gave to the types asked for; dates come as text from SQLite, money as double."""
    return pa.table([_cast(column, field.type) for column, field in zip(rows.columns, schema, strict=True)], schema=schema)


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if column.null_count == len(column):  # the driver knows no type for a column of unknowns
        return pa.chunked_array([pa.nulls(len(column), kind)])
    return column.cast(kind, safe=False)  # unsafe only in that a double is rounded to the four decimals of money


def _opened() -> adbc.Connection:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        import adbc_driver_sqlite.dbapi as sqlite

        return sqlite.connect(f"file:{settings['NAME']}?mode=ro")
    import adbc_driver_postgresql.dbapi as postgresql

    return postgresql.connect(_postgresql_uri(settings))


def _postgresql_uri(settings: dict[str, str]) -> str:
    from urllib.parse import quote

    user = quote(settings["USER"] or "", safe="")
    password = f":{quote(settings['PASSWORD'], safe='')}" if settings["PASSWORD"] else ""
    host = quote(settings["HOST"] or "", safe="")
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"postgresql://{user}{password}{'@' if user else ''}{host}{port}/{quote(settings['NAME'], safe='')}"
