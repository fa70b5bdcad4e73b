# SPDX-License-Identifier: EUPL-1.2
"""An edit made by hand: a delivery of a few rows, read and checked as any other, with who and why.

What it says is stored as new versions (docs/adr/0001); nothing is overwritten. Unlike a delivery it asks the store only
about what its rows touch, and it does not move the day to which the register is observed (docs/adr/0012).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO

import polars as pl
from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone

from styr.register.columns import close_versions
from styr.register.delivery.checks import check_rows
from styr.register.delivery.csv_source import Texts
from styr.register.delivery.findings import Refused, Rejections
from styr.register.delivery.numbers import EXACT
from styr.register.delivery.pseudonym import Pseudonyms
from styr.register.delivery.reading import ROW, TableRead, read_texts
from styr.register.delivery.sources import Member, Source
from styr.register.delivery.take import RowsRejected, TableOutcome, one_at_a_time
from styr.register.history import Counts, polars_schema, take_rows
from styr.register.models import STORED, Delivery, Version
from styr.vocabulary.exchange import Table, tables

SOURCE = "edit"
Row = Mapping[str, str]


@dataclass(frozen=True)
class Said:
    """What an edit says of one row, and what the one who says it had seen: the number of the version that stood then
    (None: no such row). row has a text for each column; empty means unknown."""

    table: str
    row: Row
    seen: int | None


class Overtaken(Refused):
    """Someone else changed the row since it was seen; now is the version that stands (None: it was taken back)."""

    def __init__(self, said: Said, now: Version | None) -> None:
        super().__init__(f"{said.table}: the row was changed by someone else in the meantime")
        self.said, self.now = said, now


def take_edit(saying: Sequence[Said], *, who: str, why: str, pseudonyms: Pseudonyms) -> Delivery | None:
    """Take an edit into the register, whole or not at all; None when it says nothing new.

    Raises Overtaken when a row was changed since it was seen, RowsRejected when a row does not stand.
    """
    with transaction.atomic():
        one_at_a_time()
        for said in saying:
            _refuse_overtaken(said)
        delivery = _delivery(saying, who, why)
        rejections, outcomes = Rejections(), []
        reads = [_read(name, rows, pseudonyms, rejections) for name, rows in _by_table(saying).items()]
        stored = _Near(reads)
        accepted: dict[str, pl.DataFrame] = {}
        for number, read in enumerate(reads):
            coming = {later.table.name: later.rows for later in reads[number + 1 :]}
            rows = check_rows(read, accepted, coming, stored, rejections)
            accepted[read.table.name] = rows
            outcomes.append(TableOutcome(read.table.name, SOURCE, rows.height, rejections.rows(read.table.name)))
        if rejections:
            raise RowsRejected(rejections.frame(), outcomes, [])
        for read, outcome in zip(reads, outcomes, strict=True):
            rows = accepted[read.table.name]
            outcome.counts = take_rows(read.table, rows, delivery, _standing(read.table, rows))
        return _done(delivery, outcomes)


def take_back(versions: Sequence[Version], *, who: str, why: str) -> Delivery:
    """Take rows back that should never have been said: each stands no longer, and no other comes in its place.

    Raises Overtaken when one of them no longer stands, Refused when something else in the register refers to it.
    """
    with transaction.atomic():
        one_at_a_time()
        for version in versions:
            _refuse_overtaken(Said(version._meta.verbose_name, _key_of(version), version.pk))
            _refuse_referred(version, versions)
        delivery = _delivery([], who, why)
        outcomes = []
        for name, rows in _versions_by_table(versions).items():
            close_versions(STORED[name]._meta.db_table, pl.Series([row.pk for row in rows]), delivery.pk)
            outcomes.append(TableOutcome(name, SOURCE, len(rows), 0, Counts(0, len(rows), 0)))
        done = _done(delivery, outcomes)
        assert done is not None
        return done


def texts_of(version: Version) -> dict[str, str]:
    """A stored row as an edit would say it again."""
    columns = tables()[version._meta.verbose_name].columns
    return {name: text_of(getattr(version, name)) for name in columns}


def text_of(value: object) -> str:
    """A value as an edit says it: a text that is read as nothing else, empty for what is not known."""
    if isinstance(value, bool):
        return "ja" if value else "nej"
    if isinstance(value, (int, float, Decimal)):
        written = f"{value:f}" if isinstance(value, Decimal) else value
        return f"{EXACT}{written}"  # marked as a number, so that its point is read as a point and nothing else
    return "" if value is None else str(value)


def _refuse_overtaken(said: Said) -> None:
    table = tables()[said.table]
    keys = {name: said.row.get(name) or None for name in table.key}
    now = STORED[said.table].objects.filter(until__isnull=True, **keys).select_related("since").first()
    if (now.pk if now else None) != said.seen:
        raise Overtaken(said, now)


def _delivery(saying: Sequence[Said], who: str, why: str) -> Delivery:
    now = timezone.now()
    content = json.dumps([[said.table, dict(said.row)] for said in saying], sort_keys=True)
    delivery = Delivery(
        known_at=now,
        handed_in_at=now,
        handed_in_by=who,
        source=SOURCE,
        reason=why,
        edit=True,
        sha256=hashlib.sha256(f"{now.isoformat()} {who} {content}".encode()).hexdigest(),
        outcome=Delivery.Outcome.TAKEN,
    )
    delivery.save()
    return delivery


def _done(delivery: Delivery, outcomes: Sequence[TableOutcome]) -> Delivery | None:
    if not any(outcome.counts.new or outcome.counts.changed for outcome in outcomes):
        delivery.confirmations.all().delete()
        delivery.delete()
        return None
    delivery.tables = {outcome.table: outcome.as_json() for outcome in outcomes}
    delivery.save()
    return delivery


def _by_table(saying: Iterable[Said]) -> dict[str, list[Row]]:
    """Rows by table, a table after those it refers to."""
    rows: dict[str, list[Row]] = {}
    for said in saying:
        rows.setdefault(said.table, []).append(said.row)
    return {name: rows[name] for name in tables() if name in rows}


def _read(name: str, rows: Sequence[Row], pseudonyms: Pseudonyms, rejections: Rejections) -> TableRead:
    table = tables()[name]
    columns = {f"f{at}": [row.get(column, "") for row in rows] for at, column in enumerate(table.columns)}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)).with_columns(
        pl.int_range(1, len(rows) + 1, dtype=pl.UInt32).alias(ROW)
    )
    source = Source(table, Member(name, SOURCE, "", 0, _nothing_to_open))
    return read_texts(source, Texts(list(table.columns), frame, [], decimal_point=False), pseudonyms, rejections)


def _nothing_to_open() -> IO[bytes]:
    raise Refused("an edit has no file")


class _Near:
    """Stored rows that an edit's rows can meet: those that share an id with them."""

    def __init__(self, reads: Sequence[TableRead]) -> None:
        self._ids: dict[str, set[str]] = {}
        for read in reads:
            for column in read.table:
                if column.type in ("id", "citizen") and column.name in read.rows.columns:
                    self._ids.setdefault(column.name, set()).update(read.rows[column.name].drop_nulls())

    def __call__(self, table: str, columns: tuple[str, ...]) -> pl.DataFrame:
        near = Q(pk__in=())
        for name in tables()[table].columns:
            if name in self._ids:
                near |= Q(**{f"{name}__in": self._ids[name]})
        rows = STORED[table].objects.filter(near, until__isnull=True).values_list(*columns)
        return pl.DataFrame(_plain(rows), schema=polars_schema(tables()[table], columns), orient="row")


