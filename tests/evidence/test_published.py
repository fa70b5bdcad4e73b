# SPDX-License-Identifier: EUPL-1.2
"""What a printed number admits: half-up rounding on its last digit, and its hedge."""

from __future__ import annotations

from decimal import Decimal

import pytest
from drawn import cells
from hypothesis import given
from hypothesis import strategies as st

from styr.evidence.numbers import read_number
from styr.evidence.phrases import read_phrase
from styr.evidence.published import INFINITY, Hedge, Interval, Number, Place, hedge_uses
from styr.evidence.verifying import running

READ = """
    printed              | from    | to      | ends
    65                   | 64.5    | 65.5    | [ )
    14,0                 | 13.95   | 14.05   | [ )
    -65                  | -65.5   | -64.5   | ( ]
    0                    | -0.5    | 0.5     | ( )
    13-14                | 12.5    | 14.5    | [ )
    28.000               | 27500   | 28500   | [ )
    ca. 8                | 7.2     | 8.8     | [ ]
    ca. 14.700           | 14259   | 15141   | [ ]
    knap 7.700           | 7600    | 7700    | [ )
    godt 79.000          | 79000   | 80000   | [ ]
    mere end 114.000     | 114000  | inf     | ( )
    mindst 20            | 20      | inf     | [ )
    mindre end 10        | -inf    | 10      | ( )
    op til 60            | -inf    | 60      | ( ]
    mellem 20 og 25      | 19.5    | 25.5    | [ )
"""


@pytest.mark.parametrize(("printed", "low", "high", "ends"), cells(READ)[1:])
def test_a_printed_number_admits_an_interval(printed: str, low: str, high: str, ends: str) -> None:
    read = read_number(printed, filling=True).number.interval()
    assert read == Interval(Decimal(low), Decimal(high), ends[0] == "(", ends[-1] == ")")


def test_a_count_that_is_not_rounded_is_a_point() -> None:
    assert Number("87", Decimal(87), exact=True).interval() == Interval(Decimal(87), Decimal(87))


def test_what_is_missing_may_be_anything() -> None:
    assert read_number("..").number.interval() == Interval(-INFINITY, INFINITY, True, True)


def test_a_dash_is_nothing_or_zero_as_the_file_says() -> None:
    assert read_number("-").number.value is None
    assert read_number("-", missing_dash=False).number.interval() == Interval(Decimal(0), Decimal(0))


@given(st.decimals(-10_000, 10_000, places=3), st.integers(-2, 3))
def test_what_rounds_half_up_to_a_number_lies_in_its_interval(value: Decimal, digits: int) -> None:
    step = Decimal(1).scaleb(digits)
    steps = (abs(value) / step).to_integral_value("ROUND_HALF_UP")
    rounded = (steps * step).copy_sign(value)
    assert Number(str(rounded), rounded, step).interval().holds(value)


@given(st.decimals("0.01", 10_000, places=2), st.sampled_from(Hedge))
def test_a_fall_is_the_mirror_of_a_rise(value: Decimal, hedge: Hedge) -> None:
    turned = {Hedge.at_least: Hedge.at_most, Hedge.more_than: Hedge.less_than}
    opposite = {**turned, **{after: before for before, after in turned.items()}}.get(hedge, hedge)
    rise = Number("", value, Decimal("0.01"), hedge).interval()
    fall = Number("", -value, Decimal("0.01"), opposite).interval()
    if hedge is not Hedge.up_to:
        assert (fall.low, fall.high, fall.low_open, fall.high_open) == (
            -rise.high,
            -rise.low,
            rise.high_open,
            rise.low_open,
        )


def test_intervals_that_share_an_end_meet_only_when_both_hold_it() -> None:
    below, above = read_number("64").number.interval(), read_number("65").number.interval()
    assert not below.meets(above)
    assert above.meets(Interval(Decimal("64.5"), Decimal("64.5")))


@pytest.mark.parametrize("use", hedge_uses(), ids=lambda use: f"{use['phrase']} ({use['source']})")
def test_document_001s_own_words_admit_the_shares_it_prints_beside_them(use: dict[str, object]) -> None:
    read = read_phrase(str(use["phrase"]))
    assert read is not None
    assert [share for share in use["shares"] if not read.interval().holds(Decimal(str(share)))] == []


@pytest.mark.parametrize("use", hedge_uses(), ids=lambda use: f"{use['phrase']} ({use['source']})")
def test_the_words_stand_where_they_are_said_to(use: dict[str, object], texts: dict[str, list[str]]) -> None:
    document, line = str(use["source"]).split(" l.")
    assert str(use["phrase"]) in running(texts[document], Place(int(line), int(line)))
