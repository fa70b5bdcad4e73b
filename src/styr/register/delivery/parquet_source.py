# SPDX-License-Identifier: EUPL-1.2
"""Reading a Parquet file as text, so that typed and untyped deliveries meet the same rules."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from styr.register.delivery.csv_source import Texts
from styr.register.delivery.findings import Refused
from styr.register.delivery.sources import Member

_MOST_ROWS = 200_000_000
_MOST_CELL_BYTES = 16 * 2**30


def read_parquet(member: Member) -> Texts:
    """Read a Parquet file; raises Refused when it is damaged, or holds columns that are no plain values."""
    if not member.size:
        raise Refused(f"{member.name}: is empty (0 bytes); extract it again")
    try:
        with member.open() as stream:
            file = pq.ParquetFile(pa.PythonFile(stream))
            _refuse_bomb(member, file.metadata)
            rows = file.read(use_threads=False)
        frame = pl.DataFrame(pl.from_arrow(rows))
    except (pa.ArrowException, OSError, EOFError, pl.exceptions.PolarsError) as error:
        raise Refused(f"{member.name}: not a whole Parquet file; write and hand it in again") from error
    headers = frame.columns
    texts = [_as_text(member, frame[header]).alias(f"f{index}") for index, header in enumerate(headers)]
    numbered = pl.DataFrame(texts).with_columns(pl.int_range(2, frame.height + 2, dtype=pl.UInt32).alias("row"))
    return Texts(headers, numbered, [], decimal_point=True)


def _refuse_bomb(member: Member, metadata: pq.FileMetaData) -> None:
    unpacked = sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups))
    if metadata.num_rows > _MOST_ROWS or unpacked > _MOST_CELL_BYTES:
        raise Refused(f"{member.name}: {metadata.num_rows:,} rows is more than a delivery can hold; split it by year")


def _as_text(member: Member, values: pl.Series) -> pl.Series:
    kind = values.dtype
    if kind == pl.Null:
        return values.cast(pl.String)
    if isinstance(kind, pl.Datetime):
        return values.dt.strftime("%Y-%m-%d %H:%M:%S%.f").str.replace(r" 00:00:00(\.0+)?$", "")
    if kind.is_float():
        whole = (values == values.floor()) & (values.abs() < 2**53)
        as_int = values.fill_nan(None).set(~whole.fill_null(False), None).cast(pl.Int64).cast(pl.String)
        return pl.select(pl.coalesce(as_int, values.cast(pl.String))).to_series().set(values.is_null(), None)
    if kind.is_numeric() or kind in (pl.String, pl.Date, pl.Boolean, pl.Categorical) or isinstance(kind, pl.Enum):
        return values.cast(pl.String)
    raise Refused(f"{member.name}, {values.name}: holds {kind}, which is no plain value; write text, numbers or dates")
