# SPDX-License-Identifier: EUPL-1.2
"""A rate explained by the background: coefficients, what they rest on, and when they are refused."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from municipalities import law

from styr import vocabulary
from styr.statistics import CannotAnswer
from styr.statistics.benchmark import Regression, regression

CODES = sorted(vocabulary.codelist("municipality").codes)
Columns = dict[str, "np.ndarray[tuple[int], np.dtype[np.float64]]"]


def country(seed: int = 1, count: int = 98, noise: float = 1.0) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Values 5 + 2 × income - 3 × housing and chance, and the background they come from."""
    generator = np.random.default_rng(seed)
    income, housing = generator.normal(10, 2, count), generator.normal(0.2, 0.1, count)
    value = 5 + 2 * income - 3 * housing + noise * generator.standard_normal(count)
    codes = CODES[:count]
    background = pl.DataFrame({"municipality": codes, "income": income, "housing": housing})
    return pl.DataFrame({"municipality": codes, "value": value}), background


def by_hand(rows: pl.DataFrame, background: pl.DataFrame) -> tuple[Columns, dict[str, float]]:
    """Least squares with HC3 errors and the diagnostics, written out in matrices."""
    x = np.column_stack([np.ones(rows.height), background.drop("municipality").to_numpy()])
    y = rows["value"].to_numpy()
    inverse = np.linalg.inv(x.T @ x)
    estimate = inverse @ x.T @ y
    residual = y - x @ estimate
    leverage = np.einsum("ij,jk,ik->i", x, inverse, x)
    meat = x.T @ (x * ((residual / (1 - leverage)) ** 2)[:, None])
    n, terms = x.shape
    variance = residual @ residual / (n - terms)
    squares = residual**2
    auxiliary = squares - x @ (inverse @ x.T @ squares)
    explained = 1 - auxiliary @ auxiliary / ((squares - squares.mean()) @ (squares - squares.mean()))
    columns = {
        "estimate": estimate,
        "standard_error": np.sqrt(np.diag(inverse @ meat @ inverse)),
        "leverage": leverage,
        "cooks_distance": residual**2 * leverage / (1 - leverage) ** 2 / terms / variance,
    }
    return columns, {"koenker": n * explained, "r_squared": 1 - residual @ residual / ((y - y.mean()) @ (y - y.mean()))}


@pytest.fixture(scope="module")
def made() -> Regression:
    return regression(*country())


def test_estimates_errors_leverage_and_cooks_distance_are_those_of_the_formulas(made: Regression) -> None:
    columns, numbers = by_hand(*country())
    for name in ("estimate", "standard_error"):
        assert made.coefficients[name].to_numpy() == pytest.approx(columns[name])
    for name in ("leverage", "cooks_distance"):
        assert made.municipalities[name].to_numpy() == pytest.approx(columns[name])
    assert made.fit.r_squared == pytest.approx(numbers["r_squared"])
    from scipy.stats import chi2

    assert made.fit.equal_variance_p == pytest.approx(chi2.sf(numbers["koenker"], 2))


def test_intervals_hold_what_the_values_were_made_from(made: Regression) -> None:
    rows = made.coefficients
    assert rows["term"].to_list() == ["constant", "income", "housing"]
    assert ((rows["lower"] < pl.Series([5, 2, -3])) & (rows["upper"] > pl.Series([5, 2, -3]))).all()
    assert made.fit.n == 98 and made.fit.variables == 2


def test_each_municipality_is_what_is_expected_of_it_and_a_residual(made: Regression) -> None:
    rows = made.municipalities
    assert (rows["fitted"] + rows["residual"]).to_numpy() == pytest.approx(rows["value"].to_numpy())
    assert rows["residual"].sum() == pytest.approx(0, abs=1e-9)
    assert rows["influential"].to_list() == (rows["cooks_distance"] > 4 / 98).to_list()
    assert rows["influential"].sum() == made.fit.influential


def test_inflation_tells_how_much_the_variables_go_together() -> None:
    rows, background = country()
    alike = background.with_columns(housing=pl.col("income") + 20 * pl.col("housing"))
    correlation = np.corrcoef(alike["income"], alike["housing"])[0, 1]
    assert regression(rows, alike).fit.largest_inflation == pytest.approx(1 / (1 - correlation**2))


def test_hidden_values_and_municipalities_without_a_variable_take_no_part() -> None:
    rows, background = country()
    hidden = rows.with_columns(value=pl.when(pl.col("municipality") != "101").then("value"))
    lacking = background.with_columns(income=pl.when(pl.col("municipality") != "147").then("income"))
    made = regression(hidden, lacking)
    alone = ~pl.col("municipality").is_in(["101", "147"])
    expected = regression(rows.filter(alone), background.filter(alone))
    assert made.fit.n == 96
    assert made.coefficients.equals(expected.coefficients)


@law
@given(st.integers(0, 10_000), st.floats(0.001, 1000), st.floats(0.001, 1000))
def test_units_scale_the_coefficients_and_change_nothing_else(seed: int, of_value: float, of_income: float) -> None:
    rows, background = country(seed, 30)
    plain = regression(rows, background)
    scaled = regression(
        rows.with_columns(pl.col("value") * of_value), background.with_columns(pl.col("income") * of_income)
    )
    estimate = plain.coefficients["estimate"].to_numpy() * of_value / np.array([1, of_income, 1])
    assert scaled.coefficients["estimate"].to_numpy() == pytest.approx(estimate, rel=1e-6, abs=1e-9 * of_value)
    assert scaled.coefficients["t"].to_numpy() == pytest.approx(plain.coefficients["t"].to_numpy(), rel=1e-6)
    assert scaled.fit.r_squared == pytest.approx(plain.fit.r_squared)
    assert scaled.fit.equal_variance_p == pytest.approx(plain.fit.equal_variance_p, rel=1e-4)


def test_a_perfect_fit_leaves_nothing_to_test() -> None:
    made = regression(*country(noise=0.0))
    assert made.fit.r_squared == pytest.approx(1)
    assert (made.fit.normality_p, made.fit.equal_variance_p) == (1, 1)


def test_too_few_municipalities_for_the_variables_are_refused_with_what_is_needed() -> None:
    with pytest.raises(CannotAnswer, match=r"9 of 9 municipalities .* 2 variables need at least 10"):
        regression(*country(count=9))


def test_a_variable_that_is_the_same_everywhere_is_refused() -> None:
    rows, background = country()
    with pytest.raises(CannotAnswer, match="island is the same in every municipality"):
        regression(rows, background.with_columns(island=pl.lit(0)))


def test_variables_made_of_one_another_are_named_and_the_others_are_not() -> None:
    rows, background = country()
    shares = background.with_columns(old=pl.lit(1.0) - pl.col("housing"))
    with pytest.raises(CannotAnswer, match=r"^housing and old say nearly the same") as refused:
        regression(rows, shares)
    assert "income" not in str(refused.value)


def test_values_that_do_not_vary_leave_nothing_to_explain() -> None:
    rows, background = country()
    with pytest.raises(CannotAnswer, match="nothing to explain"):
        regression(rows.with_columns(value=pl.lit(3.0)), background)


def test_a_municipality_that_decides_a_coefficient_alone_is_named() -> None:
    rows, background = country()
    with pytest.raises(CannotAnswer, match=r"København \(101\) decides a coefficient alone"):
        regression(rows, background.with_columns(capital=(pl.col("municipality") == "101").cast(pl.Int8)))
