# SPDX-License-Identifier: EUPL-1.2
"""The audit log as auditors see it: narrowed by who, what, whom and when, the newest first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import polars as pl
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from styr.register import store
from styr.web.access import needs
from styr.web.audit.log import note, verify
from styr.web.audit.models import Entry
from styr.web.roles import Permission
from styr.web.table_files import table_file
from styr.web.tables import Column, Table, files_at, order_of, shown_page
from styr.web.templatetags.styr import action_word, detail, stamp
from styr.web.words import say

_A_PAGE = 50
_ASKED = ("who", "action", "subject", "from_day", "to_day")
#: What the log can be sorted by, as the database calls it; the number of an entry tells the order they came in.
_ORDERS = {"at": "pk", "who": "who", "action": "action", "subject": "subject"}


@needs(Permission.READ_LOG)
def log(request: HttpRequest) -> HttpResponse:
    """The log; asked to, it is held against itself first."""
    verdict = None
    if request.method == "POST":
        verdict = verify()
        note(request, "log verified", broken_at=verdict.broken_at)
    page = Paginator(_entries(request), _A_PAGE).get_page(request.GET.get("page"))
    said: dict[str, Any] = {
        "page": page,
        "table": shown_page(request, _table(_rows(page.object_list)), _ORDERS),
        "asked": {name: request.GET.get(name, "").strip() for name in _ASKED},
        "kept": [(word, value) for word in ("sort", "columns") for value in request.GET.getlist(word)],
        "actions": Entry.objects.order_by("action").values_list("action", flat=True).distinct(),
        "verdict": verdict,
    }
    return render(request, "audit/log.html", said)


@needs(Permission.READ_LOG)
def log_file(request: HttpRequest, form: str) -> HttpResponse:
    """The entries that the address narrows the log to, as a file; fetching it is an entry itself."""
    rows = _rows(_entries(request))
    note(request, "log fetched", shown=rows.height, form=form)
    return table_file(request, _table(rows), form, "log")


def _table(rows: pl.DataFrame) -> Table:
    return Table("log", say("audit.heading"), rows, _columns(), files_at("log-file"))


def _entries(request: HttpRequest) -> QuerySet[Entry]:
    """The entries asked for, in the order asked for."""
    asked = {name: request.GET.get(name, "").strip() for name in _ASKED}
    entries = Entry.objects.order_by(order_of(request, _ORDERS, "-pk"), "-pk")
    for name in ("who", "action", "subject"):
        if asked[name]:
            entries = entries.filter(**{name: asked[name]})
    if first := _day(asked["from_day"]):
        entries = entries.filter(at__gte=store.start_of(first))
    if last := _day(asked["to_day"]):
        entries = entries.filter(at__lte=store.end_of(last))
    return entries


def _rows(entries: Iterable[Entry]) -> pl.DataFrame:
    """at, who, action (in words), subject, detail (in words)."""
    rows = [(each.at, each.who, action_word(each.action), each.subject, detail(each.detail)) for each in entries]
    text = pl.String()
    schema = {"at": pl.Datetime(time_zone="UTC"), "who": text, "action": text, "subject": text, "detail": text}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _columns() -> list[Column]:
    return [
        Column("at", say("audit.at"), text=stamp),
        Column("who", say("audit.who")),
        Column("action", say("audit.action")),
        Column("subject", say("audit.subject")),
        Column("detail", say("audit.detail"), wide=True),
    ]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
