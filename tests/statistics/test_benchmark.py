# SPDX-License-Identifier: EUPL-1.2
"""Municipalities beside one another: value, index, rank, quartile, size band, and who is in it at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from municipalities import YEAR, counted, frame, law, municipal_rows, register
from specs.reading import Spec, draw

from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, Result, benchmark
from styr.statistics.benchmark import standing, summary

COUNTRY = """
municipality | inhabitants | recipients | provision | price
101          | 80000       | 80         | SEL-107   | 100
147          | 40000       | 60         | SEL-107   | 200
151          | 20000       | 20         | SEL-107   | 300
153          | 30000       | 3          | SEL-107   | 400
851          | 75000       | 150        | SEL-110   | 500
"""
ALL = ["101", "147", "151", "153", "851"]

counts = st.lists(st.integers(0, 5_000), min_size=1, max_size=30)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return register(COUNTRY, tmp_path_factory.mktemp("country"))


@pytest.fixture(scope="module")
def open_answer(country: Snapshot) -> Result:
    """Every municipality, small ones too."""
    return benchmark(country, "recipients_per_1000", YEAR, delivered=ALL, disclosure_control=False).municipalities()


@pytest.fixture(scope="module")
def answer(country: Snapshot) -> Result:
    """Every municipality, as it may be shown."""
    return benchmark(country, "recipients_per_1000", YEAR, delivered=ALL).municipalities()


def test_each_municipality_has_its_value_index_rank_quartile_band_and_region(open_answer: Result) -> None:
    rows = open_answer.to_polars()
    together = 1000 * 313 / 245_000
    drawn = frame("""
    municipality | value | rank | quartile | inhabitants
    101          | 1     | 3    | 1        | 80000
    147          | 1.5   | 2    | 3        | 40000
    151          | 1     | 3    | 1        | 20000
    153          | 0.1   | 5    | 1        | 30000
    851          | 2     | 1    | 4        | 75000
    """)
    for name in ("value", "rank", "quartile", "inhabitants"):
        assert rows[name].to_list() == pytest.approx(drawn[name].to_list()), name
    assert rows["index"].to_list() == pytest.approx([100 * value / together for value in drawn["value"]])
    assert rows["size_band"].to_list() == ["large", "medium", "small", "medium", "medium"]
    assert rows["region"].to_list() == ["1084", "1084", "1084", "1084", "1081"]
    assert rows["name"].to_list()[-1] == "Aalborg"


def test_a_rate_of_persons_has_an_exact_interval_and_limits_at_the_countrys_rate(open_answer: Result) -> None:
    row = open_answer.to_polars().row(2, named=True)
    assert (row["lower"], row["upper"]) == pytest.approx((12.2165 / 20, 30.8884 / 20), abs=1e-4)  # of the count 20
    assert row["expected"] == pytest.approx(20_000 * 313 / 245_000)
    assert row["lower_998"] < row["lower_95"] < 1000 * 313 / 245_000 < row["upper_95"] < row["upper_998"]
    assert row["beyond"] == "no"
    assert "exact Poisson" in row["method"]


def test_a_municipality_on_few_persons_is_hidden_whole_and_said(answer: Result) -> None:
    rows = answer.to_polars()
    hidden = rows.filter("suppressed")
    assert "153" in hidden["municipality"].to_list()
    for name in ("value", "numerator", "denominator", "n", "lower", "upper", "index", "rank", "quartile", "beyond"):
        assert hidden[name].null_count() == hidden.height, name
    shown = rows.filter(~pl.col("suppressed"))
    assert shown["rank"].to_list() == shown["value"].rank("min", descending=True).to_list()  # none is left open
    assert any(f"Hidden municipalities: {hidden.height}" in each.en for each in answer.header.caveats)


def test_the_summary_gives_quartiles_of_country_regions_and_bands(country: Snapshot) -> None:
    found = benchmark(country, "recipients_per_1000", YEAR, delivered=ALL, disclosure_control=False)
    rows = found.summary().to_polars()
    assert list(zip(rows["scope"], rows["area"], rows["municipalities"], strict=True)) == [
        ("country", None, 5),
        ("region", "1081", 1),
        ("region", "1084", 4),
        ("size_band", "small", 1),
        ("size_band", "medium", 3),
        ("size_band", "large", 1),
    ]
    assert rows.select("lowest", "q1", "median", "q3", "highest").row(0) == pytest.approx((0.1, 1, 1, 1.5, 2))
    assert rows.filter(area="1084")["value"][0] == pytest.approx(1000 * 163 / 170_000)
    assert rows["index"][0] == pytest.approx(100)


def test_an_area_with_a_hidden_municipality_has_no_value_of_its_own() -> None:
    rows = municipal_rows([100, None, 50, 60], [1_000, 1_000, 1_000, 1_000]).with_columns(
        region=pl.Series(["1084", "1084", "1081", "1081"]), size_band=pl.lit("small"), inhabitants=pl.lit(1_000)
    )
    found = summary(counted(rows)).filter(scope="region")
    assert found["area"].to_list() == ["1081", "1084"]
    assert found["value"].to_list() == pytest.approx([55, None])
    assert found["hidden"].to_list() == [0, 1]


@law
@given(counts)
def test_the_index_of_the_country_is_100(recipients: list[int]) -> None:
    sizes = [10_000 + 137 * number for number in range(len(recipients))]
    found = counted(municipal_rows([float(each) for each in recipients], [float(each) for each in sizes]))
    index = standing(found)["index"]
    if sum(recipients):
        together = sum(value * size for value, size in zip(index, sizes, strict=True)) / sum(sizes)
        assert together == pytest.approx(100)
    else:
        assert index.null_count() == len(recipients)  # there is nothing to be a hundredth of


@law
@given(counts)
def test_ranks_of_different_values_are_a_permutation_and_equals_share_the_better_one(recipients: list[int]) -> None:
    found = counted(municipal_rows([float(each) for each in recipients], [10_000.0] * len(recipients)))
    ranks = standing(found)["rank"].to_list()
    assert ranks == [1 + sum(other > own for other in recipients) for own in recipients]
    if len(set(recipients)) == len(recipients):
        assert sorted(ranks) == list(range(1, len(ranks) + 1))


@law
@given(counts, st.floats(0.01, 100))
def test_standing_does_not_depend_on_the_unit(recipients: list[int], scale: float) -> None:
    rows = municipal_rows([float(each) for each in recipients], [10_000.0] * len(recipients))
    plain = standing(counted(rows))
    scaled = standing(counted(rows.with_columns(pl.col("numerator", "denominator") * scale)))
    assert plain["rank"].to_list() == scaled["rank"].to_list()
    assert plain["index"].to_list() == pytest.approx(scaled["index"].to_list(), nan_ok=True)


def test_the_countrys_value_does_not_give_a_hidden_municipality_away(answer: Result) -> None:
    assert answer.to_polars()["suppressed"].sum() > 1


def test_a_municipality_that_has_delivered_but_has_no_one_of_the_kind_counts_nothing(country: Snapshot) -> None:
    asked = {"where": {"provision": ["SEL-107"]}, "delivered": ALL, "disclosure_control": False}
    rows = benchmark(country, "recipients_per_1000", YEAR, **asked).municipalities().to_polars()  # type: ignore[arg-type]
    assert rows.filter(municipality="851").select("value", "numerator", "n", "rank").row(0) == (0, 0, 0, 5)
    assert rows["rank"].to_list() == [2, 1, 2, 4, 5]


def test_a_cost_per_person_is_compared_without_an_interval_and_with_limits_from_the_spread(country: Snapshot) -> None:
    answer = benchmark(country, "unit_cost", YEAR, delivered=ALL, disclosure_control=False).municipalities()
    rows = answer.to_polars()
    assert rows["value"].to_list() == pytest.approx([366 * price for price in (100, 200, 300, 400, 500)])
    assert rows["lower"].null_count() == rows.height
    assert rows["lower_95"].null_count() == 0
    assert any("How amounts vary by chance is not known" in each.en for each in answer.header.caveats)


def test_only_municipalities_that_have_delivered_whole_take_part(tmp_path: Path) -> None:
    drawing = """
    municipality | inhabitants | recipients | price
    147          | 900         | 9          | 200
    151          | 900         | 9          | -
    """
    snapshot = register(drawing, tmp_path)
    answer = benchmark(snapshot, "individual_expenditure_per_inhabitant", YEAR).municipalities()
    assert answer.table.column("municipality").to_pylist() == ["147"]
    assert any(
        "`styr delivered individual_expenditure_per_inhabitant` shows why" in x.en for x in answer.header.caveats
    )


def test_years_are_averaged_to_even_out_chance(tmp_path: Path) -> None:
    snapshot = register(
        "municipality | inhabitants | recipients\n101 | 1000 | 10\n147 | 1000 | 30", tmp_path, (2019, 2020)
    )
    found = benchmark(snapshot, "full_time_recipients_per_1000", 2020, years=2, delivered=["101", "147"])
    rows = found.municipalities().to_polars()
    assert rows["value"].to_list() == pytest.approx([10, 30])
    assert rows["numerator"].to_list() == pytest.approx([10, 30])
    assert rows["lower"].to_list()[0] == pytest.approx(4.7954, abs=1e-4)  # that of one year: the same persons return
    assert rows["method"][0].startswith("ratio, mean of 2 years")


@pytest.mark.parametrize(
    ("indicator", "asked", "says"),
    [
        ("recipients_on", {}, "grows with the municipality .* Ask recipients_per_1000"),
        ("places", {}, "The table places is empty"),
        ("recipients_per_1000", {"where": {"municipality": ["101"]}}, "look at one municipality with --municipality"),
        ("recipients_per_1000", {"where": {"sex": ["M"]}}, "no value to show for the country in 2020"),
        ("recipients_per_1000", {"neighbours": 0}, "Ask for 1 or more"),
        ("recipients_per_1000", {"years": 0}, "Ask for 1 or more"),
        ("recipients_per_1000", {"delivered": ["Ballerop"]}, "151"),
        ("recipients_per_100", {}, "Nearest: recipients_per_1000"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_remedy(
    country: Snapshot, indicator: str, asked: dict[str, object], says: str
) -> None:
    with pytest.raises(CannotAnswer, match=says):
        benchmark(country, indicator, YEAR, **{"delivered": ALL, **asked})  # type: ignore[arg-type]


def test_one_municipality_is_shown_by_code_or_name_and_one_that_is_not_there_is_refused(country: Snapshot) -> None:
    found = benchmark(country, "recipients_per_1000", YEAR, delivered=ALL)
    assert found.municipalities("Aalborg").table.column("municipality").to_pylist() == ["851"]
    with pytest.raises(CannotAnswer, match=r"Aarhus \(751\) has no grants"):
        found.municipalities("751")


def test_a_tariff_is_compared_where_the_offer_lies_and_weighed_by_the_days_it_is_paid_for(tmp_path: Path) -> None:
    tariffs = {"101": 1000, "147": 2000, "151": 3000}
    spec = Spec("offers", known_at=date(YEAR, 12, 31))
    spec.tables = {
        "offers": [{"offer_id": code, "municipality": code} for code in tariffs],
        "departments": [{"department_id": code, "offer_id": code} for code in tariffs],
        "places": [{"department_id": code, "places": "9", "start_date": f"{YEAR}-01-01"} for code in tariffs],
        "tariffs": [
            {
                "department_id": code,
                "service": "døgn",
                "amount": str(amount),
                "unit": "day",
                "start_date": f"{YEAR}-01-01",
            }
            for code, amount in tariffs.items()
        ],
        "citizens": [{"citizen_id": f"{code}-{number}"} for code in tariffs for number in range(6)],
        "grants": [
            {"citizen_id": f"{code}-{number}", "department_id": code, "start_date": f"{YEAR}-01-01"}
            for code in tariffs
            for number in range(6)
        ],
    }
    found = benchmark(draw(spec, tmp_path), "mean_tariff", YEAR)
    assert found.municipalities().to_polars()["index"].to_list() == pytest.approx([50, 100, 150])
    answer = found.potential("tariff", volume="occupancy")
    assert answer.to_polars()["value"].to_list() == pytest.approx([1000 * 6 * 366, 0, 0, 1000 * 6 * 366])
    assert answer.header.unit.en.endswith("× occupied place-days")
    with pytest.raises(CannotAnswer, match="Name an indicator that does with --volume"):
        found.potential("tariff")
