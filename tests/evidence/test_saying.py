# SPDX-License-Identifier: EUPL-1.2
"""A printed number is said with its hedge, scale and unit, and no digit more."""

from __future__ import annotations

import pytest
from drawn import cells

from styr.evidence.numbers import read_number
from styr.evidence.phrases import read_phrase
from styr.evidence.saying import said

SAID = """
    | printed          | danish             | english                |
    | ca. 158 mio. kr. | ca. 158 mio. kr.   | about DKK 158 million  |
    | 19 milliarder kr.| 19 mia. kr.        | DKK 19 billion         |
    | 12.000 kr.       | 12.000 kr.         | DKK 12,000             |
    | 5,0 mia. kr.     | 5,0 mia. kr.       | DKK 5.0 billion        |
    | knap 3,3 pct.    | knap 3,3 pct.      | just under 3.3 per cent|
    | 20-25 %          | 20-25 pct.         | 20-25 per cent         |
    | mere end 114.000 | mere end 114.000   | more than 114,000      |
    | -8 pct.          | 8 pct.             | 8 per cent             |
"""


@pytest.mark.parametrize(("printed", "danish", "english"), cells(SAID)[1:])
def test_a_number_is_said_in_both_languages(printed: str, danish: str, english: str) -> None:
    read = read_number(printed, filling=True)
    assert (said(read.number, read.unit, "da"), said(read.number, read.unit, "en")) == (danish, english)


def test_words_are_said_in_words() -> None:
    number = read_phrase("knap en femtedel")
    assert number is not None
    assert said(number, "pct.", "en") == "just under one in five"
    more = read_phrase("mere end halvdelen")
    assert more is not None
    assert said(more, "pct.", "en") == "more than half"


def test_what_is_missing_is_not_said() -> None:
    assert said(read_number("..").number, "", "da") == ""
