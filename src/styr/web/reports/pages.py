# SPDX-License-Identifier: EUPL-1.2
"""Ordering a steering report: which municipality and year, as page or on paper; see how far it is; fetch it."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import filesizeformat

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
from styr.web.table_files import table_file
from styr.web.tables import Column, Table, files_at, shown_table
from styr.web.templatetags.styr import moment
from styr.web.words import say

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
    waiting = [job for job in _reports_of(request).order_by("-pk") if not job.ended]
    if request.headers.get("HX-Request") and "HX-Target" not in request.headers:  # the list of those under way, again
        answer = render(request, "reports/under_way.html", {"under_way": _under_way(waiting)})
        if not waiting:
            answer["HX-Refresh"] = "true"
        return answer
    said = {
        "known": known,
        "years": _years(known),
        "municipality": _own(request),
        "municipalities": options_of("municipality"),
        "forms": FORMS,
        "under_way": _under_way(waiting),
        "table": shown_table(request, _table(request)),
    }
    return render(request, "reports/reports.html", said)


@needs(Permission.SEE_RESULTS)
def reports_file(request: HttpRequest, form: str) -> HttpResponse:
    """The list of reports as a file."""
    return table_file(request, _table(request), form, "rapporter")


def _table(request: HttpRequest) -> Table:
    rows = _ordered(request)
    return Table("reports", say("reports.ordered"), rows, _columns(rows), files_at("reports-list-file"))


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


def _under_way(jobs: list[Job]) -> list[dict[str, Any]]:
    return [{"job": job, "name": _name(job), "progress": progress.read(job.pk)} for job in jobs]


def _ordered(request: HttpRequest) -> pl.DataFrame:
    """The reports that have ended, the newest first: number (of one that can be fetched), municipality, year, form, by,
    at, state, problems (in words)."""
    rows = []
    for job in _reports_of(request).select_related("asked_by").order_by("-pk"):
        if not job.ended:
            continue
        file = file_of(job.pk, job.arguments["form"])
        there = job.state == Job.State.DONE and file.is_file()
        gone = job.state == Job.State.DONE and not there
        state = say("reports.gone") if gone else say(f"data.state.{job.state}")
        if there:
            state += f" ({filesizeformat(file.stat().st_size)})"
        rows.append((
            job.pk if there else None, _name(job), job.arguments["year"], say(f"reports.as.{job.arguments['form']}"),
            job.asked_by.name, job.asked_at, state, " ".join(job.result.get("problems", ())),
        ))  # fmt: skip
    text = pl.String()
    schema = {"number": pl.Int64(), "municipality": text, "year": pl.Int64(), "form": text, "by": text,
              "at": pl.Datetime(time_zone="UTC"), "state": text, "problems": text}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        fetch=pl.when(pl.col("number").is_not_null()).then(pl.lit(say("reports.fetch"))).otherwise(pl.lit("–"))
    )


def _columns(rows: pl.DataFrame) -> list[Column]:
    """The list's columns; what went wrong is left out where nothing did."""
    told = Column("problems", say("data.problems"), wide=True, language="en")
    wrong = [told] if (rows["problems"] != "").any() else []
    return [
        Column("municipality", say("filter.municipality")),
        Column("year", say("filter.year"), numeric=True, text=str),
        Column("fetch", say("reports.report"), link=("report-file", "number")),
        Column("form", say("reports.form")),
        Column("by", say("reports.ordered_by")),
        Column("at", say("reports.ordered_at"), text=moment),
        Column("state", say("reports.state")),
        *wrong,
    ]


def _name(job: Job) -> str:
    return vocabulary.municipalities.name(job.arguments["municipality"], spoken())
