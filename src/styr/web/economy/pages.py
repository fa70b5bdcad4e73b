# SPDX-License-Identifier: EUPL-1.2
"""Reconciliation: grants and postings by month, what stands alone on either side, what may explain it, and what people
have said of that. Persons are shown by pseudonym, to those who reconcile, in their own municipality; it is noted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer
from styr.web.access import needs
from styr.web.audit.log import note
from styr.web.economy import tables
from styr.web.economy.judging import judge, standing, undo
from styr.web.economy.models import Judgement
from styr.web.economy.reconciled import Judged, reconciled
from styr.web.filters import filters_of
from styr.web.forms.fields import reason_problem
from styr.web.languages import spoken
from styr.web.roles import Permission
from styr.web.snapshots import latest
from styr.web.table_files import one_file, table_file
from styr.web.tables import Column, Table, files_at, shown_table, shown_tables
from styr.web.words import say

_RECONCILES = needs(Permission.SEE_CITIZENS, Permission.RECONCILE)
#: What can be shown of a reconciliation, by the word of the address: its rows and their columns.
SHOWN: Mapping[str, tuple[Callable[[Judged], pl.DataFrame], Callable[[], Sequence[Column]]]] = {
    "forslag": (lambda found: tables.suggested(found.suggested), tables.suggestion_columns),
    "ikke-posteret": (lambda found: found.granted.filter(state="alone"), tables.line_columns),
    "ikke-bevilget": (lambda found: found.posted.filter(state="alone"), tables.posting_columns),
}
_VERDICTS = (Judgement.Verdict.ACCEPTED, Judgement.Verdict.REJECTED)


@_RECONCILES
def reconciliation(request: HttpRequest) -> HttpResponse:
    """A year by month, and one of the lists of what is open."""
    snapshot, municipality, year = _asked(request)
    said: dict[str, Any] = {"snapshot": snapshot, "municipality": municipality, "year": year, "lists": list(SHOWN)}
    if snapshot is None:
        return render(request, "economy/reconciliation.html", said)
    try:
        found = reconciled(snapshot, municipality, year)
    except CannotAnswer as error:
        return render(request, "economy/reconciliation.html", said | {"problem": error.said(spoken())}, status=422)
    listed, month = _listed(request), _month(request)
    rows, columns = _rows(found, listed, month)
    note(request, "reconciliation read", list=listed, shown=rows.height)
    said |= {
        "months": shown_table(request, _months(found)),
        "listed": listed,
        "counts": [(name, rows_of(found).height) for name, (rows_of, _) in SHOWN.items()],
        "month": month,
        "table": shown_table(request, _table(listed, rows, columns)),
        "judged": standing(municipality).filter(year=year).count(),
    }
    return render(request, "economy/reconciliation.html", said)


@_RECONCILES
def months_file(request: HttpRequest, form: str) -> HttpResponse:
    """The months as a file."""
    return table_file(request, _months(_found(request)), form, "afstemning")


@_RECONCILES
def listed_file(request: HttpRequest, listed: str, form: str) -> HttpResponse:
    """A list of what is open as a file."""
    if listed not in SHOWN:
        raise Http404
    rows, columns = _rows(_found(request), listed, _month(request))
    answer = table_file(request, _table(listed, rows, columns), form, listed)
    note(request, "reconciliation read", list=listed, shown=rows.height, form=form)
    return answer


@_RECONCILES
def suggestion(request: HttpRequest, key: str) -> HttpResponse:
    """A suggestion with both its sides, to be accepted or rejected with a reason; or what was said of it."""
    snapshot, municipality, year = _asked(request)
    found = _found(request)
    rows = found.every.filter(key=key).to_dicts()
    if not rows or snapshot is None:
        raise Http404
    (row,) = rows
    problem = ""
    if request.method == "POST":
        verdict, reason = request.POST.get("do", ""), request.POST.get("why", "").strip()
        problem = reason_problem(reason)
        if verdict in _VERDICTS and not problem:
            if judge(request, municipality, year, row, verdict, reason):
                messages.success(request, say(f"economy.did.{verdict}"))
            else:
                messages.error(request, say("economy.judged_before"))
            return redirect(f"{reverse('reconciliation')}?year={year}")
    note(request, "reconciliation read", row["citizen_id"] or "", list="suggestion", shown=1)
    said = {
        "row": row,
        "why": tables.why(row),
        "year": year,
        "tables": shown_tables(request, _sides(found, row)),
        "problem": problem,
        "judged": standing(municipality).filter(key=key).first(),
    }
    return render(request, "economy/suggestion.html", said, status=422 if problem else 200)


@_RECONCILES
def suggestion_file(request: HttpRequest, key: str, table: str, form: str) -> HttpResponse:
    """A side of a suggestion as a file."""
    found = _found(request)
    rows = found.every.filter(key=key).to_dicts()
    if not rows:
        raise Http404
    note(request, "reconciliation read", rows[0]["citizen_id"] or "", list=table, form=form)
    return one_file(request, _sides(found, rows[0]), table, form, "forslag")


def _sides(found: Judged, row: Mapping[str, Any]) -> dict[str, Table]:
    """The months granted and the postings of a suggestion, by the word each has in the address of its files."""
    lines = found.granted.filter(pl.col("line").is_in(row["lines"]))
    postings = found.posted.filter(pl.col("posting_id").is_in(row["postings"]))
    sides = {
        "bevilget": ("lines", say("economy.helped"), lines, tables.line_columns()),
        "posteret": ("postings", say("economy.posting"), postings, tables.posting_columns()),
    }
    return {
        word: Table(
            name, caption, rows.select(column.name for column in columns), columns,
            files_at("suggestion-file", row["key"], word), part=True,
        )
        for word, (name, caption, rows, columns) in sides.items()
    }  # fmt: skip


@_RECONCILES
def judgements(request: HttpRequest) -> HttpResponse:
    """What people have said of suggestions, and taken back; one is taken back here."""
    _, municipality, year = _asked(request)
    problem = ""
    if request.method == "POST":
        number, why = request.POST.get("judgement", ""), request.POST.get("why", "").strip()
        problem = reason_problem(why)
        if not problem:
            if undo(request, municipality, int(number) if number.isdecimal() else 0, why):
                messages.success(request, say("economy.did.undone"))
            return redirect(f"{reverse('judgements')}?year={year}")
    said = Judgement.objects.filter(municipality=municipality, year=year)
    rows = tables.judged(said)
    note(request, "reconciliation read", list="judgements", shown=rows.height)
    shown = {
        "year": year,
        "table": shown_table(request, _judgements(rows)),
        "standing": [(each, tables.kind_word(each.kind)) for each in said if each.undone_at is None],
        "problem": problem,
    }
    return render(request, "economy/judgements.html", shown, status=422 if problem else 200)


@_RECONCILES
def judgements_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file."""
    _, municipality, year = _asked(request)
    rows = tables.judged(Judgement.objects.filter(municipality=municipality, year=year))
    return table_file(request, _judgements(rows), form, "afgjort")


