# SPDX-License-Identifier: EUPL-1.2
"""Durations by Kaplan and Meier: what others compute from the same spells, and what holds of any."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from drawn_registers import written
from scipy.stats import CensoredData, ecdf

from styr.register.snapshot import Snapshot
from styr.statistics import count

KNOWN_AT = date(2020, 2, 20)  # the day drawn registers are known at
BEGUN = date(2019, 1, 1)
LAST_SEEN = (KNOWN_AT - BEGUN).days  # the last day of a spell from BEGUN that may be seen to end

#: Weeks of remission on 6-mercaptopurine, a plus where the patient was still in remission: Freireich and others, Blood
#: 21 (1963), the example of many books on survival, whose median is 23 weeks.
REMISSION = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
#: The share still in remission after the weeks on which any relapsed, as those books print it.
STILL = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}


def test_remission_in_the_books(tmp_path: Path) -> None:
    # A spell of so many days ends within the days known; one still running was known for so many.
    rows = []
    for number, weeks in enumerate(REMISSION.split()):
        days, running = int(weeks.rstrip("+")), weeks.endswith("+")
        begun = KNOWN_AT - timedelta(days=days) if running else BEGUN
        rows.append(_grant(number, begun, None if running else begun + timedelta(days=days - 1)))
    snapshot = _snapshot(rows, tmp_path)
    curve = _curve(snapshot, list(STILL))
    assert curve["value"].round(3).to_list() == list(STILL.values())
    median = count(snapshot, "duration", disclosure_control=False).to_polars()
    assert median.select("value", "lower", "upper", "n").rows() == [(23, 13, None, 21)]


@pytest.mark.filterwarnings("ignore:The confidence interval is undefined")  # where the curve is 0 or 1
@pytest.mark.parametrize("seed", range(3))
def test_a_curve_with_its_interval_is_what_scipy_gives(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    lasted = rng.geometric(1 / 90, 60)
    begun = rng.integers(0, 300, 60)
    days = [BEGUN + timedelta(days=int(day)) for day in begun]
    ends = [first + timedelta(days=int(last) - 1) for first, last in zip(days, lasted, strict=True)]
    seen = np.minimum(lasted, LAST_SEEN - begun)
    running = lasted > LAST_SEEN - begun
    snapshot = _snapshot([_grant(number, *span) for number, span in enumerate(zip(days, ends, strict=True))], tmp_path)
    wanted = ecdf(CensoredData.right_censored(seen.astype(float), running)).sf
    interval = wanted.confidence_interval(method="log-log")
    between = (wanted.probabilities > 0) & (wanted.probabilities < 1)
    found = _curve(snapshot, [int(day) for day in wanted.quantiles[between]])
    assert found["value"].to_list() == pytest.approx(wanted.probabilities[between])
    assert found["lower"].to_list() == pytest.approx(interval.low.probabilities[between])
    assert found["upper"].to_list() == pytest.approx(interval.high.probabilities[between])


def test_late_entry_and_no_entry_before_give_the_same_curve_beyond_it(tmp_path: Path) -> None:
    """Of spells begun two months before the year, what the year sees is their curve from day 60 on: S(t) / S(59)."""
    rng = np.random.default_rng(5)
    begun = BEGUN - timedelta(days=59)
    rows = [
        _grant(each, begun, begun + timedelta(days=int(last))) for each, last in enumerate(rng.integers(20, 200, 80))
    ]
    rows.append(_grant("ended", date(2018, 1, 1), date(2018, 1, 1)))  # so grants are followed from 2018
    snapshot = _snapshot(rows, tmp_path)
    beyond = [59, 70, 100, 150]
    whole = _curve(snapshot, beyond, from_year=2018, to_year=2019)["value"]
    late = _curve(snapshot, beyond, from_year=2019, to_year=2019)["value"]
    assert late.to_list() == pytest.approx((whole / whole[0]).to_list())


def _curve(
    snapshot: Snapshot, days: list[int], from_year: int | None = None, to_year: int | None = None
) -> pl.DataFrame:
    words = [str(day) for day in days]
    asked = {"by": ["days"], "where": {"days": words}, "disclosure_control": False}
    return count(snapshot, "duration_curve", from_year=from_year, to_year=to_year, **asked).to_polars()


def _grant(number: object, first: date, last: date | None) -> dict[str, object]:
    return {
        "grant_id": f"g{number}", "citizen_id": f"c{number}", "provision": "SEL-107", "paying_municipality": "101",
        "start_date": first, "end_date": last,
    }  # fmt: skip


def _snapshot(grants: list[dict[str, object]], folder: Path) -> Snapshot:
    return written({"grants": grants}, folder)
