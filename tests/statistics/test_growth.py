# SPDX-License-Identifier: EUPL-1.2
"""Growth between two years, shares, and contributions to the growth of the whole."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from specs.reading import draw, read

from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, growth
from styr.statistics.estimates.growth import grown

YEARS = (2018, 2019)
DRAWN = """
## Recipients of two municipalities in two years
known at 2019-12-31
citizens
| citizen_id | sex |
|---|---|
| c1 | K |
| c2 | M |
| c3 | M |
| c4 | K |

grants
| citizen_id | provision | paying_municipality | start_date | end_date |
|---|---|---|---|---|
| c1 | SEL-107 | 810 | 2018-01-01 | 2019-12-31 |
| c2 | SEL-85 | 820 | 2018-01-01 | 2019-12-31 |
| c3 | SEL-85 | 820 | 2019-01-01 | 2019-12-31 |
| c4 | SEL-104 | 810 | 2019-01-01 | 2019-12-31 |

population
| year | municipality | persons |
|---|---|---|
"""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    region = ("773", "787", "810", "813", "820", "825", "840", "846", "849", "851", "860")
    people = "".join(f"| {year} | {code} | 100 |\n" for year in YEARS for code in region)
    return draw(read(DRAWN + people, "drawn")[0], tmp_path_factory.mktemp("drawn"))


def test_growth_shares_and_contributions_are_worked_out_of_the_two_years(snapshot: Snapshot) -> None:
    rows = growth(snapshot, "recipients_in", *YEARS, ("provision",), disclosure_control=False).to_polars()
    told = rows.select("provision", "before", "after", "change", "value", "contribution").rows()
    assert told == [
        ("SEL-104", 0, 1, 1, None, 50),
        ("SEL-107", 1, 1, 0, 0, 0),
        ("SEL-85", 1, 2, 1, 100, 50),
    ]
    assert rows["share_before"].to_list() == [0, 50, 50]
    assert rows["share_change"].to_list() == pytest.approx([25, -25, 0])


def test_a_stock_and_a_sum_of_days_grow_too(snapshot: Snapshot) -> None:
    for indicator in ("recipients_on", "full_time_recipients"):
        (row,) = growth(snapshot, indicator, *YEARS, disclosure_control=False).table.to_pylist()
        assert (row["before"], row["after"], row["value"], row["contribution"]) == pytest.approx((2, 4, 100, 100))


def test_rates_have_growth_but_are_no_parts_of_a_whole(snapshot: Snapshot) -> None:
    result = growth(snapshot, "recipients_per_1000", *YEARS, ("municipality",), disclosure_control=False)
    rows = result.table.to_pylist()
    assert [(row["municipality"], row["value"]) for row in rows] == [
        ("810", pytest.approx(100)),
        ("820", pytest.approx(100)),
    ]
    assert {row["contribution"] for row in rows} == {None}
    assert any("not parts of a whole" in said.en for said in result.header.caveats)


def test_scaled_numbers_grow_with_an_interval_over_municipalities(snapshot: Snapshot) -> None:
    """From 1 to 2 in both municipalities, whichever is left out: the growth is certain."""
    asked = {"scale_to": "1081", "disclosure_control": False}
    (row,) = growth(snapshot, "recipients_in", *YEARS, **asked).table.to_pylist()
    assert (row["before"], row["after"]) == pytest.approx((2 / 200 * 1100, 4 / 200 * 1100))
    assert (row["value"], row["lower"], row["upper"]) == pytest.approx((100, 100, 100))


def test_a_cell_of_one_municipality_alone_has_no_interval(snapshot: Snapshot) -> None:
    asked = {"scale_to": "1081", "disclosure_control": False, "where": {"provision": ["SEL-107"]}}
    (row,) = growth(snapshot, "recipients_in", *YEARS, **asked).table.to_pylist()
    assert row["value"] == pytest.approx(0)
    assert row["lower"] is None


def test_small_cells_are_hidden_in_all_their_figures(snapshot: Snapshot) -> None:
    for row in growth(snapshot, "recipients_in", *YEARS, ("provision",)).table.to_pylist():
        assert row["suppressed"]
        hidden = ("before", "after", "change", "value", "share_before", "contribution", "n", "numerator")
        assert {row[name] for name in hidden} == {None}


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"from_year": 2019, "to_year": 2018}, "Turn them round"),
        ({"from_year": 2018, "to_year": 2019, "by": ("month",)}, "leave month out"),
        ({"from_year": 2018, "to_year": 2020}, "outside what is observed"),
        ({"from_year": 2018, "to_year": 2019, "delivered": ["810"]}, "Say --scale-to too"),
    ],
)
def test_what_cannot_be_answered_is_refused(snapshot: Snapshot, asked: dict[str, object], words: str) -> None:
    with pytest.raises(CannotAnswer, match=words):
        growth(snapshot, "recipients_in", **asked)


cells = st.lists(st.tuples(st.floats(0.1, 1e6), st.floats(0.1, 1e6)), min_size=1, max_size=6)


@given(cells)
def test_changes_shares_and_contributions_of_parts_make_the_whole(values: list[tuple[float, float]]) -> None:
    parts = pl.DataFrame(
        [
            (year, str(number), value)
            for number, pair in enumerate(values)
            for year, value in zip(YEARS, pair, strict=True)
        ],
        schema=["year", "cell", "value"],
        orient="row",
    )
    whole = parts.group_by("year").agg(pl.col("value").sum())
    rows = grown(parts, whole, ["cell"], YEARS, additive=True)
    total = dict(whole.iter_rows())
    assert rows["change"].sum() == pytest.approx(total[2019] - total[2018], abs=sum(total.values()) * 1e-9)
    assert rows["share_after"].sum() == pytest.approx(100)
    assert rows["share_change"].sum() == pytest.approx(0, abs=1e-6)
    if abs(total[2019] - total[2018]) > 1e-3 * max(total.values()):
        assert rows["contribution"].sum() == pytest.approx(100, abs=1e-3)
