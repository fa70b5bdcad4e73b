# SPDX-License-Identifier: EUPL-1.2
"""What jobs do: checking a delivery, taking it, taking a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from styr.register import store
from styr.register.delivery.findings import Refused
from styr.register.delivery.take import RowsRejected, TableOutcome, Taken, take_delivery
from styr.register.snapshot import open_snapshot
from styr.register.undo import undo_delivery
from styr.statistics import prepare
from styr.web.data.models import Job
from styr.web.data.progress import Progress
from styr.web.data.uploads import path_of, remove, write_rejections
from styr.web.foreseen.made import make
from styr.web.reports.written import write

_SHOWN = 200


def check(job: Job, progress: Progress) -> dict[str, Any]:
    """Read and check a delivery as when it is taken, and change nothing."""
    return _told(job, progress, dry_run=True)


def take(job: Job, progress: Progress) -> dict[str, Any]:
    """Take a delivery, and the snapshot that pages count on after it."""
    told = _told(job, progress, dry_run=False)
    if "delivery" in told:
        told |= snapshot(job, progress)
        remove(job.arguments["upload"])
    return told


def snapshot(job: Job, progress: Progress) -> dict[str, Any]:
    """Take a snapshot of all that is known, and make ready for the first who counts on it."""
    progress("snapshot")
    taken = store.snapshot()
    prepare(taken)
    return {"snapshot": taken.id}


def undo(job: Job, progress: Progress) -> dict[str, Any]:
    """Take a delivery back, and the snapshot that pages count on after it."""
    progress("undoing")
    undoing = undo_delivery(job.arguments["delivery"], who=job.asked_by.username, why=job.arguments["reason"])
    return {"delivery": undoing.pk, **snapshot(job, progress)}


def report(job: Job, progress: Progress) -> dict[str, Any]:
    """Write a steering report, to be fetched."""
    progress("report")
    return write(job.pk, job.arguments)


def forecast(job: Job, progress: Progress) -> dict[str, Any]:
    """Make a municipality's forecast for the pages, on the snapshot it was asked for on."""
    progress("forecast")
    asked = job.arguments
    make(open_snapshot(store.folder() / "snapshots" / asked["snapshot"]), asked["municipality"])
    return {}


KINDS: Mapping[str, Callable[[Job, Progress], dict[str, Any]]] = {
    "check": check,
    "import": take,
    "undo": undo,
    "snapshot": snapshot,
    "report": report,
    "forecast": forecast,
}


def _told(job: Job, progress: Progress, *, dry_run: bool) -> dict[str, Any]:
    upload = job.arguments["upload"]
    try:
        taken = take_delivery(
            path_of(upload),
            store.pseudonyms(),
            dry_run=dry_run,
            skip_invalid=bool(job.arguments.get("skip_invalid")) and not dry_run,
            rejected_folder=store.folder() / "rejected",
            by=job.asked_by.username,
            reason=job.arguments.get("reason", ""),
            progress=progress,
        )
    except RowsRejected as refused:
        write_rejections(upload, refused.rejections)
        return {
            "refused": True,
            "tables": _tables(refused.tables),
            "rejections": refused.rejections.height,
            "rows": refused.rejections.head(_SHOWN).to_dicts(),
            "warnings": [(each.kind, each.file, each.column, each.count) for each in refused.warnings],
        }
    except Refused as refused:
        return {"refused": True, "problems": list(refused.problems)[:_SHOWN]}
    return _of_taken(taken)


def _of_taken(taken: Taken) -> dict[str, Any]:
    return {
        **({"delivery": taken.number} if taken.number else {}),
        "outcome": taken.outcome,
        "generated": taken.generated,
        "tables": _tables(taken.tables),
        "warnings": [(each.kind, each.file, each.column, each.count) for each in taken.warnings],
        "rejections": taken.rejections.height,
    }


def _tables(outcomes: list[TableOutcome]) -> list[dict[str, Any]]:
    return [{"table": outcome.table, **outcome.as_json()} for outcome in outcomes]
