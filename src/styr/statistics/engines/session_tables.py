# SPDX-License-Identifier: EUPL-1.2
"""Tables that several questions of a session are made of, worked out at the first of them and held for the others.

What is worked out is known by its expression: an equal expression on the same snapshot has the same rows. The tables
are of the connection, in memory, and end with it; when they grow large, those longest not asked for are let go of.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import count
from typing import Any

import ibis
from ibis.expr import operations as ops
from ibis.expr import types as ir

#: Values (rows × columns) that are held at most between two questions: some 500 MB.
MOST_VALUES = 64_000_000
_NUMBERS = count()


class SessionTables:
    """The tables of one connection of an Ibis DuckDB backend."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend
        self._tables: dict[ops.Node, tuple[ir.Table, int]] = {}

    def table(self, rows: ir.Table, as_sql: Callable[[ir.Table], str]) -> ir.Table:
        """The rows as a table of the connection, made unless it is there."""
        expression = rows.op()
        found = self._tables.pop(expression, None)
        if found is None:
            name = _name(expression)
            made = self._backend.con.execute(f'CREATE TEMP TABLE "{name}" AS {as_sql(rows)}').fetchone()[0]
            found = ibis.table(rows.schema(), name=name), made * len(rows.columns)
        self._tables[expression] = found  # the last one asked for stands last
        return found[0]

    def trim(self) -> None:
        """Let go of those longest not asked for, as long as there are too many values. Not while a question is being
        put together: its expression may name them."""
        held = sum(values for _, values in self._tables.values())
        for expression, (table, values) in list(self._tables.items()):
            if held <= MOST_VALUES:
                return
            self._backend.con.execute(f'DROP TABLE "{table.get_name()}"')
            del self._tables[expression]
            held -= values


@lru_cache(maxsize=1024)
def _name(expression: ops.Node) -> str:
    """What the table of an expression is called: the same in every session, as is what is made of it then."""
    return f"_session_{next(_NUMBERS)}"
