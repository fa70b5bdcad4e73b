# SPDX-License-Identifier: EUPL-1.2
"""A store in one file, and back: the database as it stands at a moment, and what lies in the store's folder beside it.

The file is a compressed tar with a manifest of hashes, readable by its owner alone. The secret key is not in it: it is
kept apart from the data it guards (see store.py), and must be put back by hand.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from django.db import connection
from django.utils import timezone

from styr.register import database_copies as copies
from styr.register.delivery.findings import Refused
from styr.register.store import folder, key_file, open_store

FORMAT = 1
MANIFEST = "manifest.json"
_DATABASE, _FOLDER = "database", "store"
_MADE_AGAIN = {"prepared", "making.lock"}  # made when they are missing


@dataclass(frozen=True)
class Backup:
    """What a backup is: when it was made, of which kind of database, by which version of Styr, its files and bytes."""

    made_at: str
    database: str
    version: str
    files: int
    size: int


def backup(to: Path) -> Backup:
    """Write the store to a file, which appears whole or not at all. Raises Refused when there is one already."""
    if to.exists():
        raise Refused(f"{to} is there already; choose another name")
    open_store()
    made_at = timezone.now().isoformat(timespec="seconds")
    try:
        with tempfile.TemporaryDirectory(prefix=".styr-backup-", dir=to.absolute().parent) as work:
            copy, whole = Path(work) / _DATABASE, Path(work) / to.name
            hashes: dict[str, str] = {}
            with tarfile.open(whole, "w:gz", compresslevel=1) as tar:
                # the folder first: a snapshot taken meanwhile may be missing, but none is there that the database lacks
                for path in _kept(folder()):
                    _add(tar, path, f"{_FOLDER}/{path.relative_to(folder()).as_posix()}", hashes)
                copies.copy_out(copy)
                _add(tar, copy, _DATABASE, hashes)
                manifest = {
                    "format": FORMAT,
                    "styr": version("styr"),
                    "made_at": made_at,
                    "database": connection.vendor,
                    "files": hashes,
                }
                _add_text(tar, MANIFEST, json.dumps(manifest, indent=1))
            whole.chmod(0o600)
            whole.replace(to)
    except OSError as error:
        raise Refused(f"{to} cannot be written: {error.strerror or error}") from error
    return Backup(made_at, connection.vendor, version("styr"), len(hashes), to.stat().st_size)


def restore(file: Path, *, replace: bool = False) -> Backup:
    """Put a backup in the store's place; the store must be new or empty.

    replace: a store that is there is set aside, its folder with a name of its own beside the new one (a PostgreSQL
    database is written over). Every file is held against its hash before anything is touched, and the tables are
    brought up to date. Raises Refused with what stands in the way.
    """
    store = folder().absolute()
    store.parent.mkdir(parents=True, exist_ok=True)
    with _unpacked(file, store.parent) as (work, told):
        if told["database"] != connection.vendor:
            raise Refused(
                f"{file} is of a store on {told['database']}, and this one is on {connection.vendor}; "
                "set DATABASE_URL to a database of the same kind"
            )
        standing = store.exists() and any(_kept(store))
        if (standing or copies.has_tables()) and not replace:
            raise Refused(f"{store} is in use; restore to another with --store, or set this one aside with --replace")
        (work / _FOLDER).mkdir(exist_ok=True)
        copies.copy_in(work / _DATABASE, work / _FOLDER, store)
        _take_the_place(work / _FOLDER, store)
        size = file.stat().st_size
    open_store()
    return Backup(told["made_at"], told["database"], told["styr"], len(told["files"]), size)


def key_is_missing() -> bool:
    """Whether the restored store's secret key is still to be put back."""
    return not os.environ.get("STYR_KEY") and not key_file().exists()


def _kept(store: Path) -> Iterator[Path]:
    """The files of a store's folder that a backup holds: all but the database and what is made again."""
    for path in sorted(store.rglob("*")):
        parts = path.relative_to(store).parts
        made_again = any(part in _MADE_AGAIN or part.startswith(".") for part in parts)
        if path.is_file() and not made_again and path.name not in copies.own_files():
            yield path


def _add(tar: tarfile.TarFile, path: Path, name: str, hashes: dict[str, str]) -> None:
    with path.open("rb") as content:
        hashes[name] = hashlib.file_digest(content, "sha256").hexdigest()
    tar.add(path, name, recursive=False)


def _add_text(tar: tarfile.TarFile, name: str, text: str) -> None:
    content = text.encode()
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    tar.addfile(entry, io.BytesIO(content))


@contextmanager
def _unpacked(file: Path, beside: Path) -> Iterator[tuple[Path, dict[str, object]]]:
    """A backup's files in a folder that goes away again, every one as its manifest says, and the manifest."""
    with tempfile.TemporaryDirectory(prefix=".styr-restore-", dir=beside) as work:
        try:
            with tarfile.open(file, "r:gz") as tar:
                tar.extractall(work, filter="data")
            told = json.loads((Path(work) / MANIFEST).read_text(encoding="utf-8"))
            hashes = dict(told["files"])
            if told["format"] != FORMAT:
                raise Refused(f"{file} was written by another version of Styr ({told['styr']})")
        except (OSError, EOFError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
            raise Refused(f"{file} is no backup of Styr, or a damaged one ({error})") from error
        there = {path.relative_to(work).as_posix() for path in Path(work).rglob("*") if path.is_file()} - {MANIFEST}
        for name in sorted(there ^ set(hashes)):
            raise Refused(f"{file} is damaged: {name} is {'not of it' if name in there else 'missing'}")
        for name, digest in hashes.items():
            with (Path(work) / name).open("rb") as content:
                if hashlib.file_digest(content, "sha256").hexdigest() != digest:
                    raise Refused(f"{file} is damaged: {name} is not what was written")
        yield Path(work), told


def _take_the_place(new: Path, store: Path) -> None:
    """A folder in the place of another, which is set aside; where that cannot be, nothing has moved."""
    aside = _aside(store)
    if store.exists():
        store.rename(aside)
    try:
        new.rename(store)
    except OSError:
        if aside.exists():
            aside.rename(store)
        raise


def _aside(store: Path) -> Path:
    """A name beside the store that nothing has."""
    name = f"{store.name}.before-{timezone.localtime():%Y-%m-%d-%H%M%S}"
    return next(path for number in range(1000) if not (path := store.with_name(name + "-again" * number)).exists())
