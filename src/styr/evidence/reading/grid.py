# SPDX-License-Identifier: EUPL-1.2
"""A grid of texts as a table: which rows are header, what the title says of number and unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from styr.evidence.errors import Refused, place, within
from styr.evidence.numbers import NotANumber, read_number
from styr.evidence.published import Number, Place, Table
from styr.evidence.reading.errors import Unreadable, called
from styr.evidence.reading.lines import line, twice
from styr.statistics.words import Words

_CALLED = re.compile(r"^(?P<id>(?:bilags)?(?:tabel|figur|table|figure)\s*[\w.\-]*\d)\s*[:.\-–]?\s*(?P<title>.*)$", re.I)
_UNIT = re.compile(
    r"\b(pct\.|procent|%|(?:1\.000|mio\.|mia\.|t\.)\s?kr\.|kr\.|antal|årsværk|personer|pladser|indeks|dage|år)(?=\W|$)",
    re.I,
)
_YEAR = re.compile(r"^(?:19|20)\d\d(?:\s*[-–/]\s*(?:(?:19|20)?\d\d))?$")


@dataclass(frozen=True)
class Grid:
    """Rows of texts with their line in the file, and the title and notes around them."""

    rows: tuple[tuple[int, Sequence[str]], ...]
    title: str
    notes: str
    line: int


def table_of(grid: Grid, path: Path, number: int) -> Table:
    """The table of a grid: header rows are those before the first with numbers. Raises Unreadable."""
    width = max(len(row) for _, row in grid.rows)
    rows = [(at, [*row, *[""] * (width - len(row))]) for at, row in grid.rows]
    heads = next((place for place, (_, row) in enumerate(rows) if _numeric(row)), len(rows))
    where = place(called(path), line=grid.line)
    if width < 2 or heads == len(rows):
        raise Unreadable([Refused("no_row_of_numbers", where=where)])
    labels = _header([row for _, row in rows[:heads]], width)
    heading = _CALLED.match(grid.title)
    id = heading["id"] if heading else grid.title[:60] or f"table {number}"
    problems = [Refused("columns_alike", where=within(where, table=id), label=label) for label in twice(labels[1:])]
    names = _names([row[0] for _, row in rows[heads:]])
    cells = []
    for (at, row), name in zip(rows[heads:], names, strict=True):
        cells.append(_cells(row[1:], labels[1:], place(called(path), line=at, row=name), problems))
    if problems:
        raise Unreadable(problems)
    title = heading["title"] if heading else grid.title
    found = _UNIT.search(title) or _UNIT.search(labels[0])
    return Table(
        path.stem,
        id,
        Place(rows[0][0], rows[-1][0]),
        title or id,
        tuple(line(name, {"line": str(at)}) for (at, _), name in zip(rows[heads:], names, strict=True)),
        tuple(line(label, {"unit": unit[1] if (unit := _UNIT.search(label)) else ""}) for label in labels[1:]),
        tuple(cells),
        unit=found[1] if found else "",
        notes=grid.notes,
        file=called(path),
        line=grid.line,
    )


def _numeric(row: Sequence[str]) -> bool:
    """Whether most filled cells after the first are numbers, and not years."""
    filled = [cell for cell in row[1:] if cell]
    numbers = [cell for cell in filled if _is_number(cell) and not _YEAR.match(cell)]
    return bool(numbers) and 2 * len(numbers) >= len(filled)


def _is_number(cell: str) -> bool:
    try:
        read_number(cell)
    except NotANumber:
        return False
    return True


def _header(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """The names of the columns; of several header rows an upper one holds for the empty cells to its right."""
    if not rows:
        return ["", *(f"kolonne {place}" for place in range(1, width))]
    parts: list[list[str]] = [[] for _ in range(width)]
    for depth, row in enumerate(rows):
        over = ""
        for at, cell in enumerate(row):
            over = cell or (over if depth < len(rows) - 1 and at > 1 else "")
            if over:
                parts[at].append(over)
    names = [": ".join(part) for part in parts]
    return [name or (f"kolonne {at}" if at else "") for at, name in enumerate(names)]


def _names(labels: Sequence[str]) -> list[str]:
    """Row labels told apart by a number when they are alike."""
    seen: dict[str, int] = {}
    names = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        names.append(label if labels.count(label) == 1 and label else f"{label or 'række'} ({seen[label]})")
    return names


def _cells(row: Sequence[str], labels: Sequence[str], where: Words, problems: list[Refused]) -> tuple[Number, ...]:
    cells = []
    for cell, label in zip(row, labels, strict=True):
        try:
            cells.append(read_number(cell).number)
        except NotANumber as error:
            problems.append(Refused("in_place", where=within(where, column=label), why=error))
    return tuple(cells)
