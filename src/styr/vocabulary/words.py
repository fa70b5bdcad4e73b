# SPDX-License-Identifier: EUPL-1.2
"""Spelling: when two spellings are the same word, and what is said when a word is not known."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher, get_close_matches

_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "ä": "ae", "ö": "oe"})
_BARE_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a"})
_GAPS = re.compile(r"(?<=\S)[\s_\-\u2010-\u2015]+(?=\S)")
_CIVIL_NUMBER = re.compile(r"\d{5,6}\W?\d{4}")  # nine digits: a spreadsheet drops the leading zero
_SHOWN = 60


class UnknownWord(ValueError):
    """A word that a list does not know, or that names more than one thing in it.

    kind is the list's name ("provision"), value the word as it may be shown (a civil registration number is
    withheld), nearest the codes closest to it, best first.
    """

    def __init__(self, kind: str, value: object, nearest: Sequence[tuple[str, str]], reason: str = "") -> None:
        self.kind = kind
        self.value = shown(value)
        self.nearest: list[str] = [code for code, _ in nearest]
        said = f"Unknown {kind.replace('_', ' ')} '{self.value}'"
        if reason:
            said += f": {reason}"
        named = ", ".join(code if not name or name == code else f"{code} ({name})" for code, name in nearest)
        super().__init__(f"{said}. Nearest: {named}" if named else f"{said}.")


def folded(word: str) -> str:
    """A word without case, outer space, and difference between space, hyphen, dash and underscore inside it."""
    plain = unicodedata.normalize("NFKC", word).casefold().strip()
    return _GAPS.sub(" ", plain)


def spellings(word: str) -> frozenset[str]:
    """The folded word as Danes type it without Danish letters: æøå kept, as ae oe aa, and as ae o a."""
    fold = folded(word)
    accentless = _without_accents(fold)
    return frozenset({fold, accentless.translate(_LETTERS), accentless.translate(_BARE_LETTERS)})


def nearest(word: str, known: Mapping[str, str], limit: int = 5) -> list[str]:
    """Codes whose spelling is closest to the word, best first; known is spelling → code."""
    fold = folded(word)[:_SHOWN]
    close = get_close_matches(fold, known.keys(), n=limit * 4, cutoff=0.6)
    holding = [key for key in known if len(fold) >= 4 and len(key) >= 4 and (fold in key or key in fold)]
    holding.sort(key=lambda key: SequenceMatcher(None, fold, key).ratio(), reverse=True)
    return _distinct((known[key] for key in [*close, *holding]), limit)


def shown(value: object) -> str:
    """A value as it may stand in a message: short, on one line, never a civil registration number."""
    text = " ".join(str(value).split())
    text = _CIVIL_NUMBER.sub("(number withheld)", text)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _without_accents(word: str) -> str:
    """The word without accents (é → e), the Danish letters æ ø å and their Swedish fellows kept."""
    kept = "æøåäö"
    return "".join(letter if letter in kept else unicodedata.normalize("NFD", letter)[0] for letter in word)


def _distinct(codes: Iterable[str], limit: int) -> list[str]:
    return list(dict.fromkeys(codes))[:limit]
