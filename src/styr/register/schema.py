# SPDX-License-Identifier: EUPL-1.2
"""The Arrow types in which the columns of the exchange format are carried and copied out."""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from styr.vocabulary.exchange import tables

MONEY = pa.decimal128(18, 4)

ARROW_TYPES: dict[str, pa.DataType] = {
    "id": pa.string(),
    "citizen": pa.string(),
    "text": pa.string(),
    "code": pa.string(),
    "codes": pa.string(),
    "date": pa.date32(),
    "month": pa.date32(),
    "year": pa.int32(),
    "integer": pa.int32(),
    "quantity": pa.float64(),
    "money": MONEY,
    "boolean": pa.bool_(),
}


@cache
def arrow_schema(table: str) -> pa.Schema:
    """The Arrow schema of a table of the exchange format, columns in the order of the format."""
    return pa.schema([pa.field(column.name, ARROW_TYPES[column.type]) for column in tables()[table]])
