# SPDX-License-Identifier: EUPL-1.2
"""Background of municipalities, from the register and from a file, and the neighbours it makes."""

from __future__ import annotations

from math import log
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from municipalities import YEAR, frame, law, register

from styr import vocabulary
from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, benchmark
from styr.statistics.benchmark import background, beside_neighbours, neighbours, read_background
from styr.statistics.benchmark.neighbours import distances

CODES = sorted(vocabulary.codelist("municipality").codes)

backgrounds = st.lists(st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000)), min_size=3, max_size=20).filter(
    lambda rows: all(len(set(column)) > 1 for column in zip(*rows, strict=True))
)


def of(rows: list[tuple[int, int]]) -> pl.DataFrame:
    first, second = zip(*rows, strict=True)
    return pl.DataFrame({"municipality": CODES[: len(rows)], "first": first, "second": second})


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    drawing = """
    municipality | inhabitants | children | old | recipients
    101          | 6000        | 2000     | 2000 | 60
    147          | 5500        | 2500     | 2000 | 50
    151          | 600         | 150      | 250  | 20
    153          | 500         | 200      | 300  | 5
    """
    return register(drawing, tmp_path_factory.mktemp("country"))


def file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "baggrund.csv"
    path.write_text("\n".join(line.strip() for line in text.strip().splitlines()), encoding=encoding)
    return path


def test_the_register_gives_size_and_age(country: Snapshot) -> None:
    rows = background(country, YEAR, ["inhabitants", "log_inhabitants", "share_0_17", "share_18_30", "share_67_plus"])
    assert rows.row(0) == ("101", 10_000, pytest.approx(log(10_000)), 0.2, 1.0, 0.2)
    assert rows["municipality"].to_list() == ["101", "147", "151", "153"]


def test_a_rate_of_the_catalogue_serves_as_background(country: Snapshot) -> None:
    rows = background(country, YEAR, ["individual_expenditure_per_inhabitant"], delivered=CODES[:4])
    assert rows["individual_expenditure_per_inhabitant"][0] == pytest.approx(60 * 366 * 100 / 6000)


def test_the_population_of_a_year_that_is_not_there_is_asked_for(country: Snapshot) -> None:
    with pytest.raises(CannotAnswer, match="population of 2011 is missing, and inhabitants comes from it"):
        background(country, 2011, ["inhabitants"])


@pytest.mark.parametrize(
    ("variables", "says"),
    [
        ([], "No variable is chosen"),
        (["inhabitants", "inhabitants"], "named twice"),
        (["share_18_67"], "Nearest: share_18_66"),
        (["recipients_per_1000"], "cannot explain itself"),
    ],
)
def test_variables_that_cannot_be_are_refused(country: Snapshot, variables: list[str], says: str) -> None:
    with pytest.raises(CannotAnswer, match=says):
        background(country, YEAR, variables, explaining="recipients_per_1000")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_file_is_read_with_codes_or_names_and_danish_decimals(tmp_path: Path, encoding: str) -> None:
    path = file(tmp_path, "Kommune;indkomst;navn;almen\nKøbenhavn;310,5;x;0.20\n147;-12;y;\n", encoding)
    rows = read_background(path, YEAR)
    assert rows.to_dict(as_series=False) == {
        "municipality": ["101", "147"],
        "indkomst": [310.5, -12.0],
        "almen": [0.20, None],
    }


