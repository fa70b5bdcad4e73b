# SPDX-License-Identifier: EUPL-1.2
"""The report as a workbook: what it says first, then the numbers behind each figure, hidden ones hidden here too."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
import python_calamine as calamine

from styr.reporting import Report
from styr.reporting.model import HIDDEN, NOTHING, Cell
from styr.reporting.workbook import workbook


def sheets(report: Report) -> dict[str, list[list[object]]]:
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(workbook(report)))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def texts(rows: list[list[object]]) -> list[str]:
    return [str(cell) for row in rows for cell in row if cell != ""]


def test_the_first_sheet_says_what_the_report_says_and_where_the_numbers_are(sparse_report: Report) -> None:
    found = sheets(sparse_report)
    first = texts(next(iter(found.values())))
    assert set(sparse_report.summary) <= set(first)
    assert all(figure.headline in first for figure in sparse_report.figures)
    assert list(found)[1:] == [str(number + 1) for number in range(len(sparse_report.figures))]


def test_every_sheet_marks_generated_data(sparse_report: Report) -> None:
    assert sparse_report.generated
    assert all(any("GENERATED DATA" in text for text in texts(rows)) for rows in sheets(sparse_report).values())


def test_a_sheet_holds_the_numbers_of_its_figure_and_nothing_of_hidden_ones(sparse_report: Report) -> None:
    figure = sparse_report.figures[0]
    table = figure.table
    name, cells = table.rows[0]
    drawn = (Cell(1234567.0), HIDDEN, NOTHING, *cells)[: len(cells)]
    measures = table.row_measures[:1] if table.row_measures else table.measures
    changed = replace(table, rows=((name, drawn), *table.rows[1:]))
    chapters = (replace(sparse_report.chapters[0], figures=(replace(figure, table=changed),)),)
    rows = sheets(replace(sparse_report, chapters=chapters))["1"]
    written = next(row for row in rows if row[0] == name)
    assert written[1] == pytest.approx(1234567.0 / float(measures[0].divisor))
    assert len(drawn) >= 2 and written[2] == "•"
    assert any(figure.rule == text for text in texts(rows))
