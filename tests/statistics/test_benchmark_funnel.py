# SPDX-License-Identifier: EUPL-1.2
"""What chance does to a municipality of a given size: exact intervals and the limits of the funnel."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from municipalities import counted, law, municipal_rows
from scipy.stats import poisson

from styr.statistics import CannotAnswer
from styr.statistics.benchmark import funnel, poisson_interval, with_limits
from styr.statistics.benchmark.funnel import poisson_limits

SIZES = np.linspace(2_000, 100_000, 98)
RATE = 0.02


def by_chance(seed: int, spread: float = 0.0) -> list[float]:
    """Counts of 98 municipalities at one rate, by chance alone or with a spread (of the logarithm) of their own."""
    generator = np.random.default_rng(seed)
    own = np.exp(spread * generator.standard_normal(len(SIZES)))
    return [float(each) for each in generator.poisson(RATE * own * SIZES)]


def test_the_interval_of_a_count_is_the_exact_one_of_the_tables() -> None:
    found = poisson_interval(pl.Series([0.0, 1.0, 10.0, None]))
    assert found["lower"].to_list() == pytest.approx([0, 0.0253, 4.7954, None], abs=1e-4)
    assert found["upper"].to_list() == pytest.approx([3.6889, 5.5716, 18.3904, None], abs=1e-4)


@law
@given(st.floats(0, 1e5))
def test_the_interval_holds_the_count_and_is_wider_the_surer_it_is_to_be(count: float) -> None:
    usual, surer = poisson_interval(pl.Series([count])), poisson_interval(pl.Series([count]), 0.998)
    assert surer["lower"][0] <= usual["lower"][0] <= count <= usual["upper"][0] <= surer["upper"][0]


@law
@given(expected=st.floats(0.01, 2_000), tail=st.sampled_from([0.025, 0.001]))
def test_a_whole_count_is_outside_exactly_when_it_and_all_beyond_it_have_the_tails_probability(
    expected: float, tail: float
) -> None:
    lower, upper = (float(limit[0]) for limit in poisson_limits(np.array([expected]), tail))
    reach = np.arange(max(0, int(lower) - 3), int(upper) + 4)
    assert ((reach < lower - 1e-9) == (poisson.cdf(reach, expected) < tail - 1e-12)).all()
    assert ((reach > upper + 1e-9) == (poisson.sf(reach - 1, expected) < tail - 1e-12)).all()


def test_limits_move_without_steps_as_the_municipality_grows() -> None:
    expected = np.linspace(1, 60, 20_000)
    for limit in poisson_limits(expected, 0.025):
        assert np.abs(np.diff(limit)).max() < 0.02


def test_by_chance_alone_at_most_one_in_twenty_is_outside_and_nothing_is_overdispersed() -> None:
    outside = []
    for seed in range(20):
        found = counted(municipal_rows(by_chance(seed), list(SIZES)))
        outside.append(with_limits(found.rows, funnel(found)).filter(pl.col("beyond") != "no").height / len(SIZES))
    assert 0.02 < np.mean(outside) < 0.055
    ratios = [funnel(counted(municipal_rows(by_chance(seed), list(SIZES)))).ratio or 0 for seed in range(20)]
    assert np.mean(ratios) == pytest.approx(1, abs=0.1)


def test_municipalities_that_differ_more_than_chance_are_seen_to_and_additive_limits_allow_for_it() -> None:
    found = counted(municipal_rows(by_chance(1, spread=0.2), list(SIZES)))
    plain, additive = funnel(found), funnel(found, "additive")
    assert plain.overdispersed
    assert additive.between == pytest.approx(0.2 * 1000 * RATE, rel=0.25)
    outside = [
        with_limits(found.rows, each).filter(pl.col("beyond") != "no").height / len(SIZES) for each in (plain, additive)
    ]
    assert outside[0] > 0.3
    assert outside[1] < 0.1


def test_multiplicative_limits_are_the_exact_ones_times_the_root_of_the_ratio() -> None:
    found = counted(municipal_rows(by_chance(2, spread=0.1), list(SIZES)))
    plain, wider = funnel(found), funnel(found, "multiplicative")
    sizes = pl.Series([50_000.0])
    assert plain.ratio == wider.ratio and plain.ratio is not None and plain.ratio > 1
    exact, widened = plain.limits(sizes), wider.limits(sizes)
    for limit in ("upper_95", "lower_998"):
        reach = widened[limit][0] - found.country
        assert reach == pytest.approx((exact[limit][0] - found.country) * plain.ratio**0.5)


def test_the_larger_the_municipality_the_narrower_the_funnel() -> None:
    limits = funnel(counted(municipal_rows(by_chance(3), list(SIZES)))).limits(pl.Series([1e3, 1e4, 1e5]))
    assert limits["upper_95"].is_sorted(descending=True)
    assert limits["lower_95"].is_sorted()
    assert (limits["upper_998"] > limits["upper_95"]).all()


def test_expected_is_the_countrys_value_of_the_municipalitys_inhabitants() -> None:
    found = counted(municipal_rows([10, 20, 30], [1_000, 1_000, 2_000]))
    assert with_limits(found.rows, funnel(found))["expected"].to_list() == pytest.approx([15, 15, 30])


def test_a_hidden_municipality_is_on_neither_side() -> None:
    found = counted(municipal_rows([10, None, 20, 300], [1_000, 1_000, 1_000, 10_000]))
    assert with_limits(found.rows, funnel(found))["beyond"].to_list()[1] is None


@law
@given(scale=st.floats(1e-3, 1e6))
def test_amounts_stand_out_alike_in_every_currency(scale: float) -> None:
    amounts = [100.0, 120.0, 90.0, 400.0, 101.0, 99.0]
    sizes = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    plain = counted(municipal_rows(amounts, sizes), indicator="unit_cost")
    scaled = counted(municipal_rows([scale * each for each in amounts], sizes), indicator="unit_cost")
    beyond = [with_limits(found.rows, funnel(found))["beyond"].to_list() for found in (plain, scaled)]
    assert beyond[0] == beyond[1]


def test_amounts_have_no_chance_known_beforehand() -> None:
    found = counted(municipal_rows([100, 120, 90], [1, 2, 3]), indicator="unit_cost")
    assert funnel(found).ratio is None
    for dispersion in ("none", "additive"):
        with pytest.raises(CannotAnswer, match="Chance variation is not known for unit_cost"):
            funnel(found, dispersion)


def test_a_funnel_of_two_municipalities_is_refused() -> None:
    with pytest.raises(CannotAnswer, match="at least 3 municipalities that may be shown; 2 may"):
        funnel(counted(municipal_rows([10, None, 20], [1_000, 1_000, 1_000])))


def test_where_no_one_receives_there_is_no_funnel_to_be_outside_of() -> None:
    found = counted(municipal_rows([0, 0, 0], [1_000, 1_000, 1_000]))
    assert with_limits(found.rows, funnel(found))["beyond"].to_list() == ["no"] * 3
