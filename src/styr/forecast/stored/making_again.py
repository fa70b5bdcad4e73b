# SPDX-License-Identifier: EUPL-1.2
"""A kept forecast made again from its snapshot, and held against what was kept, bit by bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa

from styr.forecast.errors import Refused
from styr.forecast.stored.keeping import KEPT, hash_of, made_with_now
from styr.forecast.stored.shelf import Stored
from styr.forecast.streaming import Progress, answered
from styr.register.snapshot import Snapshot, SnapshotError, open_snapshot
from styr.statistics.result import as_arrow


@dataclass(frozen=True)
class Again:
    """How it went. table: municipality, same, kept and found (hashes of the draws); other: what made it then and now
    where they differ."""

    table: pa.Table
    other: dict[str, tuple[str, str]]

    @property
    def same(self) -> bool:
        """Whether every draw of every municipality is the same."""
        return all(self.table["same"].to_pylist())


def made_again(stored: Stored, snapshots: Path, progress: Progress | None = None) -> Again:
    """Make a kept forecast again. snapshots: the folder snapshots lie in; raises CannotAnswer when its own is gone."""
    found = {
        part.code: hash_of(part.found[0])
        for part in answered(snapshot_of(stored, snapshots), stored.asked, [KEPT], stored.municipalities, progress)
    }
    codes = sorted({*stored.hashes, *found})
    table = pl.DataFrame(
        {
            "municipality": codes,
            "same": [stored.hashes.get(code) == found.get(code) for code in codes],
            "kept": [stored.hashes.get(code) for code in codes],
            "found": [found.get(code) for code in codes],
        }
    )
    return Again(as_arrow(table), differing(stored.made_with))


def differing(made_with: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What made a forecast that is another now: name → (then, now)."""
    now = made_with_now()
    names = sorted({*now, *made_with})
    then_and_now = {name: (made_with.get(name, ""), now.get(name, "")) for name in names}
    return {name: (then, here) for name, (then, here) in then_and_now.items() if then != here}


def snapshot_of(stored: Stored, snapshots: Path) -> Snapshot:
    """The snapshot a kept forecast was made from."""
    try:
        return open_snapshot(snapshots / stored.snapshot)
    except SnapshotError as error:
        raise Refused("snapshot_gone", id=stored.id, snapshot=stored.snapshot, folder=snapshots) from error
