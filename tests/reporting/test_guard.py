# SPDX-License-Identifier: EUPL-1.2
"""A hidden cell cannot be worked out from the cells printed beside it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from styr.reporting.guard import guarded
from styr.reporting.model import HIDDEN, Cell, Series

CELLS = st.integers(0, 40).map(lambda n: Cell(1000.0 * n, n=n))
PARTS = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=5).map(
    lambda rows: [Series(str(i), str(i), dict(zip((2017, 2018, 2019), row, strict=True))) for i, row in enumerate(rows)]
)


@settings(deadline=None, max_examples=40)
@given(PARTS)
def test_what_is_on_few_persons_is_hidden_and_beside_a_total_never_alone(parts: list[Series]) -> None:
    printed = guarded(parts)
    for year in (2017, 2018, 2019):
        persons = {one.key: one.at(year).n or 0 for one in parts}
        hidden = {one.key for one in printed if one.at(year).suppressed}
        assert {key for key, n in persons.items() if 0 < n < 5} <= hidden
        if len(parts) > 1 and sum(persons.values()) >= 5:
            assert len(hidden) != 1


@settings(deadline=None, max_examples=40)
@given(PARTS)
def test_the_guard_only_hides(parts: list[Series]) -> None:
    for before, after in zip(parts, guarded(parts), strict=True):
        assert set(before.cells) <= set(after.cells)
        for year, cell in before.cells.items():
            assert after.at(year) in (cell, HIDDEN)


def test_the_smallest_of_the_others_is_hidden_and_what_is_none_is_left() -> None:
    numbers = {"a": 3, "b": 30, "c": 9, "d": 0}
    parts = [Series(key, key, {2019: Cell(float(n), n=n)}) for key, n in numbers.items()]
    assert {one.key for one in guarded(parts) if one.at(2019).suppressed} == {"a", "c"}


def test_where_persons_are_not_known_the_smallest_amount_is_hidden_with_the_small_cell() -> None:
    parts = [
        Series("few", "", {2019: Cell(100.0, n=2)}),
        Series("large", "", {2019: Cell(9000.0)}),
        Series("small", "", {2019: Cell(500.0)}),
    ]
    assert {one.key for one in guarded(parts) if one.at(2019).suppressed} == {"few", "small"}
