# SPDX-License-Identifier: EUPL-1.2
"""Deliveries and what came of them, the snapshot pages count on, and handing in a delivery step by step."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from styr.register.delivery.findings import Refused, message
from styr.register.models import Delivery
from styr.web.access import may, needs
from styr.web.audit.log import note
from styr.web.citizens.fields import reason_problem
from styr.web.data import progress, uploads
from styr.web.data.listing import delivery_log, log_columns
from styr.web.data.models import Job
from styr.web.data.whose import deliveries_of, jobs_of
from styr.web.data.worker import cancel
from styr.web.languages import spoken
from styr.web.roles import Permission
from styr.web.snapshots import latest
from styr.web.tables import FORMS, as_file, shown_table
from styr.web.words import say

_LONGEST_REASON = 300
_DID = {
    "check": "delivery uploaded",
    "import": "delivery confirmed",
    "undo": "delivery taken back",
    "snapshot": "snapshot asked for",
}


@needs(Permission.SEE_DELIVERIES)
def deliveries(request: HttpRequest) -> HttpResponse:
    """The deliveries, the newest first (with edits by hand when asked for), and the snapshot."""
    rows = delivery_log(deliveries_of(request), edits=request.GET.get("edits") == "yes")
    jobs = jobs_of(request).filter(state__in=(Job.State.WAITING, Job.State.RUNNING))
    said = {
        "table": shown_table(request, rows, log_columns()),
        "any": rows.height > 0,
        "caption": say("data.deliveries"),
        "files": reverse("deliveries-file", args=["csv"]).removesuffix("csv"),
        "edits": request.GET.get("edits") == "yes",
        "known": latest(),
        "jobs": jobs,
    }
    return render(request, "data/deliveries.html", said)


@needs(Permission.SEE_DELIVERIES)
def deliveries_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file."""
    if form not in FORMS:
        raise Http404
    rows = delivery_log(deliveries_of(request), edits=request.GET.get("edits") == "yes")
    return as_file(rows.to_arrow(), {}, form, "afleveringer", spoken())


@needs(Permission.SEE_DELIVERIES)
def delivery(request: HttpRequest, number: int) -> HttpResponse:
    """One delivery: its files, what came of each table, and why it was refused."""
    found = get_object_or_404(deliveries_of(request), pk=number)
    undone = Delivery.objects.filter(undoes=found).first()
    can_be_undone = found.outcome == Delivery.Outcome.TAKEN and not (undone or found.edit or found.undoes_id)
    problem = ""
    if request.method == "POST":
        if not may(request.user, Permission.IMPORT) or not can_be_undone:
            raise PermissionDenied
        reason = request.POST.get("reason", "").strip()
        problem = reason_problem(reason)
        if not problem:
            return redirect("job", number=_ask(request, "undo", {"delivery": found.pk, "reason": reason}).pk)
    tables = [{"table": name, **outcome} for name, outcome in found.tables.items()]
    said = {
        "delivery": found,
        "tables": tables,
        "undone": undone,
        "can_be_undone": can_be_undone,
        "problem": problem,
    }
    return render(request, "data/delivery.html", said, status=422 if problem else 200)


@needs(Permission.IMPORT)
def hand_in(request: HttpRequest) -> HttpResponse:
    """Hand in files: they are kept and checked, and nothing is taken before it is confirmed."""
    problems: list[str] = []
    if request.method == "POST":
        if request.POST.get("do") == "snapshot":
            return redirect("job", number=_ask(request, "snapshot", {}).pk)
        try:
            token = uploads.keep(request.FILES.getlist("files"))
        except Refused as refused:
            problems = list(refused.problems)
        else:
            names = sorted(str(file.name) for file in request.FILES.getlist("files"))
            reason = request.POST.get("reason", "").strip()[:_LONGEST_REASON]
            job = _ask(request, "check", {"upload": token, "files": names, "reason": reason})
            return redirect("job", number=job.pk)
    return render(request, "data/hand_in.html", {"problems": problems}, status=422 if problems else 200)


@needs(Permission.IMPORT)
def job(request: HttpRequest, number: int) -> HttpResponse:
    """A job: how far it has come and what came of it; a check is confirmed here."""
    found = _job(request, number)
    if request.method == "POST":
        if request.POST.get("do") == "cancel":
            cancel(found)
            note(request, "delivery cancelled", job=found.pk)
            return redirect("job", number=number)
        if request.POST.get("do") == "confirm" and _can_be_confirmed(found):
            whole = not found.result.get("refused")
            arguments = {**found.arguments, "skip_invalid": not whole}
            with transaction.atomic():
                Job.objects.filter(pk=found.pk).update(result={**found.result, "confirmed": True})
                taking = _ask(request, "import", arguments)
            return redirect("job", number=taking.pk)
    return render(request, "data/job.html", _shown(found))


@needs(Permission.IMPORT)
def state(request: HttpRequest, number: int) -> HttpResponse:
    """How far a job has come; a piece of a page, asked for again and again until the job has ended."""
    found = _job(request, number)
    answer = render(request, "data/state.html", _shown(found))
    if found.ended:
        answer["HX-Refresh"] = "true"
    return answer


@needs(Permission.IMPORT)
def rejected(request: HttpRequest, number: int) -> HttpResponse | FileResponse:
    """What the checks said of the rows, as a file; numbers of persons are masked in it."""
    found = _job(request, number)
    file = uploads.rejections_file(found.arguments.get("upload", ""))
    if not file.is_file():
        raise Http404
    note(request, "rejected rows read", job=number)
    return FileResponse(file.open("rb"), as_attachment=True, filename="afviste.csv", content_type="text/csv")


def _ask(request: HttpRequest, kind: str, arguments: dict[str, Any]) -> Job:
    """Ask the worker for a job, and note who did."""
    user: Any = request.user
    with transaction.atomic():
        asked = Job.objects.create(kind=kind, arguments=arguments, asked_by=user)
        note(request, _DID[kind], job=asked.pk, files=arguments.get("files", []), reason=arguments.get("reason", ""),
             delivery=arguments.get("delivery", ""))  # fmt: skip
    return asked


def _job(request: HttpRequest, number: int) -> Job:
    return get_object_or_404(jobs_of(request), pk=number)


def _can_be_confirmed(job: Job) -> bool:
    """Whether a check has ended with something to take, and has not been confirmed before."""
    checked = job.kind == "check" and job.state == Job.State.DONE and not job.result.get("confirmed")
    return checked and bool(job.result.get("tables"))


def _shown(job: Job) -> dict[str, Any]:
    language = spoken()
    result = job.result
    return {
        "job": job,
        "progress": progress.read(job.pk),
        "confirmable": _can_be_confirmed(job),
        "rows": [
            {**row, "text": message(row["kind"], language).format(expected=row["expected"])}
            for row in result.get("rows", ())
        ],
        "warnings": [
            {"file": file, "column": column, "text": message(kind, language), "count": count}
            for kind, file, column, count in result.get("warnings", ())
        ],
    }
