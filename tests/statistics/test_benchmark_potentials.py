# SPDX-License-Identifier: EUPL-1.2
"""Potentials: what comes of those above a level coming down to it; arithmetic, with an interval."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from municipalities import YEAR, frame, law, register

from styr import vocabulary
from styr.statistics import Benchmark, CannotAnswer, benchmark
from styr.statistics.benchmark import Potential, regression, to_expected, to_mean, to_mean_at_cost
from styr.statistics.benchmark.resampling import bootstrap_interval, resampled

CODES = sorted(vocabulary.codelist("municipality").codes)
RATES = """
municipality | value | volume
101          | 10    | 100
147          | 20    | 50
151          | 30    | 10
153          | -     | 90
"""
LEVELS = ["mean", "country", "others"]

values = st.floats(0, 1e4).map(lambda each: round(each, 3))
volumes = st.floats(1, 1e5)
municipal = st.lists(st.tuples(values, volumes, st.floats(-10, 10)), min_size=8, max_size=20)


def rows_of(drawn: list[tuple[float, float, float]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Values and volumes, and a background of one variable that varies."""
    value, volume, variable = zip(*drawn, strict=True)
    varying = [each + 3 * number for number, each in enumerate(variable)]
    codes = CODES[: len(drawn)]
    rows = pl.DataFrame({"municipality": codes, "value": value, "volume": volume})
    return rows, pl.DataFrame({"municipality": codes, "variable": varying})


def every(drawn: list[tuple[float, float, float]]) -> list[Potential]:
    """Every potential of the same municipalities."""
    rows, background = rows_of(drawn)
    at_levels = [to_mean(rows, level, draws=60) for level in LEVELS]
    return [to_expected(rows, background, draws=60), *at_levels]


@pytest.mark.parametrize(
    ("level", "potential"),
    [
        ("mean", (30 - 20) * 10),
        ("country", (20 - 2300 / 160) * 50 + (30 - 2300 / 160) * 10),
        ("others", (30 - 15) * 10),
    ],
)
def test_those_above_the_mean_come_down_to_it_and_the_hidden_take_no_part(level: str, potential: float) -> None:
    made = to_mean(frame(RATES), level)
    assert made.total == pytest.approx(potential)
    assert made.municipalities["municipality"].to_list() == ["101", "147", "151"]
    assert made.municipalities["base"].to_list() == [10 * 100, 20 * 50, 30 * 10]


def test_down_to_the_expected_is_the_sum_of_what_is_above_the_regression() -> None:
    generator = np.random.default_rng(4)
    rows, background = rows_of([(float(each), 100.0 + each, float(each % 7)) for each in generator.uniform(0, 50, 30)])
    fitted = regression(rows, background).municipalities
    made = to_expected(rows, background)
    assert made.municipalities["level"].to_numpy() == pytest.approx(fitted["fitted"].to_numpy())
    above = fitted["residual"].clip(lower_bound=0).to_numpy()
    assert made.municipalities["potential"].to_numpy() == pytest.approx(above * rows["volume"].to_numpy())
    assert made.total == pytest.approx(float(above @ rows["volume"].to_numpy()))


def test_a_lower_frequency_is_worth_what_expenditure_rises_with_it_not_what_a_recipient_costs() -> None:
    frequency = frame("""
    municipality | value | volume
    101          | 1     | 100
    147          | 2     | 100
    151          | 3     | 100
    153          | 4     | 100
    155          | 5     | 100
    """)
    costs = frequency.with_columns(value=1000 + 300 * pl.col("value"), volume=pl.lit(80.0))
    made = to_mean_at_cost(frequency, costs)
    assert made.effect == pytest.approx((300, 300, 300))
    assert made.total == pytest.approx((1 + 2) * 300 * 80)
    assert made.municipalities["base"].sum() == pytest.approx(5 * 80 * 1900)


def test_where_expenditure_does_not_rise_with_the_frequency_there_is_no_potential() -> None:
    drawn = [(float(number), 10.0, 0.0) for number in range(8)]
    frequency, _ = rows_of(drawn)
    made = to_mean_at_cost(frequency, frequency.with_columns(value=100 - pl.col("value")))
    assert (made.total, made.lower, made.upper) == (0, 0, 0)
    assert made.effect is not None and made.effect[0] == pytest.approx(-1)


@law
@given(municipal)
def test_a_potential_is_never_negative_never_all_there_is_and_lies_in_its_interval(
    drawn: list[tuple[float, float, float]],
) -> None:
    for made in every(drawn):
        assert made.total == pytest.approx(made.municipalities["potential"].sum())
        assert 0 <= made.lower <= made.total <= made.upper
        rows = made.municipalities
        assert (
            (rows["lower"] >= 0) & (rows["lower"] <= rows["potential"]) & (rows["potential"] <= rows["upper"])
        ).all()
    for made in every(drawn)[1:]:
        assert made.total <= made.municipalities["base"].sum() * (1 + 1e-9)


