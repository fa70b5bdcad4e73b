# SPDX-License-Identifier: EUPL-1.2
"""The snapshot that pages count on: the latest taken. A page never takes one of a register that has changed since, as
that can last; the worker does, after a delivery and when asked to (Data)."""

from __future__ import annotations

from dataclasses import dataclass

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
    taken = set(Delivery.objects.filter(outcome=Delivery.Outcome.TAKEN).values_list("pk", flat=True))
    best: Snapshot | None = None
    for folder in (store.folder() / "snapshots").glob("snap-*"):
        try:
            found = open_snapshot(folder)
        except SnapshotError:
            continue  # of another version of Styr, or being made
        if best is None or len(found.deliveries) > len(best.deliveries):
            best = found
    known = {mark.number for mark in best.deliveries} if best else set()
    return Latest(best, len(taken - known))
