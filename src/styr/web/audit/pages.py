# SPDX-License-Identifier: EUPL-1.2
"""The audit log as auditors see it: narrowed by who, what, whom and when, the newest first."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from styr.register import store
from styr.web.access import needs
from styr.web.audit.log import note, verify
from styr.web.audit.models import Entry
from styr.web.roles import Permission

_A_PAGE = 50


@needs(Permission.READ_LOG)
def log(request: HttpRequest) -> HttpResponse:
    """The log; asked to, it is held against itself first."""
    asked = {name: request.GET.get(name, "").strip() for name in ("who", "action", "subject", "from_day", "to_day")}
    entries = Entry.objects.order_by("-pk")
    for name in ("who", "action", "subject"):
        if asked[name]:
            entries = entries.filter(**{name: asked[name]})
    if first := _day(asked["from_day"]):
        entries = entries.filter(at__gte=store.start_of(first))
    if last := _day(asked["to_day"]):
        entries = entries.filter(at__lte=store.end_of(last))
    verdict = None
    if request.method == "POST":
        verdict = verify()
        note(request, "log verified", broken_at=verdict.broken_at)
    said: dict[str, Any] = {
        "page": Paginator(entries, _A_PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "actions": Entry.objects.order_by("action").values_list("action", flat=True).distinct(),
        "verdict": verdict,
    }
    return render(request, "audit/log.html", said)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
