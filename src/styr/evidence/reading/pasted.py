# SPDX-License-Identifier: EUPL-1.2
"""Tables as people paste them: CSV, XLSX and Markdown, with a title above and notes below."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from styr.evidence.errors import Refused
from styr.evidence.published import FigureSet, Table
from styr.evidence.reading.errors import Unreadable, called
from styr.evidence.reading.grid import Grid, table_of

_HEADING = re.compile(r"^#{1,6}\s+(.*)|^\*\*(.+)\*\*$")
_RULE = re.compile(r"^\|?[\s:|-]+\|?$")


def read_csv(path: Path) -> FigureSet:
    """A CSV file: parted by ; or tab or comma (the one that most lines have); one table, or several parted by empty
    lines with a heading each. Raises Unreadable."""
    text = _text(path)
    lines = text.splitlines()
    mark = max(
        ";\t,|", key=lambda sign: sum(sign in line for line in lines) + sum(line.count(sign) for line in lines) / 1e6
    )
    rows = [(number, next(csv.reader([line], delimiter=mark), [])) for number, line in enumerate(lines, 1)]
    return _set(path, _parted(rows))


def read_workbook(path: Path) -> FigureSet:
    """An XLSX file: each sheet holds a table, or several parted by empty rows. Raises Unreadable."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        sheets = [(name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names]
    except (CalamineError, OSError) as error:
        raise Unreadable([Refused("no_workbook", where=called(path), error=error)]) from error
    grids: list[Grid] = []
    for name, cells in sheets:
        rows = [(number, [_shown(cell) for cell in row]) for number, row in enumerate(cells, 1)]
        grids += [Grid(each.rows, each.title or name, each.notes, each.line) for each in _parted(rows)]
    return _set(path, grids)


def read_markdown(path: Path) -> FigureSet:
    """The pipe tables of a Markdown file, each called as the heading or bold line before it. Raises Unreadable."""
    grids, title, rows = [], "", []
    for number, line in enumerate([*_text(path).splitlines(), ""], 1):
        if "|" in line:
            if not _RULE.match(line.strip()):
                rows.append((number, [cell.strip() for cell in line.strip().strip("|").split("|")]))
            continue
        if rows:
            grids.append(Grid(tuple(rows), title, "", rows[0][0]))
            rows, title = [], ""
        if found := _HEADING.match(line.strip()):
            title = (found[1] or found[2]).strip()
        elif line.strip() and not title:
            title = line.strip()
    return _set(path, grids)


def _set(path: Path, grids: Sequence[Grid]) -> FigureSet:
    problems: list[Refused] = []
    tables: list[Table] = []
    for number, grid in enumerate(grids, 1):
        try:
            tables.append(table_of(grid, path, number))
        except Unreadable as error:
            problems += error.problems
    if not grids:
        problems.append(Refused("no_table", where=called(path)))
    if problems:
        raise Unreadable(problems)
    return FigureSet(tables=tuple(tables))


def _parted(rows: Iterable[tuple[int, Sequence[str]]]) -> list[Grid]:
    """Rows as tables. Lines of one filled cell before a table are its title, those after it its notes; a table ends
    where an empty line or a note is followed by more cells, and the last line before those is the next one's title."""
    grids: list[Grid] = []
    title, texts, gap = "", [], False  # type: str, list[str], bool
    body: list[tuple[int, Sequence[str]]] = []
    for number, row in rows:
        cells = [cell.strip() for cell in row]
        filled = [cell for cell in cells if cell]
        if not filled:
            gap = True
        elif len(filled) == 1 and (not body or gap or texts):
            texts.append(filled[0])
            gap = False
        else:
            if body and (gap or texts):
                grids.append(Grid(tuple(body), title, "\n".join(texts[:-1]), body[0][0]))
                title, texts, body = (texts or [""])[-1], [], []
            elif not body:
                title, texts = " ".join(texts), []
            body.append((number, cells))
            gap = False
    if body:
        grids.append(Grid(tuple(body), title, "\n".join(texts), body[0][0]))
    return grids


def _text(path: Path) -> str:
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")  # what Danish Excel writes


def _shown(cell: object) -> str:
    """A cell as Danes print it: 1234.5 is 1234,5."""
    if isinstance(cell, bool):
        return "ja" if cell else "nej"
    if isinstance(cell, float):
        return str(int(cell)) if cell == int(cell) else repr(cell).replace(".", ",")
    return "" if cell is None else str(cell)
