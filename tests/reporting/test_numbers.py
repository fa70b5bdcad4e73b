# SPDX-License-Identifier: EUPL-1.2
"""Numbers print as Danes and Englishmen write them, and can be read back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from styr.reporting.numbers import (
    MARKS,
    MINUS,
    Language,
    Measure,
    day,
    half_up,
    money_measure,
    percent,
    percent_measure,
    thousands_measure,
)

LANGUAGES = st.sampled_from(["da", "en"])
AMOUNTS = st.floats(-1e12, 1e12, allow_nan=False)


def read(text: str, language: Language) -> Decimal:
    """A printed number as a number again."""
    thousands, decimal = MARKS[language]
    return Decimal(text.replace(thousands, "").replace(decimal, ".").replace(MINUS, "-").lstrip("+"))


@pytest.mark.parametrize(
    ("value", "places", "da", "en"),
    [
        (1234.5, 1, "1.234,5", "1,234.5"),
        (0, 1, "0", "0"),
        (-1234567, 0, "−1.234.567", "−1,234,567"),
        (0.05, 1, "0,1", "0.1"),
        (2.675, 2, "2,68", "2.68"),
        (-0.04, 1, "0,0", "0.0"),
        (999.95, 1, "1.000,0", "1,000.0"),
    ],
)
def test_a_number_has_the_marks_of_its_language_and_is_rounded_half_up(
    value: float, places: int, da: str, en: str
) -> None:
    assert Measure("da", "", places).text(value) == da
    assert Measure("en", "", places).text(value) == en


@given(AMOUNTS, st.integers(0, 3), LANGUAGES)
def test_a_printed_number_reads_back_as_the_rounded_one(value: float, places: int, language: Language) -> None:
    measure = Measure(language, "kr.", places)
    assert read(measure.text(value), language) == measure.rounded(value)
    assert read(measure.signed(value), language) == measure.rounded(value)


@given(AMOUNTS, st.integers(0, 3))
def test_rounding_moves_a_number_by_half_a_unit_at_most(value: float, places: int) -> None:
    exact = Decimal(repr(value))
    assert abs(half_up(exact, places) - exact) <= Decimal(5).scaleb(-places - 1)


@given(AMOUNTS, AMOUNTS)
def test_a_larger_number_never_prints_as_a_smaller(one: float, other: float) -> None:
    measure = Measure("da", "", 1, Decimal(1000))
    assert (measure.rounded(one) <= measure.rounded(other)) or one > other


@pytest.mark.parametrize(
    ("amount", "printed"),
    [(472_600_000, "472,6 mio. kr."), (6_057_000, "6,06 mio. kr."), (712_499, "712 t.kr.")],
)
def test_amounts_are_in_millions_with_decimals_as_they_need_or_in_thousands(amount: float, printed: str) -> None:
    assert money_measure(amount, "da").full(amount).replace("\N{NO-BREAK SPACE}", " ") == printed


def test_a_number_and_its_unit_stay_on_one_line() -> None:
    assert thousands_measure("da").full(383_000) == "383\N{NO-BREAK SPACE}t.kr."
    assert percent(0.125, "da") == "12,5\N{NO-BREAK SPACE}pct."


def test_a_share_is_printed_as_a_percentage() -> None:
    assert percent_measure("da").text(0.8853) == "88,5"
    assert percent(-0.0639, "en") == "−6.4%"


def test_full_time_recipients_lose_their_decimals_from_a_hundred_up_and_so_does_a_change_in_them() -> None:
    measure = Measure("da", "", 1, whole_from=Decimal(100))
    assert (measure.text(99.94), measure.text(413.2)) == ("99,9", "413")
    assert measure.like(413.2).text(17.1) == "17"
    assert measure.like(24.3).text(1.0) == "1,0"


def test_days_are_written_out() -> None:
    assert day(date(2019, 12, 31), "da") == "31.\N{NO-BREAK SPACE}december 2019"
    assert day(date(2019, 3, 1), "en") == "1\N{NO-BREAK SPACE}March 2019"
