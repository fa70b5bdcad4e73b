# SPDX-License-Identifier: EUPL-1.2
"""What a forecast is put together from: inflow, late registration, what follows what, regulation, and the bridge."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from styr.forecast import arrivals, bridge, registration, regulation
from styr.forecast.months import Month
from styr.forecast.paths import with_predecessors
from styr.statistics.expressions.calendar_units import EPOCH


def grants(*rows: tuple[str, str, int, int | None]) -> pl.DataFrame:
    """Grants of (citizen, provision, start, end)."""
    return pl.DataFrame(
        [(place, *row, False) for place, row in enumerate(rows)],
        schema={
            "row": pl.Int32, "citizen_id": pl.String, "provision": pl.String, "start": pl.Int32, "end": pl.Int32,
            "died": pl.Boolean,
        },
        orient="row",
    )  # fmt: skip


def test_the_same_again_within_a_year_is_a_reopening_and_another_within_a_quarter_a_transition() -> None:
    found = with_predecessors(
        grants(
            ("a", "SEL-107", 0, 100),
            ("a", "SEL-107", 400, None),  # the same, 300 days after
            ("b", "SEL-107", 0, 100),
            ("b", "SEL-85", 150, None),  # another, 50 days after
            ("c", "SEL-107", 0, 100),
            ("c", "SEL-85", 250, None),  # another, too late
            ("d", "SEL-107", 0, 100),
            ("e", "SEL-85", 101, None),  # another citizen's
        )
    )
    assert found["after"].to_list() == [None, 0, None, 2, None, None, None, None]
    assert found["delay"].to_list()[1:4:2] == [300, 50]


def test_a_grant_is_followed_by_one_at_most() -> None:
    found = with_predecessors(grants(("a", "SEL-107", 0, 100), ("a", "SEL-85", 101, None), ("a", "SEL-104", 102, None)))
    assert found["after"].to_list() == [None, 0, None]


def places_refilled(months: int, level: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Who comes and leaves where every place set free is taken the same month, by provision (one) and month."""
    left = rng.poisson(level, (1, months)).astype(float)
    return left.copy(), left


def test_where_places_are_taken_again_those_who_leave_tell_who_comes() -> None:
    rng = np.random.default_rng(1)
    found = arrivals.learned(*places_refilled(36, 4, rng), first_month=0)
    assert found.refill[0] == pytest.approx(1.0, abs=0.05)
    assert found.level[0] == pytest.approx(0.0, abs=0.2)
    assert found.dispersion[0] < 0.1


def test_where_they_come_by_chance_those_who_leave_tell_nothing() -> None:
    rng = np.random.default_rng(2)
    kept = [arrivals.learned(*rng.poisson(6, (2, 1, 36)).astype(float), first_month=5) for _ in range(40)]
    assert np.mean([found.refill[0] for found in kept]) < 0.1
    assert np.mean([found.level[0] for found in kept if found.refill[0] == 0]) == pytest.approx(6, abs=0.3)
    assert np.mean([found.dispersion[0] for found in kept]) == pytest.approx(1, abs=0.15)


def test_a_trend_is_followed_and_chance_is_not_taken_for_one() -> None:
    rng = np.random.default_rng(3)
    none = np.zeros((1, 36))
    rising = [arrivals.learned(rng.poisson(np.linspace(10, 16, 36))[None].astype(float), none, 0) for _ in range(30)]
    still = [arrivals.learned(rng.poisson(np.full(36, 13.0))[None].astype(float), none, 0) for _ in range(30)]
    assert np.mean([found.slope[0] for found in rising]) > 0.06  # of 0.17 a month
    assert abs(np.mean([found.slope[0] for found in still])) < 0.02


def test_a_season_is_found_where_many_come_by_it() -> None:
    rng = np.random.default_rng(4)
    season = 1 + 0.5 * np.sin(np.arange(36) * np.pi / 6)
    found = arrivals.learned(rng.poisson(40 * season)[None].astype(float), np.zeros((1, 36)), 0)
    assert found.season[0] == pytest.approx(season[:12], abs=0.22)  # drawn towards none a little
    even = arrivals.learned(rng.poisson(40, (1, 36)).astype(float), np.zeros((1, 36)), 0)
    assert (even.season == 1).all()


def test_a_quarter_that_is_registered_100_days_late_is_not_yet_known() -> None:
    rng = np.random.default_rng(5)
    start = rng.integers(-2000, -400, 4000)
    delay = np.where(rng.random(4000) < 0.25, 100, -14)
    share = registration.unknown_share(np.zeros(4000, dtype=int), start, start + delay, 0, 1)[0]
    at = {days: share[registration.REACH + days] for days in (-20, -10, 0, 99, 101)}
    assert at == pytest.approx({-20: 1.0, -10: 0.25, 0: 0.25, 99: 0.25, 101: 0.0}, abs=0.03)


