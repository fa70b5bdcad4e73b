# SPDX-License-Identifier: EUPL-1.2
"""Counting in ordinary Python (styr.statistics.memory), a day and a person at a time."""

from __future__ import annotations

from styr.register.snapshot import Snapshot
from styr.statistics.engines.duckdb import DuckDB
from styr.statistics.memory.register import Register


class Memory(DuckDB):
    """An engine whose cells are counted by styr.statistics.memory, on the snapshot read into rows.

    What is the same for every engine - checking the question against the snapshot, the header, scaling - asks its
    tables by DuckDB.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__(snapshot)
        self.register = Register(snapshot)
