# SPDX-License-Identifier: EUPL-1.2
"""What is raised when a question cannot be answered."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class CannotAnswer(ValueError):
    """A question the data or the rules cannot answer; the message says what is missing and where it comes from."""


def unknown(kind: str, word: str, known: Iterable[str]) -> CannotAnswer:
    """The error for a word that is not on a list, with the nearest words that are."""
    names = list(known)
    near = get_close_matches(word, names, n=3, cutoff=0.4) or names
    return CannotAnswer(f"Unknown {kind} '{word}'. Nearest: {', '.join(near)}.")
