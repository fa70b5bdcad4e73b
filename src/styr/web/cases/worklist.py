# SPDX-License-Identifier: EUPL-1.2
"""The work list: what is due, by its day, each with its page; and marking something as done, or putting it back."""

from __future__ import annotations

from datetime import date

import polars as pl
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from styr.web.access import needs
from styr.web.audit.log import note
from styr.web.cases.due import FURTHEST, HORIZON, Item, kinds_for, work
from styr.web.cases.models import Handled
from styr.web.cases.stating import stands, state
from styr.web.forms.asked import Asked
from styr.web.roles import Permission
from styr.web.scope import scope_of
from styr.web.table_files import table_file
from styr.web.tables import Action, Column, Table, files_at, shown_table
from styr.web.templatetags.styr import day, number, word
from styr.web.words import say

HORIZONS = (0, HORIZON, 90, FURTHEST)
_TEXT = pl.String()
_SCHEMA = {
    "_item": _TEXT, "due_on": pl.Date(), "overdue": pl.Int64(), "kind": _TEXT, "about": _TEXT, "subject": _TEXT,
    "citizen_id": _TEXT,
}  # fmt: skip


@needs(Permission.SEE_WORK)
def work_list(request: HttpRequest) -> HttpResponse:
    """What is due within so many days (days=), of one kind or of all (kind=), or what was marked as done (done=yes)."""
    kind, days, done = _asked(request)
    rows = _rows(request)
    note(request, "work listed", shown=rows.height, kind=kind, days=days)
    said = {
        "table": shown_table(request, _table(rows, done=done)),
        "overdue": int((rows["overdue"] > 0).sum()),
        "total": rows.height,
        "kind": kind,
        "kinds": kinds_for(request.user),
        "days": days,
        "horizons": HORIZONS,
        "done": done,
    }
    return render(request, "cases/work.html", said)


@needs(Permission.SEE_WORK)
def work_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same table as a file."""
    rows = _rows(request)
    note(request, "work listed", shown=rows.height, form=form)
    return table_file(request, _table(rows), form, "arbejdsliste")


@needs(Permission.SEE_WORK)
def work_page(request: HttpRequest, item: str) -> HttpResponse:
    """To the page of what is due."""
    return redirect(_item(request, item)[0].address)


@needs(Permission.SEE_WORK)
def work_done(request: HttpRequest, item: str) -> HttpResponse:
    """Mark something as done, or (when it was) put it back on the list."""
    found, was_done = _item(request, item)
    municipality = scope_of(request).municipality
    key = {"kind": found.kind, "subject": found.subject, "hangs_on": found.hangs_on}
    before = stands(Handled, key)
    words = "cases.work_back" if was_done else "cases.work_done"
    asked = Asked(request, words, "cases", (), seen=before.pk if before else 0)
    if asked.answered() and asked.saved(
        lambda: state(
            request,
            Handled,
            key,
            {"done": not was_done, "municipality": municipality},
            asked.why,
            action="work reopened" if was_done else "work done",
            about=found.citizen_id,
            seen=asked.seen,
        )
    ):
        messages.success(request, say("cases.done.reopened" if was_done else "cases.done.handled"))
        return redirect("work")
    about = f"{say(f'cases.work.kind.{found.kind}')} · {word(*found.about)} · {day(found.due_on)}"
    return asked.page(reverse("work"), about)


def _asked(request: HttpRequest) -> tuple[str, int, bool]:
    kind, days = request.GET.get("kind", ""), request.GET.get("days", "")
    chosen = int(days) if days.isdecimal() and int(days) <= FURTHEST else HORIZON
    return kind if kind in kinds_for(request.user) else "", chosen, request.GET.get("done") == "yes"


def _table(rows: pl.DataFrame, *, done: bool = False) -> Table:
    marking = Action(say("cases.work.back" if done else "cases.work.mark"), "work-done", ("_item",), "about")
    return Table("work", say("cases.work.heading"), rows, _columns(), files_at("work-file"), actions=[marking])


def _rows(request: HttpRequest) -> pl.DataFrame:
    kind, days, done = _asked(request)
    today = scope_of(request).today
    rows = [
        (
            _mark(item),
            item.due_on,
            max((today - item.due_on).days, 0),
            say(f"cases.work.kind.{item.kind}"),
            word(*item.about),
            item.subject,
            item.citizen_id,
        )
        for item in work(request.user, today, days, kind, done=done)
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def _columns() -> list[Column]:
    return [
        Column("kind", say("cases.work.what"), link=("work-page", "_item")),
        Column("about", say("cases.work.about")),
        Column("due_on", say("cases.work.due_on"), text=day),
        Column("overdue", say("cases.work.overdue"), numeric=True, text=lambda days: number(days) if days else ""),
        Column("citizen_id", say("citizens.citizen"), link=("citizen", "citizen_id")),
    ]


def _mark(item: Item) -> str:
    """How an item is named in an address: kind, day and subject."""
    return f"{item.kind}/{item.hangs_on}/{item.subject}"


def _item(request: HttpRequest, mark: str) -> tuple[Item, bool]:
    """The item an address names, within the furthest horizon, and whether it is marked as done; Http404 when the user
    has none such."""
    kind, _, rest = mark.partition("/")
    today: date = scope_of(request).today
    if kind in kinds_for(request.user) and rest:
        for done in (False, True):
            for item in work(request.user, today, FURTHEST, kind, done=done):
                if _mark(item) == mark:
                    return item, done
    raise Http404
