# SPDX-License-Identifier: EUPL-1.2
"""How long those who come stay, along the stretches of risk of what they are like; and when citizens die."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from styr.forecast import mortality
from styr.forecast.axis import axis
from styr.forecast.chance import key_of
from styr.forecast.entrants import STRETCH, Entrants, drawn_entrant, entrants, last_day_like
from styr.forecast.entries import MARK, Marks
from styr.forecast.exposure import AGES, ELAPSED, RELATIVE, YEAR, bands
from styr.forecast.history import NEVER
from styr.forecast.lives import day_of_death
from styr.forecast.months import Month
from styr.forecast.parts import Following, Leaving

AXIS = axis(Month(2020, 1), Month(2022, 12))
NEW_YEAR = int(AXIS.year_starts[1])
#: 0.01 a day for 100 days, then 0.1.
STRETCHES = np.array([(0, 0.0, 0.01), (100, 1.0, 0.1), (2**40, math.inf, 0.0)], dtype=STRETCH)


def ends(target: float, start: int, level: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> int:
    year = int(np.searchsorted(AXIS.year_starts, start, side="right")) - 1
    return int(last_day_like(STRETCHES, 0, AXIS, np.array(level), target, start, year))


@pytest.mark.parametrize(("target", "days"), [(0.5, 50), (0.999, 99), (1.5, 105), (3.0, 120)])
def test_a_grant_ends_where_its_summed_risk_passes_the_number_drawn(target: float, days: int) -> None:
    assert ends(target, AXIS.first_day) == AXIS.first_day + days


def test_the_level_of_a_year_makes_its_days_count_more_or_less() -> None:
    assert ends(1.0, AXIS.first_day, (2.0, 1.0, 1.0)) == AXIS.first_day + 50
    begun = NEW_YEAR - 20  # 20 days at 0.01 · 1, then at 0.01 · 3 a day
    assert ends(0.5, begun, (1.0, 3.0, 1.0)) == NEW_YEAR + 10


def test_a_risk_not_passed_within_the_horizon_ends_never() -> None:
    assert ends(1e6, NEW_YEAR) == NEVER


def marks(*rows: tuple[float, int, int]) -> Marks:
    """Entries of one provision: rate, age in years, days to the expected end (-1 without)."""
    made = np.zeros(len(rows), dtype=MARK)
    for place, (rate, age, length) in enumerate(rows):
        made[place]["rate"], made[place]["age"], made[place]["length"] = rate, age * YEAR, length
    return Marks(np.array([0, len(rows)]), made)


def laid_out(own: Marks, pooled: Marks, share: float) -> Entrants:
    """Entrants whose risk is 0.001 · (1 + place of the age band) a day, and ten times that near the expected end."""
    risk = np.ones((1, len(AGES), len(ELAPSED), len(RELATIVE) + 1)) * 0.001
    risk *= 1.0 + np.arange(len(AGES)).reshape(1, -1, 1, 1)
    risk[..., 4] *= 10
    none: Any = None
    leaving = Leaving(bands(AXIS.year_starts[1:]), risk, none, 0.0, none, none, none, 0.0, none)
    following = Following(none, own, pooled, np.array([share]), np.array([2.0]), none)
    return entrants(leaving, following, AXIS)


def test_the_risk_of_an_entry_changes_with_its_age_and_about_its_expected_end() -> None:
    found = laid_out(marks((100.0, 29, -1), (100.0, 29, 400)), marks(), 1.0)
    assert (found.rows["rate"] == 200).all()  # with what helpers' sickness adds
    for row, expected in zip(found.rows, (-1, 400), strict=True):
        mine = found.stretches[row["stretch"] :]
        mine = mine[: int(np.argmax(mine["begin"] > 10_000))]
        days = np.arange(0, 1000)
        risk = mine["risk"][np.searchsorted(mine["begin"], days, side="right") - 1]
        age = np.searchsorted(np.array(AGES[1:]) * YEAR, int(29 * YEAR) + days, side="right")
        near = (expected >= 0) & (days - expected >= -14) & (days - expected < 2)
        assert risk == pytest.approx(0.001 * (1 + age) * np.where(near, 10, 1))
        passed = np.concatenate([[0.0], np.cumsum(risk)])
        within = mine[mine["begin"] <= 1000]
        assert within["passed"] == pytest.approx(passed[within["begin"]])


def test_an_entry_is_drawn_from_the_municipalitys_own_as_often_as_they_are_to_be() -> None:
    found = laid_out(marks((1.0, 30, -1), (2.0, 30, -1)), marks(*[(9.0, 30, -1)] * 5), 0.3)
    drawn = [drawn_entrant(found, np.uint64(key_of(np.uint64(7), each)), 4, 0) for each in range(20_000)]
    share = np.bincount(drawn, minlength=7) / len(drawn)
    assert share == pytest.approx([0.15, 0.15, *[0.14] * 5], abs=0.012)


def test_a_death_is_found_where_it_can_be_and_looked_for_no_further() -> None:
    ages, none = np.array(mortality.AGES[1:]) * YEAR, None
    rates = np.linspace(1e-5, 4e-4, len(mortality.AGES)) * np.ones((2, 1))
    whole: Any = Leaving(none, none, none, 0.0, none, ages, rates, 0.0, np.full((2, 1), 1.0))  # type: ignore[arg-type]
    quick = whole._replace(worst=mortality.worst_up_to(rates))
    birth = AXIS.first_day - int(70 * YEAR)
    for number in range(2000):
        key = np.uint64(key_of(np.uint64(3), number))
        asked = (1, 1.3, AXIS.last_day, key, birth, AXIS.first_day)
        day = day_of_death(quick, *asked)
        assert min(day, AXIS.last_day + 1) == min(day_of_death(whole, *asked), AXIS.last_day + 1)
