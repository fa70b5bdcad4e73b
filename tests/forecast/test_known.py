# SPDX-License-Identifier: EUPL-1.2
"""What was known at a day, out of a snapshot that knows more."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from registers_to_forecast import drawn, snapshot, town

from styr.forecast import Month, forecast
from styr.forecast.known import known
from styr.statistics import CannotAnswer
from styr.statistics.expressions.calendar_units import EPOCH

DAY = date(2020, 6, 30)
LATER = date(2021, 12, 31)


def number(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


def test_a_grant_decided_after_the_day_is_unknown_though_it_had_begun(tmp_path: Path) -> None:
    held = known(
        drawn(
            tmp_path,
            LATER,
            grants="""
            grant_id | decision_date | start_date
            early    | 2020-06-01    | 2020-09-01
            late     | 2020-08-01    | 2020-05-01
            silent   |               | 2020-06-30
            unseen   |               | 2020-07-01
            """,
        ),
        DAY,
    )
    assert held.grants["grant_id"].to_list() == ["early", "silent"]


def test_an_end_after_the_day_is_unknown_and_the_expected_one_stays(tmp_path: Path) -> None:
    drawing = """
    grant_id | start_date | end_date   | expected_end_date
    1        | 2019-01-01 | 2020-06-30 | 2020-12-31
    2        | 2019-01-01 | 2020-07-01 | 2020-12-31
    """
    cut = known(drawn(tmp_path / "cut", LATER, grants=drawing), DAY).grants
    assert cut["end"].to_list() == [number("2020-06-30"), None]
    assert cut["expected"].to_list() == [number("2020-12-31")] * 2
    planned = known(drawn(tmp_path / "planned", DAY, grants=drawing), DAY).grants
    assert planned["end"].to_list() == [number("2020-06-30"), number("2020-07-01")]


def test_a_death_after_the_day_is_unknown_and_one_before_it_ends_the_grant(tmp_path: Path) -> None:
    held = known(
        drawn(
            tmp_path,
            LATER,
            citizens="""
            citizen_id | death_date
            a          | 2020-06-01
            b          | 2020-07-01
            """,
            grants="""
            grant_id | citizen_id | start_date
            1        | a          | 2019-01-01
            2        | b          | 2019-01-01
            """,
        ),
        DAY,
    ).grants
    assert held["end"].to_list() == [number("2020-06-01"), None]
    assert held["died"].to_list() == [True, False]


PRICES = """
grant_id | start_date | end_date   | price
1        | 2020-01-01 | 2020-06-30 | 200
1        | 2020-07-01 | 2020-12-31 | 300
"""
ONE = """
grant_id | start_date | price | price_unit
1        | 2019-01-01 | 100   | day
"""


def test_a_price_that_holds_from_after_the_day_is_unknown_and_the_days_own_goes_on(tmp_path: Path) -> None:
    held = known(drawn(tmp_path, LATER, grants=ONE, grant_prices=PRICES), DAY).prices
    assert held.select("from_day", "rate").rows() == [(number("2019-01-01"), 100.0), (number("2020-01-01"), 200.0)]


def test_of_the_day_itself_prices_agreed_are_known(tmp_path: Path) -> None:
    held = known(drawn(tmp_path, DAY, grants=ONE, grant_prices=PRICES), DAY).prices
    assert held["rate"].to_list() == [100.0, 200.0, 300.0]


def test_between_dated_prices_that_are_over_the_grants_own_price_holds(tmp_path: Path) -> None:
    gap = PRICES.replace("2020-06-30", "2020-03-31")
    held = known(drawn(tmp_path, LATER, grants=ONE, grant_prices=gap), DAY).prices
    assert held["rate"].to_list() == [100.0, 200.0, 100.0]


def test_week_and_hour_prices_run_along_days_and_hours_without_number_are_no_price(tmp_path: Path) -> None:
    held = known(
        drawn(
            tmp_path,
            DAY,
            grants="""
            grant_id | start_date | price | hours_per_week | price_unit
            1        | 2020-01-01 | 700   |                | week
            2        | 2020-01-01 | 100   | 14             | hour
            3        | 2020-01-01 | 100   |                | hour
            4        | 2020-01-01 | 3000  |                | month
            5        | 2020-01-01 | 36500 |                | year
            """,
        ),
        DAY,
    ).prices
    assert held["rate"].to_list() == [100.0, 200.0, None, 3000.0, 36500.0]
    assert held["line"].to_list() == [0, 0, 0, 1, 2]


def test_named_inflow_of_a_later_list_is_unknown(tmp_path: Path) -> None:
    named = """
    citizen_id | provision | expected_start_date | price | price_unit
    c1         | SEL-107   | 2022-03-01          | 2000  | day
    """
    assert known(drawn(tmp_path / "later", LATER, grants=ONE, named_inflow=named), DAY).named.height == 0
    assert known(drawn(tmp_path / "now", DAY, grants=ONE, named_inflow=named), DAY).named.height == 1


def test_after_the_last_delivery_nothing_is_known(tmp_path: Path) -> None:
    with pytest.raises(CannotAnswer, match=r"Nothing is known after 2020-06-30.*Import a later delivery"):
        known(drawn(tmp_path, DAY, grants=ONE), date(2020, 7, 1))


def test_without_grants_there_is_nothing_to_forecast(tmp_path: Path) -> None:
    with pytest.raises(CannotAnswer, match="needs the table grants"):
        known(drawn(tmp_path / "none", DAY), DAY)
    with pytest.raises(CannotAnswer, match="no history"):
        known(drawn(tmp_path / "later", DAY, grants=ONE), date(2018, 1, 1))


def test_whatever_happens_after_the_day_the_forecast_is_the_same(tmp_path: Path) -> None:
    day = date(2019, 9, 30)
    rows = town()
    other = {name: [dict(row) for row in table] for name, table in rows.items()}
    for row in other["grants"]:  # all later ends a month later, all later grants to another citizen
        if row["end_date"] > str(day):
            row["end_date"] = str(date.fromisoformat(row["end_date"]) + timedelta(days=30))
        if row["decision_date"] > str(day):
            row["citizen_id"], row["provision"] = "another", "SEL-85"
    other["grant_prices"] = [row for row in other["grant_prices"] if row["start_date"] <= str(day)]
    other["postings"] = [row for row in other["postings"] if row["date"] <= str(day)]
    made = [
        forecast(snapshot(tmp_path / name, date(2021, 6, 30), tables), day, Month(2019, 1), Month(2020, 12), draws=20)
        for name, tables in (("as it was", rows), ("otherwise", other))
    ]
    values = [each.draws(["function"]).values for each in made]
    assert np.array_equal(*values)
