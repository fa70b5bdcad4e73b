# SPDX-License-Identifier: EUPL-1.2
"""An indicator's answer as files at neighbouring addresses: the table as CSV, XLSX and JSON, the chart as SVG."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from styr.reporting.drawing import chart_file
from styr.reporting.errors import CannotReport
from styr.web.access import needs
from styr.web.activity.asked import header_of, question_of
from styr.web.activity.keeping import kept
from styr.web.activity.pages import indicator_named
from styr.web.languages import spoken
from styr.web.roles import Permission
from styr.web.snapshots import latest
from styr.web.tables import FORMS, as_file


@needs(Permission.SEE_RESULTS)
def table(request: HttpRequest, indicator: str, form: str) -> HttpResponse:
    """The table that the page shows, all rows and columns, in codes; disclosure control holds here too."""
    known = latest().snapshot
    if form not in FORMS or known is None:
        raise Http404
    result = question_of(request, indicator_named(indicator)).answer(known)
    language = spoken()
    return as_file(result.table, header_of(result, language), form, indicator, language)


@needs(Permission.SEE_RESULTS)
def chart(request: HttpRequest, indicator: str) -> HttpResponse:
    """The chart, drawn here: a page needs no JavaScript to show it."""
    known = latest().snapshot
    if known is None:
        raise Http404
    question, language = question_of(request, indicator_named(indicator)), spoken()
    result = question.answer(known)
    if not result.table.num_rows:
        raise Http404

    def drawn() -> bytes:
        return chart_file(result.table, header_of(result, language), ".svg", language)

    try:
        drawing = kept((known.id, repr(question), language), drawn)
    except CannotReport:
        raise Http404 from None
    return HttpResponse(drawing, content_type="image/svg+xml")
