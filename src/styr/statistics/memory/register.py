# SPDX-License-Identifier: EUPL-1.2
"""The register as plain rows: every table a list of dictionaries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, TypeVar

import pyarrow.parquet as pq

from styr.register.snapshot import Snapshot

#: A row: column → Python value (str, int, float, bool, date, Decimal for money, None for what is not known).
Row = Mapping[str, Any]
Found = TypeVar("Found")


class Register:
    """A snapshot's tables as rows. `register["grants"]` gives the rows of grants, empty when none were delivered."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._tables: dict[str, list[Row]] = {}
        self._by_value: dict[tuple[str, str], dict[Any, list[Row]]] = {}
        self._kept: dict[Hashable, Any] = {}

    def __getitem__(self, table: str) -> list[Row]:
        if table not in self._tables:
            self._tables[table] = pq.read_table(self.snapshot.path(table)).to_pylist()
        return self._tables[table]

    def rows_where(self, table: str, column: str, value: Any) -> Sequence[Row]:
        """The rows of a table whose column holds the value: `register.rows_where("grants", "citizen_id", "c1")`."""
        if (table, column) not in self._by_value:
            found: dict[Any, list[Row]] = defaultdict(list)
            for row in self[table]:
                found[row[column]].append(row)
            self._by_value[table, column] = found
        return self._by_value[table, column].get(value, ())

    def row_where(self, table: str, column: str, value: Any) -> Row | None:
        """The one row of a table whose column (its key) holds the value; None when there is none."""
        found = self.rows_where(table, column, value)
        return found[0] if found else None

    def once(self, what: Hashable, work_out: Callable[[], Found]) -> Found:
        """What has been worked out before under the same name, else worked out now: for what is asked time and again
        of the same person and day."""
        if what not in self._kept:
            self._kept[what] = work_out()
        kept: Found = self._kept[what]
        return kept
