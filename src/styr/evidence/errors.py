# SPDX-License-Identifier: EUPL-1.2
"""What the room of published figures refuses, in Danish and English (refusals.yaml), and where it says it stands."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from styr.statistics.errors import CannotAnswer
from styr.statistics.words import Words


class Refused(CannotAnswer):
    """What this room cannot read, find or work out; key and values as for CannotAnswer."""

    room = "styr.evidence"


def not_found(key: str, word: str, known: Iterable[str], **values: object) -> Refused:
    """The refusal of a name that is not there, with the nearest that are; key: unknown_figure, unknown_table, …"""
    names = list(known)
    near = get_close_matches(word, names, n=3, cutoff=0.4) or names[:3]
    return Refused(key, word=word, nearest=", ".join(near) or "–", **values)


def part(key: str, /, **values: object) -> Words:
    """What stands in the place of a value of another refusal."""
    said = Refused(key, **values)
    return Words(said.said("da"), said.said("en"))


def place(file: str, **at: object) -> Words:
    """Where something stands: the file, then line, table, figure, row, column or label, as they are given."""
    return within(Words(file, file), **at)


def within(where: Words, **at: object) -> Words:
    """A place and what lies closer within it."""
    closer = [part(f"place_{name}", value=value) for name, value in at.items()]
    return Words(*(", ".join([where[language], *(each[language] for each in closer)]) for language in ("da", "en")))
