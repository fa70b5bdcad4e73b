# SPDX-License-Identifier: EUPL-1.2
"""A change in expenditure in its parts: number, unit cost, and both together."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from styr.statistics import decompose, decomposed

amounts = st.floats(1, 1e9)
numbers = st.floats(0.5, 1e5)


def test_the_parts_are_those_of_the_rule() -> None:
    """From 10 persons at 100 to 12 persons at 110: ΔN = 2, Δc = 10."""
    parts = decompose(expenditure_before=1000, number_before=10, expenditure_after=1320, number_after=12)
    assert parts.change == 320
    assert parts.number == pytest.approx(100 * 2)
    assert parts.unit_cost == pytest.approx(10 * 10)
    assert parts.joint == pytest.approx(2 * 10)


@given(before=amounts, after=amounts, count_before=numbers, count_after=numbers)
def test_the_parts_add_up(before: float, after: float, count_before: float, count_after: float) -> None:
    parts = decompose(
        expenditure_before=before,
        number_before=count_before,
        expenditure_after=after,
        number_after=count_after,
    )
    largest = max(abs(parts.number), abs(parts.unit_cost), abs(parts.joint), before, after)
    assert parts.number + parts.unit_cost + parts.joint == pytest.approx(parts.change, abs=largest * 1e-12)


@given(expenditure=amounts, number=numbers)
def test_no_change_has_no_parts(expenditure: float, number: float) -> None:
    parts = decompose(
        expenditure_before=expenditure,
        number_before=number,
        expenditure_after=expenditure,
        number_after=number,
    )
    assert (parts.number, parts.unit_cost, parts.joint) == pytest.approx((0, 0, 0), abs=expenditure * 1e-12)


def test_without_recipients_there_is_no_unit_cost() -> None:
    with pytest.raises(ValueError, match="recipients both before and after"):
        decompose(expenditure_before=0, number_before=0, expenditure_after=10, number_after=1)


def test_tables_are_decomposed_cell_by_cell_where_both_have_recipients() -> None:
    before = pl.DataFrame({"provision": ["A", "B", "C"], "expenditure": [1000.0, 5.0, 1.0], "number": [10.0, 1.0, 0.0]})
    after = pl.DataFrame({"provision": ["A", "C", "D"], "expenditure": [1320.0, 9.0, 1.0], "number": [12.0, 3.0, 1.0]})
    rows = decomposed(before, after, ["provision"]).to_dicts()
    assert rows == [
        pytest.approx({"provision": "A", "change": 320.0, "number": 200.0, "unit_cost": 100.0, "joint": 20.0})
    ]
