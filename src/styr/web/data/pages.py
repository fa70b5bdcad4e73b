# SPDX-License-Identifier: EUPL-1.2
"""Deliveries and what came of them, the snapshot pages count on, and handing in a delivery step by step."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from styr.register.delivery.findings import Refused
from styr.register.models import Delivery
from styr.web.access import may, needs
from styr.web.audit.log import note
from styr.web.data import asking, progress, uploads
from styr.web.data.listing import delivery_log, files_table, log_columns, outcomes_table, rejected_table
from styr.web.data.models import Job
from styr.web.data.whose import deliveries_of, jobs_of
from styr.web.forms.fields import reason_problem
from styr.web.roles import Permission
from styr.web.snapshots import latest
from styr.web.table_files import one_file, table_file
from styr.web.tables import Table, files_at, shown_table, shown_tables
from styr.web.words import say

_REJECTED = "raekker"


@needs(Permission.SEE_DELIVERIES)
def deliveries(request: HttpRequest) -> HttpResponse:
    """The deliveries, the newest first (with edits by hand when asked for), and the snapshot."""
    rows = delivery_log(deliveries_of(request), edits=request.GET.get("edits") == "yes")
    jobs = jobs_of(request).filter(state__in=(Job.State.WAITING, Job.State.RUNNING))
    said = {
        "table": shown_table(request, _log(rows)),
        "edits": request.GET.get("edits") == "yes",
        "known": latest(),
        "jobs": jobs,
    }
    return render(request, "data/deliveries.html", said)


@needs(Permission.SEE_DELIVERIES)
def deliveries_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file."""
    rows = delivery_log(deliveries_of(request), edits=request.GET.get("edits") == "yes")
    return table_file(request, _log(rows), form, "afleveringer")


def _log(rows: pl.DataFrame) -> Table:
    return Table("deliveries", say("data.deliveries"), rows, log_columns(), files_at("deliveries-file"))


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
        "tables": shown_tables(request, _delivered(found)),
        "undone": asking.undoing_of(found),
        "can_be_undone": undoable,
        "problem": problem,
    }
    return render(request, "data/delivery.html", said, status=422 if problem else 200)


@needs(Permission.SEE_DELIVERIES)
def delivery_file(request: HttpRequest, number: int, table: str, form: str) -> HttpResponse:
    """What came of each table, or the files, as a file."""
    found = get_object_or_404(deliveries_of(request), pk=number)
    return one_file(request, _delivered(found), table, form, f"aflevering-{number}")


def _delivered(delivery: Delivery) -> dict[str, Table]:
    """The tables of a delivery's page by the word each has in the address of its files."""
    came = [{"table": name, **found} for name, found in delivery.tables.items()]
    return {
        "tabeller": outcomes_table(came, files_at("delivery-file", delivery.pk, "tabeller")),
        "filer": files_table(delivery.files, files_at("delivery-file", delivery.pk, "filer")),
    }


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
def job_file(request: HttpRequest, number: int, table: str, form: str) -> HttpResponse:
    """The rows that a check's page shows, or what it says of each table, as a file."""
    tables = _checked(_job(request, number))
    if table == _REJECTED:
        note(request, "rejected rows read", job=number, form=form)
    return one_file(request, tables, table, form, f"opgave-{number}")


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


def _checked(job: Job) -> dict[str, Table]:
    """The tables of a job's page by the word each has in the address of its files."""
    return {
        "tabeller": outcomes_table(job.result.get("tables", ()), files_at("job-file", job.pk, "tabeller")),
        _REJECTED: rejected_table(asking.found_in_rows(job), files_at("job-file", job.pk, _REJECTED)),
    }


def _shown(request: HttpRequest, job: Job) -> dict[str, Any]:
    return {
        "job": job,
        "progress": progress.read(job.pk),
        "confirmable": asking.can_be_confirmed(job),
        "tables": shown_tables(request, _checked(job)),
        "warnings": asking.warnings_of(job),
    }
