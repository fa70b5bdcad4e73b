# SPDX-License-Identifier: EUPL-1.2
"""The synthetic country against the documents: how printed numbers are read, and that the country meets them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from styr.evidence.printed import printed
from styr.register.generate import calibration
from styr.register.generate.calibration import interval
from styr.register.generate.counting import _disjoint
from styr.register.generate.country import Country
from styr.register.generate.offers import OPERATORS, build_offers
from styr.register.generate.parameters import decimal_year, month_starts, offer_totals, offer_types
from styr.register.generate.simulation import simulate
from styr.register.generate.swings import stays, stocks
from styr.register.generate.tracks import track

STOCKS = (
    "Recipients of eleven interventions 1 January 2014",
    "Recipients of eleven interventions 1 January 2017",
    "Socio-pedagogical support 1 January 2017",
    "Growth of socio-pedagogical support 2014-2017, per cent",
    "Full-time recipients 2015-2018: growth, per cent",
    "Full-time recipients of support at home 2015-2018, per cent",
    "Full-time recipients of long-term places 2015-2018, per cent",
    "Persons in botilbud 2022",
    "Persons in housing resembling botilbud 2022",
    "Adult recipients 2022",
    "Adult expenditure 2022, bn DKK",
    "Residential expenditure 2022, bn DKK",
    "New recipients on cash benefit 2015, per cent",
    "Support at home: growth with autism 2015-2018, per cent",
    "Quality score of municipal offers 2017",
)


@pytest.fixture(scope="module")
def tenth(tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """A tenth of the country against the documents."""
    return calibration(1, 0.1, printed=printed, directory=tmp_path_factory.mktemp("tenth") / "country")


def test_a_tenth_of_the_country_meets_the_main_stocks(tenth: pl.DataFrame) -> None:
    main = tenth.filter(pl.col("target").is_in(STOCKS))
    assert main.height == len(STOCKS)
    assert main.filter(~pl.col("ok")).select("target", "generated").rows() == []


def test_nearly_all_targets_are_met_at_a_tenth(tenth: pl.DataFrame) -> None:
    numbers = tenth.filter(~pl.col("target").str.starts_with("Offers:"))
    assert numbers["ok"].mean() > 0.85


def test_every_target_names_its_document_and_line(tenth: pl.DataFrame) -> None:
    assert tenth["source"].str.contains(r"^00[0-4] l\.\d+$").all()
    assert tenth["generated"].null_count() == 0


@pytest.mark.parametrize(
    ("target", "low", "high"),
    [
        ({"printed": 38021, "digit": 1}, 36880.37, 39161.63),  # a number: three per cent
        ({"printed": 10, "digit": 1}, 9.5, 10.5),  # a rounded one: half a unit
        ({"printed": 12.4, "digit": 0.1}, 12.028, 12.772),  # whichever is wider
        ({"printed": 0.0, "digit": 0.1}, -0.05, 0.05),
        ({"printed": 5000, "digit": 1000, "hedge": "about"}, 4500, 5500),
        ({"printed": 8, "digit": 1, "hedge": "about"}, 7.2, 8.8),
        ({"printed": 14700, "digit": 100, "hedge": "about"}, 14259, 15141),
        ({"printed": 7700, "digit": 100, "hedge": "nearly"}, 7600, 7700),
        ({"printed": 63000, "digit": 1000, "hedge": "just_over"}, 63000, 64000),
        ({"printed": 114000, "digit": 1000, "hedge": "more_than"}, 114000, 117420),
        ({"below": 0}, -np.inf, 0),
        ({"between": [4.1, 4.5]}, 4.1, 4.5),
    ],
)
def test_a_printed_number_admits_an_interval(target: dict[str, object], low: float, high: float) -> None:
    assert interval(target) == pytest.approx((low, high))


@given(
    st.integers(-(10**6), 10**6),
    st.sampled_from([1, 10, 100, 1000]),
    st.sampled_from(["", "about", "nearly", "just_over"]),
)
def test_the_printed_number_itself_is_always_admitted(units: int, digit: int, hedge: str) -> None:
    low, high = interval({"printed": units * digit, "digit": digit, "hedge": hedge})
    assert low <= units * digit <= high


def test_stocks_follow_their_path_at_every_step() -> None:
    country = Country(5, 1.0, 2012, 2014)
    support, place = track("support"), country.place("791")
    _, spells = simulate(country, support, place, [None] * 4, country.stream(791, 1))
    days = month_starts(2012, 2014)[:: support.step_months]
    aim = support.stock(country, place, decimal_year(days))
    for day, wanted in zip(days[4::4], aim[4::4], strict=True):
        running = (spells.start <= day) & (spells.end >= day)
        assert np.abs(np.bincount(spells.state[running], minlength=4) - wanted).max() <= 1.5


def test_municipalities_swing_but_the_country_does_not() -> None:
    country = Country(5, 1.0, 2012, 2024)
    at = tuple(decimal_year(month_starts(2012, 2024)[::3]))
    aims = stocks(country, "SEL-85", at, leaving=0.12)
    path = country.stock("SEL-85", np.array(at))
    assert aims.sum(axis=0) == pytest.approx(path)
    assert country.price_factors @ aims == pytest.approx(country.price_factors @ country.shares * path)
    relative = aims / np.outer(country.shares, path)
    assert 0.03 < relative.std() < 0.15
    assert np.corrcoef(relative[:, :-1].ravel(), relative[:, 1:].ravel())[0, 1] > 0.8


def test_stays_are_as_many_as_expected_and_fall_to_municipalities_by_chance() -> None:
    country = Country(5, 1.0, 2012, 2024)
    begun = stays(country, "SEL-109", (200.0,) * 156)
    assert begun.sum(axis=0).tolist() == [200] * 156
    expected = 200 * country.shares
    spread = (begun.var(axis=1) / expected)[expected > 2]
    assert 0.8 < spread.mean() < 1.2, "as even as Poisson, no more"


def test_offers_are_as_many_as_printed_by_type_and_operator() -> None:
    offers = build_offers(Country(5, 1.0, 2012, 2024))
    operator = np.minimum(offers.operator, 2)  # self-owning counts as private
    for number, kind in enumerate(offer_types()):
        for place, name in enumerate(("municipal", "regional", "private")):
            mine = offers.offer[(offers.type == number) & (operator[offers.offer] == place)]
            assert len(np.unique(mine)) == len(mine) == kind[name], kind["name"]
    assert OPERATORS[3] == "private"
    assert [int((operator == place).sum()) for place in range(3)] == list(offer_totals().values())


def test_overlapping_periods_of_a_citizen_count_once() -> None:
    rows = pl.DataFrame({"citizen_id": ["a", "a", "a", "b"], "start": [1, 3, 9, 2], "end": [5, 4, 9, 2]})
    days = rows.with_columns(pl.col("start", "end").cast(pl.Date))
    cut = _disjoint(days)
    assert ((cut["end"] - cut["start"]).dt.total_days() + 1).sum() == 5 + 1 + 1


def test_calibration_cleans_up_after_itself(tenth: pl.DataFrame, tmp_path: Path) -> None:
    assert tenth.columns == [
        "target",
        "source",
        "printed",
        "lower",
        "upper",
        "generated",
        "deviation_pct",
        "ok",
        "note",
    ]
    assert list(tmp_path.iterdir()) == []
