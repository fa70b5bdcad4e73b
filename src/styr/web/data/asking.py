# SPDX-License-Identifier: EUPL-1.2
"""Asking the worker for what is done with deliveries: checking, taking, taking back, a snapshot; each noted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest

from styr.register.delivery.findings import Refused, masked, message
from styr.register.models import Delivery
from styr.web.audit.log import note
from styr.web.data import uploads
from styr.web.data.models import Job
from styr.web.data.worker import cancel
from styr.web.forms.fields import reason_problem
from styr.web.languages import spoken

_DID = {
    "check": "delivery uploaded",
    "import": "delivery confirmed",
    "undo": "delivery taken back",
    "snapshot": "snapshot asked for",
}


def ask(request: HttpRequest, kind: str, arguments: dict[str, Any]) -> Job:
    """Ask the worker for a job, and note who did."""
    user: Any = request.user
    with transaction.atomic():
        asked = Job.objects.create(kind=kind, arguments=arguments, asked_by=user)
        note(request, _DID[kind], job=asked.pk, files=arguments.get("files", []), reason=arguments.get("reason", ""),
             delivery=arguments.get("delivery", ""))  # fmt: skip
    return asked


def ask_to_check(request: HttpRequest, files: Iterable[UploadedFile], reason: str) -> Job:
    """Keep the files of a delivery, and have them checked; raises Refused for files that are none of ours, or a reason
    that will not do."""
    kept, reason = list(files), reason.strip()
    if reason and (problem := reason_problem(reason)):
        raise Refused(problem)
    token = uploads.keep(kept)
    names = sorted(masked(str(file.name)) for file in kept)
    return ask(request, "check", {"upload": token, "files": names, "reason": reason})


def can_be_confirmed(job: Job) -> bool:
    """Whether a check has ended with something to take, and has not been confirmed before."""
    checked = job.kind == "check" and job.state == Job.State.DONE and not job.result.get("confirmed")
    return checked and bool(job.result.get("tables"))


def confirm(request: HttpRequest, job: Job) -> Job:
    """Have a checked delivery taken, whole when nothing was refused, else without the rows that were."""
    whole = not job.result.get("refused")
    with transaction.atomic():
        Job.objects.filter(pk=job.pk).update(result={**job.result, "confirmed": True})
        return ask(request, "import", {**job.arguments, "skip_invalid": not whole})


def give_up(request: HttpRequest, job: Job) -> None:
    """Ask a job to stop."""
    cancel(job)
    note(request, "delivery cancelled", job=job.pk)


def undoing_of(delivery: Delivery) -> Delivery | None:
    """The delivery by which one was taken back; None when it was not."""
    return Delivery.objects.filter(undoes=delivery).first()


def can_be_undone(delivery: Delivery) -> bool:
    """Whether a delivery was taken, from files, and not taken back since."""
    from_files = not (delivery.edit or delivery.undoes_id)
    return delivery.outcome == Delivery.Outcome.TAKEN and from_files and undoing_of(delivery) is None


def found_in_rows(job: Job) -> list[dict[str, Any]]:
    """What a check found in rows, in words: file, row, column, value (masked), kind, expected and text."""
    return [
        {**row, "text": message(row["kind"], spoken()).format(expected=row["expected"])}
        for row in job.result.get("rows", ())
    ]


def warnings_of(job: Job) -> list[dict[str, Any]]:
    """What a check warned of, in words: file, column, text and count."""
    return [
        {"file": file, "column": column, "text": message(kind, spoken()), "count": count}
        for kind, file, column, count in job.result.get("warnings", ())
    ]
