# SPDX-License-Identifier: EUPL-1.2
"""Whether the figures entered stand in the documents where they are said to.

A number is looked for at its line (and the two before and after), then in the rest of its table, then where the text
extraction has broken it over lines; a number in running text with its hedge. What is not found is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from styr.evidence.published import FigureSet, Number, Place, Table

NEAR = 2  # lines before and after
LONG_ENOUGH = 4  # signs of a number that is put together from pieces: fewer are found by chance
_NONE = re.compile(r"\bingen\b", re.IGNORECASE)
_SMALL = {
    2: "to", 3: "tre", 4: "fire", 5: "fem", 6: "seks", 7: "syv", 8: "otte", 9: "ni", 10: "ti", 11: "elleve", 12: "tolv",
}  # fmt: skip

SCHEMA = pa.schema(
    [
        pa.field("document", pa.string()),
        pa.field("figure", pa.string()),
        pa.field("row", pa.string()),
        pa.field("column", pa.string()),
        pa.field("printed", pa.string()),
        pa.field("line", pa.int64()),
        pa.field("found", pa.string()),
    ]
)


@dataclass(frozen=True)
class _Sought:
    document: str
    figure: str
    row: str
    column: str
    number: Number
    line: Place
    whole: Place


def texts_of(folder: Path) -> dict[str, list[str]]:
    """The lines of each document's text, by document; files are called as 000_anything.txt."""
    return {
        file.name[:3]: file.read_text(encoding="utf-8").split("\n")
        for file in sorted(folder.glob("[0-9][0-9][0-9]_*.txt"))
    }


def verify(figures: FigureSet, texts: Mapping[str, Sequence[str]]) -> pa.Table:
    """One row a printed number: document, figure, row, column, printed, line, found.

    found: line (at its line), table (elsewhere in its table), broken (over lines, in its table), no (not found), or
    no text (the document is not there). Numbers that are missing in print are not sought.
    """
    rows = [
        {
            "document": each.document,
            "figure": each.figure,
            "row": each.row,
            "column": each.column,
            "printed": each.number.text,
            "line": each.line.first,
            "found": _found(each, texts.get(each.document)),
        }
        for each in _sought(figures)
    ]
    return pa.Table.from_pylist(rows, SCHEMA)


def _sought(figures: FigureSet) -> Iterator[_Sought]:
    for table in figures.tables:
        yield from _cells(table)
    for figure in figures.figures:
        place = Place(figure.line, figure.line)
        yield _Sought(figure.document, figure.id, "", "", figure.number, place, place)


def _cells(table: Table) -> Iterator[_Sought]:
    for row, cells in zip(table.rows, table.cells, strict=True):
        for column, number in zip(table.columns, cells, strict=True):
            if number.missing is None:
                yield _Sought(
                    table.document, table.id, row.label, column.label, number, row.place or table.place, table.place
                )


def _found(sought: _Sought, lines: Sequence[str] | None) -> str:
    if lines is None:
        return "no text"
    pattern = _pattern(sought.number)
    near, whole = running(lines, sought.line), running(lines, sought.whole)
    if pattern.search(near) or _in_words(sought.number, near):
        return "line"
    if pattern.search(whole):
        return "table"
    core = _core(sought.number)
    return "broken" if len(core) >= LONG_ENOUGH and core in re.sub(r"\s", "", whole) else "no"


def running(lines: Sequence[str], place: Place) -> str:
    """The lines around a place as one text, words that are divided at the end of a line put together."""
    text = "\n".join(lines[max(0, place.first - 1 - NEAR) : place.last + NEAR])
    return re.sub(r"\s+", " ", re.sub(r"(?<=[a-zæøå])-? *\n+ *(?=[a-zæøå])", _joined, text)).casefold()


def _joined(found: re.Match[str]) -> str:
    return "" if "-" in found[0] else " "


def _pattern(number: Number) -> re.Pattern[str]:
    """The number as printed: its hedge before it, in digits with no digit beside them; a footnote mark may follow."""
    if number.in_words or not re.search(r"\d", number.text):
        return re.compile(rf"(?<!\w){re.escape(number.text.casefold())}(?!\w)")
    text = re.sub(r"^[-−–]\s*", "", number.text.removesuffix(number.note).strip().casefold())
    text = _to_last_digit(text)
    after = r"(?![.,]?\d)" if not number.note else r"(?!\d{2})"
    words = r"\s*".join(re.escape(word) for word in re.split(r"\s+", text))
    return re.compile(rf"(?<![\d,.]){words}{after}")


def _to_last_digit(text: str) -> str:
    """The text to its last digit: scale and unit may be printed above the column."""
    found = re.match(r".*\d", text)
    return found[0] if found else text


def _core(number: Number) -> str:
    found = re.search(r"[\d.,]*\d", number.text)
    return found[0] if found else number.text.casefold().replace(" ", "")


def _in_words(number: Number, text: str) -> bool:
    """Whether a small whole number is spelt out."""
    if number.value == 0:
        return bool(_NONE.search(text))
    spelt = _SMALL.get(int(number.value)) if number.value and number.value == int(number.value) else None
    return spelt is not None and re.search(rf"\b{spelt}\b", text) is not None
