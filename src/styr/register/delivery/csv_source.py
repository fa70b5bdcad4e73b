# SPDX-License-Identifier: EUPL-1.2
"""Reading a CSV file as text: its encoding, its delimiter, its header and its rows, with rows that do not fit."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass
from typing import IO

import polars as pl
import pyarrow as pa
import pyarrow.csv as arrow_csv

from styr.register.delivery.findings import Refused
from styr.register.delivery.sources import Member
from styr.vocabulary.exchange import Table

_BLOCK = 16 * 2**20
_DELIMITERS = (";", ",", "\t")
# Danish letters of UTF-8: seen in a file that is not UTF-8, they tell of damage rather than of Windows-1252
_UTF8_LETTERS = re.compile(rb"\xc3[\x85\x86\x98\xa5\xa6\xb8\xa9]")
# æ, ø and å of DOS and of old Macintoshes: as Windows-1252 they are signs that stand within no word
_OTHER_LETTERS = re.compile(rb"[A-Za-z][\x86\x91\x9b\x8c\xbe\xbf][a-z]")


@dataclass(frozen=True)
class Texts:
    """Rows as text: headers as written, a frame of columns f0, f1, … and row (the header is row 1).

    misfits gives rows with another number of fields as (row, fields, the line); decimal_point says the form itself
    settles that decimals have a point; cut says the last line had no line break.
    """

    headers: list[str]
    frame: pl.DataFrame
    misfits: list[tuple[int, int, str]]
    decimal_point: bool
    cut: bool = False


def read_csv(member: Member, table: Table) -> Texts:
    """Read a CSV file; raises Refused when it is empty, damaged, or no CSV at all."""
    encoding, cut, quotes = _look_through(member)
    header = _header_line(member, encoding)
    delimiter, headers = _headers(member, header, table)
    names = [f"f{index}" for index in range(len(headers))]
    misfits: list[tuple[int, int, str]] = []

    def misfit(row: arrow_csv.InvalidRow) -> str:
        if "\n" in row.text.strip("\r\n"):
            raise _Unclosed(row.number)
        misfits.append((row.number, row.actual_columns, row.text))
        return "skip"

    try:
        with member.open() as stream:
            rows = arrow_csv.read_csv(
                stream,
                arrow_csv.ReadOptions(
                    use_threads=False, skip_rows=1, column_names=names, block_size=_BLOCK, encoding=encoding
                ),
                arrow_csv.ParseOptions(
                    delimiter=delimiter, newlines_in_values=True, invalid_row_handler=misfit, ignore_empty_lines=False
                ),
                arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
            )
    except _Unclosed as error:
        raise Refused(_unclosed(member, error.row)) from None
    except pa.ArrowInvalid as error:
        if cut and "Could not skip initial 1 rows" in str(error):  # nothing but a header without a line break
            rows = pa.table({name: pa.array([], pa.string()) for name in names})
        elif quotes % 2:
            raise Refused(f"{member.name}: a quotation mark is opened and never closed; close or remove it") from None
        else:
            remedy = "look for stray quotation marks or line breaks"
            raise Refused(f"{member.name}: cannot be read as CSV; {remedy}") from None
    except (OSError, EOFError) as error:
        reason = getattr(error, "strerror", None) or "it ends too early"
        raise Refused(f"{member.name}: cannot be read ({reason}); extract it again") from error
    frame = _numbered(pl.DataFrame(pl.from_arrow(rows)), misfits)
    if quotes:
        _refuse_swallowed_rows(member, frame, delimiter, len(headers))
    return Texts(headers, frame, misfits, decimal_point=delimiter == ",", cut=cut)


class _Unclosed(Exception):
    def __init__(self, row: int) -> None:
        self.row = row


def _unclosed(member: Member, row: int) -> str:
    fault = "a quotation mark is opened and closed many lines later, or never"
    return f"{member.name} row {row}: {fault}; close or remove it"


def _refuse_swallowed_rows(member: Member, frame: pl.DataFrame, delimiter: str, width: int) -> None:
    """Refuse a file in which a stray quotation mark has made whole rows the text of one cell."""
    row_within = rf"[\r\n][^\r\n{delimiter}]*(?:{delimiter}[^\r\n{delimiter}]*){{{max(width - 1, 1)}}}"
    for name in frame.columns[:-1]:
        swallowing = frame.filter(pl.col(name).str.contains(r"[\r\n]")).filter(pl.col(name).str.contains(row_within))
        if swallowing.height:
            raise Refused(_unclosed(member, swallowing["row"][0]))


def _look_through(member: Member) -> tuple[str, bool, int]:
    """The encoding, whether the last line break is missing, and the number of quotation marks."""
    utf8 = codecs.getincrementaldecoder("utf-8")()
    is_utf8, letters, others, undefined, quotes, last, size = True, False, False, False, 0, b"", 0
    with member.open() as stream:
        head = stream.read(4)
        if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in head:
            raise Refused(f"{member.name}: is not UTF-8 or Windows-1252 text; save it as CSV UTF-8")
        marked = head.startswith(codecs.BOM_UTF8)
        block = head
        while block:
            size += len(block)
            quotes += block.count(b'"')
            if is_utf8:
                try:
                    utf8.decode(block)
                except UnicodeDecodeError:
                    is_utf8 = False
            if not is_utf8:
                others = others or bool(_OTHER_LETTERS.search(block))
            letters = letters or bool(_UTF8_LETTERS.search(block))
            undefined = undefined or any(byte in block for byte in b"\x81\x8d\x8f\x90\x9d\0")
            last, block = block[-1:], stream.read(_BLOCK)
    if not size:
        raise Refused(f"{member.name}: is empty (0 bytes); extract it again")
    if is_utf8:
        try:
            utf8.decode(b"", final=True)
        except UnicodeDecodeError:
            is_utf8 = False
    if is_utf8:
        return "utf-8", last not in b"\r\n", quotes
    if marked or letters or undefined:
        raise Refused(f"{member.name}: damaged text, neither clean UTF-8 nor Windows-1252; extract it again")
    if others:
        raise Refused(f"{member.name}: looks like text of DOS or an old Macintosh; save it as CSV UTF-8")
    return "cp1252", last not in b"\r\n", quotes


def _header_line(member: Member, encoding: str) -> str:
    with member.open() as stream:
        line = _first_line(stream)
    text = line.decode(encoding, errors="replace").removeprefix("\ufeff").strip("\r\n")
    if not text.strip():
        raise Refused(f"{member.name} row 1: the header is empty; the first line names the columns")
    return text


def _first_line(stream: IO[bytes]) -> bytes:
    line = io.BufferedReader(stream).readline(2**20)  # type: ignore[type-var]
    return line.split(b"\r")[0] if b"\r" in line else line


def _headers(member: Member, line: str, table: Table) -> tuple[str, list[str]]:
    """The delimiter under which the header names most known columns, and the headers."""
    try:
        readings = {delimiter: next(csv.reader([line], delimiter=delimiter)) for delimiter in _DELIMITERS}
    except csv.Error:
        raise Refused(f"{member.name} row 1: is no header of a table; the first line names the columns") from None
    known = {
        delimiter: sum(table.column_named(header) is not None for header in headers)
        for delimiter, headers in readings.items()
    }
    best = max(_DELIMITERS, key=lambda delimiter: (known[delimiter], len(readings[delimiter])))
    return best, readings[best]


def _numbered(frame: pl.DataFrame, misfits: list[tuple[int, int, str]]) -> pl.DataFrame:
    """Give each row the number it has in the file, left-out rows counted."""
    skipped = {number for number, _, _ in misfits}
    total = frame.height + len(skipped)
    numbers = (
        pl.Series("row", range(2, total + 2), dtype=pl.UInt32)
        if not skipped
        else pl.Series("row", [number for number in range(2, total + 2) if number not in skipped], dtype=pl.UInt32)
    )
    return frame.with_columns(numbers)
