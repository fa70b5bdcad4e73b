# SPDX-License-Identifier: EUPL-1.2
"""Which numbers in the documents' text are entered as figures, which are none, and which are left to enter.

Every number in digits, and every share in words (»to ud af tre«, »hver fjerde«), is one of three: entered at its line,
in a table's rows, or of a class that scanning.yaml names (a page, a paragraph of a law, a year). The rest is left.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Any

import pyarrow as pa
import yaml

from styr.evidence.published import FigureSet, Place, Table
from styr.evidence.reading.lines import place

NEAR = 2  # lines between a figure's line and where its number stands, when the text breaks it
LONG = 150  # lines of a table that is scattered over the text: its rows say where it stands
SENTENCE = 9  # words on a line of running text
_WORDS = re.compile(r"[a-zæøå]{2,}", re.IGNORECASE)
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")
SCHEMA = pa.schema(
    [("document", pa.string()), ("line", pa.int64()), ("printed", pa.string()), ("explained", pa.string()),
     ("text", pa.string())]
)  # fmt: skip


@dataclass(frozen=True)
class _Standing:
    """A number where it stands: its line, its digits or words, and the piece of the text it takes."""

    line: int
    printed: str
    start: int
    end: int


def scan(figures: FigureSet, texts: Mapping[str, Sequence[str]]) -> pa.Table:
    """One row a number in the text: document, line, printed, explained (figure, table, a class of scanning.yaml, or
    empty), text (its line)."""
    rows = [row for document, lines in sorted(texts.items()) for row in _of_document(document, lines, figures)]
    return pa.Table.from_pylist(rows, SCHEMA)


def _of_document(document: str, lines: Sequence[str], figures: FigureSet) -> Iterator[dict[str, object]]:
    text, standing = "\n".join(lines), list(_standing(lines))
    said = _said(document, text)
    entered = _entered(document, figures, standing)
    tables = _in_tables(document, figures, lines)
    for each in standing:
        if each in entered:
            explained = "figure"
        elif each.printed in tables.get(each.line, ()):
            explained = "table"
        else:
            explained = next((name for start, end, name in said if start <= each.start and each.end <= end), "")
        yield {
            "document": document,
            "line": each.line,
            "printed": each.printed,
            "explained": explained,
            "text": lines[each.line - 1].strip(),
        }


def _standing(lines: Sequence[str]) -> Iterator[_Standing]:
    """Numbers in digits and shares in words, in the order of the text."""
    text = "\n".join(lines)
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    found = [*_DIGITS.finditer(text), *_shares_in_words().finditer(text)]
    for each in sorted(found, key=lambda match: match.start()):
        yield _Standing(bisect_right(starts, each.start()), _plain(each[0]), each.start(), each.end())


def _plain(printed: str) -> str:
    return " ".join(re.sub(r"-\n\s*", "", printed).casefold().split())


def _entered(document: str, figures: FigureSet, standing: Sequence[_Standing]) -> set[_Standing]:
    """The numbers that figures are entered for: each of a figure's the nearest of its kind that is not taken."""
    by_printed: dict[str, list[_Standing]] = defaultdict(list)
    for each in standing:
        by_printed[each.printed].append(each)
    taken: set[_Standing] = set()
    for figure in sorted((each for each in figures.figures if each.document == document), key=lambda each: each.line):
        for printed in _numbers_of(figure.number.text):
            near = [each for each in by_printed[printed] if abs(each.line - figure.line) <= NEAR and each not in taken]
            if near:
                taken.add(min(near, key=lambda each: (abs(each.line - figure.line), each.start)))
    return taken


def _numbers_of(printed: str) -> list[str]:
    found = [each[0] for each in _DIGITS.finditer(printed)]
    return found or [_plain(each[0]) for each in _shares_in_words().finditer(printed)]


def _in_tables(document: str, figures: FigureSet, lines: Sequence[str]) -> dict[int, set[str]]:
    """The numbers that tables print, by the lines they stand on. On a line of running text within a table (a table may
    be put together from sentences) only those of the row that names the line."""
    found: dict[int, set[str]] = defaultdict(set)
    for table in figures.tables:
        if table.document != document:
            continue
        rows = [_printed(number.text for number in row) for row in table.cells]
        labels = _printed([*(line.label for line in (*table.rows, *table.columns)), table.title, table.notes])
        for line, numbers in zip(table.rows, rows, strict=True):
            for at in _near(line.place) if line.place else ():
                found[at] |= numbers
        for at in _near(table.place) if _is_together(table) else [*found]:
            if 0 < at <= len(lines) and len(_WORDS.findall(lines[at - 1])) < SENTENCE:
                found[at] |= labels.union(*rows)
    return found


def _printed(texts: Iterable[str]) -> set[str]:
    """The numbers of some texts; also as the document's text has run them together with a footnote mark."""
    return {number for text in texts for number in (*_numbers_of(text), re.sub(r"[\s)*]", "", text))}


def _near(span: Place) -> range:
    return range(span.first - NEAR, span.last + NEAR + 1)


def _is_together(table: Table) -> bool:
    """Whether the table's lines stand together; otherwise only its rows say where it stands."""
    return table.place.last - table.place.first <= LONG or not all(row.place for row in table.rows)


def _said(document: str, text: str) -> list[tuple[int, int, str]]:
    """The pieces of the text that are of a class: those of a rule, and parts that are no running text."""
    found = [(match.start(), match.end(), name) for name, rule in _classes() for match in rule.finditer(text)]
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    for part in _rules()["parts"]:
        if part["document"] == document:
            span: Place = place(part["lines"])
            found.append((starts[span.first - 1], starts[span.last], str(part["class"])))
    return found


@cache
def _shares_in_words() -> re.Pattern[str]:
    return re.compile(_rules()["shares_in_words"], re.IGNORECASE | re.VERBOSE)


@cache
def _classes() -> Sequence[tuple[str, re.Pattern[str]]]:
    return [
        (name, re.compile(pattern, re.IGNORECASE | re.MULTILINE))
        for name, patterns in _rules()["classes"].items()
        for pattern in patterns
    ]


@cache
def _rules() -> Mapping[str, Any]:
    text = files("styr.evidence").joinpath("scanning.yaml").read_text(encoding="utf-8")
    rules: Mapping[str, Any] = yaml.safe_load(text)
    return rules
