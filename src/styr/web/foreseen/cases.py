# SPDX-License-Identifier: EUPL-1.2
"""The known grants that contribute most to the uncertainty of the forecast: for those who may see single grants, of
their own municipality, and noted each time."""

from __future__ import annotations

from typing import Any

import polars as pl
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from styr.web.access import needs
from styr.web.audit.log import note
from styr.web.foreseen import made
from styr.web.roles import Permission
from styr.web.snapshots import latest
from styr.web.table_files import table_file
from styr.web.tables import Column, Table, files_at, shown_table
from styr.web.templatetags.styr import kroner, number, word
from styr.web.words import say


@needs(Permission.SEE_CITIZENS, Permission.SEE_SMALL_CELLS)
def cases(request: HttpRequest) -> HttpResponse:
    """The grants, the most uncertain first."""
    rows = _cases(request)
    said: dict[str, Any] = {}
    if rows is not None:
        note(request, "uncertain grants read", shown=rows.height)
        said["table"] = shown_table(request, _table(rows))
    return render(request, "foreseen/cases.html", said)


@needs(Permission.SEE_CITIZENS, Permission.SEE_SMALL_CELLS)
def cases_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as a file."""
    rows = _cases(request)
    if rows is None:
        raise Http404
    answer = table_file(request, _table(rows), form, "usikre-indsatser")
    note(request, "uncertain grants read", shown=rows.height, form=form)
    return answer


def _table(rows: pl.DataFrame) -> Table:
    return Table("cases", say("foreseen.cases"), rows, _columns(), files_at("forecast-cases-file"))


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
