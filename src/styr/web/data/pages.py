# SPDX-License-Identifier: EUPL-1.2
"""Deliveries and what came of them, the snapshot pages count on, and handing in a delivery step by step."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from styr.register.delivery.findings import Refused
from styr.web.access import may, needs
from styr.web.audit.log import note
from styr.web.data import asking, progress, uploads
from styr.web.data.listing import (
    delivery_log,
    log_columns,
    outcome_columns,
    outcomes,
    rejected_columns,
    rejected_rows,
)
from styr.web.data.models import Job
from styr.web.data.whose import deliveries_of, jobs_of
from styr.web.forms.fields import reason_problem
from styr.web.languages import spoken
from styr.web.roles import Permission
from styr.web.snapshots import latest
from styr.web.tables import shown_table, table_file
from styr.web.words import say


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
    rows = delivery_log(deliveries_of(request), edits=request.GET.get("edits") == "yes")
    return table_file(request, rows, log_columns(), form, "afleveringer", spoken())


@needs(Permission.SEE_DELIVERIES)
def delivery(request: HttpRequest, number: int) -> HttpResponse:
    """One delivery: its files, what came of each table, and why it was refused."""
    found = get_object_or_404(deliveries_of(request), pk=number)
    undoable = asking.can_be_undone(found)
    problem = ""
    if request.method == "POST":
        if not may(request.user, Permission.IMPORT) or not undoable:
            raise PermissionDenied
        reason = request.POST.get("reason", "").strip()
        problem = reason_problem(reason)
        if not problem:
            return redirect("job", number=asking.ask(request, "undo", {"delivery": found.pk, "reason": reason}).pk)
    said = {
        "delivery": found,
        "table": shown_table(request, outcomes(found), outcome_columns()),
        "any": bool(found.tables),
        "files": reverse("delivery-file", args=[number, "csv"]).removesuffix("csv"),
        "undone": asking.undoing_of(found),
        "can_be_undone": undoable,
        "problem": problem,
    }
    return render(request, "data/delivery.html", said, status=422 if problem else 200)


@needs(Permission.SEE_DELIVERIES)
def delivery_file(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """What came of each table as a file."""
    found = get_object_or_404(deliveries_of(request), pk=number)
    return table_file(request, outcomes(found), outcome_columns(), form, f"aflevering-{number}", spoken())


@needs(Permission.IMPORT)
def hand_in(request: HttpRequest) -> HttpResponse:
    """Hand in files: they are kept and checked, and nothing is taken before it is confirmed."""
    problems: list[str] = []
    if request.method == "POST":
        if request.POST.get("do") == "snapshot":
            return redirect("job", number=asking.ask(request, "snapshot", {}).pk)
        try:
            job = asking.ask_to_check(request, request.FILES.getlist("files"), request.POST.get("reason", ""))
        except Refused as refused:
            problems = list(refused.problems)
        else:
            return redirect("job", number=job.pk)
    return render(request, "data/hand_in.html", {"problems": problems}, status=422 if problems else 200)


@needs(Permission.IMPORT)
def job(request: HttpRequest, number: int) -> HttpResponse:
    """A job: how far it has come and what came of it; a check is confirmed here."""
    found = _job(request, number)
    if request.method == "POST":
        if request.POST.get("do") == "cancel":
            asking.give_up(request, found)
            return redirect("job", number=number)
        if request.POST.get("do") == "confirm" and asking.can_be_confirmed(found):
            return redirect("job", number=asking.confirm(request, found).pk)
    return render(request, "data/job.html", _shown(request, found))


@needs(Permission.IMPORT)
def job_rows(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """The rows that a check's page shows, as a file."""
    rows = rejected_rows(asking.found_in_rows(_job(request, number)))
    note(request, "rejected rows read", job=number, form=form)
    return table_file(request, rows, rejected_columns(), form, f"afviste-{number}", spoken())


@needs(Permission.IMPORT)
def state(request: HttpRequest, number: int) -> HttpResponse:
    """How far a job has come; a piece of a page, asked for again and again until the job has ended."""
    found = _job(request, number)
    answer = render(request, "data/state.html", _shown(request, found))
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


def _job(request: HttpRequest, number: int) -> Job:
    return get_object_or_404(jobs_of(request), pk=number)


def _shown(request: HttpRequest, job: Job) -> dict[str, Any]:
    rows = rejected_rows(asking.found_in_rows(job))
    return {
        "job": job,
        "progress": progress.read(job.pk),
        "confirmable": asking.can_be_confirmed(job),
        "any": rows.height > 0,
        "table": shown_table(request, rows, rejected_columns()),
        "files": reverse("job-rows", args=[job.pk, "csv"]).removesuffix("csv"),
        "warnings": asking.warnings_of(job),
    }
