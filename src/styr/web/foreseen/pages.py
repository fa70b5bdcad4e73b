# SPDX-License-Identifier: EUPL-1.2
"""What the months to come will cost: the forecast of the municipality, what changed in it, what it is made of, where it
is uncertain, and how such forecasts have held."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from styr.register.snapshot import Snapshot
from styr.web.access import needs
from styr.web.audit.log import note
from styr.web.data import progress
from styr.web.data.models import Job
from styr.web.filters import filters_of
from styr.web.foreseen import made
from styr.web.foreseen.figures import table_of
from styr.web.foreseen.overrides import standing, standing_table
from styr.web.known import known_to_work
from styr.web.languages import spoken
from styr.web.roles import Permission
from styr.web.snapshots import latest
from styr.web.table_files import table_file
from styr.web.tables import shown_table

_UNDER_WAY = (Job.State.WAITING, Job.State.RUNNING)
_KNOWN_SHOWN = 4


@needs(Permission.SEE_RESULTS)
def forecast(request: HttpRequest) -> HttpResponse:
    """The forecast on the latest snapshot; where none is made yet, it can be asked for. While it is being made the page
    asks again and again how far it is, and loads anew when it is there."""
    known, municipality = latest(), municipality_of(request)
    if request.method == "POST":
        if known.snapshot is None or not municipality:
            raise PermissionDenied
        _ask(request, known.snapshot, municipality)
        return redirect(f"{reverse('forecast')}?municipality={municipality}")
    asked = {"municipality": municipality, "snapshot": known.snapshot.id if known.snapshot else ""}
    job = Job.objects.filter(kind="forecast", arguments=asked).last()
    said = {
        "known": known,
        "municipality": municipality,
        "job": job,
        "under_way": job is not None and not job.ended,
        "progress": progress.read(job.pk) if job else {},
        "of": urlencode({"municipality": municipality, "made": job.pk if job else ""}),
    }
    if not request.headers.get("HX-Request") or request.headers.get("HX-Boosted"):
        return render(request, "foreseen/forecast.html", said | _found(request, known.snapshot, municipality))
    answer = render(request, "data/state.html", said) if said["under_way"] else HttpResponse()
    if not said["under_way"]:
        answer["HX-Refresh"] = "true"
    return answer


@needs(Permission.SEE_RESULTS)
def chart(request: HttpRequest, key: str, nth: int) -> FileResponse:
    """A drawing of a figure."""
    return FileResponse(_drawing(request, key, nth, "svg").open("rb"), content_type="image/svg+xml")


@needs(Permission.SEE_RESULTS)
def program(request: HttpRequest, key: str, nth: int) -> FileResponse:
    """The drawing for the page to draw, so that it answers the pointer; a forecast made by an earlier version of Styr
    has none, and its page shows the drawing."""
    return FileResponse(_drawing(request, key, nth, "json").open("rb"), content_type="application/json")


@needs(Permission.SEE_RESULTS)
def numbers(request: HttpRequest, key: str, form: str) -> HttpResponse:
    """The numbers behind a figure as a file, with the rows and columns chosen on the page."""
    snapshot, municipality = latest().snapshot, municipality_of(request)
    found = made.kept(snapshot, municipality, spoken()) if snapshot and municipality else None
    for figure in found["figures"] if found else ():
        if figure["key"] == key:
            return table_file(request, table_of(figure), form, f"{key}-{municipality}")
    raise Http404


def municipality_of(request: HttpRequest) -> str:
    """The municipality one belongs to, else the one chosen; empty for none. Results are of every municipality, but a
    forecast is the steering of one's own."""
    user: Any = request.user
    return str(user.municipality or filters_of(request).municipality or "")


def _drawing(request: HttpRequest, key: str, nth: int, form: made.Form) -> Path:
    """The file of a figure's drawing, as wide as asked for; Http404 where there is none."""
    snapshot, municipality = latest().snapshot, municipality_of(request)
    if not snapshot or not municipality:
        raise Http404
    narrow = request.GET.get("narrow") == "yes"
    file = made.drawing_of(snapshot, municipality, spoken(), key, nth, form, narrow=narrow)
    if file is None or not file.is_file():
        raise Http404
    return file


def _found(request: HttpRequest, snapshot: Snapshot | None, municipality: str) -> dict[str, Any]:
    """The forecast as the page shows it, with the overrides that stand and what is known to work."""
    given = standing(municipality) if municipality else []
    said: dict[str, Any] = {"found": None}
    if municipality:
        said["standing"] = shown_table(request, standing_table(given))
    found = made.kept(snapshot, municipality, spoken()) if snapshot and municipality else None
    if found is None:
        return said
    figures = [{**figure, "shown": shown_table(request, table_of(figure))} for figure in found["figures"]]
    provisions = {each.provision for each in given if each.provision}
    return said | {
        "found": found,
        "figures": figures,
        "overtaken": found["overrides"] != [each.pk for each in given],
        "used": len(found["overrides"]),
        "evidence": known_to_work(provisions=provisions, themes=("steering",))[:_KNOWN_SHOWN],
    }


def _ask(request: HttpRequest, snapshot: Snapshot, municipality: str) -> None:
    asked = {"municipality": municipality, "snapshot": snapshot.id}
    user: Any = request.user
    with transaction.atomic():
        if not Job.objects.filter(kind="forecast", arguments=asked, state__in=_UNDER_WAY).exists():  # one is enough
            job = Job.objects.create(kind="forecast", arguments=asked, asked_by=user)
            note(request, "forecast asked for", job=job.pk, municipality=municipality)
