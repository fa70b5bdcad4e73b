# SPDX-License-Identifier: EUPL-1.2
"""Taking a whole delivery back, as a new dated state: what it said stands no longer, what stood before stands again,
and nothing is erased."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection, transaction
from django.utils import timezone

from styr.register.delivery.findings import Refused
from styr.register.delivery.take import one_at_a_time
from styr.register.models import STORED, Delivery
from styr.vocabulary.exchange import Table, tables

SOURCE = "undo"


def undo_delivery(number: int, *, who: str, why: str) -> Delivery:
    """Take a delivery back; gives the delivery that says so. What a later one said of a row stands.

    Raises Refused when it was not taken, is taken back already, was handed in late (others had spoken after it), or
    something that came later refers to what it brought.
    """
    with transaction.atomic():
        one_at_a_time()
        undone = Delivery.objects.filter(pk=number, outcome=Delivery.Outcome.TAKEN).first()
        _refuse_unfit(undone, number)
        assert undone is not None
        now = timezone.now()
        undoing = Delivery.objects.create(
            known_at=now,
            handed_in_at=now,
            handed_in_by=who,
            source=f"{SOURCE} {number}",
            reason=why,
            undoes=undone,
            outcome=Delivery.Outcome.TAKEN,
        )
        spoken = [tables()[name] for name, counts in undone.tables.items() if counts["new"] or counts["changed"]]
        undoing.tables = {table.name: _undo(table, undone.pk, undoing.pk) for table in spoken}
        _refuse_orphans(spoken)
        undoing.save()
        return undoing


def _refuse_unfit(delivery: Delivery | None, number: int) -> None:
    if delivery is None:
        raise Refused(f"delivery {number} was not taken, so there is nothing to take back")
    if delivery.undoes_id is not None or Delivery.objects.filter(undoes=delivery).exists():
        raise Refused(f"delivery {number} is taken back already; hand the files in again to have it back")
    taken = Delivery.objects.filter(outcome=Delivery.Outcome.TAKEN)
    if taken.filter(pk__lt=delivery.pk, known_at__gt=delivery.known_at).exists():
        raise Refused(
            f"delivery {number} was handed in late, and others speak after it; hand in the right rows instead"
        )


def _undo(table: Table, undone: int, undoing: int) -> dict[str, int | str]:
    """End the versions a delivery brought, and begin again those it took the place of and none has spoken of."""
    name = STORED[table.name]._meta.db_table
    columns = ", ".join(f'"{column}"' for column in table.columns)
    before = ", ".join(f'was."{column}"' for column in table.columns)
    same = " AND ".join(_equal(f'own."{key}"', f'was."{key}"') for key in table.key)
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{name}" SET until_id = %s WHERE since_id = %s AND until_id IS NULL', [undoing, undone])
        ended = cursor.rowcount
        keys = ", ".join(f'"{key}"' for key in table.key)
        cursor.execute(
            f'INSERT INTO "{name}" ({columns}, since_id) SELECT {before}, %s FROM "{name}" was LEFT JOIN '
            f'(SELECT {keys}, 1 AS spoken FROM "{name}" WHERE since_id = %s AND until_id <> %s) own ON {same} '
            "WHERE was.until_id = %s AND own.spoken IS NULL",
            [undoing, undone, undoing, undone],
        )
        return {"file": "", "read": 0, "rejected": 0, "new": cursor.rowcount, "changed": ended, "unchanged": 0}


def _equal(one: str, other: str) -> str:
    """Equal, or both unknown: parts of a key can be."""
    sameness = "IS NOT DISTINCT FROM" if connection.vendor == "postgresql" else "IS"
    return f"{one} {sameness} {other}"


def _refuse_orphans(spoken: list[Table]) -> None:
    """Refuse when rows that stand refer to rows that no longer do."""
    gone = {table.name for table in spoken}
    for child, column, parent, key in _references():
        if parent not in gone:
            continue
        of, to = STORED[child]._meta.db_table, STORED[parent]._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f'SELECT count(*) FROM "{of}" child WHERE child.until_id IS NULL AND child."{column}" IS NOT NULL AND '
                f'NOT EXISTS (SELECT 1 FROM "{to}" parent WHERE parent.until_id IS NULL '
                f'AND parent."{key}" = child."{column}")'
            )
            (orphans,) = cursor.fetchone()
        if orphans:
            raise Refused(
                f"{orphans:,} rows of {child} that came later refer to {parent} of this delivery: take them back first"
            )


def _references() -> Iterator[tuple[str, str, str, str]]:
    for table in tables().values():
        for column in table.references:
            assert column.refers is not None
            yield table.name, column.name, *column.refers
