# SPDX-License-Identifier: EUPL-1.2
"""Danish numbers as people print and paste them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from drawn import cells
from hypothesis import given
from hypothesis import strategies as st

from styr.evidence.numbers import NotANumber, read_number, stated
from styr.evidence.phrases import grouped
from styr.evidence.published import Missing

PRINTED = """
    | printed              | value       | step       | hedge     | unit         | note |
    | 1.234,5              | 1234.5      | 0.1        |           |              |      |
    | 1 234                | 1234        | 1          |           |              |      |
    | 0,60                 | 0.60        | 0.01       |           |              |      |
    | 5,8 mia. kr.         | 5800000000  | 100000000  |           | kr.          |      |
    | 19 milliarder kroner | 19000000000 | 1000000000 |           | kr.          |      |
    | 200 t.kr.            | 200000      | 1000       |           | kr.          |      |
    | 3. mio. kr.          | 3000000     | 1000000    |           | kr.          |      |
    | 14 %                 | 14          | 1          |           | pct.         |      |
    | -26 pct.             | -26         | 1          |           | pct.         |      |
    | 5 pct.point          | 5           | 1          |           | procentpoint |      |
    | 7.600 2)             | 7600        | 1          |           |              | 2)   |
    | 12*                  | 12          | 1          |           |              | *    |
    | 14.000²              | 14000       | 1          |           |              | ²    |
    | ca. 5.000            | 5000        | 1          | about     |              |      |
    | Knap 50.000 ansatte  | 50000       | 1          | nearly    | ansatte      |      |
    | godt 0,5 mia. kr.    | 500000000   | 100000000  | just_over | kr.          |      |
    | flere end 12         | 12          | 1          | more_than |              |      |
    | <5                   | 5           | 1          | less_than |              |      |
    | ≥ 20                 | 20          | 1          | at_least  |              |      |
    | op mod 60 pct.       | 60          | 1          | up_to     | pct.         |      |
    | 1,234,567            | 1234567     | 1          |           |              |      |
"""


@pytest.mark.parametrize(("printed", "value", "step", "hedge", "unit", "note"), cells(PRINTED)[1:])
def test_a_number_is_read_as_danes_print_it(
    printed: str, value: str, step: str, hedge: str, unit: str, note: str
) -> None:
    read = read_number(printed)
    number = read.number
    assert (number.value, number.step, number.hedge or "", read.unit, number.note) == (
        Decimal(value), Decimal(step), hedge, unit, note,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("printed", "kind"),
    [
        ("", "empty"),
        (" - ", "dash"),
        ("–", "dash"),
        ("..", "dots"),
        ("…", "dots"),
        ("·", "not_applicable"),
        ("- 1)", "dash"),
    ],
)
def test_what_is_missing_says_in_which_way(printed: str, kind: str) -> None:
    assert read_number(printed).number.missing == kind


@pytest.mark.parametrize("text", ["ja", "Region Sjælland", "kr.", "ca."])
def test_words_are_no_numbers(text: str) -> None:
    with pytest.raises(NotANumber, match="write it as printed"):
        read_number(text)


def test_zeros_fill_a_whole_number_in_running_text_but_not_in_a_table() -> None:
    assert read_number("28.000").number.step == 1
    assert read_number("28.000", filling=True).number.step == 1000
    assert read_number("50", filling=True).number.step == 1


def test_a_range_has_two_ends() -> None:
    number = read_number("20-25 pct.").number
    assert (number.value, number.to, number.hedge) == (20, 25, "between")


def test_a_range_begins_with_its_lower_end() -> None:
    with pytest.raises(NotANumber, match="write the lower end first"):
        read_number("25-10")


@given(st.decimals(-(10**9), 10**9, places=2))
def test_a_number_printed_is_read_back(value: Decimal) -> None:
    assert read_number(grouped(value, "da")).number.value == value


PIECES = st.sampled_from(
    [*"0123456789.,-–*%() <≥²", "ca.", "knap", "mellem", "mio.", "kr.", "og", "til", "x", "\u00a0"]
)


@given(st.lists(PIECES, max_size=12).map("".join))
def test_whatever_is_pasted_is_a_number_missing_or_refused(text: str) -> None:
    try:
        number = read_number(text, filling=True).number
    except NotANumber:
        return
    assert (number.value is None) == (number.missing is not None)
    interval = number.interval()
    assert interval.low <= interval.high


@pytest.mark.parametrize(
    ("text", "value", "step"), [("2¼ pct.", "2.25", "0.25"), ("½", "0.5", "0.5"), ("1¾", "1.75", "0.25")]
)
def test_quarters_are_printed_to_the_nearest_of_their_size(text: str, value: str, step: str) -> None:
    number = read_number(text).number
    assert (number.value, number.step) == (Decimal(value), Decimal(step))


def test_directions_are_read_as_signs() -> None:
    said = ({"signs": True},)
    assert [stated(text, said).number.value for text in ("+**", "÷", "-")] == [1, -1, 0]
    assert stated("+**", said).number.note == "**"
    assert stated("", said).number.missing is Missing.empty
    with pytest.raises(NotANumber, match="is not a direction"):
        stated("op", said)
