# SPDX-License-Identifier: EUPL-1.2
"""A change in its parts: an expenditure in number and unit cost, persons in population, ages and rate."""

from __future__ import annotations

from itertools import permutations

import polars as pl
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from specs.reading import draw, read

from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, decompose, decomposition
from styr.statistics.estimates.decomposition import (
    ACTIVITY_PARTS,
    EXPENDITURE_PARTS,
    activity_parts,
    expenditure_parts,
    to_be_printed,
)

amounts = st.floats(1, 1e9)
numbers = st.floats(0.5, 1e5)
SIDES = ("before", "after", "number_before", "number_after")


def test_the_parts_are_those_of_the_rule() -> None:
    """From 10 persons at 100 to 12 persons at 110: ΔN = 2, Δc = 10."""
    parts = decompose(expenditure_before=1000, number_before=10, expenditure_after=1320, number_after=12)
    assert parts.change == 320
    assert parts.number == pytest.approx(100 * 2)
    assert parts.unit_cost == pytest.approx(10 * 10)
    assert parts.joint == pytest.approx(2 * 10)


@given(before=amounts, after=amounts, count_before=numbers, count_after=numbers)
def test_the_parts_add_up(before: float, after: float, count_before: float, count_after: float) -> None:
    parts = decompose(
        expenditure_before=before,
        number_before=count_before,
        expenditure_after=after,
        number_after=count_after,
    )
    largest = max(abs(parts.number), abs(parts.unit_cost), abs(parts.joint), before, after)
    assert parts.number + parts.unit_cost + parts.joint == pytest.approx(parts.change, abs=largest * 1e-12)


@given(expenditure=amounts, number=numbers)
def test_no_change_has_no_parts(expenditure: float, number: float) -> None:
    parts = decompose(
        expenditure_before=expenditure,
        number_before=number,
        expenditure_after=expenditure,
        number_after=number,
    )
    assert (parts.number, parts.unit_cost, parts.joint) == pytest.approx((0, 0, 0), abs=expenditure * 1e-12)


def test_without_recipients_there_is_no_unit_cost() -> None:
    with pytest.raises(ValueError, match="recipients both before and after"):
        decompose(expenditure_before=0, number_before=0, expenditure_after=10, number_after=1)


@pytest.mark.parametrize(
    ("sides", "parts"),
    [
        ((1000, 1320, 10, 12), {"number": 200, "unit_cost": 100, "joint": 20, "undivided": 0}),
        ((0, 500, 0, 5), {"number": 500, "unit_cost": 0, "joint": 0, "undivided": 0}),
        ((500, 0, 5, 0), {"number": -500, "unit_cost": 0, "joint": 0, "undivided": 0}),
        ((300, 500, 0, 5), {"number": 0, "unit_cost": 0, "joint": 0, "undivided": 200}),
        ((300, 0, 0, 0), {"number": 0, "unit_cost": 0, "joint": 0, "undivided": -300}),
        ((None, None, None, None), {"number": None, "unit_cost": None, "joint": None, "undivided": None}),
    ],
    ids=["in both years", "new", "gone", "no one before", "no one at all", "hidden"],
)
def test_what_is_new_or_gone_is_all_number_and_what_no_one_has_is_undivided(
    sides: tuple[float | None, ...], parts: dict[str, float | None]
) -> None:
    frame = pl.DataFrame(
        dict(zip(SIDES, ([side] for side in sides), strict=True)), schema=dict.fromkeys(SIDES, pl.Float64)
    )
    assert expenditure_parts(frame).select(EXPENDITURE_PARTS).row(0, named=True) == pytest.approx(parts)


PERSONS = ("persons_before", "persons_after")
INHABITANTS = ("inhabitants_before", "inhabitants_after")
POPULATION = ("population_before", "population_after")
ages = st.lists(
    st.tuples(st.floats(0, 1e4), st.floats(0, 1e4), st.floats(1, 1e6), st.floats(1, 1e6)), min_size=1, max_size=6
)


def aged(rows: list[tuple[float, float, float, float]]) -> pl.DataFrame:
    """Ages: persons before and after, inhabitants before and after."""
    frame = pl.DataFrame(rows, schema=dict.fromkeys((*PERSONS, *INHABITANTS), pl.Float64), orient="row")
    return frame.with_columns(
        pl.col(inhabitants).sum().alias(name) for inhabitants, name in zip(INHABITANTS, POPULATION, strict=True)
    )


