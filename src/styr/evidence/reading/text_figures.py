# SPDX-License-Identifier: EUPL-1.2
"""Numbers in running text, as entries of a file of figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from styr.evidence.errors import Refused, part, place
from styr.evidence.numbers import NotANumber, Printed, stated
from styr.evidence.phrases import read_phrase
from styr.evidence.published import Asked, TextFigure
from styr.evidence.reading.errors import called
from styr.evidence.reading.marked import LINE

_WORDS = {
    "id", "document", "line", "printed", "quantity", "unit", "period", "population", "same", "asked", "notes", "step",
    "exact", "falls", LINE,
}  # fmt: skip
_ASKED = {"indicator", "first", "last", "where", "day", "change", "scale", "price_level", "difference", LINE}


def text_figure(said: Mapping[str, Any], document: str, path: Path, problems: list[Refused]) -> TextFigure | None:
    """An entry of `figures`; None when it cannot be read, and problems has told why."""
    where = place(called(path), line=said.get(LINE), figure=said.get("id") or part("without_id"))
    before = len(problems)
    needed = ("id", "line", "printed", "quantity")
    problems += [Refused("word_missing", where=where, word=word) for word in needed if not said.get(word)]
    problems += [
        Refused("word_unknown", where=where, word=word, words=_list(_WORDS)) for word in said if word not in _WORDS
    ]
    asked = said.get("asked") or {}
    problems += [
        Refused("asked_word_unknown", where=where, word=word, words=_list(_ASKED))
        for word in asked
        if word not in _ASKED
    ]
    asking = ("indicator", "first") if asked else ()
    problems += [Refused("asked_word_missing", where=where, word=word) for word in asking if word not in asked]
    if len(problems) > before:
        return None
    try:
        printed = _printed(str(said["printed"]), said)
    except NotANumber as error:
        problems.append(Refused("in_place", where=where, why=error))
        return None
    return TextFigure(
        str(said.get("document") or document),
        int(said["line"]),
        str(said["id"]),
        str(said["quantity"]),
        printed.number,
        str(said.get("unit") or printed.unit),
        str(said.get("period") or ""),
        str(said.get("population") or ""),
        str(said.get("same") or ""),
        _asked(asked) if asked else None,
        str(said.get("notes") or ""),
        called(path),
        int(said[LINE]),
    )


def _list(words: set[str]) -> str:
    return ", ".join(sorted(words - {LINE}))


def _printed(text: str, said: Mapping[str, Any]) -> Printed:
    """The number in digits or in words; `falls` says that what is printed without a sign is a fall."""
    try:
        printed = _in_words(text) if "/" in text else stated(text, (said,), filling=True)
    except NotANumber:
        printed = _in_words(text)
    if said.get("falls") and printed.number.value is not None:
        to = None if printed.number.to is None else -printed.number.to
        return replace(printed, number=replace(printed.number, value=-printed.number.value, to=to))
    return printed


def _in_words(text: str) -> Printed:
    number = read_phrase(text)
    if number is None:
        raise NotANumber("not_a_number", text=text[:60])
    return Printed(number, "pct.")


def _asked(said: Mapping[str, Any]) -> Asked:
    where = {str(key): str(value) for key, value in (said.get("where") or {}).items() if key != LINE}
    return Asked(
        str(said["indicator"]),
        int(said["first"]),
        int(said["last"]) if said.get("last") else None,
        tuple(sorted(where.items())),
        str(said.get("day") or ""),
        str(said.get("change") or ""),
        str(said.get("scale") or "1"),
        str(said.get("price_level") or ""),
        str(said.get("difference") or ""),
    )
