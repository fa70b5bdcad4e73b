# SPDX-License-Identifier: EUPL-1.2
"""Reading a file or a folder of figures, whatever form they have."""

from __future__ import annotations

from pathlib import Path

from styr.evidence.errors import Refused, place
from styr.evidence.published import FigureSet
from styr.evidence.reading.errors import Unreadable, called
from styr.evidence.reading.own_format import read_own
from styr.evidence.reading.pasted import read_csv, read_markdown, read_workbook
from styr.statistics.words import Words

READERS = {
    ".yaml": read_own,
    ".yml": read_own,
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
    ".xlsx": read_workbook,
    ".md": read_markdown,
}


def read(path: Path) -> FigureSet:
    """The figures of a file, or of every file of a folder and the folders in it.

    YAML is the project's own format (docs/figures-format.md); CSV, XLSX and Markdown are tables as people paste them.
    Raises Unreadable with every problem: file, line, place and remedy.
    """
    if path.is_file():
        return _one(path)
    if not path.is_dir():
        raise Unreadable([Refused("not_there", path=path)])
    found = FigureSet()
    problems: list[Refused] = []
    files = [each for each in sorted(path.rglob("*")) if each.is_file() and each.suffix.casefold() in READERS]
    for each in files:
        try:
            found = found + _one(each)
        except Unreadable as error:
            problems += error.problems
    if not files:
        problems.append(Refused("no_files", path=path, endings=", ".join(READERS)))
    problems += _same_ids(found)
    if problems:
        raise Unreadable(problems)
    return found


def _one(path: Path) -> FigureSet:
    reader = READERS.get(path.suffix.casefold())
    if reader is None:
        refused = Refused("ending_unknown", where=called(path), ending=path.suffix, endings=", ".join(READERS))
        raise Unreadable([refused])
    return reader(path)


def _same_ids(found: FigureSet) -> list[Refused]:
    """Tables and figures of one document must have ids of their own, since others refer to them."""
    first: dict[tuple[str, str], Words] = {}
    problems = []
    for document, id, where in [
        *((each.document, each.id, place(each.file, line=each.line)) for each in found.tables),
        *((each.document, each.id, place(each.file, line=each.file_line)) for each in found.figures),
    ]:
        if (document, id) in first:
            refused = Refused("id_twice", where=where, document=document, id=id, first=first[document, id])
            problems.append(refused)
        first.setdefault((document, id), where)
    return problems
