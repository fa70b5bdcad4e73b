# SPDX-License-Identifier: EUPL-1.2
"""The server and the worker as processes: both stop by themselves when told to, and the worker with the server, as do
the processes that count for it."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from typing import Any

import typer
from django.conf import settings
from waitress import create_server

from styr.processes import cores
from styr.register.delivery.findings import Refused
from styr.web import ready
from styr.web.apart import processes_apart
from styr.web.data.worker import work

_STOP = (signal.SIGTERM, signal.SIGINT)
_BESIDE = "STYR_WORKER_BESIDE"  # says to a worker that a server started it
_PATIENCE = 10  # seconds a worker has to end when told to


def run(host: str, port: int, threads: int, *, behind_proxy: str | None) -> None:
    """Serve until told to stop, with a worker beside."""
    from styr.web.wsgi import application

    proxied: dict[str, Any] = (
        {
            "trusted_proxy": behind_proxy,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
        }
        if behind_proxy
        else {}
    )
    try:
        server = create_server(
            application,
            host=host,
            port=port,
            threads=threads,
            ident="",
            max_request_body_size=settings.LARGEST_UPLOAD,
            **proxied,
        )
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise Refused(f"{host}:{port}: something else listens here. Choose another port with --port") from error
    beside = subprocess.Popen([sys.executable, "-m", "styr", "worker"], env={**os.environ, _BESIDE: "1"})
    for each in _STOP:
        signal.signal(each, _stop)
    try:
        with processes_apart(cores()):
            ready.begin()
            typer.echo(f"Styr is open at http://{host}:{port}/ (stop with Ctrl-C)", err=True)
            server.run()
    except _Stopped:
        pass
    finally:
        server.close()
        _end(beside)


def run_worker() -> None:
    """Do jobs until told to stop."""
    stopped = threading.Event()
    for each in _STOP:
        signal.signal(each, lambda *_: stopped.set())
    beside, parent = os.environ.get(_BESIDE) == "1", os.getppid()
    work(lambda: stopped.is_set() or (beside and os.getppid() != parent))  # one whose server is gone ends too


class _Stopped(SystemExit): ...


def _stop(*_: object) -> None:
    raise _Stopped(0)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()  # a delivery being taken is not taken; it is begun anew by the next worker
