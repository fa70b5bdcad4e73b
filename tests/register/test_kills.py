# SPDX-License-Identifier: EUPL-1.2
"""An import killed at any moment leaves exactly the state before it or the state after it."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import psycopg
import pytest
from postgresql import Server
from register.processes import Forks, Running, forking
from register.taking import contents, take

from styr.register.store import open_store

KILLS, LEAST_OF_EACH, KILLS_ON_POSTGRESQL = 30, 4, 5


def write(folder: Path, citizens: int, version: int) -> Path:
    """A delivery of citizens, grants and postings; versions differ in part of the rows."""
    folder.mkdir()
    rng = np.random.default_rng(version)
    number = np.arange(citizens)
    pl.DataFrame({
        "citizen_id": [f"c{n}" for n in number], "birth_date": "1970-01-01", "municipality": 101,
        "sex": rng.choice(["M", "K"], citizens),
    }).write_csv(folder / "citizens.csv")  # fmt: skip
    pl.DataFrame({
        "grant_id": [f"g{n}" for n in number], "citizen_id": [f"c{n}" for n in rng.integers(0, citizens, citizens)],
        "provision": "SEL-85",
        "start_date": "2020-01-01", "paying_municipality": 101, "hours_per_week": rng.integers(1, 9, citizens),
    }).write_csv(folder / "grants.csv")  # fmt: skip
    pl.DataFrame({
        "posting_id": [f"p{n}" for n in number + version * citizens // 2], "date": "2024-01-01", "municipality": 101,
        "function": "5.38.52",
        "grouping": "001", "dranst": 1, "amount": rng.integers(0, 10**6, citizens) / 100,
    }).write_csv(folder / "postings.csv")  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def forks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Forks]:
    with forking(tmp_path_factory.mktemp("forks")) as running:
        yield running


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("deliveries")
    return write(folder / "1", 2500, 1), write(folder / "2", 2500, 2)


def state_of(store: Path, database: str | None = None) -> str:
    """The state of a store as the next program finds it, the delivery log included."""
    from django.db import connection

    open_store(store, database)
    state = contents()
    with connection.cursor() as cursor:
        cursor.execute("SELECT outcome, count(*) FROM register_delivery GROUP BY outcome ORDER BY outcome")
        log = cursor.fetchall()
    connection.close()
    return f"{state} {[tuple(row) for row in log]}"


def duration(running: Running) -> float:
    """Seconds from its beginning to its end, of an import that is left alone."""
    running.await_beginning()
    start = time.monotonic()
    assert running.wait() == 0
    return time.monotonic() - start


def kill_after(running: Running, seconds: float) -> str:
    """Kill a command some time after it began to read; the stage it had come to, or over when it was done."""
    running.await_beginning()
    time.sleep(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.kill(running.pid, signal.SIGKILL)
    return running.stage.split()[0] if running.wait() == -signal.SIGKILL else "over"


def test_a_killed_import_leaves_the_state_before_or_after(
    forks: Forks, deliveries: tuple[Path, Path], sqlite_template: Path, tmp_path: Path
) -> None:
    template = tmp_path / "template"
    shutil.copytree(sqlite_template, template)
    open_store(template)
    take(deliveries[0])
    before = state_of(template)

    def copy(name: str) -> Path:
        shutil.copytree(template, tmp_path / name)
        shutil.copy2(template.with_name("template.key"), tmp_path / f"{name}.key")
        return tmp_path / name

    whole = duration(forks.styr("import", str(deliveries[1]), store=copy("whole")))
    after = state_of(tmp_path / "whole")
    assert after != before
    stages: Counter[str] = Counter()
    moments = random.Random(1)
    while stages["reading"] + stages["taking"] < KILLS or min(stages["reading"], stages["taking"]) < LEAST_OF_EACH:
        assert stages.total() < 5 * KILLS, f"the kills do not hit the import under way: {stages}"
        store = copy(f"killed {stages.total()}")
        stage = kill_after(forks.styr("import", str(deliveries[1]), store=store), moments.random() * whole)
        state = state_of(store)
        assert state in (before, after), f"killed while {stage}: neither the state before nor the state after"
        stages[stage] += 1
        whole *= 0.9 if stage == "over" else 1.03  # the machine may be busier or calmer than when it was measured
        shutil.rmtree(store)


def test_a_killed_import_leaves_the_state_before_or_after_on_postgresql(
    forks: Forks, deliveries: tuple[Path, Path], postgresql_template: Server, tmp_path: Path
) -> None:
    store = tmp_path / "store"
    base = postgresql_template.create(from_template="template_styr")
    assert forks.styr("import", str(deliveries[0]), store=store, database=base).wait() == 0
    before = state_of(store, base)
    name = base.rsplit("/", 1)[1]

    def copy() -> str:
        from django.db import connection

        connection.close()
        return postgresql_template.create(from_template=name)

    whole_database = copy()
    whole = duration(forks.styr("import", str(deliveries[1]), store=store, database=whole_database))
    after = state_of(store, whole_database)
    stages: Counter[str] = Counter()
    for number in range(KILLS_ON_POSTGRESQL):
        database = copy()
        stages[
            kill_after(
                forks.styr("import", str(deliveries[1]), store=store, database=database), whole * (number + 1) / 6
            )
        ] += 1
        await_backends(database)
        assert state_of(store, database) in (before, after)
    assert stages["over"] < KILLS_ON_POSTGRESQL, stages


def await_backends(database: str) -> None:
    """Wait until the server has noticed that its client is gone."""
    with psycopg.connect(database, autocommit=True) as connection:
        for _ in range(600):
            query = (
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if connection.execute(query).fetchone() == (0,):
                return
            time.sleep(0.05)
    raise AssertionError("the killed import's connection stayed open")
