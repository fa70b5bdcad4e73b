# SPDX-License-Identifier: EUPL-1.2
"""What a printed number admits, and what follows of it, to the last fraction."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from evidence.checking.made import printed
from evidence.checking.tables import checked, table
from hypothesis import given, settings
from hypothesis import strategies as st

from styr.evidence.checking.cells import span
from styr.evidence.checking.intervals import Span, point, total
from styr.evidence.checking.laws import HUNDRED, Kind, Relation, holds, implied

AMOUNTS = st.decimals(min_value=Decimal("0.01"), max_value=Decimal(100_000), places=4)
PLACES = st.integers(0, 2)


def read(value: Decimal, places: int) -> Span:
    return span(printed(float(value), places), None)


def half_up(value: Decimal, places: int) -> Span:
    step = Decimal(1).scaleb(-places)
    rounded, half = Fraction(value.quantize(step, rounding=ROUND_HALF_UP)), Fraction(step) / 2
    return Span(rounded - half, rounded + half, rounded == 0, True)


@settings(deadline=None)
@given(AMOUNTS, PLACES)
def test_a_printed_number_admits_what_was_printed(value: Decimal, places: int) -> None:
    assert half_up(value, places).holds(Fraction(value))


@settings(deadline=None)
@given(st.lists(AMOUNTS, min_size=2, max_size=6), PLACES)
def test_a_sum_of_rounded_numbers_holds_and_says_what_each_part_may_be(values: list[Decimal], places: int) -> None:
    truth = [*map(Fraction, values), sum(map(Fraction, values))]
    spans = [half_up(value, places) for value in [*values, sum(values, Decimal(0))]]
    relation = Relation(Kind.total, len(values), tuple(range(len(values))))
    assert holds(relation, spans)
    assert all(implied(relation, cell, spans).holds(value) for cell, value in enumerate(truth))


@settings(deadline=None)
@given(AMOUNTS, AMOUNTS, PLACES)
def test_growth_worked_out_before_rounding_holds_and_says_what_each_year_may_be(
    before: Decimal, after: Decimal, places: int
) -> None:
    growth = 100 * (Fraction(after) / Fraction(before) - 1)
    shown = Decimal(growth.numerator) / Decimal(growth.denominator)
    spans = [half_up(before, places), half_up(after, places), Span(Fraction(shown) - 1, Fraction(shown) + 1)]
    relation = Relation(Kind.growth, 2, (1,), (0,), factor=HUNDRED, shift=-HUNDRED)
    assert holds(relation, spans)
    for cell, value in enumerate((Fraction(before), Fraction(after), growth)):
        assert implied(relation, cell, spans).holds(value)


@settings(deadline=None)
@given(st.lists(AMOUNTS, min_size=2, max_size=5), PLACES)
def test_a_share_of_parts_without_a_total_holds(values: list[Decimal], places: int) -> None:
    whole = sum(map(Fraction, values))
    share = 100 * Fraction(values[0]) / whole
    spans = [half_up(value, places) for value in values] + [
        Span(share - Fraction(1, 2), share + Fraction(1, 2), False, True)
    ]
    relation = Relation(Kind.share, len(values), (0,), tuple(range(len(values))), factor=HUNDRED)
    assert holds(relation, spans)


def test_65_stops_just_before_65_and_a_half() -> None:
    span_of_65 = read(Decimal(65), 0)
    assert span_of_65.holds(Fraction("64.5"))
    assert not span_of_65.holds(Fraction("65.5"))


def test_what_only_touches_at_an_end_that_is_left_out_does_not_meet() -> None:
    three = total(read(Decimal(value), 0) for value in (3, 3, 4))  # [8.5, 11.5)
    assert three.meet(read(Decimal(12), 0)).is_empty
    assert not three.meet(read(Decimal(11), 0)).is_empty
    assert three.meet(point(Fraction("11.5"))).is_empty


def test_three_numbers_may_miss_their_total_by_one_but_not_by_two() -> None:
    drawing = "| | Antal |\n| A | 33 |\n| B | 33 |\n| C | 33 |\n| I alt | {} |"
    assert not checked(table(drawing.format(100), unit="personer")).findings
    assert checked(table(drawing.format(101), unit="personer")).findings