def test_of_a_file_with_years_the_year_asked_about_is_taken(tmp_path: Path) -> None:
    path = file(tmp_path, "municipality,year,income\n101,2019,1\n101,2020,2\n")
    assert read_background(path, 2020)["income"].to_list() == [2]
    with pytest.raises(CannotAnswer, match="has no row of 2021, only of 2019, 2020"):
        read_background(path, 2021)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("place;income\n101;1", "no column municipality"),
        ("municipality;income\n101;1\nBalerup;2", r"row 3, column municipality: .*151 \(Ballerup\)"),
        ("municipality;income\n101;1\nKøbenhavn;2", r"row 3: København \(101\) is there twice"),
        ("municipality;income\n101;1\n147;1.234,5", "row 3, column income: '1.234,5' is not a number"),
        ("municipality;income\n101;1\n;2", "row 3: has no municipality"),
        ("municipality;income\n101;high", "no column of numbers"),
        ("", "is not a table"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_place_and_remedy(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(CannotAnswer, match=says):
        read_background(file(tmp_path, text), YEAR)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CannotAnswer, match=r"nowhere.csv: cannot be read"):
        read_background(tmp_path / "nowhere.csv", YEAR)


def test_neighbours_are_the_nearest_in_standard_deviations() -> None:
    rows = frame("""
    municipality | income | share
    101          | 100    | 0.1
    147          | 100    | 0.2
    151          | 300    | 0.1
    153          | -      | 0.1
    """)
    near = neighbours(rows, 1)
    assert near["municipality"].to_list() == ["101", "147", "151"]  # who lacks a variable is no one's neighbour
    income, share = (np.std(column, ddof=1) for column in ([100, 100, 300], [0.1, 0.2, 0.1]))
    assert near["neighbour"].to_list() == ["147", "101", "101"]
    assert near["distance"].to_list() == pytest.approx([0.1 / share, 0.1 / share, 200 / income])


@law
@given(backgrounds)
def test_distances_are_symmetric_none_to_itself_and_no_way_round_is_shorter(rows: list[tuple[int, int]]) -> None:
    found = distances(of(rows))
    assert found == pytest.approx(found.T)
    assert not np.diag(found).any()
    assert (found[:, None, :] <= found[:, :, None] + found[None, :, :] + 1e-9).all()


@law
@given(backgrounds, st.floats(0.001, 1000), st.floats(-1000, 1000))
def test_neighbours_do_not_depend_on_the_unit_of_a_variable(
    rows: list[tuple[int, int]], scale: float, shift: float
) -> None:
    plain = of(rows)
    moved = plain.with_columns(pl.col("first") * scale + shift)
    assert distances(moved) == pytest.approx(distances(plain), rel=1e-6, abs=1e-6)


@law
@given(backgrounds, st.data())
def test_each_has_as_many_neighbours_as_asked_none_of_them_itself_in_order_of_distance(
    rows: list[tuple[int, int]], data: st.DataObject
) -> None:
    count = data.draw(st.integers(1, len(rows) - 1))
    for (code,), near in neighbours(of(rows), count).group_by("municipality"):
        assert near["place"].to_list() == list(range(1, count + 1))
        assert near["neighbour"].n_unique() == count and code not in near["neighbour"]
        assert near["distance"].is_sorted()


def test_the_mean_of_neighbours_is_of_those_that_may_be_shown() -> None:
    values = frame("""
    municipality | value
    101          | 12
    147          | 10
    151          | -
    """)
    near = pl.DataFrame({"municipality": ["101", "101", "147"], "neighbour": ["147", "151", "151"]})
    found = beside_neighbours(values, near)
    assert found.row(0)[2:] == (1, 10, 2, 120)
    assert found.row(1)[2:] == (0, None, None, None)


def test_a_municipality_is_shown_with_its_neighbours_nearest_first(country: Snapshot) -> None:
    found = benchmark(
        country, "recipients_per_1000", YEAR, delivered=CODES[:4], neighbours=2, variables=["log_inhabitants"]
    )
    rows = found.municipalities("Ballerup").to_polars()
    assert rows["municipality"].to_list() == ["151", "153", "101"]  # 101 and 147 are equally far: by code
    assert rows["place"].to_list() == [0, 1, 2]
    assert rows["distance"].is_sorted()
    assert any(
        "the 2 municipalities most alike in inhabitants (logarithm)" in each.en
        for each in found.municipalities().header.caveats
    )


@pytest.mark.parametrize(
    ("drawing", "count", "says"),
    [
        ("municipality | a\n101 | 1\n147 | 1\n151 | 1", 1, "a is the same in every municipality"),
        ("municipality | a\n101 | 1\n147 | 2", 2, "2 neighbours need 3"),
        ("municipality | a\n101 | 1\n147 | 2", 0, "Ask for 1 or more"),
    ],
)
def test_neighbours_that_cannot_be_found_are_refused(drawing: str, count: int, says: str) -> None:
    with pytest.raises(CannotAnswer, match=says):
        neighbours(frame(drawing), count)
