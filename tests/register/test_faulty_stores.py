# SPDX-License-Identifier: EUPL-1.2
"""Full disks, locked and damaged stores, other programs at work: a clear message, exit 1, and nothing changed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from postgresql import Server
from register.processes import Forks, forking
from register.taking import CITIZENS, contents, environment, known, styr, take, write_csv

from styr.register import store as stores

Write = Callable[..., Path]


def test_a_locked_store(any_store: Path, delivery: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    from styr.register.delivery import take as taking

    folder = delivery(citizens=CITIZENS)
    stores.pseudonyms()
    monkeypatch.setenv("STYR_LOCK_TIMEOUT", "0.5")
    before = contents()
    if connection.vendor == "sqlite":
        stores.open_store(any_store)
        with closing(sqlite3.connect(any_store / "styr.sqlite3")) as other:
            other.execute("BEGIN IMMEDIATE")
            status, _, said = styr("import", str(folder))
    else:
        settings = connection.settings_dict
        with psycopg.connect(
            host=settings["HOST"],
            port=settings["PORT"],
            user=settings["USER"],
            password=settings["PASSWORD"],
            dbname=settings["NAME"],
        ) as other:
            other.execute("SELECT pg_advisory_lock(%s)", [taking._LOCK])
            status, _, said = styr("import", str(folder))
    in_use = "the store is in use by another program and stayed locked; try again when it is done. Nothing was changed"
    assert (status, said) == (1, f"styr: {in_use}\n")
    assert contents() == before
    assert take(folder).outcome == "taken"


def test_a_store_that_is_no_store(sqlite_template: Path, tmp_path: Path, delivery: Write) -> None:
    folder = delivery(citizens=CITIZENS)
    for number, damage in enumerate(
        [
            lambda whole: b"not a database" * 100,
            lambda whole: whole[:10_000],
            lambda whole: whole[:4096] + b"\xff" * 40_000 + whole[44_096:],
        ]
    ):
        store = tmp_path / str(number)
        shutil.copytree(sqlite_template, store)
        database = store / "styr.sqlite3"
        database.write_bytes(damage(database.read_bytes()))
        with environment(STYR_STORE=str(store)), pytest.MonkeyPatch.context() as patch:
            opened = stores.open_store
            patch.setattr(stores, "open_store", lambda opened=opened, store=store: opened(store))
            status, _, said = styr("import", str(folder))
        assert status == 1 and said.startswith("styr: the store cannot be used (") and "Traceback" not in said
    stores.open_store(tmp_path / "closed")


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    with environment(STYR_LOCK_TIMEOUT="20"), forking(tmp_path_factory.mktemp("forks")) as running:
        yield running


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a few megabytes; skips where none can be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    if (
        os.getuid()
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", place], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("only the superuser can mount a small disk")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def many(folder: Path, rows: int) -> Path:
    lines = [f"citizen number {n:09}".replace(" ", "-") + ";1980-01-01;K;101" for n in range(rows)]
    return write_csv(
        folder,
        "\n".join(["citizen_id;birth_date;sex;municipality", *lines, ""]).replace("number-", "x"),
        "citizens.csv",
    )


def full(forks: Forks, store: Path, folder: Path, file_size: int | None = None) -> str:
    running = forks.styr("import", str(folder), store=store, file_size=file_size)
    assert running.wait() == 1
    return running.errors.read_text()


def state_of(store: Path) -> str:
    stores.open_store(store)
    return contents()


def test_a_full_disk(forks: Forks, sqlite_template: Path, small_disk: Path, tmp_path: Path, delivery: Write) -> None:
    store = small_disk / "store"
    shutil.copytree(sqlite_template, store)
    assert forks.styr("import", str(delivery(citizens=CITIZENS)), store=store).wait() == 0
    before = state_of(store)
    assert (
        full(forks, store, many(tmp_path / "many", 40_000))
        == "styr: the disk is full: make room and try again. Nothing was changed\n"
    )
    assert state_of(store) == before


def test_a_file_that_may_not_grow(forks: Forks, sqlite_template: Path, tmp_path: Path, delivery: Write) -> None:
    store = tmp_path / "store"
    shutil.copytree(sqlite_template, store)
    before = state_of(store)
    said = full(forks, store, many(tmp_path / "many", 40_000), file_size=2_000_000)
    assert said.startswith("styr: ") and said.endswith("Nothing was changed\n") and "inside Styr" not in said
    assert state_of(store) == before


def test_two_imports_at_once_into_a_new_store(forks: Forks, tmp_path: Path) -> None:
    for attempt in range(3):
        store = tmp_path / f"store {attempt}"
        running = [forks.styr("import", str(many(tmp_path / f"{attempt}{n}", 500 + n)), store=store) for n in range(3)]
        statuses = [each.wait() for each in running]
        said = [each.errors.read_text() for each in running]
        assert statuses == [0, 0, 0], said
        stores.open_store(store)
        assert len(known("citizens")) == 502


def test_two_imports_at_once_on_postgresql(forks: Forks, postgresql_server: Server, tmp_path: Path) -> None:
    url = postgresql_server.create()
    running = [
        forks.styr("import", str(many(tmp_path / str(n), 500 + n)), store=tmp_path / "store", database=url)
        for n in range(2)
    ]
    assert [each.wait() for each in running] == [0, 0], [each.errors.read_text() for each in running]
    stores.open_store(tmp_path / "store", url)
    assert len(known("citizens")) == 501


def test_a_million_faulty_rows_are_refused_in_reasonable_time(store: Path, tmp_path: Path) -> None:
    """A tenth of it here, with every row wrong in two ways, so that it stays a test; memory is bounded by columns."""
    rows = "\n".join(f"{n};2024-13-01;Narnia;53852;1;{n % 3 + 3};1x" for n in range(100_000))
    folder = write_csv(
        tmp_path / "d", f"posting_id;date;municipality;function;grouping;dranst;amount\n{rows}\n", "postings.csv"
    )
    start = time.monotonic()
    status, _, said = styr("import", str(folder))
    assert status == 1
    assert time.monotonic() - start < 30
    assert "… and" in said and "more of the same kinds" in said
    assert len(said.splitlines()) < 100


def test_a_terminal_without_danish_letters_gets_the_message_too(sqlite_template: Path, tmp_path: Path) -> None:
    shutil.copytree(sqlite_template, tmp_path / "store")
    done = subprocess.run(
        [sys.executable, "-m", "styr", "--store", str(tmp_path / "store"), "import", str(tmp_path / "Æblegården.csv")],
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "styr: ?bleg?rden.csv: no such file or folder; see that the path is right\n"
