# SPDX-License-Identifier: EUPL-1.2
"""What is raised when a question cannot be answered, in Danish and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import ClassVar

import yaml

from styr import vocabulary
from styr.statistics.words import Words


class CannotAnswer(ValueError):
    """A question the data or the rules cannot answer; says what is missing and where it comes from.

        CannotAnswer("population_missing", year=2020, municipalities="101")

    key: one of refusals.yaml, values: what stands in its texts, as text, number, day, Words, or another refusal. A key
    that is not there is the message itself, the same in every language. A room with refusals.yaml of its own has a
    subclass that names it in room.
    """

    room: ClassVar[str] = "styr.statistics"

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values

    def said(self, language: str) -> str:
        """The message in Danish (da) or English (en)."""
        words = refusals(self.room).get(self.key)
        if words is None:
            return self.key
        return words[language].format_map({name: _in(language, value) for name, value in self.values.items()})

    def __str__(self) -> str:
        return self.said("en")


def unknown(kind: str, word: str, known: Iterable[str]) -> CannotAnswer:
    """The error for a word that is not on a list, with the nearest words that are. kind: what the words are, said in
    Danish when refusals.yaml names it (kind_indicator)."""
    names = list(known)
    near = get_close_matches(word, names, n=3, cutoff=0.4) or names
    return CannotAnswer("unknown_word", kind=_kind(kind), word=word, nearest=", ".join(near))


def part(key: str, /, **values: object) -> Words:
    """What stands in the place of a value of another refusal; key and values as for CannotAnswer."""
    said = CannotAnswer(key, **values)
    return Words(said.said("da"), said.said("en"))


@cache
def refusals(room: str = CannotAnswer.room) -> Mapping[str, Words]:
    """Every refusal's texts of a room, with {names} of values in them."""
    text = files(room).joinpath("refusals.yaml").read_text(encoding="utf-8")
    return {key: Words(**words) for key, words in yaml.safe_load(text).items()}


def _in(language: str, value: object) -> str:
    """A value as it stands in a message."""
    if isinstance(value, Words):
        return value[language]
    if isinstance(value, CannotAnswer):
        return value.said(language)
    if isinstance(value, vocabulary.UnknownWord) and language == "da":
        return _in_danish(value)
    return str(value)


def _in_danish(error: vocabulary.UnknownWord) -> str:
    """A word that a list of the vocabulary does not know."""
    kind = _kind(error.kind)
    if not error.nearest:
        return CannotAnswer("unknown_word_alone", kind=kind, word=error.value).said("da")
    terms = vocabulary.codelist(error.kind)
    named = ", ".join(f"{code} ({terms.name(code)})" for code in error.nearest)
    return CannotAnswer("unknown_word", kind=kind, word=error.value, nearest=named).said("da")


def _kind(kind: str) -> Words:
    return refusals().get(f"kind_{kind.replace(' ', '_')}", Words(kind, kind))
