# SPDX-License-Identifier: EUPL-1.2
"""The file format of published figures: YAML with tables as CSV blocks (docs/figures-format.md)."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from styr.evidence.errors import Refused, part, place, within
from styr.evidence.numbers import NotANumber, stated
from styr.evidence.published import Document, FigureSet, Line, Number, Place, Table
from styr.evidence.reading import marked
from styr.evidence.reading.errors import Unreadable, called
from styr.evidence.reading.lines import ATTRIBUTES, line, twice
from styr.evidence.reading.lines import place as lines_of
from styr.evidence.reading.text_figures import text_figure
from styr.statistics.words import Words

_FILE = {"documents", "document", "tables", "figures", marked.LINE}
_TABLE = {
    "id", "document", "lines", "title", "title_en", "unit", "period", "population", "columns", "cells", "relations",
    "notes", "dash", "step", "exact", "filling", "signs", marked.LINE,
}  # fmt: skip


def read_own(path: Path) -> FigureSet:
    """A file of figures. Raises Unreadable with every problem found: file, line, place and remedy."""
    content = marked.load(path)
    problems: list[Refused] = []
    _known(content, _FILE, place(called(path)), problems)
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


def _document(said: Mapping[str, Any], file: str, problems: list[Refused]) -> Document | None:
    if not said.get("key") or not said.get("title"):
        problems.append(Refused("document_needs", where=place(file, line=said.get(marked.LINE))))
        return None
    return Document(str(said["key"]), str(said["title"]), str(said.get("publisher") or ""), said.get("year"))


def _table(said: Mapping[str, Any], document: str, path: Path, problems: list[Refused]) -> Table | None:
    where = place(called(path), line=said.get(marked.LINE), table=said.get("id") or part("without_id"))
    before = len(problems)
    _known(said, _TABLE, where, problems)
    for needed in ("id", "lines", "title", "cells"):
        if not said.get(needed):
            problems.append(Refused("word_missing", where=where, word=needed))
    if len(problems) > before:
        return None
    header, rows = _block(said["cells"])
    labelled = [place for place, name in enumerate(header) if not name.startswith("@")]
    columns = _columns([header[index] for index in labelled[1:]], said.get("columns") or {}, where, problems)
    names, lines, cells = [], [], []
    for number, row in rows:
        here = place(called(path), line=number, table=said["id"])
        if len(row) != len(header):
            problems.append(Refused("fields_differ", where=here, fields=len(row), header=len(header)))
            continue
        attributes = {name[1:]: row[index] for index, name in enumerate(header) if name.startswith("@") and row[index]}
        names.append(row[labelled[0]])
        lines.append(_line(row[labelled[0]], attributes, here, problems))
        cells.append(_cells([row[index] for index in labelled[1:]], (said, attributes), columns, here, problems))
    for label in twice(names):
        problems.append(Refused("rows_alike", where=where, label=label))
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
        str(said.get("signs") or "").casefold() in ("true", "yes"),
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
    labels: Sequence[str], said: Mapping[str, Any], where: Words, problems: list[Refused]
) -> list[tuple[Line, Mapping[str, Any]]]:
    for label in twice(labels):
        problems.append(Refused("columns_alike", where=where, label=label))
    for label in said:
        if label not in labels and label != marked.LINE:
            problems.append(Refused("column_not_there", where=where, label=label))
    return [(_line(label, said.get(label) or {}, where, problems), said.get(label) or {}) for label in labels]


def _line(label: str, said: Mapping[str, Any], where: Words, problems: list[Refused]) -> Line:
    here = within(where, label=label)
    _known(said, {*ATTRIBUTES, marked.LINE}, here, problems)
    try:
        return line(label, said)
    except Refused as error:
        problems.append(Refused("in_place", where=here, why=error))
        return Line(label)


def _cells(
    texts: Sequence[str],
    said: tuple[Mapping[str, Any], Mapping[str, Any]],
    columns: Sequence[tuple[Line, Mapping[str, Any]]],
    where: Words,
    problems: list[Refused],
) -> tuple[Number, ...]:
    cells = []
    for text, (column, of_column) in zip(texts, columns, strict=False):
        try:
            cells.append(stated(text, (*said, of_column)).number)
        except NotANumber as error:
            problems.append(Refused("in_place", where=within(where, column=column.label), why=error))
    return tuple(cells)


def _place(text: object, where: Words, problems: list[Refused]) -> Place:
    try:
        return lines_of(text)
    except Refused as error:
        problems.append(Refused("in_place", where=where, why=error))
        return Place(0, 0)


def _known(said: Mapping[str, Any], known: set[str], where: Words, problems: list[Refused]) -> None:
    for key in said:
        if key not in known:
            names = ", ".join(sorted(known - {marked.LINE}))
            problems.append(Refused("word_unknown", where=where, word=key, words=names))
