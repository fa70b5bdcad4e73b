# SPDX-License-Identifier: EUPL-1.2
"""A PostgreSQL server for the tests: its own folder, its own port on 127.0.0.1, gone when the tests are."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg


def missing_reason() -> str | None:
    """Why no server can be started here; None when one can."""
    return None if _program("postgres") else "no PostgreSQL here: install Debian's package postgresql"


@dataclass
class Server:
    """A running server; create() makes a database and gives its URL."""

    port: int
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def create(self, name: str | None = None, *, from_template: str | None = None) -> str:
        name = name or f"styr_{os.getpid()}_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            template = f' TEMPLATE "{from_template}"' if from_template else ""
            connection.execute(f'CREATE DATABASE "{name}"{template}')  # type: ignore[call-overload]
        return self.url(name)

    def drop(self, url: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{url.rsplit("/", 1)[1]}" WITH (FORCE)')  # type: ignore[call-overload]

    def url(self, name: str) -> str:
        """The URL of a database."""
        return f"postgresql://styr:styr@127.0.0.1:{self.port}/{name}"


@contextmanager
def running_server(kept: Path | None = None) -> Iterator[Server]:
    """Start a server and stop it again. kept: a folder its data stay in, for the next server on it."""
    user = "postgres" if os.getuid() == 0 else None  # PostgreSQL refuses to run as root
    folder = kept or Path(tempfile.mkdtemp(prefix="styr-postgresql-"))
    folder.mkdir(parents=True, exist_ok=True)
    data = folder / "data"
    try:
        if not data.exists():
            _make(folder, data, user)
        port = _free_port()
        server = subprocess.Popen(
            [_program("postgres"), "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user, cwd=folder,
        )  # fmt: skip
        try:
            _await(port)
            yield Server(port)
        finally:
            server.send_signal(signal.SIGINT)  # at once, whoever is still connected
            server.wait(30)
    finally:
        if not kept:
            shutil.rmtree(folder, ignore_errors=True)


def _make(folder: Path, data: Path, user: str | None) -> None:
    password = folder / "password"
    password.write_text("styr")
    if user:
        for path in (folder, password):
            shutil.chown(path, user)
    subprocess.run(
        [_program("initdb"), "-D", data, "-U", "styr", "-A", "scram-sha-256", "--pwfile", password, "-N",
         "-E", "UTF8"],
        check=True, stdout=subprocess.DEVNULL, user=user, cwd=folder,
    )  # fmt: skip


def _program(name: str) -> str | None:
    newest = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return str(newest[0]) if newest else shutil.which(name)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            psycopg.connect(f"postgresql://styr:styr@127.0.0.1:{port}/postgres", connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
