# SPDX-License-Identifier: EUPL-1.2
"""A generated country as a snapshot, made once and kept in the system's folder for temporary files, so that no
benchmark has to make it again.

    python benchmarks/country.py [scale]

prints the folder of the snapshot. What is kept can be deleted at any time.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from styr.register.generate import write
from styr.register.generate.parameters import VERSION
from styr.register.schema import arrow_schema
from styr.register.snapshot import FORMAT, Snapshot, open_snapshot, write_snapshot

KEPT = Path(tempfile.gettempdir()) / "styr-benchmarks"


def country(
    scale: float = 1.0,
    *,
    seed: int = 1,
    from_year: int = 2012,
    to_year: int = 2024,
    municipalities: Sequence[str] | None = None,
) -> Snapshot:
    """The snapshot of a generated country, known on the last day of to_year; scale 1 is the whole country, of which
    municipalities names those that are kept (None: all)."""
    some = "-" + "-".join(municipalities) if municipalities else ""
    kept = KEPT / f"country-{VERSION}-format-{FORMAT}-seed-{seed}-scale-{scale:g}-{from_year}-{to_year}{some}"
    if found := sorted(kept.glob("snap-*")):
        return open_snapshot(found[0])
    KEPT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".making-", dir=KEPT) as work:
        made = write(
            Path(work) / "delivery",
            seed=seed,
            scale=scale,
            from_year=from_year,
            to_year=to_year,
            municipalities=municipalities,
            format="parquet",
        )
        # the snapshot appears under kept in one piece: two that make it at once make the same
        return write_snapshot(
            kept,
            lambda table: _typed(table, made.paths.get(table)),
            known_at=date(to_year, 12, 31),
            generated=True,
        )


def _typed(table: str, path: Path | None) -> pa.Table:
    """The generated rows of a table in the types of a snapshot; none when nothing of it is generated."""
    schema = arrow_schema(table)
    return pq.read_table(path).cast(schema) if path else schema.empty_table()


if __name__ == "__main__":
    print(country(*map(float, sys.argv[1:2])).folder)
