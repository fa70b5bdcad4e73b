# SPDX-License-Identifier: EUPL-1.2
"""The snapshot that pages count on: the latest taken. A page never takes one of a register that has changed since, as
that can last; the worker does, after a delivery and when asked to (Data)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from styr.register import store
from styr.register.models import Delivery
from styr.register.snapshot import Snapshot, SnapshotError, open_snapshot


@dataclass(frozen=True)
class Latest:
    """The latest snapshot (None: none is taken yet), and how many deliveries and edits were taken since."""

    snapshot: Snapshot | None
    since: int


def latest() -> Latest:
    """The latest snapshot of the store, that is, of the most deliveries."""
    manifests = (store.folder() / "snapshots").glob("snap-*/manifest.json")
    found = [_opened(each.parent, each.stat().st_mtime_ns) for each in manifests]
    best = max((each for each in found if each is not None), key=lambda each: len(each.deliveries), default=None)
    taken = Delivery.objects.filter(outcome=Delivery.Outcome.TAKEN).count()
    return Latest(best, taken - (len(best.deliveries) if best else 0))


@lru_cache(maxsize=32)
def _opened(folder: Path, written: int) -> Snapshot | None:
    try:
        return open_snapshot(folder)
    except SnapshotError:
        return None  # of another version of Styr, or being made
