# SPDX-License-Identifier: EUPL-1.2
"""Reading a Parquet file as text, so that typed and untyped deliveries meet the same rules."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from styr.register.delivery.csv_source import Texts
from styr.register.delivery.findings import Refused, masked
from styr.register.delivery.numbers import EXACT
from styr.register.delivery.sources import Member
from styr.vocabulary.exchange import Table

_MOST_CELL_BYTES = 16 * 2**30
# every row has a key of its own, so a cell cannot be packed into less than a few bits for all of a table
_MOST_CELLS_PER_BYTE, _CELLS_FROM = 50, 50_000_000


def read_parquet(member: Member, table: Table) -> Texts:
    """Read a Parquet file; raises Refused when it is damaged, or a column of the table holds no plain values.

    Columns the table does not have are named among the headers and otherwise left unread.
    """
    if not member.size:
        raise Refused(f"{member.name}: is empty (0 bytes); extract it again")
    try:
        with member.open() as stream:
            file = pq.ParquetFile(pa.PythonFile(stream))
            headers = file.schema_arrow.names
            _refuse_bomb(member, file.metadata)
            read = [index for index, header in enumerate(headers) if table.column_named(header)]
            _refuse_nested(member, file.schema_arrow, read)
            rows = file.read(columns=[headers[index] for index in read], use_threads=False)
        texts = [_as_text(rows.column(place)).alias(f"f{index}") for place, index in enumerate(read)]
    except (pa.ArrowException, OSError, EOFError, pl.exceptions.PolarsError) as error:
        raise Refused(f"{member.name}: not a whole Parquet file; write and hand it in again") from error
    numbers = pl.int_range(2, rows.num_rows + 2, dtype=pl.UInt32, eager=True).alias("row")
    unread = [
        pl.Series(f"f{index}", [None], dtype=pl.String).new_from_index(0, rows.num_rows)
        for index in range(len(headers))
        if index not in read
    ]
    return Texts(headers, pl.DataFrame([*texts, *unread, numbers]), [], decimal_point=True)


def _refuse_bomb(member: Member, metadata: pq.FileMetaData) -> None:
    unpacked = sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))
    cells = metadata.num_rows * metadata.num_columns
    if unpacked > _MOST_CELL_BYTES or cells > max(_CELLS_FROM, _MOST_CELLS_PER_BYTE * member.size):
        raise Refused(
            f"{member.name}: unpacks to {metadata.num_rows:,} rows, more than a file of its size honestly holds; "
            "hand it in as CSV, or split it by year"
        )


def _refuse_nested(member: Member, schema: pa.Schema, read: list[int]) -> None:
    """Refuse columns of the table that hold anything but text, numbers, dates and yes or no."""
    twice = {schema.names[index] for index in read if schema.names.count(schema.names[index]) > 1}
    if twice:
        raise Refused(f"{member.name}: column {masked(min(twice))} stands twice; keep one")
    for index in read:
        kind = schema.field(index).type
        plain = kind.value_type if pa.types.is_dictionary(kind) else kind
        if not any(fits(plain) for fits in _PLAIN):
            raise Refused(
                f"{member.name}, {masked(schema.names[index])}: holds {kind}, which is no plain value; "
                "write text, numbers or dates"
            )


_PLAIN = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_string_view,
    pa.types.is_integer,
    pa.types.is_floating,
    pa.types.is_decimal128,
    pa.types.is_date,
    pa.types.is_timestamp,
    pa.types.is_boolean,
    pa.types.is_null,
)


def _as_text(cells: pa.ChunkedArray) -> pl.Series:
    if pa.types.is_float16(cells.type):
        cells = cells.cast(pa.float32())
    values = pl.Series(pl.from_arrow(cells))
    kind = values.dtype
    if isinstance(kind, pl.Datetime):
        return values.dt.strftime("%Y-%m-%d %H:%M:%S%.f").str.replace(r" 00:00:00(\.0+)?$", "")
    texts = values.cast(pl.String)
    if kind.is_float():
        whole = ((values == values.floor()) & (values.abs() < 2**53)).fill_null(False)
        integers = values.set(~whole, None).cast(pl.Int64).cast(pl.String)
        return integers.zip_with(whole, EXACT + texts)
    return EXACT + texts if kind.is_decimal() else texts
