# SPDX-License-Identifier: EUPL-1.2
"""Reading a sheet of an XLSX workbook as text. Formulas, error values and merged cells are refused with their place:
a formula may never have been calculated, and a merged cell hides what the other rows should say."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from functools import lru_cache
from io import BytesIO
from xml.etree import ElementTree

import polars as pl
from python_calamine import CalamineError, CalamineWorkbook, XmlError, ZipError

from styr.register.delivery.csv_source import Texts
from styr.register.delivery.findings import Refused, masked
from styr.register.delivery.numbers import EXACT
from styr.register.delivery.sources import Member, refuse_bomb

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_FORMULA = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3}[0-9]+)"[^>]*>\s*<(?:\w+:)?f[ >/]')
_ERROR = re.compile(rb'<(?:\w+:)?c (?=[^>]*?t="e")[^>]*?r="([A-Z]{1,3}[0-9]+)"')
# a filled cell beyond column CZ: read as a rectangle, a sheet that wide could fill any memory
_FAR_RIGHT = re.compile(rb'<(?:\w+:)?c [^>]*?r="((?:[A-Z]{3}|[D-Z][A-Z])[0-9]+)"(?:[^>]*[^>/])?>')
_CHUNK = 4 * 2**20
_OVERLAP = 4096


def sheets_of(member: Member) -> list[str]:
    """The names of a workbook's sheets; raises Refused when it cannot be opened."""
    return _opened(member).sheet_names


def read_sheet(member: Member, sheet: str) -> Texts:
    """Read a sheet as text, its first row as header."""
    workbook = _opened(member)
    place = f"{member.name}[{masked(sheet)}]"
    _look_through(member, sheet, place)
    try:
        page = workbook.get_sheet_by_name(sheet)
        merged = page.merged_cell_ranges
        cells = page.to_python(skip_empty_area=False)
    except (CalamineError, XmlError, ZipError, ValueError, OSError) as error:
        raise Refused(f"{place}: cannot be read; save the workbook again as .xlsx") from error
    if merged:
        (row, column), _ = merged[0]
        raise Refused(
            f"{place} row {row + 1}: merged cells (from column {column + 1}); unmerge them and fill in every row"
        )
    if not cells:
        raise Refused(f"{place} row 1: the sheet is empty; the first row names the columns")
    headers = [_as_text(cell).strip() for cell in cells[0]]
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        raise Refused(f"{place} row 1: the header is empty; the first row names the columns")
    width = len(headers)
    beyond = next((number for number, row in enumerate(cells[1:], 2) if any(cell != "" for cell in row[width:])), None)
    if beyond:
        raise Refused(f"{place} row {beyond}: holds values to the right of the last column of the header")
    columns = {
        f"f{index}": pl.Series([_as_text(row[index]) for row in cells[1:]], dtype=pl.String) for index in range(width)
    }
    frame = pl.DataFrame(columns).with_columns(pl.int_range(2, len(cells) + 1, dtype=pl.UInt32).alias("row"))
    return Texts(headers, frame, [], decimal_point=False)


@lru_cache(maxsize=1)
def _opened(member: Member) -> CalamineWorkbook:
    if not member.size:
        raise Refused(f"{member.name}: is empty (0 bytes); extract it again")
    try:
        with member.open() as stream, zipfile.ZipFile(stream) as archive:
            refuse_bomb(archive, member.size, member.name)
            _refuse_lies(archive)
        with member.open() as stream:
            return CalamineWorkbook.from_filelike(BytesIO(stream.read()))
    except Refused:
        raise
    except Exception as error:  # of many kinds, when the archive or its parts are damaged
        raise Refused(f"{member.name}: not a whole workbook; save it again as .xlsx without a password") from error


def _refuse_lies(archive: zipfile.ZipFile) -> None:
    """Read every part to its end, which fails where a part is not as long as the archive says."""
    for info in archive.infolist():
        with archive.open(info) as part:
            while part.read(_CHUNK):
                pass


def _look_through(member: Member, sheet: str, place: str) -> None:
    """Refuse formulas, error values and cells far to the right, with their place."""
    try:
        with member.open() as stream, zipfile.ZipFile(stream) as archive:
            part = _part_of(archive, sheet)
            if part is None:
                raise Refused(f"{place}: cannot be found in the workbook; save it again as .xlsx")
            with archive.open(part) as page:
                rest = b""
                while block := page.read(_CHUNK):
                    text = rest + block
                    if found := _FORMULA.search(text):
                        raise Refused(f"{place} {found[1].decode()}: a formula; paste the column as values")
                    if found := _ERROR.search(text):
                        raise Refused(f"{place} {found[1].decode()}: an error value; correct the cell or empty it")
                    if found := _FAR_RIGHT.search(text):
                        raise Refused(f"{place} {found[1].decode()}: a cell far to the right of the table; empty it")
                    rest = text[-_OVERLAP:]
    except (zipfile.BadZipFile, KeyError, ElementTree.ParseError, EOFError, OSError, zlib.error) as error:
        raise Refused(f"{place}: cannot be read; save the workbook again as .xlsx") from error


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """The path within the workbook of the sheet of a name."""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target", "") for relation in relations}
    for entry in book.iter(f"{_MAIN}sheet"):
        if entry.get("name") == sheet:
            target = targets.get(entry.get(_RELATION), "")
            return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return None


def _as_text(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else f"{EXACT}{cell:.15g}"
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ")
    return str(cell)
