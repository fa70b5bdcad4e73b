# SPDX-License-Identifier: EUPL-1.2
"""A hidden cell cannot be worked out from the cells printed beside it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from styr.reporting import guard
from styr.reporting.model import HIDDEN, Cell, Series

CELLS = st.one_of(st.just(HIDDEN), st.integers(0, 40).map(lambda n: HIDDEN if 0 < n < 5 else Cell(float(n))))
PARTS = st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=1, max_size=6).map(
    lambda rows: [Series(str(i), str(i), dict(zip((2017, 2018, 2019), row, strict=True))) for i, row in enumerate(rows)]
)


@given(PARTS)
def test_beside_a_total_no_part_is_hidden_alone(parts: list[Series]) -> None:
    guarded = guard.beside_total(parts)
    for year in (2017, 2018, 2019):
        hidden = sum(part.at(year).suppressed for part in guarded)
        others = [part.at(year).value for part in guarded if part.at(year).value]
        assert hidden != 1 or not others


@given(PARTS)
def test_the_guard_only_hides(parts: list[Series]) -> None:
    for before, after in zip(parts, guard.beside_total(parts), strict=True):
        for year, cell in before.cells.items():
            assert after.at(year) in (cell, HIDDEN)
            assert not cell.suppressed or after.at(year).suppressed


def test_the_smallest_of_the_others_is_hidden_and_what_is_none_is_left() -> None:
    parts = [Series(key, key, {2019: cell}) for key, cell in
             {"a": HIDDEN, "b": Cell(30.0), "c": Cell(9.0), "d": Cell(0.0)}.items()]  # fmt: skip
    assert guard.hidden_cells(guard.beside_total(parts)) == {("a", 2019), ("c", 2019)}


def test_provisions_are_hidden_with_their_group_and_guarded_against_its_figure() -> None:
    group_of = {"SEL-95": "bpa", "SEL-96": "bpa", "SEL-85": "support_at_home"}.__getitem__
    groups = [Series("bpa", "", {2019: Cell(30.0)}), Series("support_at_home", "", {2019: HIDDEN})]
    parts = [
        Series("SEL-95", "", {2019: HIDDEN}),
        Series("SEL-96", "", {2019: Cell(28.0)}),
        Series("SEL-85", "", {2019: Cell(9.0)}),
    ]
    guarded = guard.beside_groups(parts, groups, group_of)
    assert guard.hidden_cells(guarded) == {("SEL-95", 2019), ("SEL-96", 2019), ("SEL-85", 2019)}
