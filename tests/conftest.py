# SPDX-License-Identifier: EUPL-1.2
"""Stores to test on (an empty one per test, on SQLite and on a real PostgreSQL), and engines to count on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import pytest
import spark
from postgresql import Server, missing_reason, running_server

os.environ["DJANGO_SETTINGS_MODULE"] = "styr.web.settings"
os.environ.pop("DATABASE_URL", None)
os.environ.pop("STYR_STORE", None)
os.environ.pop("STYR_KEY", None)
django.setup()


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL of our own on 127.0.0.1; where there is none, tests on it are skipped, never in CI."""
    reason = missing_reason()
    if reason:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def postgresql_engine(postgresql_server: Server) -> Iterator[str]:
    """Counting in PostgreSQL (--engine postgresql) goes to a database of our own; gives its URL."""
    url = postgresql_server.create()
    with pytest.MonkeyPatch.context() as told:
        told.setenv("STYR_POSTGRESQL", url)
        yield url


@pytest.fixture(scope="session")
def spark_cluster() -> Iterator[Any]:
    """A Spark cluster of our own with two executor processes, which counting on Spark (--engine spark) uses; gives the
    session. Where there is no Java, tests on it are skipped, never in CI."""
    reason = spark.missing_reason()
    if reason:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with spark.running_cluster() as session:
        yield session


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with all its tables and nothing in them."""
    from styr.register.store import open_store

    template = tmp_path_factory.mktemp("template") / "store"
    open_store(template)
    _close()
    return template


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Server:
    from styr.register.store import open_store

    open_store(tmp_path_factory.mktemp("template"), postgresql_server.create("template_styr"))
    _close()
    return postgresql_server


@pytest.fixture
def store(sqlite_template: Path, tmp_path: Path) -> Iterator[Path]:
    """An empty store on SQLite, opened; gives its folder."""
    from styr.register.store import open_store

    folder = tmp_path / "store"
    shutil.copytree(sqlite_template, folder)
    open_store(folder)
    yield folder
    _close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """An empty store, opened, once on SQLite and once on PostgreSQL; gives its folder."""
    from styr.register.store import open_store

    if request.param == "sqlite":
        yield request.getfixturevalue("store")
        return
    server: Server = request.getfixturevalue("postgresql_template")
    folder = tmp_path / "store"
    folder.mkdir()
    url = server.create(from_template="template_styr")
    open_store(folder, url)
    yield folder
    _close()
    server.drop(url)


@pytest.fixture
def delivery(tmp_path: Path) -> Callable[..., Path]:
    """Writes a delivery from drawn tables: delivery(grants='''...''', citizens='''...''') gives its folder."""
    from drawn import write_delivery

    def write(name: str = "delivery", **tables: str) -> Path:
        return write_delivery(tmp_path / name, tables)

    return write


def _close() -> None:
    from django.db import connection

    connection.close()
