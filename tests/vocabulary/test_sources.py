# SPDX-License-Identifier: EUPL-1.2
"""Sources: a cited line of a document exists, and the word cited is printed there or a few lines off.

The documents are not part of the repository; without them these tests are skipped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from styr import vocabulary
from styr.vocabulary.codelists import Term

DOCUMENTS = Path(os.environ.get("STYR_DOCUMENTS", Path(__file__).parents[3] / "shared" / "documents"))
CITED = re.compile(r"\b(00[0-4]) l\.(\d+)(?:-(\d+))?")
WITHIN_LINES = 5
EMPTY_WORDS = {"eller", "efter", "under", "andre", "anden", "andet", "med", "til", "for", "samt", "uden"}

pytestmark = pytest.mark.skipif(
    not DOCUMENTS.is_dir(), reason="the source documents are not here (set STYR_DOCUMENTS to their folder)"
)


@cache
def lines_of(document: str) -> list[str]:
    """A document's lines, parted at newlines alone, as the citations count them."""
    return next(DOCUMENTS.glob(f"{document}_*.txt")).read_text(encoding="utf-8").split("\n")


def every_term() -> Iterator[tuple[str, Term]]:
    for name in vocabulary.LISTS:
        for term in vocabulary.codelist(name).known:
            yield name, term
            if name == "function":
                yield from (("grouping", grouping) for grouping in vocabulary.groupings_of(term.code))


def is_printed(name: str, place: str) -> bool:
    """Whether at least half of a name's words stand in the place, in any inflection (first five letters)."""
    words = {word[:5] for word in re.findall(r"[a-zæøå]{3,}", re.sub(r"\(.*?\)", "", name).casefold())}
    words = words - EMPTY_WORDS or words
    return bool(words) and 2 * sum(word in place for word in words) >= len(words)


def around(document: str, line: int) -> str:
    lines = lines_of(document)
    near = " ".join(lines[max(0, line - 1 - WITHIN_LINES) : line + WITHIN_LINES])
    return re.sub(r"(\w)-\s+(\w)", r"\1\2", near).casefold()


def test_every_cited_line_exists_and_is_not_empty() -> None:
    missing = []
    for name, term in every_term():
        for document, first, last in CITED.findall(f"{term.source} {term.note or ''}"):
            lines = lines_of(document)
            if int(last or first) > len(lines) or not lines[int(first) - 1].strip():
                missing.append((name, term.code, f"{document} l.{first}"))
    assert missing == []


def test_the_danish_name_is_printed_where_the_source_says() -> None:
    """Left out are terms marked `printed: number`, whose source has the thing (a paragraph, a number) but no name."""
    absent = []
    for name, term in every_term():
        cited = CITED.match(term.source)
        if cited is None or term.extra.get("printed") == "number":
            continue
        place = around(cited[1], int(cited[2]))
        if not any(is_printed(name_or_alias, place) for name_or_alias in (term.da, *term.aliases)):
            absent.append((name, term.code, term.source))
    assert absent == []


def test_every_parameter_cites_a_line_that_exists() -> None:
    for parameter in vocabulary.parameters().values():
        for document, first, _ in CITED.findall(parameter.source):
            assert lines_of(document)[int(first) - 1].strip(), parameter.key


def test_the_notes_of_lists_cite_lines_that_exist() -> None:
    folder = Path(vocabulary.__file__).parent
    for file in sorted(folder.glob("*.yaml")):
        if file.name == "exchange.yaml":
            continue
        for document, first, _ in CITED.findall(file.read_text(encoding="utf-8")):
            assert lines_of(document)[int(first) - 1].strip(), (file.name, document, first)
