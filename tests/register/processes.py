# SPDX-License-Identifier: EUPL-1.2
"""Imports in processes of their own, many and soon: one process has everything loaded and forks for each command.

Run by itself it is that process: it reads a command a line (JSON) and answers with the pid and, when the command is
over, with its wait status.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Running:
    """A command under way; errors is the file its standard error goes to, stages the one its progress goes to."""

    pid: int
    errors: Path
    stages: Path
    _answers: Forks

    def wait(self) -> int:
        """The wait status: the exit status, or minus the signal that ended it."""
        return self._answers.status_of(self.pid)

    def await_beginning(self, seconds: float = 60) -> None:
        """Wait until the import has begun to read."""
        end = time.monotonic() + seconds
        while self.stage == "not begun" and time.monotonic() < end:
            time.sleep(0.002)

    @property
    def stage(self) -> str:
        """The last stage of the import that was begun."""
        return (self.stages.read_text().splitlines() or ["not begun"])[-1]


class Forks:
    """The process that forks, as seen from the test."""

    def __init__(self, process: subprocess.Popen[str], folder: Path) -> None:
        self._process, self._folder, self._statuses = process, folder, dict[int, int]()
        self._number = 0

    def styr(self, *arguments: str, store: Path, database: str | None = None, file_size: int | None = None) -> Running:
        """Start a command on a store; file_size is the most bytes a file may grow to (a full disk)."""
        self._number += 1
        errors, stages = (self._folder / f"{self._number}.{kind}" for kind in ("errors", "stages"))
        stages.touch()
        assert self._process.stdin and self._process.stdout
        order = [list(arguments), str(store), database, file_size, str(errors), str(stages)]
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Running(self._answer("pid")[0], errors, stages, self)

    def status_of(self, pid: int) -> int:
        while pid not in self._statuses:
            self._answer("over")
        return self._statuses.pop(pid)

    def _answer(self, kind: str) -> list[int]:
        assert self._process.stdout
        while True:
            said, *values = json.loads(self._process.stdout.readline())
            if said == "over":
                self._statuses[values[0]] = values[1]
            if said == kind:
                return list(values)


@contextmanager
def forking(folder: Path) -> Iterator[Forks]:
    """The forking process, started and stopped."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**os.environ, "STYR_LOCK_TIMEOUT": os.environ.get("STYR_LOCK_TIMEOUT", "60")}
    with subprocess.Popen(
        [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            yield Forks(process, folder)
        finally:
            assert process.stdin
            process.stdin.close()
            process.wait(60)


def main() -> None:
    """Fork for every command read; nothing that makes threads may run before."""
    import select

    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "styr.web.settings"
    django.setup()
    import styr.cli
    import styr.register.delivery.take  # noqa: F401 - loaded once for all

    running: set[int] = set()
    while True:
        ready, _, _ = select.select([sys.stdin], [], [], 0.005 if running else None)
        if ready:
            line = sys.stdin.buffer.raw.readline()  # type: ignore[attr-defined]
            if not line:
                return
            pid = os.fork()
            if not pid:
                run(*json.loads(line))
            running.add(pid)
            print(json.dumps(["pid", pid]), flush=True)
        for pid in list(running):
            over, status = os.waitpid(pid, os.WNOHANG)
            if over:
                running.remove(pid)
                print(json.dumps(["over", pid, os.waitstatus_to_exitcode(status)]), flush=True)


def run(
    arguments: list[str], store: str, database: str | None, file_size: int | None, errors: str, stages: str
) -> None:
    """In the fork: the command line on the store, its progress noted as it goes."""
    from styr import cli
    from styr.progress import shown_progress
    from styr.register import store as stores

    with open(errors, "wb", buffering=0) as said, open(os.devnull, "r+b") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
        os.dup2(nothing.fileno(), 1)
        os.dup2(said.fileno(), 2)
    if file_size:
        resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))
    noted = os.open(stages, os.O_WRONLY | os.O_APPEND)
    shown_progress.__call__ = lambda _, stage, done, total: os.write(noted, f"{stage}\n".encode())  # type: ignore[method-assign, assignment, return-value]
    opened = stores.open_store
    stores.open_store = lambda: opened(Path(store), database)
    sys.argv = ["styr", *arguments]
    status = 0
    try:
        cli.main()
    except SystemExit as done:
        status = int(done.code or 0)
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
