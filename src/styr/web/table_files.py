# SPDX-License-Identifier: EUPL-1.2
"""The tables of pages as CSV, XLSX and JSON: the rows and columns that the address chooses, in its order."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pyarrow as pa
from django.http import Http404, HttpRequest, HttpResponse

from styr import output
from styr.web.tables import Table, chosen_of

#: The forms of files, with what they are.
FORMS: Mapping[str, tuple[output.Format, str]] = {
    "csv": (output.Format.csv, "text/csv; charset=utf-8"),
    "json": (output.Format.json, "application/json"),
    "xlsx": (output.Format.xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}

#: How texts begin that spreadsheets take for formulas.
_FORMULA = r"^([=+\-@\t\r])"


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
    rows = rows.take(places.to_arrow())
    format, kind = FORMS[form]
    held = _inert(rows) if format is output.Format.csv else rows
    answer = HttpResponse(output.as_bytes(held, table.header, format), content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def one_file(request: HttpRequest, tables: Mapping[str, Table], word: str, form: str, name: str) -> HttpResponse:
    """One of several tables of a page as a file, saved under the name of the page and its own; Http404 where the page
    has none of that word."""
    if word not in tables:
        raise Http404
    return table_file(request, tables[word], form, f"{name}-{word}")


def _inert(rows: pa.Table) -> pa.Table:
    """The same rows, with an apostrophe before texts that a spreadsheet would take for a formula: what one has written
    is opened by another, and CSV cannot say that a text is a text."""
    frame = pl.DataFrame(pl.from_arrow(rows))
    return frame.with_columns(pl.col(pl.String).str.replace(_FORMULA, "'${1}")).to_arrow()
