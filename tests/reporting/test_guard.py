# SPDX-License-Identifier: EUPL-1.2
"""A hidden cell cannot be worked out from the cells printed beside it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from styr.reporting import Report
from styr.reporting.guard import guarded
from styr.reporting.model import HIDDEN, Cell, Series

CELLS = st.integers(0, 40).map(lambda n: Cell(1000.0 * n, n=n))


def parts(years: tuple[int, ...]) -> st.SearchStrategy[list[Series]]:
    """Up to five parts over some years."""
    rows = st.lists(st.lists(CELLS, min_size=len(years), max_size=len(years)), min_size=1, max_size=5)
    return rows.map(
        lambda drawn: [Series(str(i), str(i), dict(zip(years, row, strict=True))) for i, row in enumerate(drawn)]
    )


@settings(deadline=None, max_examples=40)
@given(parts((2019,)))
def test_what_is_on_few_persons_is_hidden_and_beside_a_total_never_alone(year: list[Series]) -> None:
    persons = {one.key: one.at(2019).n or 0 for one in year}
    hidden = {one.key for one in guarded(year) if one.at(2019).suppressed}
    assert {key for key, n in persons.items() if 0 < n < 5} <= hidden
    if sum(persons.values()) >= 5:
        assert len(hidden) != 1


@settings(deadline=None, max_examples=40)
@given(parts((2017, 2018, 2019)))
def test_the_guard_only_hides(drawn: list[Series]) -> None:
    for before, after in zip(drawn, guarded(drawn), strict=True):
        assert set(before.cells) <= set(after.cells)
        for year, cell in before.cells.items():
            assert after.at(year) in (cell, HIDDEN)


def test_the_smallest_of_the_others_is_hidden_and_what_is_none_is_left() -> None:
    numbers = {"a": 3, "b": 30, "c": 9, "d": 0}
    year = [Series(key, key, {2019: Cell(float(n), n=n)}) for key, n in numbers.items()]
    assert {one.key for one in guarded(year) if one.at(2019).suppressed} == {"a", "c"}


def test_where_persons_are_not_known_the_smallest_amount_is_hidden_with_the_small_cell() -> None:
    year = [
        Series("few", "", {2019: Cell(100.0, n=2)}),
        Series("large", "", {2019: Cell(9000.0)}),
        Series("small", "", {2019: Cell(500.0)}),
    ]
    assert {one.key for one in guarded(year) if one.at(2019).suppressed} == {"few", "small"}


def test_no_figure_of_a_report_is_without_disclosure_control(report: Report) -> None:
    assert not [caveat for figure in report.figures for caveat in figure.caveats if "må ikke gives videre" in caveat]
