# SPDX-License-Identifier: EUPL-1.2
"""Civil registration numbers are turned into pseudonyms at the door and go no further.

A pseudonym is a keyed hash (HMAC-SHA-256) written in letters only, so that no run of digits can be taken for a
number. The same key gives the same pseudonym, in every table and every delivery.
"""

from __future__ import annotations

import hmac
import re
from datetime import date
from functools import lru_cache

_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_LENGTH = 24
_BETWEEN = r"[\s.,/\-\u2010-\u2015\u2212]"  # what people and programs put between the parts of a number
_DATE = rf"[0-9]{{6}}|[0-9]{{2}}{_BETWEEN}[0-9]{{2}}{_BETWEEN}[0-9]{{2}}"
_EMBEDDED = re.compile(rf"(?<![0-9])({_DATE}){_BETWEEN}{{0,3}}([0-9]{{4}})(?![0-9])")

#: Finds texts that may hold a number, in regular expressions without look-around.
MAY_HOLD_NUMBER = rf"(?:{_DATE}){_BETWEEN}{{0,3}}[0-9]{{4}}"
#: Finds what is to be blotted out of messages: numbers, also damaged or without their leading zero, and more.
FIT_TO_HIDE = (
    rf"[0-9]{{9,}}|(?:[0-9]{{5}}|[0-9]{_BETWEEN}[0-9]{{2}}{_BETWEEN}[0-9]{{2}}|{_DATE}){_BETWEEN}{{0,3}}[0-9]{{4}}"
)
_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_FINGERPRINTED = b"styr pseudonym key"


class Pseudonyms:
    """Pseudonyms under one secret key."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @property
    def fingerprint(self) -> str:
        """A mark by which the store knows its key again without holding it."""
        return self._letters(_FINGERPRINTED)

    def of(self, number: str) -> str:
        """The pseudonym of a civil registration number of ten digits."""
        return "p" + self._letters(number.encode())

    def scrubbed(self, text: str) -> str:
        """A text in which every civil registration number is replaced by its pseudonym."""
        return _EMBEDDED.sub(self._replacement, text)

    def _replacement(self, found: re.Match[str]) -> str:
        number = digits_of(found[1]) + found[2]
        return self.of(number) if has_birth_date(number) else found[0]

    def _letters(self, text: bytes) -> str:
        return hmac.digest(self._key, text, "sha256").hex()[:_LENGTH].translate(_LETTERS)


def digits_of(text: str) -> str:
    """The digits of a text, without what stands between them."""
    return re.sub(r"[^0-9]", "", text)


def has_birth_date(number: str) -> bool:
    """Whether the first six digits of a number are a date in the century its seventh digit gives.

    Replacement numbers, given to persons without one, have 60 added to the day.
    """
    return _is_date(number[:7])


def is_replacement(number: str) -> bool:
    """Whether a number is a replacement number (day plus 60)."""
    return int(number[:2]) > 60


def passes_modulus(number: str) -> bool:
    """Whether a number passes modulus 11; numbers given since 2007 need not."""
    return sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=True)) % 11 == 0


@lru_cache(maxsize=200_000)
def _is_date(head: str) -> bool:
    day, month, year = int(head[:2]), int(head[2:4]), int(head[4:6])
    try:
        date(_century(int(head[6]), year) + year, month, day - 60 if day > 60 else day)
    except ValueError:
        return False
    return True


def _century(seventh: int, year: int) -> int:
    """The century by the seventh digit and the year within it, as the civil registration system gives them."""
    if seventh <= 3:
        return 1900
    if seventh in (4, 9):
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800
