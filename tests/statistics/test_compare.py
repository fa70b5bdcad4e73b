# SPDX-License-Identifier: EUPL-1.2
"""Groups set against each other: difference and ratio, with interval and test."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy import stats
from specs.reading import Spec, draw

from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, compare, indicators
from styr.statistics.estimates import two_groups
from styr.statistics.estimates.compare import way_of
from styr.statistics.estimates.two_groups import holm


def column(*numbers: float) -> np.ndarray:
    return np.array(numbers, dtype=float)


# The arithmetic


def test_two_rates_have_exact_intervals_and_an_exact_test() -> None:
    found = two_groups.rates(column(30), column(1000.0), column(18), column(1200.0))
    exact = stats.poisson_means_test(30, 1000, 18, 1200).pvalue
    assert found.difference[0] == pytest.approx(0.015)
    assert found.ratio[0] == pytest.approx(2)
    assert found.p[0] == pytest.approx(exact, abs=0.02)
    by_share = stats.binomtest(30, 48, 1000 / 2200).proportion_ci(0.95, "exact")
    ends = [share / (1 - share) * 1.2 for share in by_share]
    assert_allclose([found.of_ratio.lower[0], found.of_ratio.upper[0]], ends)
    garwood = stats.chi2.ppf([0.025, 0.975], [60, 62]) / 2 / 1000
    assert_allclose([found.a.lower[0], found.a.upper[0]], garwood)


def test_two_shares_have_the_interval_of_newcombe() -> None:
    """The example of Newcombe (1998, table II, 56/70 against 48/80, method 10)."""
    found = two_groups.shares(column(56), column(70), column(48), column(80))
    assert found.difference[0] == pytest.approx(0.2)
    assert (found.of_difference.lower[0], found.of_difference.upper[0]) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    wilson = stats.binomtest(56, 70).proportion_ci(0.95, "wilson")
    assert (found.a.lower[0], found.a.upper[0]) == pytest.approx((wilson.low, wilson.high))
    chi_square = stats.chi2_contingency([[56, 14], [48, 32]], correction=False).pvalue
    assert found.p[0] == pytest.approx(chi_square)


def test_shares_of_few_persons_are_tested_exactly() -> None:
    found = two_groups.shares(column(3, 0), column(5, 4), column(1, 0), column(6, 4))
    tails = [stats.fisher_exact([[3, 2], [1, 5]], alternative=side).pvalue for side in ("less", "greater")]
    assert found.p[0] == pytest.approx(min(1, 2 * min(tails)))
    assert found.p[1] == 1
    assert np.isnan(found.ratio[1])


def test_two_means_are_tested_by_welch() -> None:
    a, b = [3.1, 4.0, 5.2, 6.3, 2.2], [5.0, 7.1, 6.6, 8.0]
    told = [(np.mean(each), stats.sem(each), len(each)) for each in (a, b)]
    found = two_groups.means(*(column(number) for each in told for number in each))
    welch = stats.ttest_ind(a, b, equal_var=False)
    ends = welch.confidence_interval(0.95)
    assert found.p[0] == pytest.approx(welch.pvalue)
    assert (found.of_difference.lower[0], found.of_difference.upper[0]) == pytest.approx((ends.low, ends.high))


counts, exposures = st.integers(0, 10_000), st.floats(1, 1e6)


@given(counts, exposures, counts, exposures)
def test_turning_two_groups_round_turns_the_answer_round(a: int, of_a: float, b: int, of_b: float) -> None:
    one = two_groups.rates(column(a), column(of_a), column(b), column(of_b))
    other = two_groups.rates(column(b), column(of_b), column(a), column(of_a))
    assert_allclose(one.difference, -other.difference)
    assert_allclose(one.of_difference.lower, -other.of_difference.upper, atol=1e-12)
    assert_allclose(one.p, other.p, atol=1e-9)
    if a and b:
        assert_allclose(one.of_ratio.lower, 1 / other.of_ratio.upper, rtol=1e-6)


@given(counts, exposures, counts, exposures)
def test_the_test_and_the_interval_of_the_ratio_say_the_same(a: int, of_a: float, b: int, of_b: float) -> None:
    found = two_groups.rates(column(a), column(of_a), column(b), column(of_b))
    if a + b == 0:
        assert np.isnan(found.p[0])
    elif abs(found.p[0] - 0.05) > 1e-6:
        outside = not found.of_ratio.lower[0] <= 1 <= found.of_ratio.upper[0]
        assert outside == (found.p[0] < 0.05)


def test_rates_that_are_the_same_are_seldom_told_apart() -> None:
    generator = np.random.default_rng(3)
    a, b = generator.poisson(40, 4000).astype(float), generator.poisson(80, 4000).astype(float)
    found = two_groups.rates(a, np.full(4000, 100.0), b, np.full(4000, 200.0))
    assert (found.p < 0.05).mean() <= 0.05
    holding = (found.of_difference.lower <= 0) & (found.of_difference.upper >= 0)
    assert 0.93 <= holding.mean() <= 0.99


@given(st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), max_size=12))
def test_adjusted_p_values_are_no_smaller_and_keep_their_order(values: list[float]) -> None:
    p = np.array(values, dtype=float)
    adjusted = holm(p)
    known = ~np.isnan(p)
    assert (np.isnan(adjusted) == ~known).all()
    assert (adjusted[known] >= p[known]).all()
    assert (adjusted[known] <= 1).all()
    order = np.argsort(p[known], kind="stable")
    assert (np.diff(adjusted[known][order]) >= 0).all()


def test_p_values_are_adjusted_by_holm() -> None:
    assert_allclose(holm(column(0.01, 0.04, 0.03)), [0.03, 0.06, 0.06])


# Asking a register

PEOPLE = {"K": 30, "M": 60}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """30 women and 60 men of as many inhabitants; three women have a place, at twice the price."""
    spec = Spec("drawn")
    people = [(f"{sex}{number}", sex) for sex, count in PEOPLE.items() for number in range(count)]
    spec.tables["citizens"] = [{"citizen_id": name, "sex": sex} for name, sex in people]
    spec.tables["grants"] = [
        {"citizen_id": name, "start_date": "2020-01-01", "end_date": "2020-12-31", "price": str(10 + len(name)),
         "price_unit": "day", "provision": "SEL-107" if name in ("K1", "K2", "K3") else "SEL-85"}
        for name, _ in people
    ]  # fmt: skip
    spec.tables["population"] = [{"year": "2020", "sex": sex, "persons": "1000"} for sex in PEOPLE]
    spec.tables["postings"] = [{"date": "2020-01-01", "amount": "10"}]
    return draw(spec, tmp_path_factory.mktemp("drawn"))


def test_rates_of_two_groups(snapshot: Snapshot) -> None:
    result = compare(snapshot, "recipients_per_1000", "sex", ["K", "M"], by=("year",))
    rows = result.table.to_pylist()
    assert [(row["figure"], row["group"], row["against"]) for row in rows] == [
        ("value", "K", None),
        ("value", "M", None),
        ("difference", "K", "M"),
        ("ratio", "K", "M"),
    ]
    assert [row["value"] for row in rows] == pytest.approx([30, 60, -30, 0.5])
    assert rows[2]["lower"] < -30 < rows[2]["upper"] < 0
    assert rows[2]["p"] == pytest.approx(rows[2]["p_adjusted"])
    assert rows[2]["p"] < 0.01
    assert any("nothing of why the groups differ" in said.en for said in result.header.caveats)
    assert result.header.title.da == "Modtagere pr. 1.000 indbyggere: sammenligning efter køn"


def test_numbers_of_persons_are_compared_and_no_one_is_none(snapshot: Snapshot) -> None:
    asked = {"from_year": 2020, "disclosure_control": False}
    rows = compare(snapshot, "recipients_in", "provision", ["107", "85", "104"], **asked).table
    values = {row["group"]: row["value"] for row in rows.to_pylist() if row["figure"] == "value"}
    assert values == {"SEL-107": 3, "SEL-85": 87, "SEL-104": 0}
    tests = [row["p_adjusted"] for row in rows.to_pylist() if row["figure"] == "difference"]
    assert len(tests) == 3
    assert None not in tests


def test_means_over_citizens_are_compared_by_their_spread(snapshot: Snapshot) -> None:
    key = "mean_annualised_individual_expenditure"
    rows = compare(snapshot, key, "sex", ["K", "M"], by=("year",), from_year=2020, to_year=2020).table.to_pylist()
    costs = {sex: [(10 + len(f"{sex}{number}")) * 365 for number in range(count)] for sex, count in PEOPLE.items()}
    welch = stats.ttest_ind(costs["K"], costs["M"], equal_var=False)
    assert rows[2]["value"] == pytest.approx(np.mean(costs["K"]) - np.mean(costs["M"]))
    assert rows[2]["p"] == pytest.approx(welch.pvalue)


def test_what_is_hidden_is_not_compared(snapshot: Snapshot) -> None:
    rows = compare(snapshot, "recipients_in", "provision", ["107", "85"], from_year=2020).table.to_pylist()
    hidden = [row for row in rows if row["group"] == "SEL-107"]
    assert {row["suppressed"] for row in hidden} == {True}
    assert {row[name] for row in hidden for name in ("value", "lower", "upper", "p", "n")} == {None}


def test_few_persons_are_warned_of(snapshot: Snapshot) -> None:
    asked = {"from_year": 2020, "disclosure_control": False}
    few = compare(snapshot, "recipients_in", "provision", ["107", "85"], **asked)
    assert [row["few"] for row in few.table.to_pylist()] == [True, False, True, True]
    assert any("fewer than 20 persons" in said.en for said in few.header.caveats)
    many = compare(snapshot, "recipients_in", "sex", ["K", "M"], **asked)
    assert not any("fewer than 20 persons" in said.en for said in many.header.caveats)


@pytest.mark.parametrize(
    ("indicator", "key", "values", "words"),
    [
        ("recipients_in", "sex", ["K"], "two groups or more"),
        ("recipients_in", "sex", ["K", "women"], "named twice|Nearest"),
        ("recipients_in", "function", ["5.38.50", "5.38.52"], "grants have provisions"),
        ("recipients_in", "month", ["2020-01", "2020-02"], "compared by year"),
        ("recipients_in", "year", ["2020", "now"], "whole numbers"),
        ("net_expenditure", "function", ["5.38.50", "5.38.52"], "styr benchmark"),
        ("unit_cost", "sex", ["K", "M"], "mean_annualised_individual_expenditure"),
        ("duration", "sex", ["K", "M"], "What can be compared"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_what_to_ask(
    snapshot: Snapshot, indicator: str, key: str, values: list[str], words: str
) -> None:
    with pytest.raises(CannotAnswer, match=words):
        compare(snapshot, indicator, key, values)


def test_every_indicator_of_the_catalogue_is_compared_or_refused() -> None:
    compared = set()
    for chosen in indicators():
        try:
            way_of(chosen)
        except CannotAnswer:
            continue
        compared.add(chosen.key)
    assert {"recipients_on", "full_time_recipients_per_1000", "mean_age_at_death"} <= compared
