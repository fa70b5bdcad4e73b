# SPDX-License-Identifier: EUPL-1.2
"""Whether the figures entered stand in the documents where they are said to.

A number of a table is looked for in the lines of its row, in its place: the numbers of a row must stand there in the
order of the columns. A number in running text is looked for on its line, with its hedge, and with its unit or a word of
its quantity beside it. What stands nearby but not so, elsewhere in its table, or broken over lines, is told apart; what
is not found is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from styr.evidence.published import FigureSet, Number, Place, Table, TextFigure

NEAR = 2  # lines before and after
BESIDE = 60  # signs before and after a number within which its unit or a word of its quantity stands
STEM = 4  # letters that two forms of a word share
LONG_ENOUGH = 4  # signs of a number that is put together from pieces: fewer are found by chance
_PARTS = ("kommune", " af ", "del", "hver")  # what a share in words is of
_UNIT_SIGNS = {
    "procentpoint": ("pct", "%", "procent", "point"),
    "pct": ("pct", "%", "procent", *_PARTS),
    "kr": ("kr", "mio", "mia"),
    "promille": ("promille",),
}
_SMALL = {
    2: "to", 3: "tre", 4: "fire", 5: "fem", 6: "seks", 7: "syv", 8: "otte", 9: "ni", 10: "ti", 11: "elleve", 12: "tolv",
}  # fmt: skip

_NUMBER = re.compile(r"\d[\d.,]*")

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


def texts_of(folder: Path) -> dict[str, list[str]]:
    """The lines of each document's text, by document; files are called as 000_anything.txt."""
    return {
        file.name[:3]: file.read_text(encoding="utf-8").split("\n")
        for file in sorted(folder.glob("[0-9][0-9][0-9]_*.txt"))
    }


def verify(figures: FigureSet, texts: Mapping[str, Sequence[str]]) -> pa.Table:
    """One row a printed number: document, figure, row, column, printed, line, found.

    found: line (where it should be), near (at its line, but not in its place in the row, or without unit and words),
    table (elsewhere in its table), broken (over lines, in its table), no (not found), or no text (the document is not
    there). Numbers that are missing in print are not sought.
    """
    rows = [row for table in figures.tables for row in _of_table(table, texts.get(table.document))]
    rows += [_of_figure(figure, texts.get(figure.document)) for figure in figures.figures]
    return pa.Table.from_pylist(rows, SCHEMA)


def _of_table(table: Table, lines: Sequence[str] | None) -> Iterator[dict[str, object]]:
    whole = running(lines, table.place) if lines is not None else ""
    for row, cells in zip(table.rows, table.cells, strict=True):
        at = row.place or table.place
        sought = [(column, number) for column, number in enumerate(cells) if number.missing is None]
        patterns = [_pattern(number) for _, number in sought]
        near = running(lines or (), at)
        placed = _in_order(patterns, running(lines or (), at, 0))
        if len(_NUMBER.findall(running(lines or (), at, 0))) < len(sought):  # the row is broken over more lines
            around = _in_order(patterns, near)
            placed = around if len(around) > len(placed) else placed
        for index, (column, number) in enumerate(sought):
            found = "no text" if lines is None else "line" if index in placed else _elsewhere(number, near, whole)
            label = table.columns[column].label
            yield _row(table.document, table.id, (row.label, label), number, at.first, found)


def _of_figure(figure: TextFigure, lines: Sequence[str] | None) -> dict[str, object]:
    found = "no text"
    if lines is not None:
        near = running(lines, Place(figure.line, figure.line))
        found = "line" if _is_told(figure, lines) else _elsewhere(figure.number, near, near)
    return _row(figure.document, figure.id, ("", ""), figure.number, figure.line, found)


def _row(
    document: str, figure: str, labels: tuple[str, str], number: Number, line: int, found: str
) -> dict[str, object]:
    values = (document, figure, *labels, number.text, line, found)
    return dict(zip(SCHEMA.names, values, strict=True))


