# SPDX-License-Identifier: EUPL-1.2
"""Written reports, kept in the store's folder by the number of the job that wrote them, and removed after a while: a
report is soon made again."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from styr.register import store
from styr.register.delivery.findings import Refused
from styr.reporting import CannotReport
from styr.reporting.writing import write_report
from styr.web.snapshots import latest
from styr.web.words import say

FORMS = ("html", "pdf", "xlsx")
_KEPT = 90 * 24 * 3600  # seconds


def write(number: int, asked: dict[str, Any]) -> dict[str, Any]:
    """Write the report that a job asks for (municipality, year, form, language) on the latest snapshot; raises Refused
    with why there is none."""
    snapshot = latest().snapshot
    if snapshot is None:
        raise Refused(say("reports.no_snapshot"))
    file = file_of(number, asked["form"])
    file.parent.mkdir(exist_ok=True)
    _clear_old(file.parent)
    try:
        write_report(snapshot, asked["municipality"], asked["year"], file, language=asked["language"])
    except CannotReport as error:
        raise Refused(str(error)) from error
    return {"snapshot": snapshot.id, "bytes": file.stat().st_size}


def file_of(number: int, form: str) -> Path:
    """Where the report of a job is kept."""
    return store.folder() / "reports" / f"{number}.{form}"


def _clear_old(folder: Path) -> None:
    for file in folder.iterdir():
        if time.time() - file.stat().st_mtime > _KEPT:
            file.unlink(missing_ok=True)