@given(ages)
def test_the_parts_of_activity_add_up(rows: list[tuple[float, float, float, float]]) -> None:
    parts = activity_parts(aged(rows)).select(pl.col("change", *ACTIVITY_PARTS).sum()).row(0, named=True)
    size = max(sum(row[0] + row[1] for row in rows), 1)
    assert sum(parts[part] for part in ACTIVITY_PARTS) == pytest.approx(parts["change"], abs=size * 1e-9)


@given(ages)
def test_each_part_is_the_mean_of_what_its_factor_does_over_every_order(
    rows: list[tuple[float, float, float, float]],
) -> None:
    """The three factors of each age are changed one after the other, in all six orders."""
    frame = activity_parts(aged(rows))
    for row, parts in zip(aged(rows).to_dicts(), frame.to_dicts(), strict=True):
        before, after = (
            (
                row[f"population_{side}"],
                row[f"inhabitants_{side}"] / row[f"population_{side}"],
                row[f"persons_{side}"] / row[f"inhabitants_{side}"],
            )
            for side in ("before", "after")
        )
        effects = [0.0, 0.0, 0.0]
        for order in permutations(range(3)):
            now = list(before)
            for factor in order:
                earlier = now[0] * now[1] * now[2]
                now[factor] = after[factor]
                effects[factor] += (now[0] * now[1] * now[2] - earlier) / 6
        largest = max(row["persons_before"], row["persons_after"], *map(abs, effects), 1)
        assert [parts["population"], parts["age_mix"], parts["rate"]] == pytest.approx(effects, abs=largest * 1e-6)


@given(ages, st.floats(0.5, 2))
def test_a_population_that_only_grows_leaves_all_to_its_size(
    rows: list[tuple[float, float, float, float]], times: float
) -> None:
    grown = [(persons, persons * times, people, people * times) for persons, _, people, _ in rows]
    parts = activity_parts(aged(grown)).select(pl.col("change", *ACTIVITY_PARTS).sum()).row(0, named=True)
    size = max(sum(row[0] + row[1] for row in grown), 1)
    assert parts["population"] == pytest.approx(parts["change"], abs=size * 1e-9)


def test_persons_of_an_age_without_inhabitants_have_no_rate() -> None:
    parts = activity_parts(aged([(2, 5, 0, 0), (1, 1, 100, 100)])).to_dicts()[0]
    assert [parts[part] for part in ACTIVITY_PARTS] == [0, 0, 0, 3]


@given(
    st.lists(st.tuples(amounts, amounts, numbers, numbers), min_size=1, max_size=5),
)
def test_what_is_printed_adds_up(rows: list[tuple[float, float, float, float]]) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(SIDES, pl.Float64), orient="row")
    parted = expenditure_parts(frame).with_columns(value="change")
    assume(all(abs(row[part]) < 1e12 for row in parted.to_dicts() for part in EXPENDITURE_PARTS))
    for row in to_be_printed(parted, EXPENDITURE_PARTS).to_dicts():
        printed = {name: round(100 * row[name]) for name in ("before", "after", "value", *EXPENDITURE_PARTS)}
        assert printed["before"] + printed["value"] == printed["after"]
        assert sum(printed[part] for part in EXPENDITURE_PARTS) == printed["value"]


DRAWN = """
## Two provisions and two years
known at 2019-12-31
citizens
| citizen_id | sex | birth_date |
|---|---|---|
| c1 | K | 1990-05-05 |
| c2 | M | 1990-05-05 |
| c3 | M | 1950-05-05 |

grants
| citizen_id | provision | start_date | end_date | price | price_unit |
|---|---|---|---|---|---|
| c1 | SEL-107 | 2018-01-01 | 2018-12-31 | 10 | day |
| c1 | SEL-107 | 2019-01-01 | 2019-12-31 | 12 | day |
| c2 | SEL-107 | 2019-01-01 | 2019-12-31 | 12 | day |
| c2 | SEL-85 | 2018-01-01 | 2018-12-31 | 3 | day |
| c3 | SEL-85 | 2018-01-01 | 2019-12-31 | 4 | day |
| c1 | SEL-104 | 2019-01-01 | 2019-12-31 | | |

population
| year | age | sex | persons |
|---|---|---|---|
| 2018 | 28 | K | 100 |
| 2018 | 28 | M | 100 |
| 2018 | 68 | M | 50 |
| 2019 | 28 | K | 100 |
| 2019 | 28 | M | 100 |
| 2019 | 68 | M | 60 |
"""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return draw(read(DRAWN, "drawn")[0], tmp_path_factory.mktemp("drawn"))


