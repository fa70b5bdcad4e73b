# SPDX-License-Identifier: EUPL-1.2
"""Scaling municipal values to a larger population, with intervals."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from styr.statistics import scale_to
from styr.statistics.estimates.jackknife import jackknifed
from styr.statistics.estimates.scaling import leave_one_out

TARGET = pl.DataFrame({"period": [0], "denominator": [10_000.0]})
T_975_2 = 4.302652729911275  # t of two degrees of freedom


def sample(values: list[float], inhabitants: list[float]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of one period, one municipality each, and the municipalities' inhabitants."""
    names = [str(number) for number in range(len(inhabitants))]
    rows = pl.DataFrame(
        {"period": 0, "municipality": names[: len(values)], "value": values, "n": [10] * len(values)},
        schema={"period": pl.Int64, "municipality": pl.String, "value": pl.Float64, "n": pl.Int64},
    )
    people = pl.DataFrame({"period": [0] * len(names), "municipality": names, "denominator": inhabitants})
    return rows, people


def test_by_ratio_the_sample_is_grossed_up_by_inhabitants_with_a_jackknife_interval() -> None:
    rows, people = sample([10, 30, 20], [100, 200, 100])
    row = scale_to(rows, ["period"], people, TARGET).row(0, named=True)
    without = [50 / 300 * 10_000, 30 / 200 * 10_000, 40 / 300 * 10_000]
    mean = sum(without) / 3
    error = (2 / 3 * sum((each - mean) ** 2 for each in without)) ** 0.5
    assert row["value"] == pytest.approx(60 / 400 * 10_000)
    assert (row["lower"], row["upper"]) == pytest.approx((1500 - T_975_2 * error, 1500 + T_975_2 * error))
    assert (row["numerator"], row["denominator"], row["n"]) == (60, 400, 30)
    assert row["method"] == "scaled by ratio, jackknife over 3 municipalities"


def test_by_mean_the_mean_rate_is_grossed_up_with_a_t_interval() -> None:
    rows, people = sample([10, 30, 20], [100, 200, 100])
    row = scale_to(rows, ["period"], people, TARGET, "mean").row(0, named=True)
    deviation = 0.05  # of the rates 0.10, 0.15 and 0.20
    assert row["value"] == pytest.approx(1500)
    half = T_975_2 * deviation / 3**0.5 * 10_000
    assert (row["lower"], row["upper"]) == pytest.approx((1500 - half, 1500 + half))


def test_a_municipality_of_the_sample_without_a_row_counts_nothing_but_its_inhabitants() -> None:
    rows, people = sample([10, 30], [100, 200, 100])
    assert scale_to(rows, ["period"], people, TARGET)["value"].to_list() == [pytest.approx(1000)]


@pytest.mark.parametrize("method", ["ratio", "mean"])
def test_one_municipality_gives_a_number_without_an_interval(method: str) -> None:
    rows, people = sample([10], [100])
    row = scale_to(rows, ["period"], people, TARGET, method).row(0, named=True)
    assert row["value"] == pytest.approx(1000)
    assert row["lower"] is None
    assert row["upper"] is None


@pytest.mark.parametrize("method", ["ratio", "mean"])
@given(rate=st.floats(0.001, 0.5), inhabitants=st.lists(st.integers(10, 10_000), min_size=2, max_size=8))
def test_when_all_municipalities_are_alike_the_answer_is_certain(
    method: str, rate: float, inhabitants: list[int]
) -> None:
    people = [float(count) for count in inhabitants]
    rows, population = sample([rate * count for count in people], people)
    row = scale_to(rows, ["period"], population, TARGET, method).row(0, named=True)
    assert row["value"] == pytest.approx(rate * 10_000)
    assert (row["lower"], row["upper"]) == pytest.approx((row["value"], row["value"]), rel=1e-6)


@given(st.lists(st.tuples(st.floats(0, 1e4), st.integers(10, 10_000)), min_size=2, max_size=8))
def test_a_sample_that_is_everyone_is_scaled_to_itself(municipal: list[tuple[float, int]]) -> None:
    rows, people = sample([value for value, _ in municipal], [float(count) for _, count in municipal])
    everyone = pl.DataFrame({"period": [0], "denominator": [float(sum(count for _, count in municipal))]})
    value = scale_to(rows, ["period"], people, everyone)["value"][0]
    assert value == pytest.approx(sum(value for value, _ in municipal))


@pytest.mark.parametrize("method", ["ratio", "mean"])
def test_the_interval_holds_the_number_of_the_country_about_as_often_as_it_says(method: str) -> None:
    """Of 98 municipalities of very different size, 37 are drawn a thousand times (004 has 37). Neither way narrows its
    interval for how many have delivered, so it holds the true number rather more often than 95 times of 100."""
    generator = np.random.default_rng(1)
    draws, country, sampled = 1000, 98, 37
    inhabitants = generator.lognormal(10.4, 0.7, country)
    recipients = generator.poisson(inhabitants * generator.gamma(25, 0.012 / 25, country)).astype(float)
    chosen = np.argsort(generator.random((draws, country)), axis=1)[:, :sampled]
    people = pl.DataFrame(
        {
            "draw": np.repeat(np.arange(draws), sampled),
            "municipality": chosen.ravel().astype(str),
            "denominator": inhabitants[chosen].ravel(),
        }
    )
    rows = people.select("draw", "municipality", value=pl.Series(recipients[chosen].ravel()), n=pl.lit(10))
    target = pl.DataFrame({"draw": np.arange(draws), "denominator": inhabitants.sum()})
    intervals = scale_to(rows, ["draw"], people, target, method)
    holding = intervals.select(pl.lit(recipients.sum()).is_between("lower", "upper").mean()).item()
    assert 0.93 <= holding <= 0.995


def test_leaving_a_municipality_out_is_scaling_without_it() -> None:
    rows, people = sample([10, 30, 20], [100, 200, 100])
    found = leave_one_out(rows, ["period"], people, TARGET)
    values = dict(found.select("left_out", "value").iter_rows())
    assert values[None] == pytest.approx(1500)
    without = scale_to(rows[1:], ["period"], people[1:], TARGET)["value"][0]
    assert values["0"] == pytest.approx(without)


@given(st.lists(st.tuples(st.floats(1, 1e4), st.integers(10, 10_000)), min_size=2, max_size=8))
def test_the_jackknife_of_the_scaled_number_itself_is_its_interval(municipal: list[tuple[float, int]]) -> None:
    rows, people = sample([value for value, _ in municipal], [float(count) for _, count in municipal])
    row = scale_to(rows, ["period"], people, TARGET).row(0, named=True)
    ends = jackknifed(leave_one_out(rows, ["period"], people, TARGET), ["period"], ["value"]).row(0, named=True)
    scale = abs(row["value"])
    assert (ends["lower_value"], ends["upper_value"]) == pytest.approx((row["lower"], row["upper"]), abs=scale * 1e-6)


def test_a_figure_that_cannot_be_made_without_a_municipality_has_no_interval() -> None:
    figures = pl.DataFrame({"left_out": [None, "101", "147"], "growth": [1.0, None, 2.0]})
    assert jackknifed(figures, [], ["growth"]).row(0) == (None, None)
