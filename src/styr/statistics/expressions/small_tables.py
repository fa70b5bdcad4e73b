# SPDX-License-Identifier: EUPL-1.2
"""Small tables made in a question: of periods, words, limits."""

from __future__ import annotations

from functools import lru_cache

import ibis
import pyarrow as pa
from ibis.expr import types as ir


def small_table(rows: pa.Table) -> ir.Table:
    """The rows as an Ibis table. Rows of the same content are the same table, so that expressions made of them are
    equal too: an engine is given them once, and knows again what it has worked out of them."""
    written = pa.BufferOutputStream()
    with pa.ipc.new_stream(written, rows.schema) as stream:
        stream.write_table(rows.combine_chunks())
    return _table(written.getvalue().to_pybytes())


@lru_cache(maxsize=512)
def _table(content: bytes) -> ir.Table:
    return ibis.memtable(pa.ipc.open_stream(content).read_all())
