# SPDX-License-Identifier: EUPL-1.2
"""The file format of published figures: YAML with tables as CSV blocks (docs/figures-format.md)."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from styr.evidence.numbers import NotANumber, stated
from styr.evidence.published import Document, FigureSet, Line, Number, Place, Table
from styr.evidence.reading import marked
from styr.evidence.reading.errors import Unreadable, called
from styr.evidence.reading.lines import ATTRIBUTES, line, place, twice
from styr.evidence.reading.text_figures import text_figure

_FILE = {"documents", "document", "tables", "figures", marked.LINE}
_TABLE = {
    "id", "document", "lines", "title", "title_en", "unit", "period", "population", "columns", "cells", "relations",
    "notes", "dash", "step", "exact", "filling", marked.LINE,
}  # fmt: skip


def read_own(path: Path) -> FigureSet:
    """A file of figures. Raises Unreadable with every problem found: file, line, place and remedy."""
    content = marked.load(path)
    problems: list[str] = []
    _known(content, _FILE, called(path), problems)
    document = str(content.get("document") or "")
    documents = tuple(_document(each, called(path), problems) for each in content.get("documents") or [])
    tables = [_table(each, document, path, problems) for each in content.get("tables") or []]
    figures = [text_figure(each, document, path, problems) for each in content.get("figures") or []]
    if problems:
        raise Unreadable(problems)
    return FigureSet(
        tuple(each for each in documents if each),
        tuple(each for each in tables if each),
        tuple(each for each in figures if each),
    )


def _document(said: Mapping[str, Any], file: str, problems: list[str]) -> Document | None:
    if not said.get("key") or not said.get("title"):
        problems.append(f"{file}, line {said.get(marked.LINE)}: a document needs `key` and `title`")
        return None
    return Document(str(said["key"]), str(said["title"]), str(said.get("publisher") or ""), said.get("year"))


def _table(said: Mapping[str, Any], document: str, path: Path, problems: list[str]) -> Table | None:
    where = f"{called(path)}, line {said.get(marked.LINE)}, table {said.get('id') or '(without id)'}"
    before = len(problems)
    _known(said, _TABLE, where, problems)
    for needed in ("id", "lines", "title", "cells"):
        if not said.get(needed):
            problems.append(f"{where}: has no `{needed}`; see docs/figures-format.md")
    if len(problems) > before:
        return None
    header, rows = _block(said["cells"])
    labelled = [place for place, name in enumerate(header) if not name.startswith("@")]
    columns = _columns([header[index] for index in labelled[1:]], said.get("columns") or {}, where, problems)
    names, lines, cells = [], [], []
    for number, row in rows:
        here = f"{called(path)}, line {number}, table {said['id']}"
        if len(row) != len(header):
            problems.append(f"{here}: {len(row)} fields where the header has {len(header)}; fields are parted by ;")
            continue
        attributes = {name[1:]: row[index] for index, name in enumerate(header) if name.startswith("@") and row[index]}
        names.append(row[labelled[0]])
        lines.append(_line(row[labelled[0]], attributes, here, problems))
        cells.append(_cells([row[index] for index in labelled[1:]], (said, attributes), columns, here, problems))
    for label in twice(names):
        problems.append(f"{where}: two rows are called '{label}'; tell them apart, as 'group: {label}'")
    span = _place(said["lines"], where, problems)
    if len(problems) > before:
        return None
    return Table(
        str(said.get("document") or document),
        str(said["id"]),
        span,
        str(said["title"]),
        tuple(lines),
        tuple(column for column, _ in columns),
        tuple(cells),
        str(said.get("title_en") or ""),
        str(said.get("unit") or ""),
        str(said.get("period") or ""),
        str(said.get("population") or ""),
        tuple(map(str, said.get("relations") or ())),
        str(said.get("notes") or "").strip(),
        called(path),
        int(said[marked.LINE]),
    )


def _block(text: marked.Marked) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header and the rows of a CSV block, each row with its line in the file."""
    rows = []
    for number, written in enumerate(text.splitlines()):
        if written.strip():
            fields = next(csv.reader([written], delimiter=";", skipinitialspace=True))
            rows.append((text.line + number, [each.strip() for each in fields]))
    return rows[0][1], rows[1:]


def _columns(
    labels: Sequence[str], said: Mapping[str, Any], where: str, problems: list[str]
) -> list[tuple[Line, Mapping[str, Any]]]:
    for label in twice(labels):
        problems.append(f"{where}: two columns are called '{label}'; tell them apart")
    for label in said:
        if label not in labels and label != marked.LINE:
            problems.append(f"{where}: `columns` tells of '{label}', which the header of `cells` does not have")
    return [(_line(label, said.get(label) or {}, where, problems), said.get(label) or {}) for label in labels]


def _line(label: str, said: Mapping[str, Any], where: str, problems: list[str]) -> Line:
    _known(said, {*ATTRIBUTES, marked.LINE}, f"{where}, '{label}'", problems)
    try:
        return line(label, said)
    except ValueError as error:
        problems.append(f"{where}, '{label}': {error}")
        return Line(label)


def _cells(
    texts: Sequence[str],
    said: tuple[Mapping[str, Any], Mapping[str, Any]],
    columns: Sequence[tuple[Line, Mapping[str, Any]]],
    where: str,
    problems: list[str],
) -> tuple[Number, ...]:
    cells = []
    for text, (column, of_column) in zip(texts, columns, strict=False):
        try:
            cells.append(stated(text, (*said, of_column)).number)
        except NotANumber as error:
            problems.append(f"{where}, column '{column.label}': {error}")
    return tuple(cells)


def _place(text: object, where: str, problems: list[str]) -> Place:
    try:
        return place(text)
    except ValueError as error:
        problems.append(f"{where}: lines {error}")
        return Place(0, 0)


def _known(said: Mapping[str, Any], known: set[str], where: str, problems: list[str]) -> None:
    for key in said:
        if key not in known:
            names = ", ".join(sorted(known - {marked.LINE}))
            problems.append(f"{where}: `{key}` is not a word of the format; it knows {names}")
