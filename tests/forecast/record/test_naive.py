# SPDX-License-Identifier: EUPL-1.2
"""The naive forecasts, by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from styr.forecast.record.naive import dressed, last_year, run_rate, run_rate_errors

KNOWN = np.array([[9.0, 1.0, 2.0, 3.0], [0.0, 6.0, 0.0, 0.0]])


def test_the_run_rate_is_the_mean_of_the_last_three_months() -> None:
    assert run_rate(KNOWN, 2).tolist() == [[2, 2], [2, 2]]


def test_the_run_rate_of_two_months_is_their_mean() -> None:
    assert run_rate(np.array([[4.0, 6.0]]), 1).tolist() == [[5]]


def test_nothing_known_gives_no_run_rate() -> None:
    assert np.isnan(run_rate(np.empty((1, 0)), 2)).all()


def test_last_year_is_the_same_months_again() -> None:
    known = np.arange(14.0)[None, :]  # January 0 … February of the next year 13
    assert last_year(known, 3).tolist() == [[2, 3, 4]]
    assert last_year(known, 13)[0, 12] == 2  # and again the year after
    assert np.isnan(last_year(KNOWN, 2)).all()


def test_past_errors_of_the_run_rate_by_hand() -> None:
    """Months 1 2 3 | 4 5 6: known three, the mean is 2; two ahead come 4 and 5, 9 where 4 was said. Known four (2 3 4),
    3 a month: 5 and 6 come where 6 was said."""
    known = np.array([[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]])
    assert run_rate_errors(known, 1, 2).tolist() == [[5, 5]]
    assert run_rate_errors(known, 2, 2).tolist() == [[3, 3]]  # the second month alone: 5 - 2 and 6 - 3
    assert run_rate_errors(known, 1, 4).shape == (1, 0)


@settings(max_examples=50, deadline=None)
@given(arrays(float, (2, 30), elements=st.integers(-1000, 1000).map(float)), st.integers(1, 12))
def test_the_errors_of_months_add_up_to_those_of_their_sum(known: np.ndarray, ahead: int) -> None:
    whole = run_rate_errors(known, 1, ahead)
    parts = sum(run_rate_errors(known, month, month)[:, : whole.shape[1]] for month in range(1, ahead + 1))
    assert np.allclose(whole, parts)


def test_a_point_with_few_past_errors_gets_none_around_it() -> None:
    assert dressed(np.array([10.0]), np.ones((1, 5))) is None
    found = dressed(np.array([10.0]), np.arange(6.0)[None, :])
    assert found is not None
    assert found.tolist() == [[10, 11, 12, 13, 14, 15]]
