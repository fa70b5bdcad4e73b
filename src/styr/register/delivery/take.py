# SPDX-License-Identifier: EUPL-1.2
"""Taking a delivery: found, read and checked first, then taken into the register whole or not at all."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

import polars as pl
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from styr.register.columns import read_columns
from styr.register.database import seconds_to_wait
from styr.register.delivery.checks import check_rows
from styr.register.delivery.findings import Refused, Rejections, Warning, masked, sentences
from styr.register.delivery.pseudonym import Pseudonyms
from styr.register.delivery.reading import TableRead, read_table
from styr.register.delivery.sources import Found, find
from styr.register.delivery.workbook_source import sheets_of
from styr.register.history import Counts, take_rows
from styr.register.models import STORED, Delivery
from styr.vocabulary.exchange import tables

Progress = Callable[[str, int, int], None]
_PROBLEMS_KEPT = 50
_LOCK = 7_982_390_115  # any number; one import at a time on PostgreSQL


@dataclass
class TableOutcome:
    """What came of one table: rows read, new, changed, unchanged, rejected."""

    table: str
    file: str
    read: int
    rejected: int
    counts: Counts = field(default_factory=lambda: Counts(0, 0, 0))

    def as_json(self) -> dict[str, int | str]:
        return {"file": self.file, "read": self.read, "rejected": self.rejected, **vars(self.counts)}


@dataclass
class Taken:
    """What came of a delivery. number is None for a dry run; rejected_to is where rejected rows were written."""

    number: int | None
    outcome: str
    known_at: datetime
    tables: list[TableOutcome]
    warnings: list[Warning]
    rejections: pl.DataFrame
    rejected_to: Path | None
    generated: bool


class RowsRejected(Refused):
    """Rows were rejected and the delivery with them; rejections holds them all (REJECTION_SCHEMA)."""

    def __init__(self, rejections: pl.DataFrame, tables: list[TableOutcome], warnings: list[Warning]) -> None:
        super().__init__(*sentences(rejections.head(_PROBLEMS_KEPT)))
        self.rejections, self.tables, self.warnings = rejections, tables, warnings


class _DryRun(Exception): ...


def take_delivery(
    path: Path,
    pseudonyms: Pseudonyms,
    *,
    known_at: datetime | None = None,
    dry_run: bool = False,
    skip_invalid: bool = False,
    rejected_folder: Path,
    by: str | None = None,
    reason: str = "",
    progress: Progress = lambda stage, done, total: None,
) -> Taken:
    """Take the delivery at a path into the register.

    by and reason are who hands it in (default: the one at the keyboard) and why.
    known_at is the moment from which it is known (default: now). skip_invalid takes the rows that stand and writes
    the others below rejected_folder. A dry run tells the outcome and changes nothing.

    Raises Refused when it cannot be read, RowsRejected when rows are rejected and not skipped.
    """
    now = timezone.now()
    if known_at and known_at > now:
        raise Refused(
            f"known-at {known_at:%Y-%m-%d} lies in the future; a delivery is known at the earliest when it is made"
        )
    delivery = Delivery(
        known_at=known_at or now,
        handed_in_at=now,
        handed_in_by=by or _who(),
        reason=reason,
        source=masked(path.absolute().name),
        outcome=Delivery.Outcome.TAKEN,
    )
    rejections = Rejections()
    try:
        found = find(path, sheets_of)
        delivery.sha256, delivery.generated = found.sha256, found.generated
        delivery.files = [{"name": file.name, "sha256": file.sha256, "bytes": file.size} for file in found.members]
        reads = _read_all(found, pseudonyms, rejections, progress)
        return _take(delivery, found, reads, rejections, known_at, dry_run, skip_invalid, rejected_folder, progress)
    except Refused as refused:
        if not dry_run:
            _log_refusal(delivery, refused)
        raise


def _read_all(found: Found, pseudonyms: Pseudonyms, rejections: Rejections, progress: Progress) -> list[TableRead]:
    reads: list[TableRead] = []
    problems: list[str] = []
    for number, source in enumerate(found.sources):
        progress(f"reading {source.table.name}", number, 2 * len(found.sources))
        try:
            reads.append(read_table(source, pseudonyms, rejections))
        except Refused as refused:
            problems.extend(refused.problems)
    if problems:
        raise Refused(*problems)
    return reads


def _take(
    delivery: Delivery,
    found: Found,
    reads: list[TableRead],
    rejections: Rejections,
    known_at: datetime | None,
    dry_run: bool,
    skip_invalid: bool,
    rejected_folder: Path,
    progress: Progress,
) -> Taken:
    outcomes: list[TableOutcome] = []
    written: Path | None = None
    try:
        with transaction.atomic():
            one_at_a_time()
            delivery.save()
            accepted: dict[str, pl.DataFrame] = {}
            for number, read in enumerate(reads):
                progress(f"taking {read.table.name}", len(reads) + number, 2 * len(reads))
                coming = {later.table.name: later.rows for later in reads[number + 1 :]}
                outcomes.append(_take_table(delivery, read, accepted, coming, rejections, skip_invalid=skip_invalid))
            rejected = rejections.frame()
            if rejections and not skip_invalid:
                raise RowsRejected(rejected, outcomes, _warnings(found, reads))
            if _said_before(delivery, outcomes, known_at):
                delivery.outcome = Delivery.Outcome.UNCHANGED
                delivery.confirmations.all().delete()
            delivery.tables = {outcome.table: outcome.as_json() for outcome in outcomes}
            delivery.problems = list(sentences(rejected.head(_PROBLEMS_KEPT)))
            delivery.save()
            if dry_run:
                raise _DryRun
            if rejections:
                written = _write_rejected(rejected_folder / f"delivery-{delivery.pk}", reads, rejected)
    except _DryRun:
        delivery.pk = None
    return Taken(
        delivery.pk,
        delivery.outcome,
        delivery.known_at,
        outcomes,
        _warnings(found, reads),
        rejected,
        written,
        found.generated,
    )


def _take_table(
    delivery: Delivery,
    read: TableRead,
    accepted: dict[str, pl.DataFrame],
    coming: dict[str, pl.DataFrame],
    rejections: Rejections,
    *,
    skip_invalid: bool,
) -> TableOutcome:
    name = read.table.name
    rows = check_rows(read, accepted, coming, _stored, rejections)
    if name in _referred_to():
        accepted[name] = rows.select(
            sorted({"citizen_id", "birth_date", "death_date", *read.table.key} & set(rows.columns))
        )
    read.rows = read.rows.clear()  # what stands is in rows; let the rest go
    counts = Counts(0, 0, 0) if rejections and not skip_invalid else take_rows(read.table, rows, delivery)
    return TableOutcome(name, read.file, read.rows_read, rejections.rows(name), counts)


def _stored(table: str, columns: tuple[str, ...]) -> pl.DataFrame:
    spec = tables()[table]
    name = STORED[table]._meta.db_table
    rows = read_columns(name, [spec.columns[column] for column in columns], where="until_id IS NULL")
    return pl.DataFrame(pl.from_arrow(rows))


@cache
def _referred_to() -> frozenset[str]:
    return frozenset(column.refers[0] for table in tables().values() for column in table.references if column.refers)


def _said_before(delivery: Delivery, outcomes: list[TableOutcome], known_at: datetime | None) -> bool:
    """Whether the same files were taken before (as of the same moment, when one is given) and nothing is news now."""
    news = any(outcome.counts.new or outcome.counts.changed for outcome in outcomes)
    before = Delivery.objects.filter(sha256=delivery.sha256, outcome=Delivery.Outcome.TAKEN).exclude(pk=delivery.pk)
    return not news and (before.filter(known_at=known_at) if known_at else before).exists()


def _write_rejected(folder: Path, reads: list[TableRead], rejected: pl.DataFrame) -> Path:
    """One CSV per table with the rejected rows and why, civil registration numbers replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    reasons = rejected.with_columns(reason=pl.Series(list(sentences(rejected)), dtype=pl.String))
    for read in reads:
        mine = reasons.filter(pl.col("table") == read.table.name)
        if mine.height:
            why = mine.group_by("row", maintain_order=True).agg(pl.col("reason").str.join("; "))
            rows = why.join(read.rejected, on="row", how="left", maintain_order="left")
            rows.write_csv(folder / f"{read.table.name}.csv")
    return folder


def _log_refusal(delivery: Delivery, refused: Refused) -> None:
    """Keep that a delivery was refused and why; the register itself is as it was.

    A store that cannot take the note (locked, full disk) does not hide from the user why the delivery was refused.
    """
    delivery.pk = None
    delivery.outcome = Delivery.Outcome.REFUSED
    delivery.problems = [problem[:500] for problem in refused.problems[:_PROBLEMS_KEPT]]
    if isinstance(refused, RowsRejected):
        delivery.tables = {outcome.table: outcome.as_json() for outcome in refused.tables}
    with suppress(DatabaseError):
        delivery.save(force_insert=True)


def one_at_a_time() -> None:
    """SQLite's transaction holds the only writing lock already; on PostgreSQL imports queue for one of their own."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{seconds_to_wait() * 1000:.0f}ms"])
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _warnings(found: Found, reads: list[TableRead]) -> list[Warning]:
    return [*found.warnings, *(warning for read in reads for warning in read.warnings)]


def _who() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
