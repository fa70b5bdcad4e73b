# SPDX-License-Identifier: EUPL-1.2
"""Deliveries: what was handed in and what came of it; handing in files, which the worker checks, and takes when that is
confirmed; taking a delivery back. Long work is a job, asked for here and followed at its own address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import File, Form, Path, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from styr.register.models import Delivery
from styr.web.api.bearer import token
from styr.web.api.indicators import Cell, page_of_table
from styr.web.api.paging import Paged, Paging, Strict, Text, page_of
from styr.web.api.problems import Problem
from styr.web.api.shapes import page_shape
from styr.web.audit.log import note
from styr.web.data import asking, progress, uploads
from styr.web.data.models import Job
from styr.web.data.whose import deliveries_of, jobs_of
from styr.web.forms.fields import reason_problem
from styr.web.roles import Permission
from styr.web.words import say

router = Router()
_SEES = token(Permission.SEE_DELIVERIES)
_HANDS_IN = token(Permission.IMPORT)
_KINDS = ("check", "import", "undo", "snapshot")
Number = Annotated[int, Path(ge=1, le=2**53)]


class Handed(Schema):
    """A delivery or an edit by hand: who, when, and what came of it."""

    number: int
    known_at: datetime = Field(description="From when on what it says is known")
    handed_in_at: datetime
    handed_in_by: str
    source: str = Field(description="Name of the folder or file; edit for an edit by hand")
    edit: bool
    generated: bool
    outcome: str = Field(description="taken, unchanged or refused")
    reason: str
    undoes: int | None = Field(description="The delivery it takes back")
    undone_by: int | None = Field(description="The delivery by which it was taken back")
    tables: dict[str, dict[str, Cell]] = Field(description="For each table: rows read, new, changed, rejected")
    problems: list[str]
    files: list[dict[str, Cell]]


DeliveryPage: Any = page_shape("Deliveries", Handed)


class WhichDeliveries(Paging):
    """Which deliveries are wanted; the newest come first."""

    edits: bool = Field(False, description="Edits by hand among them")


class Work(Schema):
    """A job of the worker's."""

    number: int
    kind: str = Field(description="check, import, undo or snapshot")
    state: str = Field(description="waiting, running, done, failed or cancelled")
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    progress: dict[str, Cell] = Field(description="stage, done and total while it runs")
    can_be_confirmed: bool = Field(description="Whether a check has ended with something to take")
    refused: bool = Field(description="Whether a check found rows or files that are not taken")
    delivery: int | None = Field(description="The delivery that came of it")
    snapshot: str | None = Field(description="The snapshot that came of it")
    tables: list[dict[str, Cell]]
    rejections: int = Field(description="Rows refused; /rejections of the job lists them")
    warnings: list[dict[str, Cell]]
    problems: list[str]


class Rejections(Paged):
    """A page of what a check found in rows, with what may be a person's number blotted out."""

    items: list[dict[str, Cell]]


class Beside(Schema):
    """What is said of files that are handed in."""

    why: Text = Field("", description="The reason")


class Why(Strict):
    """The reason for taking a delivery back."""

    why: Text


@router.get("/deliveries", auth=_SEES, response=DeliveryPage)
def deliveries(request: HttpRequest, query: Query[WhichDeliveries]) -> Any:
    known = deliveries_of(request)
    chosen = known if query.edits else known.filter(edit=False)
    return page_of(request, chosen, query, _handed, latest_first=True)


@router.post("/deliveries", auth=_HANDS_IN, response={202: Work})
def hand_in(
    request: HttpRequest,
    response: HttpResponse,
    files: File[list[UploadedFile]],
    beside: Form[Beside],
) -> Any:
    return _asked(response, asking.ask_to_check(request, files, beside.why))


@router.get("/deliveries/{int:number}", auth=_SEES, response=Handed)
def delivery(request: HttpRequest, number: Number) -> Any:
    return _handed([get_object_or_404(deliveries_of(request), pk=number)])[0]


@router.post("/deliveries/{int:number}/undo", auth=_HANDS_IN, response={202: Work})
def undo_delivery(request: HttpRequest, response: HttpResponse, number: Number, said: Why) -> Any:
    found = get_object_or_404(deliveries_of(request), pk=number)
    why = said.why.strip()
    if problem := reason_problem(why):
        raise Problem("invalid", errors=[{"in": "body", "field": "why", "text": problem}])
    if not asking.can_be_undone(found):
        raise Problem("refused", [say("api.not_undoable")])
    return _asked(response, asking.ask(request, "undo", {"delivery": found.pk, "reason": why}))


@router.get("/jobs/{int:number}", auth=_HANDS_IN, response=Work, url_name="job")
def job(request: HttpRequest, number: Number) -> Any:
    return _work(_job(request, number))


@router.post("/jobs/{int:number}/confirm", auth=_HANDS_IN, response={202: Work})
def confirm_job(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    found = _job(request, number)
    if not asking.can_be_confirmed(found):
        raise Problem("refused", [say("api.not_confirmable")])
    return _asked(response, asking.confirm(request, found))


@router.post("/jobs/{int:number}/cancel", auth=_HANDS_IN, response={202: Work})
def cancel_job(request: HttpRequest, response: HttpResponse, number: Number) -> Any:
    found = _job(request, number)
    if found.ended:
        raise Problem("refused", [say("api.has_ended")])
    asking.give_up(request, found)
    return _asked(response, _job(request, number))


@router.get("/jobs/{int:number}/rejections", auth=_HANDS_IN, response=Rejections)
def rejections(request: HttpRequest, number: Number, query: Query[Paging]) -> Any:
    upload = _job(request, number).arguments.get("upload")
    file = uploads.rejections_file(upload) if upload else None
    if file is None or not file.is_file():
        raise Http404
    note(request, "rejected rows read", job=number)
    return page_of_table(request, pl.read_csv(file, infer_schema=False).to_arrow(), query)


def _asked(response: HttpResponse, asked: Job) -> Status[Any]:
    response["Location"] = reverse("api:job", args=[asked.pk])
    return Status(202, _work(asked))


def _job(request: HttpRequest, number: int) -> Job:
    return get_object_or_404(jobs_of(request).filter(kind__in=_KINDS), pk=number)


def _handed(rows: Sequence[Delivery]) -> list[dict[str, Any]]:
    columns = ("known_at", "handed_in_at", "handed_in_by", "source", "edit", "generated", "outcome", "reason", "tables",
               "problems", "files")  # fmt: skip
    undone_by = dict(Delivery.objects.filter(undoes__in=[each.pk for each in rows]).values_list("undoes_id", "pk"))
    return [
        {
            **{name: getattr(each, name) for name in columns},
            "number": each.pk,
            "undoes": each.undoes_id,
            "undone_by": undone_by.get(each.pk),
        }
        for each in rows
    ]


def _work(found: Job) -> dict[str, Any]:
    result = found.result
    return {
        "number": found.pk,
        "kind": found.kind,
        "state": found.state,
        "asked_by": found.asked_by.username,
        "asked_at": found.asked_at,
        "ended_at": found.ended_at,
        "progress": progress.read(found.pk),
        "can_be_confirmed": asking.can_be_confirmed(found),
        "refused": bool(result.get("refused")),
        "delivery": result.get("delivery"),
        "snapshot": result.get("snapshot"),
        "tables": result.get("tables", []),
        "rejections": result.get("rejections", 0),
        "warnings": asking.warnings_of(found),
        "problems": result.get("problems", []),
    }
