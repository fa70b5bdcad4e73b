# SPDX-License-Identifier: EUPL-1.2
"""A snapshot: an immutable columnar copy of what the register knew on a day.

A snapshot is a folder named by its id, with one Parquet file for every table of the exchange format (empty ones
too) and a manifest. This module is the side that reads and writes such folders; it knows nothing of the store.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from styr.register.schema import arrow_schema
from styr.vocabulary.exchange import tables

FORMAT = 1
MANIFEST = "manifest.json"
_WORK = ".taking-"  # folders of snapshots in the making
_ABANDONED = 24 * 3600  # seconds after which one is no longer in the making
_MOST_WAITING = 384 * 2**20  # bytes of tables read but not yet written


class SnapshotError(Exception):
    """A snapshot that cannot be read; the message says what to do."""


@dataclass(frozen=True)
class DeliveryMark:
    """A delivery as a snapshot names it: its number, known-at moment and file hash."""

    number: int
    known_at: str
    sha256: str


@dataclass(frozen=True)
class TableCopy:
    """One table's file in a snapshot: rows, hash of the bytes, and the deliveries its content comes from."""

    rows: int
    sha256: str
    state: str


@dataclass(frozen=True)
class Snapshot:
    """An opened snapshot.

    id names it in results; known_at is the day to which open grants run; generated says whether any delivery in it
    was generated data; copies gives rows and hash per table.
    """

    id: str
    folder: Path
    known_at: date
    generated: bool
    deliveries: tuple[DeliveryMark, ...]
    copies: Mapping[str, TableCopy] = field(repr=False)

    def path(self, table: str) -> Path:
        """The Parquet file of a table of the exchange format; it exists for every table."""
        return self.folder / f"{table}.parquet"

    def rows(self, table: str) -> int:
        """Rows of a table; 0 when nothing of it was delivered."""
        return self.copies[table].rows


def open_snapshot(folder: Path) -> Snapshot:
    """Open the snapshot in a folder; raises SnapshotError when it is not one."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SnapshotError(f"{folder} holds no snapshot. Take one with: styr snapshot") from error
    try:
        if manifest["format"] != FORMAT:
            raise SnapshotError(f"{folder} was written by another version of Styr. Take a new one with: styr snapshot")
        return Snapshot(
            id=manifest["id"],
            folder=folder,
            known_at=date.fromisoformat(manifest["known_at"]),
            generated=manifest["generated"],
            deliveries=tuple(DeliveryMark(**mark) for mark in manifest["deliveries"]),
            copies={name: TableCopy(**manifest["tables"][name]) for name in tables()},
        )
    except (KeyError, TypeError, ValueError) as error:
        raise SnapshotError(f"{folder}: the manifest is damaged. Take a new snapshot with: styr snapshot") from error


def write_snapshot(
    parent: Path,
    read: Callable[[str], pa.Table],
    *,
    known_at: date,
    generated: bool = False,
    deliveries: tuple[DeliveryMark, ...] = (),
    states: Mapping[str, str] | None = None,
    shared: Mapping[str, Snapshot] | None = None,
    sizes: Mapping[str, int] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Snapshot:
    """Write a snapshot below parent and return it; when one of the same content is there, return that.

    read gives a table's rows (schema arrow_schema(table)); they are written in the order of their key. states names
    the state of each table (what it was made from); shared gives, for a table, an earlier snapshot whose file may be
    used as it is; sizes tells which tables are large, about: they are begun with, and written while others are read.
    The folder appears whole or not at all.
    """
    parent.mkdir(parents=True, exist_ok=True)
    _clear_abandoned(parent)
    work = Path(tempfile.mkdtemp(prefix=_WORK, dir=parent))
    try:
        copies: dict[str, TableCopy] = {}
        for name, earlier in (shared or {}).items():
            copies[name] = earlier.copies[name]
            _link(earlier.path(name), work / f"{name}.parquet")
        anew = sorted((name for name in tables() if name not in copies), key=lambda name: -(sizes or {}).get(name, 0))
        copies |= _write_tables(work, anew, read, states or {}, progress or (lambda name: None))
        content = {
            "format": FORMAT,
            "known_at": known_at.isoformat(),
            "generated": generated,
            "tables": {name: asdict(copies[name]) for name in tables()},
            "deliveries": [asdict(mark) for mark in deliveries],
        }
        digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        identity = f"snap-{digest[:16]}"
        folder = parent / identity
        if not _is_whole(folder):
            if folder.exists():
                folder.rename(tempfile.mkdtemp(prefix=f".damaged-{identity}-", dir=parent))
            (work / MANIFEST).write_text(json.dumps({"id": identity, **content}, indent=1), encoding="utf-8")
            work.rename(folder)
        return open_snapshot(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _clear_abandoned(parent: Path) -> None:
    """Remove what a snapshot that was killed long ago left half done."""
    for left in parent.glob(f"{_WORK}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left)


def _is_whole(folder: Path) -> bool:
    try:
        return all(path.exists() for path in map(open_snapshot(folder).path, tables()))
    except SnapshotError:
        return False


def _write_tables(
    folder: Path,
    names: Sequence[str],
    read: Callable[[str], pa.Table],
    states: Mapping[str, str],
    progress: Callable[[str], None],
) -> dict[str, TableCopy]:
    """Write tables, each while the next is read."""
    written: dict[str, Future[TableCopy]] = {}
    sizes: dict[str, int] = {}
    with ThreadPoolExecutor(1) as writer:
        for name in names:
            progress(name)
            rows = read(name)
            sizes[name] = rows.nbytes
            written[name] = writer.submit(_write_table, folder, name, rows, states.get(name, ""))
            waiting = [each for each, copy in written.items() if not copy.done()]
            if sum(sizes[each] for each in waiting) > _MOST_WAITING:
                written[waiting[0]].result()
        return {name: copy.result() for name, copy in written.items()}


def _write_table(folder: Path, name: str, rows: pa.Table, state: str) -> TableCopy:
    table, path = tables()[name], folder / f"{name}.parquet"
    if not _is_sorted(rows, table.key):  # it is where a first delivery is stored
        rows = pl.DataFrame(pl.from_arrow(rows)).sort(table.key).to_arrow()
    in_order = rows.cast(arrow_schema(name))
    # a dictionary of a column of single values is made for nothing
    repeated = [column.name for column in table if column.type not in ("id", "citizen", "money")]
    pq.write_table(
        in_order,
        path,
        compression="zstd",
        use_dictionary=repeated,
        row_group_size=262_144,
        store_decimal_as_integer=True,  # half the bytes of the other way, and faster to count on
    )
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return TableCopy(rows=rows.num_rows, sha256=digest, state=state)


def _is_sorted(rows: pa.Table, key: Sequence[str]) -> bool:
    return len(key) == 1 and pl.Series(rows.column(key[0])).is_sorted()


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