@law
@given(st.lists(st.tuples(volumes, st.floats(-10, 10)), min_size=8, max_size=20), values)
def test_when_all_are_alike_there_is_no_potential_and_no_doubt_of_it(
    drawn: list[tuple[float, float]], value: float
) -> None:
    for made in every([(value, volume, variable) for volume, variable in drawn]):
        assert (made.total, made.lower, made.upper) == (0, 0, 0)


@law
@given(municipal, st.floats(1e-3, 1e3))
def test_a_potential_follows_the_unit_of_the_value(drawn: list[tuple[float, float, float]], scale: float) -> None:
    scaled = [(scale * value, volume, variable) for value, volume, variable in drawn]
    for plain, other in zip(every(drawn), every(scaled), strict=True):
        bound = 1e-6 * scale * max(plain.municipalities["base"].sum(), 1)
        assert other.total == pytest.approx(scale * plain.total, rel=1e-6, abs=bound)
        assert other.upper == pytest.approx(scale * plain.upper, rel=1e-6, abs=bound)


def test_the_same_seed_gives_the_same_interval_and_another_one_nearly_the_same() -> None:
    rows, background = rows_of([(float(number % 11), 100.0, float(number % 5)) for number in range(60)])
    first, again = (to_expected(rows, background, seed=1) for _ in range(2))
    other = to_expected(rows, background, seed=2)
    assert (first.lower, first.upper) == (again.lower, again.upper)
    assert (other.lower, other.upper) == pytest.approx((first.lower, first.upper), rel=0.1)


def test_resampled_municipalities_are_as_many_as_there_are() -> None:
    weights = resampled(20, 100, seed=3)
    assert weights.shape == (100, 20)
    assert (weights.sum(axis=1) == 20).all()


def test_the_interval_of_draws_around_the_point_is_their_percentiles() -> None:
    lower, upper = bootstrap_interval(np.array([500.0]), np.arange(1001.0)[:, None])
    assert (lower[0], upper[0]) == pytest.approx((25, 975))


def test_when_most_draws_are_below_the_point_the_interval_is_moved_up() -> None:
    lower, upper = bootstrap_interval(np.array([700.0]), np.arange(1001.0)[:, None])
    assert lower[0] > 100 and upper[0] > 990


def test_an_interval_that_leaves_the_point_outside_is_drawn_out_to_it() -> None:
    lower, upper = bootstrap_interval(np.array([2000.0]), np.arange(1001.0)[:, None])
    assert lower[0] <= 1000 and upper[0] == 2000


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Benchmark]:
    """Benchmarks of a small country by indicator."""
    codes = CODES[:4]
    rows = "\n".join(f"{code} | 1000 | {10 + number}" for number, code in enumerate(codes))
    snapshot = register(f"municipality | inhabitants | recipients\n{rows}", tmp_path_factory.mktemp("country"))
    keys = ("recipients_per_1000", "unit_cost")
    return {key: benchmark(snapshot, key, YEAR, delivered=codes) for key in keys}


@pytest.mark.parametrize(
    ("indicator", "kind", "asked", "says"),
    [
        ("recipients_per_1000", "efficiency", {}, "Unknown potential 'efficiency'"),
        ("recipients_per_1000", "tariff", {}, "not a tariff"),
        ("recipients_per_1000", "expected", {}, "Choose variables with --variables"),
        ("recipients_per_1000", "expected", {"level": "others"}, "Leave out the level"),
        ("recipients_per_1000", "mean", {"expenditure": "unit_cost"}, "not an expenditure per inhabitant"),
        ("recipients_per_1000", "mean", {"volume": "recipients_on"}, "what a tariff is paid for"),
        ("unit_cost", "mean", {}, "not a rate of inhabitants"),
        ("unit_cost", "tariff", {"expenditure": "unit_cost"}, "Ask --potential mean"),
    ],
)
def test_what_does_not_fit_together_is_refused_with_a_remedy(
    found: dict[str, Benchmark], indicator: str, kind: str, asked: dict[str, str], says: str
) -> None:
    with pytest.raises(CannotAnswer, match=says):
        found[indicator].potential(kind, **asked)  # type: ignore[arg-type]


def test_an_unknown_level_and_too_few_municipalities_are_refused() -> None:
    with pytest.raises(CannotAnswer, match="Unknown level 'median'"):
        to_mean(frame(RATES), "median")
    with pytest.raises(CannotAnswer, match="at least 3 municipalities that may be shown; 2 may"):
        to_mean(frame(RATES).head(2))
