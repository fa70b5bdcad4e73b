# SPDX-License-Identifier: EUPL-1.2
"""Scores against closed forms, and the laws that hold of every score."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from styr.forecast.record.scores import covered, crps, effective_number, interval, pit

law = settings(max_examples=100, deadline=None)
amounts = st.floats(-1e6, 1e6).map(lambda amount: round(amount, 2))
many = st.integers(1, 12).flatmap(lambda size: arrays(float, size, elements=amounts))


def even_draws(distribution: stats.rv_continuous, count: int) -> np.ndarray:
    """Draws lying evenly over a distribution: their mean scores are near the closed forms."""
    return distribution.ppf((np.arange(count) + 0.5) / count)


@pytest.mark.parametrize("outcome", [-2.0, 0.0, 0.4, 3.0])
def test_the_crps_of_a_normal_forecast_is_the_closed_form(outcome: float) -> None:
    mean, sd = 10.0, 2.0
    z = outcome
    exact = sd * (z * (2 * stats.norm.cdf(z) - 1) + 2 * stats.norm.pdf(z) - 1 / np.sqrt(np.pi))
    found = crps(even_draws(stats.norm(mean, sd), 20_000), mean + sd * z)
    assert found == pytest.approx(exact, rel=2e-3)


def test_the_crps_of_an_even_forecast_is_the_closed_form() -> None:
    # even over 0 to 1 and outcome y: 1/3 - y (1 - y)
    assert crps(even_draws(stats.uniform(), 20_000), 0.3) == pytest.approx(1 / 3 - 0.3 * 0.7, rel=2e-3)


def test_the_crps_of_an_exponential_forecast_is_the_closed_form() -> None:
    # scale 1 and outcome y above 0: y + 2 exp(-y) - 3/2
    assert crps(even_draws(stats.expon(), 50_000), 1.2) == pytest.approx(1.2 + 2 * np.exp(-1.2) - 1.5, rel=2e-3)


def test_the_crps_does_not_depend_on_the_number_of_draws() -> None:
    """Fair: scored on 4 draws or on 1,000, a forecast has the same mean score."""
    rng = np.random.default_rng(1)
    outcome = rng.normal(size=40_000)
    few = crps(rng.normal(size=(40_000, 4)), outcome).mean()
    assert few == pytest.approx(1 / np.sqrt(np.pi), rel=0.02)  # E CRPS of N(0, 1) on itself


def test_the_crps_by_hand_on_three_draws() -> None:
    # |1-2|, |3-2|, |6-2| on average 2; pairs apart 2, 5, 3, half their mean 5/3
    assert crps([6.0, 1.0, 3.0], 2.0) == pytest.approx(2 - 5 / 3)


@law
@given(many, amounts)
def test_the_crps_is_never_below_zero_nor_above_the_mean_distance(draws: np.ndarray, outcome: float) -> None:
    score = float(crps(draws, outcome))
    assert 0 <= score <= np.abs(draws - outcome).mean() + 1e-6


@law
@given(amounts, amounts, st.integers(1, 5))
def test_the_crps_of_a_point_is_its_distance(point: float, outcome: float, copies: int) -> None:
    assert crps(np.full(copies, point), outcome) == pytest.approx(abs(point - outcome), abs=1e-6)


@law
@given(many, amounts, amounts, st.floats(0.1, 100))
def test_the_crps_moves_with_the_money(draws: np.ndarray, outcome: float, shift: float, scale: float) -> None:
    moved = crps(draws * scale + shift, outcome * scale + shift)
    assert moved == pytest.approx(scale * float(crps(draws, outcome)), rel=1e-6, abs=1e-3)


def test_many_targets_are_scored_at_once_as_one_by_one() -> None:
    rng = np.random.default_rng(2)
    draws, outcome = rng.normal(size=(3, 4, 50)), rng.normal(size=(3, 4))
    together = crps(draws, outcome)
    assert together.shape == (3, 4)
    assert together[2, 1] == pytest.approx(float(crps(draws[2, 1], outcome[2, 1])))


def test_an_interval_holds_its_share_of_the_draws() -> None:
    lower, upper = interval(np.arange(101.0), 0.80)
    assert (lower, upper) == pytest.approx((10.0, 90.0))


@pytest.mark.parametrize(("draws", "targets"), [(3, 30_000), (100, 30_000)])
def test_the_pit_of_a_calibrated_forecast_is_even_however_few_the_draws(draws: int, targets: int) -> None:
    rng = np.random.default_rng(3)
    values = pit(rng.normal(size=(targets, draws)), rng.normal(size=targets), rng.random(targets))
    assert stats.kstest(values, "uniform").pvalue > 0.01


def test_the_pit_of_a_calibrated_count_is_even() -> None:
    rng = np.random.default_rng(4)
    values = pit(rng.poisson(1.5, size=(30_000, 40)), rng.poisson(1.5, size=30_000), rng.random(30_000))
    assert stats.kstest(values, "uniform").pvalue > 0.01


@law
@given(many, amounts, st.floats(0, 1))
def test_the_pit_lies_between_0_and_1_and_rises_with_the_outcome(
    draws: np.ndarray, outcome: float, chance: float
) -> None:
    value, higher = float(pit(draws, outcome, chance)), float(pit(draws, outcome + 1.0, chance))
    assert 0 <= value <= higher <= 1


def test_calibrated_draws_are_covered_as_they_promise() -> None:
    rng = np.random.default_rng(5)
    draws, outcome = rng.normal(size=(4000, 400)), rng.normal(size=4000)
    lower, upper = interval(draws, 0.80)
    share = covered((lower <= outcome) & (outcome <= upper), np.arange(4000))
    assert share.lower < 0.80 < share.upper
    assert share.value == pytest.approx(0.80, abs=0.02)


def test_the_wilson_interval_is_the_closed_form() -> None:
    # 8 of 10 independent outcomes
    share = covered([1] * 8 + [0] * 2, np.arange(10))
    assert (share.lower, share.upper) == pytest.approx((0.4902, 0.9433), abs=5e-4)


def test_months_that_go_together_count_as_their_years() -> None:
    years = np.repeat([2019, 2020, 2021, 2022], 12)
    together = np.repeat([1, 1, 0, 1], 12)  # a year is hit or missed whole
    assert effective_number(together, years) == pytest.approx(4)
    share = covered(together, years)
    assert (share.n, share.effective) == (48, pytest.approx(4))
    assert share.lower < 0.4  # four years say little


def test_months_that_do_not_go_together_count_in_full() -> None:
    rng = np.random.default_rng(6)
    hits = rng.random(2400) < 0.8
    assert effective_number(hits, np.repeat(np.arange(200), 12)) > 1500


def test_outcomes_that_were_all_hit_count_as_their_years() -> None:
    assert effective_number(np.ones(24), np.repeat([2019, 2020], 12)) == 2


def test_no_outcomes_say_nothing() -> None:
    share = covered([], [])
    assert np.isnan(share.value)
    assert (share.lower, share.upper, share.n) == (0.0, 1.0, 0)
