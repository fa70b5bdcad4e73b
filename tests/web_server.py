# SPDX-License-Identifier: EUPL-1.2
"""A running `styr serve` and a real browser for the tests of the web application; nothing of either is downloaded."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
AXE = Path(__file__).parent / "web/vendor/axe-core/axe.min.js"
_PATIENCE = 60  # seconds until the server answers
PASSWORD = "styr-demonstration"


def missing_reason() -> str:
    """Why pages cannot be tried in a browser here; empty when they can."""
    return "" if CHROMIUM else "there is no Chromium; install the package chromium"


@contextmanager
def running_server(store: Path, database_url: str = "") -> Iterator[str]:
    """`styr serve` as a demonstration on a store; gives its address, and ends it as a user would."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "STYR_STORE": str(store), **({"DATABASE_URL": database_url} if database_url else {})}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "styr", "serve", "--port", str(port), "--demonstration"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, process)
        yield address
    finally:
        process.terminate()
        assert process.wait(20) == 0


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError("styr serve ended by itself")
        try:
            with urlopen(f"{address}/log-ind/", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"styr serve did not answer within {_PATIENCE} seconds")
