# SPDX-License-Identifier: EUPL-1.2
"""The store a command works on: its folder, its database, its secret key, its snapshots.

The folder is STYR_STORE (./styr-store); the database lies in it unless DATABASE_URL names another. The secret key
for pseudonyms is STYR_KEY, or the file beside the folder with the same name and .key.
"""

from __future__ import annotations

import os
import secrets
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.utils import timezone

from styr.register.database import database
from styr.register.delivery.findings import Refused
from styr.register.delivery.pseudonym import Pseudonyms
from styr.register.snapshot import Snapshot

try:
    import fcntl
except ImportError:  # Windows has none; there two programs may not make one store at once
    fcntl = None  # type: ignore[assignment]

_SETTINGS = "styr.web.settings"
_SHORTEST_KEY = 16
_MAKING = 7_982_390_116  # any number; one program at a time makes a store's tables on PostgreSQL


def folder() -> Path:
    """The folder of the store; snapshots and rejected rows lie here whatever the database is."""
    return Path(settings.STORE)


def key_file() -> Path:
    """Where the secret key lies when the environment does not give it: beside the store, never in it."""
    store = folder().absolute()
    return store.with_name(store.name + ".key")


def choose_store(at: Path | None = None, database_url: str | None = None) -> None:
    """Work on the store the environment chose, or on another; nothing is made or read of it yet."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", _SETTINGS)
    django.setup()
    if at is not None or database_url is not None:
        settings.STORE = at or folder()
        connection.close()
        del connections[DEFAULT_DB_ALIAS]
        chosen = {DEFAULT_DB_ALIAS: database(folder(), database_url)}
        connections.settings[DEFAULT_DB_ALIAS] = connections.configure_settings(chosen)[DEFAULT_DB_ALIAS]


def open_store(at: Path | None = None, database_url: str | None = None) -> None:
    """Make a store ready for work: create its folder and database when new, bring its tables up to date.

    at and database_url name another store than the one the environment chose.
    """
    choose_store(at, database_url)
    try:
        folder().mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            f"{folder()}: the store's folder cannot be made ({error.strerror}); choose another with --store"
        ) from error
    with _alone():
        if _needs_migration():
            call_command("migrate", verbosity=0, interactive=False)


def prepare_reading() -> None:
    """Start the processes that read a large SQLite store, while the store is being opened."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", _SETTINGS)
    from styr.register.sqlite_ranges import prepare

    if connection.vendor == "sqlite":
        prepare(Path(connection.settings_dict["NAME"]))


def pseudonyms() -> Pseudonyms:
    """The pseudonyms of this store. A new store gets a new key; a known store refuses any other key than its own."""
    from styr.register.models import PseudonymKey

    known = PseudonymKey.objects.first()
    if known is None:
        with _alone():
            if not (known := PseudonymKey.objects.first()):
                key = Pseudonyms(_key(may_create=True))
                known = PseudonymKey.objects.create(fingerprint=key.fingerprint)
    made = Pseudonyms(_key(may_create=False))
    if known.fingerprint != made.fingerprint:
        raise Refused(
            "the secret key is not the one this store was made with: persons would get other pseudonyms. "
            f"Set STYR_KEY, or put the right key in {key_file().name} beside the store"
        )
    return made


def secret() -> bytes:
    """The store's secret key, made for a new store; also signs the audit log."""
    pseudonyms()
    return _key(may_create=False)


def snapshot(known_at: date | None = None) -> Snapshot:
    """A snapshot of what the register knew at the end of a day (default: all it knows); taken unless there is one."""
    from styr.register.taking import take_snapshot

    return take_snapshot(folder() / "snapshots", end_of(known_at) if known_at else None)


def start_of(day: date) -> datetime:
    """The first moment of a day, Danish time."""
    return timezone.make_aware(datetime.combine(day, time()))


def end_of(day: date) -> datetime:
    """The last moment of a day, Danish time."""
    return start_of(day + timedelta(days=1)) - timedelta(microseconds=1)


@contextmanager
def _alone() -> Iterator[None]:
    """Making a store's tables or key while another program does the same: one after the other."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_MAKING])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_MAKING])
    elif fcntl is None:
        yield
    else:
        with (folder() / "making.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _needs_migration() -> bool:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _key(*, may_create: bool) -> bytes:
    given = os.environ.get("STYR_KEY")
    if given:
        return _long_enough(given.strip(), "STYR_KEY")
    file = key_file()
    if file.exists():
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise Refused(f"{file.name}: the secret key can be read by others; run: chmod 600 {file.name}")
        return _long_enough(file.read_text(encoding="ascii", errors="replace").strip(), file.name)
    if not may_create:
        raise Refused(f"the store's secret key is missing: set STYR_KEY, or put {file.name} back beside the store")
    key = secrets.token_hex(32)
    handle, work = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # 0600 from its making
    try:
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(key + "\n")
        Path(work).replace(file)  # whole or not at all
    finally:
        Path(work).unlink(missing_ok=True)
    return key.encode()


def _long_enough(key: str, place: str) -> bytes:
    if len(key) < _SHORTEST_KEY:
        raise Refused(f"{place}: the secret key is shorter than {_SHORTEST_KEY} characters; use a long random one")
    return key.encode()
