# SPDX-License-Identifier: EUPL-1.2
"""How grants end: Kaplan and Meier where there is one cell, left truncation, and the drawing together of thin cells."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from styr.forecast import exposure, hazards, mortality

spells = st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=3, max_size=40)


def fitted(start: np.ndarray, first: np.ndarray, last: np.ndarray, ended: np.ndarray, *, days: int = 60) -> np.ndarray:
    """Rates by day since the start of one provision in one cell."""
    zeros = np.zeros(len(start), dtype=np.int64)
    edges = exposure.bands(np.zeros(0), ages=(0,), elapsed=tuple(range(days)))
    none = np.full(len(start), exposure.NO_EXPECTATION)
    found = exposure.risk(edges, zeros, zeros, zeros, start, first, last, none, ended, (1, 1))
    return hazards.fitted(found, shrink=False).rates[0, 0, 0, :, 0]


@given(spells)
def test_with_one_cell_and_bands_of_a_day_survival_is_that_of_kaplan_and_meier(drawn: list[tuple[int, bool]]) -> None:
    length, ended = (np.array(each) for each in zip(*drawn, strict=True))
    start = np.zeros(len(length), dtype=np.int64)
    rates = fitted(start, start, length - 1, ended)
    curve = hazards.survival(rates)
    if ended.any():
        known = ecdf(CensoredData(uncensored=length[ended], right=length[~ended])).sf
        at = known.quantiles.astype(int)
        assert curve[at - 1] == pytest.approx(known.probabilities)
    else:
        assert (curve == 1).all()


def test_days_before_the_register_began_are_not_at_risk() -> None:
    # Two grants begun ten days before the register; one ends on its 12th day. Day 12 has two at risk, day 5 none.
    start = np.array([0, 0])
    rates = fitted(start, start + 10, np.array([11, 19]), np.array([True, False]))
    assert rates[11] == 0.5
    assert rates[:11].sum() == 0


def test_few_ends_are_drawn_towards_the_others_and_many_stay() -> None:
    seen, expected = np.array([200.0, 60.0, 4.0]), np.array([100.0, 100.0, 1.0])
    drawn = hazards.shrunk(seen, expected, 1.0)
    assert drawn[0] == pytest.approx(2.0, abs=0.05)
    assert drawn[1] == pytest.approx(0.6, abs=0.05)
    assert 1.0 < drawn[2] < 4.0


def test_ratios_that_differ_by_chance_alone_are_drawn_wholly_together() -> None:
    expected = np.full(200, 10.0)
    seen = np.random.default_rng(3).poisson(expected).astype(float)
    assert hazards.shrunk(seen, expected, 1.0).std() < 0.1


def test_an_expected_end_that_is_kept_shows_and_one_that_is_not_does_not() -> None:
    rng = np.random.default_rng(5)
    size, expected_at = 600, 400
    start = np.zeros(size, dtype=np.int64)
    free = rng.geometric(1 / 600, size) - 1
    for kept in (True, False):
        last = np.minimum(np.where(rng.random(size) < 0.7, expected_at, free), 1500) if kept else np.minimum(free, 1500)
        edges = exposure.bands(np.zeros(0), ages=(0,))
        expected = np.full(size, expected_at)
        found = exposure.risk(edges, start, start, start, start, start, last, expected, last < 1500, (1, 1))
        rates = hazards.fitted(found).rates[0, 0, 0]
        at_the_end, before = rates[7, 4], rates[7, 2]  # in its second year: within a fortnight of the end, and before
        assert (at_the_end > 5 * before) == kept


def test_mortality_grows_with_age_where_deaths_are_few_and_is_nothing_without_any() -> None:
    days = np.full((2, len(mortality.AGES)), 40_000.0)
    deaths = np.zeros_like(days)
    deaths[0, [5, 8, 9, 11, 12]] = [1, 2, 3, 4, 6]
    deaths[1, [8, 11, 12]] = [3, 6, 9]
    rates = mortality.fitted(days, deaths)
    assert (np.diff(rates.sum(axis=0)[[2, 4, 7, 9, 12]]) > 0).all()
    assert rates[1].sum() > rates[0].sum()
    assert mortality.fitted(days, np.zeros_like(days)).sum() == 0
