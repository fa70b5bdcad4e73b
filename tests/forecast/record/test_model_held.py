# SPDX-License-Identifier: EUPL-1.2
"""The room's own model held against a generated municipality, from end to end."""

from __future__ import annotations

from datetime import date

import polars as pl
import pyarrow.parquet as pq
import pytest

from styr.forecast.months import Month
from styr.forecast.record.backtesting import backtest
from styr.forecast.record.held import Backtest
from styr.forecast.record.rows import Ask
from styr.register.generate import write
from styr.register.schema import arrow_schema
from styr.register.snapshot import write_snapshot


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Backtest:
    """Samsø from 2013, forecast on 30 June and 31 December 2018."""
    folder = tmp_path_factory.mktemp("generated")
    made = write(folder / "delivery", seed=3, from_year=2013, to_year=2019, municipalities=["741"], format="parquet")
    snapshot = write_snapshot(
        folder / "snapshots",
        lambda name: (
            pq.read_table(made.paths[name]).cast(arrow_schema(name))
            if name in made.paths
            else arrow_schema(name).empty_table()
        ),
        known_at=date(2019, 12, 31),
        generated=True,
    )
    ask = Ask(totals=("year", "month"), draws=100, by=("function",))
    return backtest(snapshot, Month(2018, 6), Month(2018, 12), ask, every=6, workers=1)


def test_the_model_is_nearer_than_the_run_rate(found: Backtest) -> None:
    whole = found.rows.filter(total="year").group_by("known_at").agg(pl.col("forecast", "naive", "actual").sum())
    error = {name: float((whole[name] - whole["actual"]).abs().sum()) for name in ("forecast", "naive")}
    assert error["forecast"] < error["naive"]


def test_every_account_that_came_was_forecast(found: Backtest) -> None:
    missed = found.rows.filter(total="year", forecast=0.0).filter(pl.col("actual").abs() > 0)
    assert missed["function"].to_list() == []


def test_a_year_is_what_is_known_of_it_and_what_is_to_come(found: Backtest) -> None:
    """On 30 June half the year is known: the forecast of the year lies no further out than its six months do."""
    june = found.rows.filter(known_at=date(2018, 6, 30))
    years = june.filter(total="year").select("function", year="forecast", actual="actual")
    months = june.filter(pl.col("total") == "month", pl.col("year") == 2018).group_by("function")
    coming = months.agg(pl.col("forecast").sum().alias("coming"), pl.col("actual").sum().alias("came"))
    both = years.join(coming, on="function")
    assert (both["year"] - both["actual"]).to_list() == pytest.approx((both["coming"] - both["came"]).to_list(), abs=1)


def test_generated_data_are_said_to_be(found: Backtest) -> None:
    assert found.header.header.generated
    assert "konstruerede data" in found.to_mapping("da")["caveats"][0]
