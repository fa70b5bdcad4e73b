# SPDX-License-Identifier: EUPL-1.2
"""Past forecasts held against drawn accounts, with the result worked out by hand."""

from __future__ import annotations

from concurrent.futures import Executor, Future
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np
import polars as pl
import pytest
from forecast.record.accounts import Forecaster, accounts
from scipy import stats

from styr.forecast.months import Month
from styr.forecast.record import backtesting as module
from styr.forecast.record.backtesting import backtest, moments_of
from styr.forecast.record.rows import PROMISED, Ask
from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer

TWO_YEARS = """
    year | 1  | 2  | 3  | 4  | 5  | 6  | 7  | 8  | 9  | 10 | 11 | 12
    2019 | 10 | 10 | 10 | 10 | 10 | 10 | 10 | 10 | 10 | 10 | 10 | 10
    2020 | 12 | 12 | 12 | 12 | 12 | 18 | 12 | 12 | 12 | 12 | 12 | 24
"""
YEAR, MONTH = Ask(totals=("year",)), Ask(totals=("month",), ahead=3)


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return accounts(TWO_YEARS, tmp_path, known_at=date(2021, 6, 1), budget="year | amount\n2020 | 150\n2019 | 115")


def twelve(month: Month) -> list[float]:
    return [11.0, 12.0, 13.0]


def test_the_columns_are_those_promised(snapshot: Snapshot) -> None:
    found = backtest(snapshot, Month(2020, 6), Month(2020, 6), YEAR, forecaster=Forecaster(twelve), workers=1)
    assert tuple(found.table.column_names[: len(PROMISED)]) == PROMISED


def test_a_year_forecast_on_30_june(snapshot: Snapshot) -> None:
    """2020 cost 162. Every month was forecast at 12 (11 to 13); known then were 78, and the last three months' mean
    was (12 + 12 + 18)/3 = 14, so the run-rate says 78 + 6·14 = 162."""
    found = backtest(snapshot, Month(2020, 6), Month(2020, 6), YEAR, forecaster=Forecaster(twelve), workers=1)
    (row,) = found.table.to_pylist()
    assert (row["known_at"], row["target"], row["horizon"]) == (date(2020, 6, 30), "2020", 6)
    assert (row["forecast"], row["actual"]) == (144, 162)
    assert row["error_pct"] == pytest.approx(100 * (144 - 162) / 162)
    assert row["naive_error_pct"] == 0
    assert row["last_year"] == 78 + 6 * 10
    assert row["budget_error_pct"] == pytest.approx(100 * (150 - 162) / 162)
    # draws 132, 144, 156 and the outcome 162: mean distance 18, mean difference of two draws 16
    assert row["crps"] == pytest.approx(18 - 16 / 2)
    assert row["naive_crps"] == 0
    assert (row["lower80"], row["upper80"]) == pytest.approx((134.4, 153.6))
    assert row["pit"] > 0.74  # above every draw


def test_a_forecast_at_new_year_is_of_the_coming_year(snapshot: Snapshot) -> None:
    forecaster = Forecaster(twelve)
    found = backtest(snapshot, Month(2019, 12), Month(2019, 12), YEAR, forecaster=forecaster, workers=1)
    (row,) = found.table.to_pylist()
    assert forecaster.asked == [(date(2019, 12, 31), "2020-01", "2020-12")]
    assert (row["target"], row["horizon"], row["naive_error_pct"]) == ("2020", 12, pytest.approx(100 * (120 / 162 - 1)))


