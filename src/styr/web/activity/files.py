# SPDX-License-Identifier: EUPL-1.2
"""An indicator's answer as files at neighbouring addresses: the table as CSV, XLSX and JSON, the chart as SVG."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pyarrow as pa
from django.http import Http404, HttpRequest, HttpResponse

from styr.reporting.drawing import chart_program, chart_svg
from styr.reporting.errors import CannotReport
from styr.reporting.numbers import Language
from styr.web.access import needs
from styr.web.activity.asked import header_of, question_of
from styr.web.activity.pages import indicator_named, table_of
from styr.web.keeping import kept
from styr.web.languages import spoken
from styr.web.roles import Permission
from styr.web.snapshots import latest
from styr.web.table_files import table_file


@needs(Permission.SEE_RESULTS)
def table(request: HttpRequest, indicator: str, form: str) -> HttpResponse:
    """The table that the page shows, in codes, with all columns where none are chosen; disclosure control holds here
    too."""
    known = latest().snapshot
    if known is None:
        raise Http404
    question = question_of(request, indicator_named(indicator))
    return table_file(request, table_of(question, question.answer(known)), form, indicator)


@needs(Permission.SEE_RESULTS)
def chart(request: HttpRequest, indicator: str) -> HttpResponse:
    """The chart, drawn here: a page needs no JavaScript to show it."""
    return HttpResponse(_made(request, indicator, chart_svg), content_type="image/svg+xml")


@needs(Permission.SEE_RESULTS)
def program(request: HttpRequest, indicator: str) -> HttpResponse:
    """The chart for the page to draw, so that it answers the pointer."""
    return HttpResponse(_made(request, indicator, chart_program), content_type="application/json")


def _made(
    request: HttpRequest, indicator: str, make: Callable[[pa.Table, Mapping[str, Any], Language], bytes]
) -> bytes:
    """The answer drawn in a way; Http404 where there is nothing to draw."""
    known = latest().snapshot
    if known is None:
        raise Http404
    question, language = question_of(request, indicator_named(indicator)), spoken()
    result = question.answer(known)
    if not result.table.num_rows:
        raise Http404
    header = header_of(result, language)
    try:
        return kept((known.id, repr(question), language, make.__name__), partial(make, result.table, header, language))
    except CannotReport:
        raise Http404 from None
