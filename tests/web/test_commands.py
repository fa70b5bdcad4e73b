# SPDX-License-Identifier: EUPL-1.2
"""The web application's commands: the first user, the audit log, serving, and the worker that ends with the server."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

import web_server


def styr(store: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command on a store."""
    told = {**os.environ, "STYR_STORE": str(store), **environment}
    told.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "styr", *words]
    return subprocess.run(command, env=told, capture_output=True, text=True, check=False, timeout=120)


def test_the_first_user_is_opened_and_noted_and_the_log_verified(tmp_path: Path) -> None:
    store = tmp_path / "store"
    weak = styr(store, "user", "anna", "--name", "Anna", STYR_PASSWORD="kort")
    assert weak.returncode == 1 and "12" in weak.stderr
    strong = styr(store, "user", "anna", "--name", "Anna", STYR_PASSWORD="et-langt-kodeord-igen")
    assert strong.returncode == 0, strong.stderr
    placeless = styr(
        store, "user", "bo", "--name", "Bo", "--role", "case_worker", STYR_PASSWORD="et-langt-kodeord-igen"
    )
    assert placeless.returncode == 1 and "municipality" in placeless.stderr
    verified = styr(store, "audit", "verify")
    assert verified.stdout.startswith("1 entries, last mark ")
    mark = verified.stdout.split()[-1]
    assert styr(store, "audit", "verify", "--expect", mark).returncode == 0
    assert styr(store, "audit", "verify", "--expect", "0" * 64).returncode == 1


def test_djangos_own_check_of_a_server_finds_nothing_to_say(tmp_path: Path) -> None:
    told = {**os.environ, "STYR_STORE": str(tmp_path), "STYR_SECRET": "s" * 30 + "0123456789abcdefghijklmnopqrstuv"}
    told["DJANGO_SETTINGS_MODULE"] = "styr.web.site"
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    checked = subprocess.run(command, env=told, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_others_are_not_served_without_a_proxy_that_ends_tls(tmp_path: Path) -> None:
    refused = styr(tmp_path / "store", "serve", "--host", "0.0.0.0")
    assert refused.returncode == 1 and "--behind-proxy" in refused.stderr


def test_a_demonstration_is_refused_on_real_data(filled: Path) -> None:
    refused = styr(filled, "serve", "--demonstration")
    assert refused.returncode == 1 and "generated data alone" in refused.stderr


def test_the_worker_ends_with_the_server_and_the_pages_say_demonstration(tmp_path: Path) -> None:
    store = tmp_path / "store"
    with web_server.running_server(store) as address:
        with urlopen(Request(f"{address}/log-ind/"), timeout=10) as page:
            assert "Demonstration." in page.read().decode()
        until = time.monotonic() + 30
        while not _locked(store / "worker.lock") and time.monotonic() < until:
            time.sleep(0.2)
        assert _locked(store / "worker.lock")
    assert not _locked(store / "worker.lock")


def _locked(file: Path) -> bool:
    """Whether a worker holds the store's lock."""
    import fcntl

    if not file.exists():
        return False
    with file.open("r") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
