# SPDX-License-Identifier: EUPL-1.2
"""The municipality's own limits: how long a case may stand at a stage, how long until it is decided, and how often a
goal is evaluated. A municipality that has set none has none; what the law demands of it is its own to know."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from styr.web.access import needs
from styr.web.cases.models import Limit
from styr.web.cases.stating import stands, state
from styr.web.forms.asked import Asked
from styr.web.forms.fields import Field
from styr.web.roles import Permission
from styr.web.table_files import table_file
from styr.web.tables import Action, Column, Table, files_at, shown_table
from styr.web.templatetags.styr import day, number
from styr.web.words import say

#: What can have a limit: until a case is decided, how long it stands at each stage before help begins, and how long a
#: goal stands without being evaluated.
LIMITS = ("undecided", "enquiry", "assessment", "recommendation", "decision", "order", "goal")
_MOST_DAYS = 3650
_TEXT = pl.String()
_SCHEMA = {
    "of": _TEXT, "days": pl.Int64(), "set_at": pl.Datetime(time_zone="UTC"), "who": _TEXT, "why": _TEXT, "_of": _TEXT,
}  # fmt: skip


def limits_of(municipality: str) -> Mapping[str, int]:
    """The limits that a municipality has set, in days."""
    set_ = Limit.objects.filter(municipality=municipality, ended_at__isnull=True, days__isnull=False)
    return dict(set_.values_list("of", "days"))


@needs(Permission.SET_LIMITS)
def limits(request: HttpRequest) -> HttpResponse:
    """The limits, with who set each, when and why."""
    return render(request, "cases/limits.html", {"table": shown_table(request, _table(request))})


@needs(Permission.SET_LIMITS)
def limits_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file."""
    return table_file(request, _table(request), form, "frister")


@needs(Permission.SET_LIMITS)
def set_limit(request: HttpRequest, of: str) -> HttpResponse:
    """Set a limit, or take it away."""
    municipality = _municipality(request)
    if of not in LIMITS:
        raise Http404
    key = {"municipality": municipality, "of": of}
    now = stands(Limit, key)
    days = Field("days", say("cases.limits.days"), "number", False, str(now.days) if now and now.days else "")
    asked = Asked(request, "cases.set_limit", "cases", (), seen=now.pk if now else 0, further=[days])
    if (
        asked.answered()
        and asked.refuse("days", _problem(asked.texts["days"]))
        and asked.saved(
            lambda: state(
                request,
                Limit,
                key,
                {"days": int(asked.texts["days"]) if asked.texts["days"] else None},
                asked.why,
                action="limit set",
                about=municipality,
                seen=asked.seen,
            )
        )
    ):
        messages.success(request, say("cases.done.limit"))
        return redirect("limits")
    return asked.page(reverse("limits"), say(f"cases.limit.{of}"))


def _table(request: HttpRequest) -> Table:
    known = Limit.objects.filter(municipality=_municipality(request), ended_at__isnull=True)
    standing = {each.of: each for each in known}
    rows = [
        (of, found.days, found.at, found.who, found.why, _word(of)) if (found := standing.get(of)) else
        (of, None, None, None, None, _word(of))
        for of in LIMITS
    ]  # fmt: skip
    columns = [
        Column("of", say("cases.limits.of"), written="_of"),
        Column("days", say("cases.limits.days"), numeric=True, text=_days),
        Column("set_at", say("cases.limits.set"), text=lambda at: day(at) if at else ""),
        Column("who", say("cases.limits.who"), text=lambda who: who or ""),
        Column("why", say("cases.limits.why"), text=lambda why: why or "", wide=True),
    ]
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    changes = [Action(say("cases.limits.change"), "set-limit", ("of",), "_of")]
    return Table("limits", say("cases.limits.heading"), frame, columns, files_at("limits-file"), actions=changes)


def _word(of: str) -> str:
    return say(f"cases.limit.{of}")


def _days(days: int | None) -> str:
    return number(days) if days else say("cases.limits.none")


def _municipality(request: HttpRequest) -> str:
    """The municipality whose limits the user sets; Http404 for a user of none."""
    if not (municipality := getattr(request.user, "municipality", "")):
        raise Http404
    return str(municipality)


def _problem(days: str) -> str:
    fits = not days or (days.isdecimal() and 0 < int(days) <= _MOST_DAYS)
    return "" if fits else say("cases.limits.wrong", most=_MOST_DAYS)
