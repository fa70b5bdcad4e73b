# SPDX-License-Identifier: EUPL-1.2
"""When a record says that forecasts hold, and what it says when they do not."""

from __future__ import annotations

import numpy as np
import pytest

from styr.forecast.record.calibration import calibration, coverage_words, histogram
from styr.forecast.record.scores import Share, pit

YEARS = np.repeat(np.arange(40), 12)


def year_of_pit(mean: float = 0.0, spread: float = 1.0, seed: int = 1) -> np.ndarray:
    """PIT values of 40 years of 12 months that go together, where outcomes lie `mean` above the forecast and are
    `spread` times as uncertain as it says."""
    rng = np.random.default_rng(seed)
    common = np.repeat(rng.normal(size=40), 12)
    outcome = mean + spread * (0.8 * common + 0.6 * rng.normal(size=480))
    return pit(rng.normal(size=(480, 500)), outcome, rng.random(480))


@pytest.mark.parametrize(
    ("mean", "spread", "verdict"),
    [
        (0.0, 1.0, "calibrated"),
        (0.8, 1.0, "too_low"),
        (-0.8, 1.0, "too_high"),
        (0.0, 2.5, "too_narrow"),
        (0.0, 0.3, "too_wide"),
    ],
)
def test_the_verdict_names_what_fails(mean: float, spread: float, verdict: str) -> None:
    assert calibration(year_of_pit(mean, spread), YEARS).verdict == verdict


def test_calibrated_forecasts_are_seldom_called_wrong_though_months_go_together() -> None:
    wrong = [calibration(year_of_pit(seed=seed), YEARS).p < 0.05 for seed in range(60)]
    assert np.mean(wrong) < 0.12


def test_months_taken_as_independent_would_be_called_wrong() -> None:
    """What the clusters are for: with each month on its own, every other calibrated record would be condemned."""
    wrong = [calibration(year_of_pit(seed=seed), np.arange(480)).p < 0.05 for seed in range(20)]
    assert np.mean(wrong) > 0.25


def test_a_few_years_decide_nothing() -> None:
    found = calibration(year_of_pit(mean=3.0)[:36], YEARS[:36])
    assert (found.verdict, found.clusters) == ("undecided", 3)
    assert "3 årsforløb" in found.words().da
    assert "cannot be decided" in found.words().en


def test_no_outcomes_decide_nothing() -> None:
    found = calibration([], [])
    assert (found.verdict, found.clusters) == ("undecided", 0)
    assert np.isnan(found.mean)


def test_failure_is_said_in_words() -> None:
    assert "for smalle" in calibration(year_of_pit(spread=2.5), YEARS).words().da
    assert "too low" in calibration(year_of_pit(mean=0.8), YEARS).words().en


@pytest.mark.parametrize(
    ("share", "danish", "english"),
    [
        (Share(0.60, 0.50, 0.70, 60, 40.0), "kun rummet 60 % af 60", "too narrow"),
        (Share(0.95, 0.88, 0.98, 60, 60.0), "for bredt", "too wide"),
        (Share(0.75, 0.60, 0.86, 60, 30.0), "foreneligt med", "agrees with"),
    ],
)
def test_coverage_claims_no_more_than_the_outcomes_bear(share: Share, danish: str, english: str) -> None:
    words = coverage_words(0.80, share)
    assert danish in words.da
    assert english in words.en
    assert "80 %" in words.da
    assert "80%" in words.en


def test_the_histogram_holds_every_outcome_once() -> None:
    shares = histogram([0.0, 0.05, 0.55, 1.0], bins=10)
    assert shares.tolist() == [0.5, 0, 0, 0, 0, 0.25, 0, 0, 0, 0.25]
