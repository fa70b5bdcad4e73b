# SPDX-License-Identifier: EUPL-1.2
"""What a relation that holds is worth."""

from __future__ import annotations

from evidence.checking.tables import checked, table
from evidence.checking.test_specs import OPERATORS, YEARS


def test_the_last_sum_of_a_table_with_totals_both_ways_is_no_new_evidence() -> None:
    found = checked(table(OPERATORS, unit="tilbud")).confirmations
    assert [each.held for each in found] == [4, 4]
    assert sum(each.circular for each in found) == 1


def test_growth_adds_to_what_sums_say() -> None:
    assert not any(each.circular for each in checked(table(YEARS, unit="personer")).confirmations)


def test_shares_that_make_up_100_follow_from_the_shares() -> None:
    drawing = """
        |           | Antal | Andel, pct. |
        | Dagtilbud | 412   | 31,69       |
        | Botilbud  | 655   | 50,38       |
        | Bostøtte  | 233   | 17,92       |
        | I alt     | 1.300 | ..          |
    """
    hundred = 'sum("Dagtilbud":"Bostøtte") = 100 in ("Andel, pct.")'
    found = checked(table(drawing, relations=(hundred,))).confirmations
    assert sum(each.circular for each in found) == 1


def test_small_whole_numbers_confirm_little_and_large_ones_much() -> None:
    small = "| | Antal |\n| A | 2 |\n| B | 1 |\n| C | 3 |\n| I alt | 6 |"
    large = "| | Antal |\n| A | 21.312 |\n| B | 14.177 |\n| C | 32.501 |\n| I alt | 67.990 |"
    (few,) = checked(table(small, unit="personer")).confirmations
    (many,) = checked(table(large, unit="personer")).confirmations
    assert few.chance > 0.3
    assert many.chance < 1e-3


def test_a_column_that_repeats_the_one_before_confirms_nothing_more() -> None:
    once = "| | 2010 |\n| A | 212 |\n| B | 177 |\n| I alt | 389 |"
    twice = "| | 2010 | 2011 |\n| A | 212 | 212 |\n| B | 177 | 177 |\n| I alt | 389 | 389 |"
    other = "| | 2010 | 2011 |\n| A | 212 | 312 |\n| B | 177 | 145 |\n| I alt | 389 | 457 |"
    chances = [checked(table(each, unit="personer")).confirmations[0].chance for each in (once, twice, other)]
    assert chances[2] < chances[0] / 10
    assert chances[1] >= chances[2]
