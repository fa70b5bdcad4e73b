# SPDX-License-Identifier: EUPL-1.2
"""What of an account goes to a target group: municipal shares, their mean, and the expenditure."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from specs.reading import Spec, draw

from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, target_group_expenditure
from styr.statistics.estimates.target_group_expenditure import error_of_sum, estimated


def shares_of(drawn: dict[str, list[float]]) -> pl.DataFrame:
    """Function → the shares of as many municipalities."""
    return pl.DataFrame(
        [(str(number), function, share) for function, values in drawn.items() for number, share in enumerate(values)],
        schema={"municipality": pl.String, "function": pl.String, "share": pl.Float64},
        orient="row",
    )


def test_the_share_is_the_unweighted_mean_with_a_t_interval() -> None:
    values = [0.2, 0.3, 0.5, 0.4]
    accounts = pl.DataFrame({"function": ["5.38.52"], "expenditure": [1000.0]})
    row = estimated(accounts, shares_of({"5.38.52": values})).row(0, named=True)
    ends = stats.t.interval(0.95, 3, np.mean(values), stats.sem(values))
    assert (row["share"], row["n"]) == (pytest.approx(0.35), 4)
    assert (row["share_lower"], row["share_upper"]) == pytest.approx(ends)
    assert (row["value"], row["lower"], row["upper"]) == pytest.approx((350, ends[0] * 1000, ends[1] * 1000))


def test_the_interval_of_002_table_5_4_is_a_t_interval_of_the_mean() -> None:
    """002 l.7951-8030: of 26 municipalities the mean share of § 108 is 27 per cent, from 22 to 33."""
    spread = 0.055 / stats.t.ppf(0.975, 25) * np.sqrt(26)
    values = stats.norm.ppf((np.arange(26) + 0.5) / 26)
    values = 0.275 + spread * (values - values.mean()) / values.std(ddof=1)
    accounts = pl.DataFrame({"function": ["5.38.50"], "expenditure": [1.0]})
    row = estimated(accounts, shares_of({"5.38.50": list(values)})).row(0, named=True)
    assert (round(row["share_lower"], 2), round(row["share_upper"], 2)) == (0.22, 0.33)


def test_one_municipality_gives_a_share_without_an_interval_and_none_gives_nothing() -> None:
    accounts = pl.DataFrame({"function": ["5.38.50", "5.38.52"], "expenditure": [10.0, 20.0]})
    rows = estimated(accounts, shares_of({"5.38.50": [0.5]})).to_dicts()
    assert (rows[0]["value"], rows[0]["lower"], rows[0]["n"]) == (5, None, 1)
    assert (rows[1]["value"], rows[1]["n"]) == (None, 0)


municipal = st.integers(3, 8).flatmap(
    lambda count: st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=count, max_size=count)
)


@given(municipal)
def test_where_all_estimate_all_the_whole_is_the_mean_of_each_ones_sum(rows: list[list[float]]) -> None:
    shares, amounts = np.array(rows), np.array([100.0, 20.0, 3.0])
    assert error_of_sum(shares, amounts) == pytest.approx(stats.sem(shares @ amounts), abs=1e-6)


def test_estimates_of_different_municipalities_are_independent() -> None:
    nan = float("nan")
    shares = np.array([[0.2, nan], [0.4, nan], [nan, 0.1], [nan, 0.5], [nan, 0.3]])
    apart = [stats.sem([0.2, 0.4]) * 10, stats.sem([0.1, 0.5, 0.3]) * 20]
    assert error_of_sum(shares, np.array([10.0, 20.0])) == pytest.approx(np.hypot(*apart))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Three municipalities: of postings that name a citizen, 1/4, 2/4 and 3/4 are on the group."""
    spec = Spec("drawn")
    codes = ("101", "147", "151")
    people = [(f"{code}-{number}", number < nth) for nth, code in enumerate(codes, 1) for number in range(4)]
    spec.tables["citizens"] = [{"citizen_id": name} for name, _ in people]
    spec.tables["target_groups"] = [
        {"citizen_id": name, "target_group": "mental.anxiety" if held else "physical"} for name, held in people
    ]
    spec.tables["postings"] = [
        {"municipality": name[:3], "date": "2020-05-01", "amount": "100", "function": "5.38.52", "citizen_id": name}
        for name, _ in people
    ]
    spec.tables["postings"] += [
        {"municipality": "101", "date": "2020-05-01", "amount": "10000", "function": "5.38.52"},
        {"municipality": "101", "date": "2020-05-01", "amount": "500", "function": "5.38.59"},
        {"municipality": "101", "date": "2020-05-01", "amount": "-300", "function": "5.38.52", "citizen_id": "101-0"},
    ]
    return draw(spec, tmp_path_factory.mktemp("drawn"))


