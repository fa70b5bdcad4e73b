# SPDX-License-Identifier: EUPL-1.2
"""How far a job has come, and whether it is to stop: in files of the store's folder, which can be written while the
database is not."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from styr.output import write_file
from styr.register import store

_SELDOM = 0.3  # seconds between writings


class Cancelled(Exception):
    """The one who asked for a job wants it no longer."""


class Progress:
    """Called by the work with stage, done and total; raises Cancelled when the job is to stop."""

    def __init__(self, number: int) -> None:
        self._number, self._written = number, 0.0

    def __call__(self, stage: str, done: int = 0, total: int = 0) -> None:
        if cancel_file(self._number).exists():
            raise Cancelled
        if time.monotonic() - self._written > _SELDOM:
            self._written = time.monotonic()
            said = {"stage": stage, "done": done, "total": total}
            write_file(_file(self._number, "progress"), json.dumps(said).encode())


def read(number: int) -> dict[str, Any]:
    """How far a job has come: stage, done, total; empty when nothing is known."""
    try:
        said: dict[str, Any] = json.loads(_file(number, "progress").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said


def cancel_file(number: int) -> Path:
    """The file whose being there asks a job to stop."""
    return _file(number, "cancel")


def clear(number: int) -> None:
    """Remove a job's files when it has ended."""
    for kind in ("progress", "cancel"):
        _file(number, kind).unlink(missing_ok=True)


def _file(number: int, kind: str) -> Path:
    folder = store.folder() / "jobs"
    folder.mkdir(exist_ok=True)
    return folder / f"{number}.{kind}"
