# SPDX-License-Identifier: EUPL-1.2
"""Taking a snapshot: what the register knew at a moment, copied out table by table through Arrow."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
from django.utils import timezone

from styr.register.columns import read_columns
from styr.register.delivery.findings import Refused
from styr.register.history import known_rows_where
from styr.register.models import STORED, Delivery
from styr.register.schema import arrow_schema
from styr.register.snapshot import DeliveryMark, Snapshot, SnapshotError, open_snapshot, write_snapshot
from styr.vocabulary.exchange import tables


def take_snapshot(
    parent: Path, known_at: datetime | None = None, progress: Callable[[str], None] | None = None
) -> Snapshot:
    """Take a snapshot below parent of what was known at a moment (None: all that is known) and return it.

    Its known-at day is that of the last delivery known by then: nothing is observed after it. A snapshot of the same
    content is shared, and so is every table that has not changed since an earlier one.
    Raises Refused when nothing was known by then.
    """
    taken = Delivery.objects.filter(outcome=Delivery.Outcome.TAKEN).order_by("known_at", "pk")
    known = list(taken.filter(known_at__lte=known_at) if known_at else taken)
    if not known:
        first = taken.first()
        raise Refused(
            f"nothing was known by {known_at:%Y-%m-%d}: the first delivery is known from {first.known_at:%Y-%m-%d}"
            if known_at and first
            else "the register is empty. Hand in a delivery with: styr import PATH, or make one with: styr generate DIR"
        )
    deliveries = tuple(DeliveryMark(each.pk, each.known_at.isoformat(), each.sha256) for each in known)
    observing = _observing(known) or known
    day = timezone.localtime(observing[-1].known_at).date()
    generated = any(each.generated for each in known)
    states = {name: _state(name, known) for name in tables()}
    earlier = list(_snapshots(parent))
    for snapshot in earlier:
        same = (snapshot.known_at, snapshot.deliveries, snapshot.generated) == (day, deliveries, generated)
        if same and all(snapshot.copies[name].state == state for name, state in states.items()):
            return snapshot
    shared = {
        name: snapshot for snapshot in earlier for name, state in states.items() if snapshot.copies[name].state == state
    }
    where = known_rows_where(each.pk for each in known)  # also where another is taken while this one is copied

    def read(name: str) -> pa.Table:
        if states[name] == _NOTHING:
            return arrow_schema(name).empty_table()
        return read_columns(STORED[name]._meta.db_table, list(tables()[name]), where=where)

    return write_snapshot(
        parent,
        read,
        known_at=day,
        generated=generated,
        deliveries=deliveries,
        states=states,
        shared=shared,
        sizes={name: sum(_rows(each.tables.get(name, {})) for each in known) for name in tables()},
        progress=progress,
    )


def _observing(known: list[Delivery]) -> list[Delivery]:
    """The deliveries that have seen open grants run on: not an edit by hand, which says something of its own rows
    alone, nor one taken back and the one that did it."""
    undone = {each.undoes_id for each in known if each.undoes_id is not None}
    return [each for each in known if not each.edit and each.undoes_id is None and each.pk not in undone]


_NOTHING = "nothing"


def _state(table: str, known: Iterable[Delivery]) -> str:
    """What a table's content comes from: the deliveries that said something new of it, in order.

    Where one of them was handed in later than one that is known after it, those that only confirmed count as well:
    what they confirmed goes before what the late one said.
    """
    spoke = [each for each in known if _spoke(each.tables.get(table, {}))]
    news = [each for each in spoke if _news(each.tables[table])]
    in_turn = all(earlier.pk < later.pk for earlier, later in pairwise(spoke))
    marks = [f"{each.pk} {each.handed_in_at.isoformat()} {each.sha256}" for each in (news if in_turn else spoke)]
    return hashlib.sha256(" ".join(marks).encode()).hexdigest()[:16] if marks else _NOTHING


def _spoke(outcome: dict[str, int]) -> bool:
    return _news(outcome) or bool(outcome.get("unchanged"))


def _news(outcome: dict[str, int]) -> bool:
    return _rows(outcome) > 0


def _rows(outcome: dict[str, int]) -> int:
    return outcome.get("new", 0) + outcome.get("changed", 0)


def _snapshots(parent: Path) -> Iterable[Snapshot]:
    for folder in sorted(parent.glob("snap-*")):
        try:
            yield open_snapshot(folder)
        except SnapshotError:
            continue  # of another version of Styr; left alone
