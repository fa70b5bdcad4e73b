# SPDX-License-Identifier: EUPL-1.2
"""A report as a workbook: first what it says and holds, then a sheet for the numbers behind each figure, to be worked
on. Numbers stand unrounded in the unit they are printed in, and are shown rounded."""

from __future__ import annotations

import io

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from styr.output import TEXTS_STAY
from styr.reporting.model import Cell, Figure, Report, Table
from styr.reporting.numbers import Measure, day
from styr.reporting.texts import Words

HIDDEN, UNKNOWN = "•", "–"


class _Book:
    """An open workbook and its formats."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.bold: Format = book.add_format({"bold": True})
        self.wrapped: Format = book.add_format({"text_wrap": True, "valign": "top"})
        self.mark: Format = book.add_format({"bold": True, "font_color": "#7a2e0e"})
        self._shown: dict[tuple[str, bool], Format] = {}

    def shown(self, measure: Measure, *, bold: bool) -> Format:
        """How a number is shown: with the decimals of its measure."""
        places = "." + "0" * measure.places if measure.places else ""
        key = f"#,##0{places}", bold
        if key not in self._shown:
            self._shown[key] = self.book.add_format({"num_format": key[0], "bold": bold})
        return self._shown[key]


def workbook(report: Report) -> bytes:
    """The report as XLSX."""
    words, buffer = Words(report.language), io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **TEXTS_STAY}) as book:
        open_book = _Book(book)
        _contents(open_book, book.add_worksheet(words.say("page.contents")), report, words)
        for number, figure in enumerate(report.figures, start=1):
            _numbers(open_book, book.add_worksheet(str(number)), figure, report, words)
    return buffer.getvalue()


def _contents(book: _Book, sheet: Worksheet, report: Report, words: Words) -> None:
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, f"{words.say('page.kind')}, {report.municipality} {report.year}", book.bold)
    row = _marked(book, sheet, 1, report, words) + 1
    for sentence in report.summary:
        sheet.write_string(row, 1, sentence, book.wrapped)
        row += 1
    number = 0
    for chapter in report.chapters:
        row += 1
        sheet.write_string(row, 1, chapter.title, book.bold)
        for figure in chapter.figures:
            row, number = row + 1, number + 1
            sheet.write_url(row, 0, f"internal:'{number}'!A1", string=str(number))
            sheet.write_string(row, 1, figure.headline, book.wrapped)
        for missing in chapter.missing:
            row += 1
            sheet.write_string(row, 1, missing, book.wrapped)
        row += 1


def _marked(book: _Book, sheet: Worksheet, row: int, report: Report, words: Words) -> int:
    """Which data it rests on, and that they are generated when they are; gives the next row."""
    known = words.say("page.known", known_at=day(report.known_at, report.language))
    sheet.write_string(row, 0, f"{known}. {words.say('page.snapshot', snapshot=report.snapshot)}.")
    if report.generated:
        row += 1
        sheet.write_string(row, 0, f"{words.say('page.generated')}. {words.say('page.generated_long')}", book.mark)
    return row + 1


def _numbers(book: _Book, sheet: Worksheet, figure: Figure, report: Report, words: Words) -> None:
    """The table of a figure, and below it how it was counted and what is hidden of it."""
    table = figure.table
    sheet.write_string(0, 0, figure.headline, book.bold)
    sheet.write_string(1, 0, table.caption)
    row = _marked(book, sheet, 2, report, words) + 1
    sheet.write_string(row, 0, table.head, book.bold)
    for column, heading in enumerate(table.columns):
        sheet.write_string(row, column + 1, _with_unit(heading, table, column), book.bold)
    sheet.freeze_panes(row + 1, 1)
    for number, (name, cells) in enumerate(table.rows):
        row += 1
        total = table.last_is_total and number == len(table.rows) - 1
        sheet.write_string(row, 0, name, book.bold if total else None)
        for column, cell in enumerate(cells):
            _write(book, sheet, (row, column + 1), cell, table.measure(number, column), bold=total)
    sheet.autofit()
    sheet.set_column(0, 0, 44)
    said = (figure.rule, figure.source, *figure.caveats, figure.hidden, words.say("page.suppressed_note"))
    for below, text in enumerate(filter(None, said), start=row + 2):
        sheet.write_string(below, 0, text)


def _with_unit(heading: str, table: Table, column: int) -> str:
    """A heading with the unit of its column, where all its rows have one unit."""
    unit = "" if table.row_measures else table.measures[column].unit
    return f"{heading} ({unit})" if unit and unit not in heading else heading


def _write(book: _Book, sheet: Worksheet, at: tuple[int, int], cell: Cell, measure: Measure, *, bold: bool) -> None:
    if cell.value is None:
        sheet.write_string(*at, HIDDEN if cell.suppressed else UNKNOWN)
    else:
        sheet.write_number(*at, cell.value / float(measure.divisor), book.shown(measure, bold=bold))
