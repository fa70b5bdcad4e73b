# SPDX-License-Identifier: EUPL-1.2
"""Moving whole columns between the store and memory, as Arrow on the way out and by bulk statements on the way in.

The way out is a connection of its own and sees what is committed; the way in is Django's connection and its
transaction. See docs/adr/0006 for why SQLite is not read through ADBC.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

import polars as pl
import pyarrow as pa
from django.db import DatabaseError, connection

from styr.register.schema import ARROW_TYPES
from styr.register.sqlite_ranges import read_table
from styr.vocabulary.exchange import Column

_CHUNK = 50_000


def read_columns(table: str, columns: Sequence[Column], *, extra: Sequence[str] = (), where: str = "TRUE") -> pa.Table:
    """Columns of a stored table as Arrow, in the types of the exchange format, in no particular order.

    extra are integer columns beside (id, since_id, until_id); where is a condition on the table's rows.
    """
    schema = pa.schema(
        [pa.field(name, pa.int64()) for name in extra]
        + [pa.field(column.name, ARROW_TYPES[column.type]) for column in columns]
    )
    read = _from_sqlite if connection.vendor == "sqlite" else _from_postgresql
    return read(table, schema, where)


def insert_rows(table: str, frame: pl.DataFrame) -> None:
    """Insert a frame's rows (columns named as stored) in Django's current transaction."""
    names = ", ".join(f'"{name}"' for name in frame.columns)
    # straight to the driver: Django's wrapper would rewrite the statement; errors are made Django's
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN WITH (FORMAT csv)') as copy:
                for chunk in frame.iter_slices(_CHUNK):
                    copy.write(chunk.write_csv(include_header=False, quote_style="necessary").encode())
            return
        marks = ", ".join("?" * frame.width)
        texts = frame.with_columns(pl.col(pl.Date).dt.strftime("%Y-%m-%d"), pl.col(pl.Boolean).cast(pl.Int8))
        connection.connection.executemany(
            f'INSERT INTO "{table}" ({names}) VALUES ({marks})', texts.iter_rows(buffer_size=_CHUNK)
        )


def close_versions(table: str, ids: pl.Series, delivery: int) -> None:
    """Note on the versions of these ids that a delivery replaced them, in Django's current transaction."""
    with connection.cursor() as cursor:
        for chunk in ids.to_frame("id").iter_slices(_CHUNK):
            listed = ",".join(map(str, chunk["id"]))
            cursor.execute(f'UPDATE "{table}" SET until_id = {int(delivery)} WHERE id IN ({listed})')


def _from_sqlite(table: str, schema: pa.Schema, where: str) -> pa.Table:
    with connection.wrap_database_errors:
        return read_table(str(connection.settings_dict["NAME"]), table, schema, where)


def _from_postgresql(table: str, schema: pa.Schema, where: str) -> pa.Table:
    import adbc_driver_postgresql.dbapi as postgresql  # slow to load: it loads pandas
    from adbc_driver_manager import dbapi as adbc

    chosen = ", ".join(
        f'"{field.name}"::float8 AS "{field.name}"' if pa.types.is_decimal(field.type) else f'"{field.name}"'
        for field in schema
    )
    try:
        with postgresql.connect(_postgresql_uri(connection.settings_dict)) as reading, reading.cursor() as cursor:
            cursor.execute(f'SELECT {chosen} FROM "{table}" WHERE {where}')
            rows = cursor.fetch_arrow_table()
    except adbc.Error as error:
        raise DatabaseError(str(error)) from error
    return rows.cast(schema, safe=False)  # unsafe only in that a double is rounded to the four decimals of money


def _postgresql_uri(settings: dict[str, str]) -> str:
    user = quote(settings["USER"] or "", safe="")
    password = f":{quote(settings['PASSWORD'], safe='')}" if settings["PASSWORD"] else ""
    host = quote(settings["HOST"] or "", safe="")
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"postgresql://{user}{password}{'@' if user else ''}{host}{port}/{quote(settings['NAME'], safe='')}"
