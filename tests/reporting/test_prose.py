# SPDX-License-Identifier: EUPL-1.2
"""Sentences are true to the numbers they are written from."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reporting.test_numbers import read

from styr.evidence.phrases import read_phrase
from styr.reporting import prose
from styr.reporting.model import HIDDEN, NOTHING, Cell, Series
from styr.reporting.numbers import Language, Measure, money_measure
from styr.reporting.texts import Words

LANGUAGES = st.sampled_from(["da", "en"])
COUNTS = st.integers(0, 5000)
AMOUNTS = st.floats(0, 1e9, allow_nan=False)
UP = {"da": ("flere", "mere"), "en": ("more",)}
DOWN = {"da": ("færre", "mindre"), "en": ("fewer", "less")}
YEARS = (2018, 2019)


def persons(language: Language) -> Measure:
    return Measure(language, "")


def says(text: str, words: tuple[str, ...]) -> bool:
    return any(re.search(rf"\b{word}\b", text) for word in words)


@given(COUNTS, COUNTS, LANGUAGES)
def test_more_is_said_of_growth_fewer_of_decline_and_neither_of_no_change(
    before: int, after: int, language: Language
) -> None:
    text = prose.change(Cell(before), Cell(after), persons(language), Words(language), form="count", then="2018")
    assert says(text, UP[language]) == (after > before)
    assert says(text, DOWN[language]) == (after < before)


@given(COUNTS, COUNTS, LANGUAGES)
def test_the_number_in_a_sentence_is_the_difference(before: int, after: int, language: Language) -> None:
    text = prose.change(Cell(before), Cell(after), persons(language), Words(language), form="count", then="året")
    if before != after:
        assert read(text.split()[0], language) == abs(after - before)


@given(AMOUNTS, AMOUNTS, LANGUAGES)
def test_the_direction_of_an_amount_is_that_of_its_printed_difference(
    before: float, after: float, language: Language
) -> None:
    measure = money_measure(after, language)
    text = prose.change(Cell(before), Cell(after), measure, Words(language), form="level", then="2018")
    difference = measure.rounded(after - before)
    assert says(text, UP[language]) == (difference > 0)
    assert says(text, DOWN[language]) == (difference < 0)


@given(st.integers(1, 5000), COUNTS, LANGUAGES)
def test_the_sign_of_the_percentage_is_that_of_the_change(before: int, after: int, language: Language) -> None:
    text = prose.relative(before, after, persons(language), Words(language))
    assert text.startswith("+") == (after > before)
    assert (read(text.split("%")[0].split("\N{NO-BREAK SPACE}")[0], language) < 0) == (after / before - 1 <= -0.0005)


@pytest.mark.parametrize("form", ["count", "level"])
@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (HIDDEN, Cell(9), "for lille til at kunne vises|for få personer til at kunne vises"),
        (Cell(9), HIDDEN, "for lille til at kunne vises|for få personer til at kunne vises"),
        (NOTHING, Cell(9), "ikke kan afgøres"),
    ],
)
def test_what_is_hidden_or_unknown_is_said_to_be_so(form: prose.Form, before: Cell, after: Cell, expected: str) -> None:
    text = prose.change(before, after, persons("da"), Words("da"), form=form, then="året før")
    assert re.search(expected, text)
    assert "9" not in text


def test_growth_from_nothing_has_no_percentage() -> None:
    text = prose.change(Cell(0), Cell(7), persons("da"), Words("da"), form="count", then="året før")
    assert text == "7 flere end året før (fra 0)"


def test_the_headline_of_parts_names_the_largest_and_the_one_that_grew_most() -> None:
    home = Series("home", "Støtte i eget hjem", {2018: Cell(50), 2019: Cell(48)})
    short = Series("short", "Midlertidige botilbud", {2018: Cell(10), 2019: Cell(14)})
    hidden = Series("crisis", "Krisecentre", {2018: HIDDEN, 2019: HIDDEN})
    said = prose.largest([short, home, hidden], YEARS, persons("da"), Words("da"))
    assert said == ("Støtte i eget hjem er størst med 48 i 2019; midlertidige botilbud er vokset mest siden 2018 (+4)")


def test_no_growth_is_not_claimed_of_parts_one_of_which_is_hidden() -> None:
    home = Series("home", "Støtte i eget hjem", {2018: Cell(50), 2019: Cell(48)})
    hidden = Series("crisis", "Krisecentre", {2018: HIDDEN, 2019: HIDDEN})
    assert prose.largest([home, hidden], YEARS, persons("da"), Words("da")).endswith("er størst med 48 i 2019")
    assert "ingen er vokset" in prose.largest([home], YEARS, persons("da"), Words("da"))


def test_nothing_is_called_largest_when_all_is_hidden() -> None:
    hidden = Series("crisis", "Krisecentre", {2018: HIDDEN, 2019: HIDDEN})
    assert prose.largest([hidden], YEARS, persons("da"), Words("da")).startswith("Der er for få i grupperne")


@given(AMOUNTS, AMOUNTS, LANGUAGES)
def test_a_headline_on_expenditure_points_the_way_of_the_printed_difference(
    before: float, after: float, language: Language
) -> None:
    measure = Measure(language, "kr.", 1, Decimal(1_000_000))
    series = Series("money", "Udgift", {2018: Cell(before), 2019: Cell(after)})
    text = prose.development("money", series, YEARS, measure, Words(language))
    difference = measure.rounded(after - before)
    assert says(text, ("vokset", "grown")) == (difference > 0)
    assert says(text, ("faldet", "fallen")) == (difference < 0)


@given(st.floats(-1e8, 1e8), st.floats(-1e8, 1e8), st.floats(-1e8, 1e8))
def test_the_headline_of_a_decomposition_has_the_sign_of_the_whole_and_of_each_part(
    number: float, unit: float, joint: float
) -> None:
    measure = Measure("da", "mio. kr.", 1, Decimal(1_000_000))
    parts = prose.Parts(number, unit, joint)
    text = prose.divided(parts, 2018, 2019, measure, Words("da"))
    assert ("steg" in text) == (measure.rounded(parts.total) > 0)
    assert ("faldt" in text) == (measure.rounded(parts.total) < 0)
    printed = re.findall(r"(?:antal|enhedsudgift|begge dele) ([+−\d.,]+?)(?:,|$)(?= |$)", text)
    assert [read(each, "da") for each in printed] == [measure.rounded(each) for each in (number, unit, joint)]


@pytest.mark.parametrize(
    ("own", "place"),
    [
        (24.2, "Flere modtagere"),
        (21.5, "inden for usikkerheden"),
        (18.0, "Færre modtagere"),
        (21.13, "inden for usikkerheden"),
    ],
)
def test_a_rate_is_above_or_below_the_country_only_outside_its_interval(own: float, place: str) -> None:
    country = Cell(21.1, lower=20.0, upper=22.0)
    assert place in prose.beside(Cell(own), country, Measure("da", "", 1), Words("da"))


def test_an_abbreviation_keeps_its_capitals_inside_a_sentence() -> None:
    assert prose.lowered("Støtte i eget hjem") == "støtte i eget hjem"
    assert prose.lowered("STU") == "STU"


@given(st.floats(1e6, 1e9), st.floats(1e6, 1e9), LANGUAGES)
def test_the_growth_in_a_headline_admits_the_growth_of_the_unrounded_amounts(
    before: float, after: float, language: Language
) -> None:
    measure = Measure(language, "kr.", 1, Decimal(1_000_000))
    series = Series("money", "Udgift", {2018: Cell(before), 2019: Cell(after)})
    text = prose.development("money", series, YEARS, measure, Words(language))
    if re.search("stigning|fald |increase|fall ", text):
        read_back = read_phrase(text, language)
        assert read_back is not None
        assert read_back.interval().holds(100 * (Decimal(after) - Decimal(before)) / Decimal(before)), text
    else:
        assert measure.rounded(before) == measure.rounded(after) or abs(after / before - 1) < 0.0001, text


def test_a_headline_says_growth_in_words() -> None:
    series = Series("total", "Modtagere", {2018: Cell(1234), 2019: Cell(1333)})
    assert prose.development("total", series, YEARS, persons("da"), Words("da")) == (
        "Flere modtagere: 1.333 i 2019 mod 1.234 i 2018, en stigning på 8 procent"
    )
    assert prose.development("total", series, YEARS, persons("en"), Words("en")) == (
        "More recipients: 1,333 in 2019 against 1,234 in 2018, an increase of 8 per cent"
    )


def test_growth_from_nothing_is_not_said_in_per_cent() -> None:
    series = Series("total", "Modtagere", {2018: Cell(0), 2019: Cell(7)})
    assert prose.development("total", series, YEARS, persons("da"), Words("da")).endswith("7 i 2019 mod 0 i 2018")


def test_how_far_a_rate_is_from_the_countrys_is_said_in_words() -> None:
    country = Cell(20.0, lower=19.0, upper=21.0)
    assert prose.beside(Cell(24.4), country, Measure("da", "", 1), Words("da")).endswith(
        "24,4 mod 20,0, 22 procent flere"
    )
    assert prose.beside(Cell(15.0), country, Measure("en", "", 1), Words("en")).endswith(", 25 per cent fewer")


@pytest.mark.parametrize(
    ("share", "noun", "said"),
    [
        (0.79, "headline.buffers.noun", "fire ud af fem kroner (79 pct.)"),
        (0.54, "headline.accounts.noun", "godt halvdelen af nettodriftsudgiften (54 pct.)"),
        (0.31, "headline.accounts.noun", "hver tredje krone af nettodriftsudgiften (31 pct.)"),
        (1.04, "headline.accounts.noun", "104 pct. af nettodriftsudgiften"),
    ],
)
def test_shares_are_said_in_words_where_one_is_near(share: float, noun: str, said: str) -> None:
    assert prose.part(share, noun, Words("da")).replace("\N{NO-BREAK SPACE}", " ") == said


SHARES = st.integers(0, 100).map(lambda percent: percent / 100)


@given(SHARES, LANGUAGES)
def test_a_share_in_words_admits_the_share_printed_beside_it(share: float, language: Language) -> None:
    said = prose.part(share, "headline.sellers.noun", Words(language))
    in_words, _, in_digits = said.removesuffix(")").rpartition("(")
    printed = read_phrase(in_digits, language)
    assert printed is not None
    assert printed.value == round(100 * share)
    if in_words:
        read = read_phrase(in_words, language)
        assert read is not None
        assert read.interval().holds(Decimal(round(100 * share))), said
