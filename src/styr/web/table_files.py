# SPDX-License-Identifier: EUPL-1.2
"""The tables of pages as CSV, XLSX and JSON: the rows and columns that the address chooses, in its order."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse

from styr import output
from styr.web.tables import Table, chosen_of

#: The forms of files, with what they are.
FORMS: Mapping[str, tuple[output.Format, str]] = {
    "csv": (output.Format.csv, "text/csv; charset=utf-8"),
    "json": (output.Format.json, "application/json"),
    "xlsx": (output.Format.xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def table_file(request: HttpRequest, table: Table, form: str, name: str) -> HttpResponse:
    """A table of a page as a file of a form, to be saved under a name and never opened as a page; all columns where the
    address chooses none. Http404 for a form there is none of."""
    if form not in FORMS:
        raise Http404
    chosen, places = chosen_of(request, table)
    rows = table.frame.to_arrow() if table.codes is None else table.codes
    rows = rows.select([each for each in rows.column_names if not each.startswith("_")])
    if table.words.columns in request.GET:
        names = [column.name for column in chosen if column.name in rows.column_names]
        rows = rows.select(names or rows.column_names)
    format, kind = FORMS[form]
    answer = HttpResponse(output.as_bytes(rows.take(places.to_arrow()), table.header, format), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def one_file(request: HttpRequest, tables: Mapping[str, Table], word: str, form: str, name: str) -> HttpResponse:
    """One of several tables of a page as a file, saved under the name of the page and its own; Http404 where the page
    has none of that word."""
    if word not in tables:
        raise Http404
    return table_file(request, tables[word], form, f"{name}-{word}")