def test_of_a_month_the_share_not_yet_known_is_the_mean_of_its_days() -> None:
    share = np.zeros((1, 2 * registration.REACH + 1))
    share[0, : registration.REACH + 15] = 1.0  # known 15 days after the start
    starts = np.array([-60, -30, 0, 30])
    assert registration.unknown_by_month(share, starts, -1)[0] == pytest.approx([0.0, 0.5, 1.0], abs=0.02)


def test_prices_are_taken_to_grow_as_they_have(known_at: date = date(2020, 6, 30)) -> None:
    new_years = [(date(year, 1, 1) - EPOCH).days for year in range(2015, 2021)]
    rows = [(grant, day, 100.0 * 1.03**step, 0) for grant in range(50) for step, day in enumerate(new_years)]
    prices = pl.DataFrame(rows, schema=["row", "from_day", "rate", "line"], orient="row")
    prices = prices.cast({"row": pl.Int32, "from_day": pl.Int32, "line": pl.Int8})
    running = pl.DataFrame({"row": np.arange(50, dtype=np.int32), "start": np.full(50, 5000), "end": [None] * 50})
    running = running.cast({"start": pl.Int32, "end": pl.Int32})
    found = regulation.learned(np.zeros(50, dtype=int), prices, running, {}, known_at, [2021, 2022], 1)
    assert np.exp(found.mean) == pytest.approx(np.full((1, 2), 1.03), abs=0.001)
    assert found.spread < 0.01
    indexed = dict.fromkeys(range(2016, 2021), 0.03) | {2021: 0.05}
    told = regulation.learned(np.zeros(50, dtype=int), prices, running, indexed, known_at, [2021, 2022], 1)
    assert np.exp(told.mean[0, 0]) == pytest.approx(1.05, abs=0.002)


def months(years: int, function: object) -> np.ndarray:
    return np.array([[float(function(month)) for month in range(12 * years)]])  # type: ignore[operator]


def test_the_bridge_finds_level_and_season_and_carries_over_with_them() -> None:
    drivers = months(5, lambda month: 100 + month)
    season = np.where(np.arange(12) == 11, 2.1, 0.9)
    accounts = drivers * 1.2 * np.tile(season, 5)[None]
    found = bridge.learned(accounts, drivers, calendar=11)
    assert found.level[0] == pytest.approx(1.2, rel=0.01)
    assert found.season[0] == pytest.approx(season, rel=0.03)
    ahead = np.arange(Month(2025, 1).number, Month(2025, 12).number + 1)
    net = bridge.carried_over(found, np.full((1, 1, 12), 160.0), ahead, 2025, np.zeros((1, 1, 13)))
    assert net.sum() == pytest.approx(160 * 12 * 1.2, rel=0.01)
    assert net[0, 0, 11] == pytest.approx(160 * 1.2 * 2.1, rel=0.03)


def test_months_without_grants_in_a_nearly_empty_function_tell_no_season() -> None:
    """A function whose one grant ran in December alone has no season to carry a grant of the whole year by."""
    short = months(4, lambda month: 10_000 if month % 12 == 11 else 0)
    large = months(4, lambda month: 400_000)
    together = np.concatenate([short, large])
    found = bridge.learned(together, together, 11)
    assert found.season[0].max() < 1.2
    assert found.season[1] == pytest.approx(np.ones(12), abs=0.01)
    now = np.full((1, 2, 12), 50_000.0)
    luck = np.zeros((1, 2, 1 + 12))
    net = bridge.carried_over(found, now, np.arange(48, 60), 4, luck)
    assert net[0, 0].sum() == pytest.approx(600_000, rel=0.2)


def test_what_the_year_shows_so_far_moves_the_rest_of_it() -> None:
    level = [1.0, 1.1, 0.9, 1.2, 1.0, 1.3]  # a level of its own every year
    drivers = np.full((1, 66), 100.0)
    accounts = np.repeat(level, 12)[None, :66] * 100.0
    found = bridge.learned(accounts, drivers, calendar=5)
    assert found.level[0] == pytest.approx(1.3, rel=0.03)
    assert found.rest_error[0] < 0.02 < found.year_error[0]


def test_noise_of_single_months_leaves_the_year_as_it_is() -> None:
    rng = np.random.default_rng(7)
    found = bridge.Bridge(np.ones(1), np.ones((1, 12)), np.zeros(1), np.zeros(1), np.full(1, 0.2), 5)
    ahead = np.arange(Month(2024, 7).number, Month(2025, 12).number + 1)
    luck = rng.standard_normal((50, 1, 2 + 18))
    net = bridge.carried_over(found, np.full((50, 1, 18), 10.0), ahead, 2024, luck)
    assert net[:, 0, :6].sum(axis=1) == pytest.approx(np.full(50, 60.0))
    assert net[:, 0].std() > 1
