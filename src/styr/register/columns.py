# SPDX-License-Identifier: EUPL-1.2
"""Moving whole columns between the store and memory, as Arrow on the way out and by bulk statements on the way in.

The way out is a connection of its own and sees what is committed; the way in is Django's connection and its
transaction. See docs/adr/0006 for why SQLite is not read through ADBC.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from urllib.parse import quote

import polars as pl
import pyarrow as pa
from adbc_driver_manager import dbapi as adbc
from django.db import DatabaseError, connection

from styr.register.schema import ARROW_TYPES
from styr.register.sqlite_ranges import BETWEEN, Reading, read_ranges
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
    # the id goes along so that no row is an empty line
    row = f"printf('{BETWEEN.join(['%s'] * (len(schema) + 1))}', id, {', '.join(map(_cell, schema))})"
    reading = Reading(
        uri=f"file:{quote(str(connection.settings_dict['NAME']))}?mode=ro",
        query=f'SELECT group_concat({row}, char(10)) FROM "{table}" WHERE id BETWEEN ? AND ? AND ({where})',
        schema=pl.Schema({"": pl.Int64, **{field.name: _parsed_as(field.type) for field in schema}}),
    )
    with connection.wrap_database_errors:
        with closing(sqlite3.connect(reading.uri, uri=True)) as asking:
            (last,) = asking.execute(f'SELECT max(id) FROM "{table}"').fetchone()
        rows = read_ranges(reading, last or 0)
    return rows.drop("").to_arrow().cast(schema, safe=False)  # money is rounded to its four decimals


def _cell(field: pa.Field) -> str:
    """SQLite writes fifteen digits of a double unasked: enough for money with its four decimals, not for any double."""
    if pa.types.is_floating(field.type):
        return f'CASE WHEN "{field.name}" IS NOT NULL THEN printf(\'%!.17g\', "{field.name}") END'
    return f'"{field.name}"'


def _parsed_as(kind: pa.DataType) -> pl.DataType:
    """The type a column is parsed as; booleans are 0 and 1, money a double."""
    if pa.types.is_boolean(kind):
        return pl.Int8()
    if pa.types.is_decimal(kind):
        return pl.Float64()
    return pl.Schema(pa.schema([pa.field("", kind)]))[""]


def _from_postgresql(table: str, schema: pa.Schema, where: str) -> pa.Table:
    import adbc_driver_postgresql.dbapi as postgresql

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
