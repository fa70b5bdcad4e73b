# SPDX-License-Identifier: EUPL-1.2
"""Quantities in words are true: the phrase, read back, admits the number it was written of."""

from __future__ import annotations

from decimal import Decimal

import pytest
from drawn import cells
from hypothesis import given
from hypothesis import strategies as st

from styr.evidence.phrases import Language, Noun, amount, apart, change, read_phrase, share
from styr.evidence.published import Number

LANGUAGES = st.sampled_from(["da", "en"])
MUNICIPALITIES: dict[Language, Noun] = {
    "da": Noun("kommune", "kommuner", "kommunerne"),
    "en": Noun("municipality", "municipalities", "the municipalities"),
}

SHARES = """
    | share | danish                         | english                                |
    | 66    | to ud af tre kommuner          | two in three municipalities            |
    | 45    | knap halvdelen af kommunerne   | just under half of the municipalities  |
    | 27    | hver fjerde kommune            | one in four municipalities             |
    | 29    | knap hver tredje kommune       | just under one in three municipalities |
    | 44    | godt to ud af fem kommuner     | just over two in five municipalities   |
    | 8     | hver tolvte kommune            | one in twelve municipalities           |
    | 54    | godt halvdelen af kommunerne   | just over half of the municipalities   |
    | 100   | alle kommuner                  | all municipalities                     |
    | 98    | næsten alle kommuner           | nearly all municipalities              |
    | 2     | 2 procent af kommunerne        | 2 per cent of the municipalities       |
    | 2.34  | 2,3 procent af kommunerne      | 2.3 per cent of the municipalities     |
"""


@pytest.mark.parametrize(("percent", "danish", "english"), cells(SHARES)[1:])
def test_a_share_is_said_as_document_001_says_it(percent: str, danish: str, english: str) -> None:
    assert share(Decimal(percent), "da", MUNICIPALITIES["da"]) == danish
    assert share(Decimal(percent), "en", MUNICIPALITIES["en"]) == english


@given(st.decimals(0, 100, places=2), LANGUAGES)
def test_a_share_in_words_admits_the_share(percent: Decimal, language: Language) -> None:
    said = share(percent, language)
    read = read_phrase(said, language)
    assert read is not None
    assert read.interval().holds(percent), said


@given(st.decimals(0, 10**12, places=1), LANGUAGES)
def test_an_amount_in_words_admits_the_amount(value: Decimal, language: Language) -> None:
    said = amount(value, language)
    read = read_phrase(said, language)
    assert read is not None
    assert read.interval().holds(value), said


@given(st.decimals(0, 10**9, places=1), st.decimals(0, 10**9, places=1), LANGUAGES)
def test_a_change_in_words_admits_the_growth(before: Decimal, after: Decimal, language: Language) -> None:
    said = change(before, after, language)
    read = read_phrase(said, language)
    if before == 0:
        assert read is None or after == 0
    else:
        assert read is not None
        assert read.interval().holds(100 * (after - before) / before), said


@given(st.decimals("0.1", 10**9, places=1), st.decimals(0, 10**9, places=1), LANGUAGES)
def test_how_far_apart_two_numbers_are_admits_their_distance(one: Decimal, other: Decimal, language: Language) -> None:
    said = apart(other, one, language)
    read = read_phrase(said, language)
    distance = 100 * abs(other - one) / one
    if said:
        assert read is not None
        assert read.interval().holds(distance), said
    else:
        assert distance < Decimal("0.005")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (59610, 67288, "en stigning på 13 procent fra 59.610 til 67.288"),
        (100, 92, "et fald på 8 procent fra 100 til 92"),
        (5, 5, "uændret fra 5 til 5"),
        (0, 5, "en stigning fra 0 til 5"),
    ],
)
def test_a_change_is_said_by_its_growth_and_both_ends(before: int, after: int, said: str) -> None:
    assert change(Decimal(before), Decimal(after)) == said


def test_parts_without_a_name_of_their_own_are_read() -> None:
    assert read_phrase("fem ud af syv") == Number("fem ud af syv", Decimal(500) / 7, in_words=True)
    third = read_phrase("omkring 1/3")
    assert third is not None and third.interval().holds(Decimal(37))


def test_what_is_no_share_is_refused() -> None:
    with pytest.raises(ValueError, match="a share lies from 0 to 100"):
        share(Decimal(101))


@pytest.mark.parametrize("text", ["mange", "de fleste", "hver gang"])
def test_words_without_a_quantity_say_no_number(text: str) -> None:
    assert read_phrase(text) is None