def _months(found: Judged) -> Table:
    rows, files = tables.by_month(found.by_month()), files_at("reconciliation-months")
    return Table("months", say("economy.by_month"), rows, tables.month_columns(), files, part=True)


def _table(listed: str, rows: pl.DataFrame, columns: Sequence[Column]) -> Table:
    plain = rows.select(column.name for column in columns).to_arrow()
    return Table(
        "open", say(f"economy.list.{listed}"), rows, columns, files_at("reconciliation-file", listed), codes=plain
    )


def _judgements(rows: pl.DataFrame) -> Table:
    return Table("judged", say("economy.judgements"), rows, tables.judgement_columns(), files_at("judgements-file"))


def _asked(request: HttpRequest) -> tuple[Snapshot | None, str, int]:
    """The snapshot, the municipality of the one who asks, and the year chosen: else the last that is known."""
    user: Any = request.user
    snapshot = latest().snapshot
    known = snapshot.known_at.year if snapshot else date.today().year
    return snapshot, str(user.municipality), filters_of(request).year or known


def _found(request: HttpRequest) -> Judged:
    snapshot, municipality, year = _asked(request)
    if snapshot is None:
        raise Http404
    return reconciled(snapshot, municipality, year)


def _listed(request: HttpRequest) -> str:
    word = request.GET.get("vis", "")
    return word if word in SHOWN else next(iter(SHOWN))


def _month(request: HttpRequest) -> date | None:
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return None


def _rows(found: Judged, listed: str, month: date | None) -> tuple[pl.DataFrame, Sequence[Column]]:
    rows_of, columns = SHOWN[listed]
    rows = rows_of(found)
    return rows.filter(month=month) if month and "month" in rows.columns else rows, columns()