def _in_order(patterns: Sequence[re.Pattern[str]], text: str) -> set[int]:
    """The most numbers that stand in a text one after the other, by their index."""
    standing = sorted(
        (match.start(), match.end(), index)
        for index, pattern in enumerate(patterns)
        for match in pattern.finditer(text)
    )
    longest: list[tuple[int, ...]] = [()]
    for place, (start, _, index) in enumerate(standing):
        chain: tuple[int, ...] = ()
        for other in range(place):
            follows = standing[other][1] <= start and standing[other][2] < index
            if follows and len(longest[other + 1]) > len(chain):
                chain = longest[other + 1]
        longest.append((*chain, index))
    return set(sorted(longest, key=len)[-1])


def _is_told(figure: TextFigure, lines: Sequence[str]) -> bool:
    """Whether the number begins on its line, with its unit or a word of its quantity beside it."""
    first = max(1, figure.line - NEAR)
    around = running(lines, Place(first, figure.line + NEAR), 0)
    begins = len(running(lines, Place(first, figure.line - 1), 0)) - 1 if figure.line > first else 0
    ends = len(running(lines, Place(first, figure.line), 0))
    for match in _pattern(figure.number).finditer(around):
        beside = around[max(0, match.start() - BESIDE) : match.end() + BESIDE]
        if begins <= match.start() < ends and any(word in beside for word in _words_of(figure)):
            return True
    return False


def _words_of(figure: TextFigure) -> set[str]:
    """What may stand beside a number: ways of writing its unit, and stems of the words of unit and quantity."""
    unit = figure.unit.casefold()
    signs = next((signs for known, signs in _UNIT_SIGNS.items() if known in unit), ())
    if signs:
        return set(signs)
    words = re.findall(r"[a-zæøå]{4,}", f"{unit} {figure.quantity.casefold()}")
    return {word[:STEM] for word in words}


def _elsewhere(number: Number, near: str, whole: str) -> str:
    pattern = _pattern(number)
    if pattern.search(near):
        return "near"
    if pattern.search(whole):
        return "table"
    core = _core(number)
    return "broken" if len(core) >= LONG_ENOUGH and core in re.sub(r"\s", "", whole) else "no"


def running(lines: Sequence[str], place: Place, margin: int = NEAR) -> str:
    """The lines of a place, and a margin around it, as one text; divided words are put together."""
    text = "\n".join(lines[max(0, place.first - 1 - margin) : place.last + margin])
    return re.sub(r"\s+", " ", re.sub(r"(?<=[a-zæøå])-? *\n+ *(?=[a-zæøå])", _joined, text)).casefold()


def _joined(found: re.Match[str]) -> str:
    return "" if "-" in found[0] else " "


def _pattern(number: Number) -> re.Pattern[str]:
    """The number as printed: its hedge before it, in digits with no digit beside them; a footnote mark may follow. A
    small whole number may be spelt out."""
    if number.in_words or not re.search(r"\d", number.text):
        words = r"-?\s*".join(re.escape(word) for word in number.text.casefold().split())
        return re.compile(rf"(?<!\w){words}(?!\w)")
    text = re.sub(r"^[-−–]\s*", "", number.text.removesuffix(number.note).strip().casefold())
    text = _to_last_digit(text)
    after = r"(?![.,]?\d)" if not number.note else r"(?!\d{2})"
    words = r"\s*".join(re.escape(word) for word in re.split(r"\s+", text))
    return re.compile(rf"(?<![\d,.]){words}{after}{_spelt(number)}")


def _spelt(number: Number) -> str:
    """The number in letters, as another way of writing it: »ingen«, »to« to »tolv«."""
    value = number.value
    word = "ingen" if value == 0 else _SMALL.get(int(value)) if value and value == int(value) else None
    return rf"|\b{word}\b" if word else ""


def _to_last_digit(text: str) -> str:
    """The text to its last digit: scale and unit may be printed above the column."""
    found = re.match(r".*\d", text)
    return found[0] if found else text


def _core(number: Number) -> str:
    found = re.search(r"[\d.,]*\d", number.text)
    return found[0] if found else number.text.casefold().replace(" ", "")