def asked(snapshot: Snapshot, indicator: str, *by: str) -> list[dict[str, object]]:
    return decomposition(snapshot, indicator, 2018, 2019, by, disclosure_control=False).table.to_pylist()


def test_the_expenditure_of_a_snapshot_is_parted_by_cell_and_for_the_whole(snapshot: Snapshot) -> None:
    rows = asked(snapshot, "individual_expenditure", "provision")
    assert [(row["provision"], row["whole"]) for row in rows] == [("SEL-107", False), ("SEL-85", False), (None, True)]
    assert [row["value"] for row in rows] == pytest.approx([365 * 14, 365 * -3, 365 * 11])
    assert [row["number"] for row in rows] == pytest.approx([365 * 10, 365 * -3.5, 365 * 6.5])
    assert [row["unit_cost"] for row in rows] == pytest.approx([365 * 2, 365 * 1, 365 * 3])
    assert [row["joint"] for row in rows] == pytest.approx([365 * 2, 365 * -0.5, 365 * 1.5])
    assert [row["undivided"] for row in rows] == [0, 0, 0]


def test_without_dimensions_the_whole_is_parted_by_itself(snapshot: Snapshot) -> None:
    (row,) = asked(snapshot, "individual_expenditure")
    assert row["whole"]
    assert (row["number_before"], row["number_after"]) == pytest.approx((3, 3))
    assert (row["number"], row["unit_cost"]) == pytest.approx((0, 365 * 11))


def test_persons_are_parted_by_the_population_they_are_part_of(snapshot: Snapshot) -> None:
    (row,) = asked(snapshot, "recipients_in")
    assert (row["before"], row["after"]) == (3, 3)
    assert (row["population_before"], row["population_after"]) == (250, 260)
    assert sum(float(str(row[part])) for part in ACTIVITY_PARTS) == pytest.approx(0)
    assert float(str(row["population"])) > 0
    assert float(str(row["rate"])) < 0


def test_cells_that_add_up_have_a_whole_and_cells_that_do_not_say_so(snapshot: Snapshot) -> None:
    by_sex = asked(snapshot, "recipients_in", "sex")
    assert [row["whole"] for row in by_sex] == [False, False, True]
    assert by_sex[2]["population_after"] == 260
    assert asked(snapshot, "recipients_in", "age_group")[-1]["whole"]
    by_provision = decomposition(snapshot, "recipients_in", 2018, 2019, ("provision",), disclosure_control=False)
    assert not any(row["whole"] for row in by_provision.table.to_pylist())
    assert any("there is no row of the whole" in said.en for said in by_provision.header.caveats)


def test_small_cells_are_hidden_with_their_parts(snapshot: Snapshot) -> None:
    for indicator in ("individual_expenditure", "recipients_in"):
        rows = decomposition(snapshot, indicator, 2018, 2019, ("sex",)).table.to_pylist()
        for row in rows:
            assert row["suppressed"]
            assert row["value"] is None
            assert row["before"] is None


@pytest.mark.parametrize(
    ("indicator", "by", "years", "words"),
    [
        ("occupancy", (), (2018, 2019), "neither a sum of money nor a number of persons"),
        ("unit_cost", (), (2018, 2019), "neither a sum of money"),
        ("net_expenditure", ("function",), (2018, 2019), "grants have provisions"),
        ("recipients_in", (), (2019, 2018), "Turn them round"),
        ("recipients_in", ("year",), (2018, 2019), "leave year out"),
        ("recipients_in", (), (2017, 2019), "outside what is observed"),
    ],
)
def test_what_cannot_be_parted_is_refused_with_what_to_ask(
    snapshot: Snapshot, indicator: str, by: tuple[str, ...], years: tuple[int, int], words: str
) -> None:
    with pytest.raises(CannotAnswer, match=words):
        decomposition(snapshot, indicator, *years, by)
