# SPDX-License-Identifier: EUPL-1.2
"""How far accounts follow the grants is read off how both have changed."""

from __future__ import annotations

import numpy as np
import pytest

from styr.forecast import steady

YEARS = 6
FUNCTIONS = 8


def grants(rng: np.random.Generator, swing: float = 0.1) -> np.ndarray:
    """What grants cost by function and month, swinging from year to year."""
    return np.repeat(1e6 * np.exp(rng.normal(0, swing, (FUNCTIONS, YEARS))), 12, axis=1)


def accounts(cost: np.ndarray, share: float, growth: float = 0.0) -> np.ndarray:
    """Accounts of which a share follows the grants, and the rest grows evenly."""
    even = cost.mean(axis=1, keepdims=True) * np.exp(growth * np.arange(cost.shape[1]) / 12)
    return np.asarray(share * cost + (1.0 - share) * even)


def learned(booked: np.ndarray, cost: np.ndarray) -> steady.Steady:
    return steady.learned(booked, cost, np.ones(cost.shape[1]), calendar=11)


def test_accounts_that_are_the_grants_follow_them_wholly() -> None:
    cost = grants(np.random.default_rng(1))
    found = learned(1.2 * cost, cost)
    assert found.share == pytest.approx(np.ones(FUNCTIONS), abs=0.02)
    ahead = found.carried(cost[:, -12:], np.ones(12), np.arange(1, 13))
    assert ahead == pytest.approx(cost[:, -12:], rel=0.02)


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_what_stays_whoever_comes_and_goes_is_found_and_carried_on(share: float) -> None:
    cost = grants(np.random.default_rng(2))
    found = learned(accounts(cost, share), cost)
    assert found.share.mean() == pytest.approx(share, abs=0.1)
    twice = found.carried(2 * cost[:, -12:], np.ones(12), np.arange(1, 13))
    once = found.carried(cost[:, -12:], np.ones(12), np.arange(1, 13))
    assert (twice / once).mean() == pytest.approx(1 + share, abs=0.15)


def test_what_all_accounts_grow_by_is_no_sign_that_they_follow_the_grants() -> None:
    rng = np.random.default_rng(3)
    cost = grants(rng) * np.exp(0.03 * np.arange(12 * YEARS) / 12)
    found = learned(accounts(cost, 0.4, growth=0.03), cost)
    assert found.share.mean() == pytest.approx(0.4, abs=0.15)
    assert found.growth[0] * 12 == pytest.approx(0.03, abs=0.02)


def test_with_a_year_of_history_accounts_are_taken_to_follow_wholly() -> None:
    cost = grants(np.random.default_rng(4))[:, :12]
    found = learned(1.1 * cost, cost)
    assert (found.share == 1).all()
    assert (found.amount == 0).all()


def test_accounts_that_no_grant_explains_stay_on_top_of_the_few_there_are() -> None:
    cost = grants(np.random.default_rng(5))
    booked = cost.copy()
    booked[0] += 5e6
    found = learned(booked, cost)
    assert found.share[0] == 1
    assert found.amount[0] == pytest.approx(5e6, rel=0.01)
    assert found.growth[0] == 0