def test_months_ahead(snapshot: Snapshot) -> None:
    found = backtest(snapshot, Month(2020, 5), Month(2020, 5), MONTH, forecaster=Forecaster(twelve), workers=1)
    rows = found.table.select(["target", "horizon", "forecast", "actual", "naive_crps", "last_year"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("2020-06", 1, 12, 18, 6, 10), ("2020-07", 2, 12, 12, 0, 10), ("2020-08", 3, 12, 12, 0, 10),
    ]  # fmt: skip


def test_a_budget_of_a_year_is_a_twelfth_a_month(snapshot: Snapshot) -> None:
    found = backtest(snapshot, Month(2020, 7), Month(2020, 7), MONTH, forecaster=Forecaster(twelve), workers=1)
    assert found.rows["budget"].unique().to_list() == [12.5]


def test_what_has_not_come_is_left_out(snapshot: Snapshot) -> None:
    found = backtest(snapshot, Month(2020, 10), Month(2020, 12), MONTH, forecaster=Forecaster(twelve), workers=1)
    assert found.rows["target"].to_list() == ["2020-11", "2020-12", "2020-12"]  # nothing was posted after


def test_nothing_to_hold_against_is_said(snapshot: Snapshot) -> None:
    with pytest.raises(CannotAnswer, match="nothing has come yet"):
        backtest(snapshot, Month(2021, 1), Month(2021, 2), YEAR, forecaster=Forecaster(twelve), workers=1)
    with pytest.raises(CannotAnswer, match="known at 2021-06-01"):
        backtest(snapshot, Month(2022, 1), Month(2022, 2), YEAR, forecaster=Forecaster(twelve), workers=1)
    with pytest.raises(CannotAnswer, match="Turn them round"):
        backtest(snapshot, Month(2020, 5), Month(2020, 4), YEAR, forecaster=Forecaster(twelve), workers=1)


def test_a_forecast_without_a_number_is_not_scored(snapshot: Snapshot) -> None:
    forecaster = Forecaster(lambda month: [12.0, float("nan")])
    with pytest.raises(CannotAnswer, match=r"known at 2020-06-30 has no number for 2020 \(all together\)"):
        backtest(snapshot, Month(2020, 6), Month(2020, 6), YEAR, forecaster=forecaster, workers=1)


def test_only_the_quarters_ends_when_asked(snapshot: Snapshot) -> None:
    forecaster = Forecaster(twelve)
    backtest(snapshot, Month(2020, 1), Month(2020, 12), MONTH, forecaster=forecaster, every=3, workers=1)
    assert [known_at.month for known_at, _, _ in forecaster.asked] == [3, 6, 9]  # of December's nothing has come


TWO_FUNCTIONS = """
    year | function | 1  | 2  | 3  | 4  | 5  | 6  | 7  | 8  | 9  | 10 | 11 | 12
    2020 | 5.38.50  | 10 | 10 | 10 | 10 | 10 | 10 | 10 | 10 | 10 | 10 | 10 | 10
    2020 | 5.38.52  | -  | -  | -  | -  | -  | -  | -  | -  | 7  | -  | -  | -
"""


def test_an_account_the_forecast_did_not_see_coming_counts_as_forecast_at_nothing(tmp_path: Path) -> None:
    snapshot = accounts(TWO_FUNCTIONS, tmp_path, known_at=date(2021, 6, 1))
    forecaster = Forecaster(lambda month: [10.0, 10.0], pl.DataFrame({"function": ["5.38.50"]}))
    ask = Ask(by=("function",), totals=("year", "month"))
    rows = backtest(snapshot, Month(2020, 6), Month(2020, 6), ask, forecaster=forecaster, workers=1).rows
    year = rows.filter(total="year").select("function", "forecast", "actual", "error_pct").rows()
    assert year == [("5.38.50", 120, 120, 0), ("5.38.52", 0, 7, -100)]
    september = rows.filter(target="2020-09", function="5.38.52")
    assert september["crps"].to_list() == [7]
    assert rows.filter(target="2020-08", function="5.38.52")["error_pct"].to_list() == [None]  # of 0, no per cent


def test_an_outcome_that_rests_on_one_citizen_is_not_shown(tmp_path: Path) -> None:
    snapshot = accounts(TWO_FUNCTIONS, tmp_path, known_at=date(2021, 6, 1), citizens=True)
    forecaster = Forecaster(lambda month: [10.0, 10.0], pl.DataFrame({"function": ["5.38.50", "5.38.52"]}))
    found = backtest(snapshot, Month(2020, 6), Month(2020, 6), Ask(by=("function",)), forecaster=forecaster, workers=1)
    assert found.table["suppressed"].to_pylist() == [True, True]
    for column in ("forecast", "upper80", "actual", "error_pct", "naive", "crps", "pit"):
        assert found.table[column].null_count == 2
    assert found.table["function"].to_pylist() == ["5.38.50", "5.38.52"]
    assert found.record(["function"])["actual"].null_count == 2
    assert found.record([])["actual"].null_count == 1
    assert any("for få personer, vises ikke" in words for words in found.to_mapping("da")["caveats"])


def test_a_record_by_what_is_not_there_is_refused(snapshot: Snapshot) -> None:
    found = backtest(snapshot, Month(2020, 6), Month(2020, 6), YEAR, forecaster=Forecaster(twelve), workers=1)
    with pytest.raises(CannotAnswer, match="It can by: total, horizon"):
        found.record(["function"])


def test_the_registers_own_snapshot_of_a_day_is_used_where_it_has_one(tmp_path: Path, snapshot: Snapshot) -> None:
    """In May 2020 the register knew of 9 in place of each month's 12; that is what the run-rate is made of."""
    then = accounts(
        "year | 1 | 2 | 3 | 4 | 5\n2019 | 10 | 10 | 10 | 10 | 10\n2020 | 9 | 9 | 9 | 9 | 9",
        tmp_path / "then", known_at=date(2020, 5, 31),
    )  # fmt: skip
    old = accounts("year | 1\n2019 | 10", tmp_path / "old", known_at=date(2020, 3, 4))
    own = {date(2020, 4, 30): old, date(2020, 5, 31): then}
    forecaster = Forecaster(twelve)
    found = backtest(
        snapshot, Month(2020, 4), Month(2020, 5), MONTH, forecaster=forecaster, snapshot_of=own.get, workers=1
    )
    assert forecaster.snapshots == [snapshot, then]  # a delivery of March does not tell of April
    assert found.rows.filter(known_at=date(2020, 5, 31))["naive"].unique().to_list() == [9]
    assert found.rows.group_by("known_at", maintain_order=True).agg(pl.col("own_snapshot").all()).rows() == [
        (date(2020, 4, 30), False), (date(2020, 5, 31), True),
    ]  # fmt: skip
    assert "1 of 2 forecasts" in " ".join(found.to_mapping("en")["caveats"])


def test_a_delivery_in_the_middle_of_the_month_is_known_at_its_own_day(tmp_path: Path, snapshot: Snapshot) -> None:
    then = accounts("year | 1 | 2\n2020 | 9 | 9", tmp_path / "then", known_at=date(2020, 3, 5))
    (moment,) = moments_of(snapshot, Month(2020, 3), Month(2020, 3), lambda day: then)
    assert (moment.known_at, moment.own) == (date(2020, 3, 5), True)


def test_recent_outcomes_are_said_to_be_open(tmp_path: Path) -> None:
    snapshot = accounts(TWO_YEARS, tmp_path, known_at=date(2021, 1, 31))
    found = backtest(snapshot, Month(2020, 9), Month(2020, 9), Ask(totals=("year", "month"), ahead=3),
                     forecaster=Forecaster(twelve), workers=1)  # fmt: skip
    assert dict(found.rows.select("target", "final").rows()) == {
        "2020": False, "2020-10": True, "2020-11": True, "2020-12": True,
    }  # fmt: skip
    assert "For 1 of the periods late postings" in " ".join(found.to_mapping("en")["caveats"])


class Elsewhere(Executor):
    """Work done as another process does it: sent there and back as bytes."""

    def submit(self, work: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
        sent, there = cloudpickle.loads(cloudpickle.dumps((work, arguments)))
        done: Future[Any] = Future()
        done.set_result(cloudpickle.loads(cloudpickle.dumps(sent(*there))))
        return done


def test_processes_give_the_same_rows(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "processes", lambda count: nullcontext(Elsewhere()))
    asked = (snapshot, Month(2020, 1), Month(2020, 6), MONTH)
    told: list[tuple[int, int]] = []
    alone = backtest(*asked, forecaster=Forecaster(twelve), workers=1)
    shared = backtest(
        *asked, forecaster=Forecaster(twelve), workers=2, progress=lambda done, of: told.append((done, of))
    )
    assert alone.rows.equals(shared.rows)
    assert told == [(done, 6) for done in range(1, 7)]


def test_calibrated_forecasts_are_found_calibrated(tmp_path: Path) -> None:
    """30 years of accounts drawn from the forecast's own distribution."""
    rng = np.random.default_rng(3)
    years = range(1990, 2020)
    drawing = "year | " + " | ".join(map(str, range(1, 13)))
    for year in years:
        drawing += f"\n{year} | " + " | ".join(f"{100 + 10 * rng.normal():.2f}" for _ in range(12))
    snapshot = accounts(drawing, tmp_path, known_at=date(2020, 6, 1))
    draws = stats.norm(100, 10).ppf((np.arange(400) + 0.5) / 400).tolist()
    found = backtest(
        snapshot, Month(1991, 6), Month(2019, 6), Ask(totals=("month",), ahead=3), every=6,
        forecaster=Forecaster(lambda month: draws), workers=1,
    )  # fmt: skip
    (row,) = found.record(["total"]).to_pylist()
    assert row["verdict"] == "calibrated"
    assert row["coverage80_lower"] < 80 < row["coverage80_upper"]
    assert row["skill"] > 20
