# SPDX-License-Identifier: EUPL-1.2
"""Ordering a steering report: which municipality and year, as page or on paper; see how far it is; fetch it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from styr import vocabulary
from styr.web.access import needs
from styr.web.audit.log import note
from styr.web.data import progress
from styr.web.data.models import Job
from styr.web.data.whose import jobs_of
from styr.web.data.worker import cancel
from styr.web.filters import options_of
from styr.web.languages import spoken
from styr.web.reports.written import FORMS, file_of
from styr.web.roles import Permission
from styr.web.snapshots import Latest, latest

_SHOWN = 20
_YEARS = 8
_TYPES = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@needs(Permission.SEE_RESULTS)
def reports(request: HttpRequest) -> HttpResponse:
    """The reports ordered, and a form to order another; only the list where the page asks for it again."""
    known = latest()
    if request.method == "POST":
        _order_or_stop(request, known)
        return redirect("reports")
    jobs = list(_reports_of(request).order_by("-pk")[:_SHOWN])
    said = {
        "known": known,
        "years": _years(known),
        "municipality": _own(request),
        "municipalities": options_of("municipality"),
        "forms": FORMS,
        "rows": [_row(job) for job in jobs],
        "under_way": any(not job.ended for job in jobs),
    }
    part = "reports/list.html" if request.headers.get("HX-Request") else "reports/reports.html"
    return render(request, part, said)


@needs(Permission.SEE_RESULTS)
def fetch(request: HttpRequest, number: int) -> FileResponse:
    """A written report, to be kept and not opened in the browser."""
    job = get_object_or_404(_reports_of(request), pk=number, state=Job.State.DONE)
    file = file_of(job.pk, job.arguments["form"])
    if not file.is_file():
        raise Http404
    form = job.arguments["form"]
    name = f"styringsrapport-{job.arguments['municipality']}-{job.arguments['year']}.{form}"
    note(request, "report fetched", job=number)
    return FileResponse(file.open("rb"), as_attachment=True, filename=name, content_type=_TYPES[form])


def _order_or_stop(request: HttpRequest, known: Latest) -> None:
    if request.POST.get("do") == "cancel":
        number = request.POST.get("job", "")
        cancel(get_object_or_404(_reports_of(request), pk=int(number) if number.isdecimal() else 0))
        return
    asked = {
        "municipality": _own(request) or _chosen(request.POST.get("municipality", ""), options_of("municipality")),
        "year": _chosen(request.POST.get("year", ""), [(year, "") for year in _years(known)]),
        "form": _chosen(request.POST.get("form", ""), [(form, "") for form in FORMS]),
        "language": spoken(),
    }
    waiting = Job.objects.filter(kind="report", arguments=asked, state__in=(Job.State.WAITING, Job.State.RUNNING))
    user: Any = request.user
    with transaction.atomic():
        if not waiting.filter(asked_by=user).exists():  # pressed twice
            job = Job.objects.create(kind="report", arguments=asked, asked_by=user)
            note(request, "report ordered", job=job.pk, municipality=asked["municipality"], year=asked["year"])


def _chosen(word: str, options: list[tuple[Any, str]]) -> Any:
    """The option a form has chosen; one it does not offer is refused."""
    for value, _ in options:
        if str(value) == word:
            return value
    raise PermissionDenied


def _own(request: HttpRequest) -> str:
    """The municipality of the one who asks: only its reports may be ordered. Empty for a role that has none."""
    user: Any = request.user
    return str(user.municipality)


def _years(known: Latest) -> list[int]:
    """The years that can be reported on, the last whole one first."""
    if known.snapshot is None:
        return []
    day = known.snapshot.known_at
    last = day.year if (day.month, day.day) == (12, 31) else day.year - 1
    return list(range(last, last - _YEARS, -1))


def _reports_of(request: HttpRequest) -> Any:
    return jobs_of(request).filter(kind="report")


def _row(job: Job) -> dict[str, Any]:
    return {
        "job": job,
        "name": vocabulary.municipalities.name(job.arguments["municipality"], spoken()),
        "progress": progress.read(job.pk),
        "there": job.state == Job.State.DONE and file_of(job.pk, job.arguments["form"]).is_file(),
    }