def test_postings_that_name_their_citizen_tell_the_share(snapshot: Snapshot) -> None:
    result = target_group_expenditure(snapshot, "mental", 2020)
    rows = {row["function"]: row for row in result.table.to_pylist()}
    assert rows["5.38.52"]["share"] == pytest.approx(0.5)
    assert rows["5.38.52"]["expenditure"] == pytest.approx(10_900)
    assert rows["5.38.52"]["value"] == pytest.approx(5_450)
    assert rows["5.38.52"]["n"] == 3
    assert rows["5.38.59"]["value"] is None
    assert rows["5.38.59"]["method"] == "no municipality has a share"
    assert rows[None]["whole"]
    assert (rows[None]["value"], rows[None]["expenditure"]) == pytest.approx((5_450, 10_900))
    assert (rows[None]["lower"], rows[None]["upper"]) == pytest.approx(
        (rows["5.38.52"]["lower"], rows["5.38.52"]["upper"])
    )
    assert any("taken to be shared alike" in said.en for said in result.header.caveats)


def test_a_share_resting_on_few_citizens_is_hidden(snapshot: Snapshot) -> None:
    asked = {"where": {"municipality": ["101"]}}
    rows = target_group_expenditure(snapshot, "mental", 2020, **asked).table.to_pylist()
    assert rows[0]["suppressed"] is False  # the shares are those of all municipalities, six citizens
    with pytest.raises(CannotAnswer, match="No municipality has a share"):
        target_group_expenditure(snapshot, "mental", 2020, where={"function": ["5.38.59"]})


def test_municipalities_own_estimates_may_be_given(snapshot: Snapshot) -> None:
    told = pl.DataFrame(
        {"municipality": ["101", "København S", "Ballerup"], "function": ["53859"] * 3, "share": [0.1] * 3}
    )
    with pytest.raises(CannotAnswer, match="cannot be read"):
        target_group_expenditure(snapshot, "mental", 2020, estimates=told)
    told = pl.DataFrame({"municipality": ["101", "Ballerup"], "function": ["53859"] * 2, "share": [0.1, 0.3]})
    rows = {
        row["function"]: row
        for row in target_group_expenditure(snapshot, "mental", 2020, estimates=told).table.to_pylist()
    }
    assert rows["5.38.59"]["value"] == pytest.approx(100)
    assert rows["5.38.52"]["value"] is None


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"municipality": ["101"], "share": [0.1]}, "lack the column function"),
        ({"municipality": ["101"], "function": ["5.38.52"], "share": [25.0]}, "Row 2 .* not from 0 to 1"),
        ({"municipality": ["101"] * 2, "function": ["5.38.52"] * 2, "share": [0.1] * 2}, "two shares"),
    ],
)
def test_estimates_that_cannot_be_read_are_refused_with_the_row(
    snapshot: Snapshot, columns: dict[str, list[object]], words: str
) -> None:
    with pytest.raises(CannotAnswer, match=words):
        target_group_expenditure(snapshot, "mental", 2020, estimates=pl.DataFrame(columns))


def test_an_unknown_target_group_is_refused(snapshot: Snapshot) -> None:
    with pytest.raises(CannotAnswer, match="Nearest"):
        target_group_expenditure(snapshot, "mentl", 2020)
