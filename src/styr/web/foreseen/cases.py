# SPDX-License-Identifier: EUPL-1.2
"""The known grants that contribute most to the uncertainty of the forecast: for those who may see single grants, of
their own municipality, and noted each time."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from styr.web.access import needs
from styr.web.audit.log import note
from styr.web.foreseen import made
from styr.web.languages import spoken
from styr.web.roles import Permission
from styr.web.snapshots import latest
from styr.web.tables import Column, shown_table, table_file
from styr.web.templatetags.styr import kroner, number, word
from styr.web.words import say


@needs(Permission.SEE_CITIZENS, Permission.SEE_SMALL_CELLS)
def cases(request: HttpRequest) -> HttpResponse:
    """The grants, the most uncertain first."""
    rows = _cases(request)
    said: dict[str, Any] = {"any": rows is not None}
    if rows is not None:
        note(request, "uncertain grants read", shown=rows.height)
        said |= {
            "table": shown_table(request, rows, _columns()),
            "files": reverse("forecast-cases-file", args=["csv"]).removesuffix("csv"),
            "caption": say("foreseen.cases"),
        }
    return render(request, "foreseen/cases.html", said)


@needs(Permission.SEE_CITIZENS, Permission.SEE_SMALL_CELLS)
def cases_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file."""
    rows = _cases(request)
    if rows is None:
        raise Http404
    answer = table_file(request, rows, _columns(), form, "usikre-indsatser", spoken())
    note(request, "uncertain grants read", shown=rows.height, form=form)
    return answer


def _cases(request: HttpRequest) -> pl.DataFrame | None:
    user: Any = request.user
    snapshot = latest().snapshot
    return made.cases(snapshot, user.municipality) if snapshot and user.municipality else None


def _columns() -> list[Column]:
    amounts = [Column(name, say(f"foreseen.case.{name}"), numeric=True, text=kroner) for name in ("mean", "p10", "p90")]
    return [
        Column("grant_id", say("foreseen.case.grant_id"), link=("grant", "grant_id")),
        Column("provision", say("filter.provision"), text=lambda code: word(code, "provision")),
        Column("function", say("foreseen.case.function"), text=lambda code: word(code, "function")),
        *amounts,
        Column("share", say("foreseen.share_head"), numeric=True, text=lambda share: number(share, 1)),
    ]