def _standing(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """The versions that stand of the rows' keys: id and all columns."""
    owner = table.key[0]
    columns = list(table.columns)
    stored = STORED[table.name].objects.filter(until__isnull=True, **{f"{owner}__in": rows[owner].to_list()})
    schema = {"id": pl.Int64(), **polars_schema(table, columns)}
    return pl.DataFrame(_plain(stored.values_list("id", *columns)), schema=schema, orient="row")


def _plain(rows: Iterable[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [tuple(float(cell) if isinstance(cell, Decimal) else cell for cell in row) for row in rows]


def _key_of(version: Version) -> dict[str, str]:
    table = tables()[version._meta.verbose_name]
    return {name: getattr(version, name) for name in table.key}


def _versions_by_table(versions: Iterable[Version]) -> dict[str, list[Version]]:
    rows: dict[str, list[Version]] = {}
    for version in versions:
        rows.setdefault(version._meta.verbose_name, []).append(version)
    return rows


def _refuse_referred(version: Version, with_it: Sequence[Version]) -> None:
    """Refuse to take back a row that another row, not taken back with it, refers to."""
    name = version._meta.verbose_name
    going = {(type(each), each.pk) for each in with_it}
    for table in tables().values():
        for column in table.references:
            assert column.refers is not None
            if column.refers[0] != name:
                continue
            model: type[Model] = STORED[table.name]
            rows = model.objects.filter(until__isnull=True, **{column.name: getattr(version, column.refers[1])})
            left = [pk for pk in rows.values_list("pk", flat=True)[:50] if (model, pk) not in going]
            if left:
                raise Refused(
                    f"{table.name} in the register refers to it ({len(left)}): take these back or change them first"
                )
