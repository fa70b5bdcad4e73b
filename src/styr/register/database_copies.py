# SPDX-License-Identifier: EUPL-1.2
"""The store's database as one file, as it stands at a moment, and back: SQLite by its own online copy, PostgreSQL by
its own programs."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection

from styr.register.delivery.findings import Refused


def own_files() -> set[str]:
    """The names of the files of an SQLite database; none of PostgreSQL."""
    if connection.vendor != "sqlite":
        return set()
    return {f"{_sqlite_file().name}{end}" for end in ("", "-wal", "-shm", "-journal")}


def has_tables() -> bool:
    """Whether there is anything in the database."""
    if connection.vendor == "sqlite" and not _sqlite_file().exists():
        return False
    return bool(connection.introspection.table_names())


def copy_out(to: Path) -> None:
    """Write the database to a file; others may read and write it meanwhile."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(_sqlite_file())) as standing, closing(sqlite3.connect(to)) as copy:
            standing.backup(copy)
        return
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={to}")


def copy_in(file: Path, new: Path, store: Path) -> None:
    """Put a copied database where the store's is to be, whole or not at all: an SQLite database that lies in the
    store's folder into the new folder that will take its place, any other in place of the one that is there."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(file)) as copy:
            (found,) = copy.execute("PRAGMA integrity_check").fetchone()
        if found != "ok":
            raise Refused(f"the backup's database is damaged: {found}")
        connection.close()
        target = _sqlite_file().absolute()
        if target.is_relative_to(store):
            target = new / target.relative_to(store)
        target.parent.mkdir(parents=True, exist_ok=True)
        for end in ("-wal", "-shm", "-journal"):
            target.with_name(target.name + end).unlink(missing_ok=True)
        shutil.move(file, target)
        return
    over = ["--clean", "--if-exists"] if has_tables() else []
    connection.close()
    _run("pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", *over, str(file))


def _sqlite_file() -> Path:
    return Path(connection.settings_dict["NAME"])


def _run(program: str, *arguments: str) -> None:
    """A program of PostgreSQL's on the store's database; the password goes in the environment, where others do not see
    it."""
    if not (found := shutil.which(program)):
        raise Refused(f"{program} is not here: install Debian's package postgresql-client")
    settings = connection.settings_dict
    environment = os.environ | {
        "PGHOST": settings["HOST"] or "",
        "PGPORT": str(settings["PORT"] or ""),
        "PGUSER": settings["USER"] or "",
        "PGPASSWORD": settings["PASSWORD"] or "",
    }
    database = f"--dbname={settings['NAME']}"
    done = subprocess.run([found, database, *arguments], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{program}: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else 'failed'}")
