# SPDX-License-Identifier: EUPL-1.2
"""What is missing is said on the command line, with what the forecast can still tell."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from forecast.typed import Typed, delivered, typing_at
from registers_to_forecast import KNOWN, Rows, town

YEAR = ("--from", "2021-01", "--to", "2021-12", "--total", "year", "--draws", "20")
Store = Callable[[Mapping[str, Rows]], Typed]


@pytest.fixture
def deliver(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Store:
    """A store of a register."""

    def made(rows: Mapping[str, Rows]) -> Typed:
        typed = typing_at(store, monkeypatch, capfd)
        status, _, said = typed("import", str(delivered(tmp_path / "delivery", rows)), "--known-at", str(KNOWN))
        assert status == 0, said
        return typed

    return made


def caveats(out: str) -> str:
    return " ".join(json.loads(out)["header"]["caveats"])


def mean(out: str) -> float:
    return float(json.loads(out)["rows"][0]["mean"])


def test_without_history_it_is_said_what_to_deliver(deliver: Store) -> None:
    rows = town(monthly=1.0)
    begun = [row | {"start_date": "2021-02-01", "end_date": ""} for row in rows["grants"][:9]]
    status, _, said = deliver({"grants": begun})("forecast", *YEAR)
    assert status == 1
    assert "no history to forecast from" in said
    assert "deliver" in said


def test_without_prices_the_accounts_are_carried_on_and_recipients_can_be_told(deliver: Store) -> None:
    rows = town(monthly=1.0)
    bare = [{name: value for name, value in row.items() if not name.startswith("price")} for row in rows["grants"]]
    styr = deliver({"grants": bare, "postings": rows["postings"]})
    status, out, _ = styr("forecast", *YEAR, "--format", "json")
    assert status == 0
    assert "carried on from the accounts" in caveats(out)
    assert mean(out) > 0
    assert mean(styr("forecast", *YEAR, "--measure", "full_time_recipients", "--format", "json")[1]) > 0


def test_a_price_by_the_hour_without_hours_is_named(deliver: Store) -> None:
    rows = town(monthly=1.0)
    hourly = [row | {"price_unit": "hour"} for row in rows["grants"]]
    status, out, _ = deliver({"grants": hourly, "postings": rows["postings"]})("forecast", *YEAR, "--format", "json")
    assert status == 0
    assert "priced by the hour and have no hours (hours_per_week)" in caveats(out)


def test_without_a_budget_it_is_said_that_the_forecast_needs_none(deliver: Store, tmp_path: Path) -> None:
    styr = deliver(town(monthly=1.0))
    status, _, said = styr("forecast", *YEAR, "--budget", "adopted")
    assert status == 1
    assert "leave --budget out" in said.replace("\n", " ")
    status, _, said = styr("forecast", *YEAR, "--budget", str(tmp_path / "budget.csv"))
    assert status == 1
    assert "neither a budget version (adopted, revised) nor a file" in said.replace("\n", " ")
    part = ("--from", "2021-03", "--to", "2021-12", "--total", "year")
    assert "whole years" in styr("forecast", *part, "--budget", "adopted")[2].replace("\n", " ")
    assert "--total year" in styr("forecast", *YEAR[:4], "--budget", "adopted")[2].replace("\n", " ")


def test_a_budget_of_ones_own_is_held_against_the_forecast(deliver: Store, tmp_path: Path) -> None:
    styr, path = deliver(town(monthly=1.0)), tmp_path / "budget.csv"
    path.write_text("year,function,amount\n2021,5.38.52,1e12\n", encoding="utf-8")
    status, out, _ = styr("forecast", *YEAR, "--by", "function", "--budget", str(path), "--format", "json")
    assert status == 0
    rows = {row["function"]: (row["budget"], row["probability_within"]) for row in json.loads(out)["rows"]}
    assert rows["5.38.52"] == (1e12, 1.0)
    assert all(row == (None, None) for function, row in rows.items() if function != "5.38.52")
    path.write_text("year,amount\n2021,1\n", encoding="utf-8")
    out = styr("forecast", *YEAR, "--budget", str(path), "--format", "json")[1]
    assert json.loads(out)["rows"][0]["probability_within"] == 0.0
    path.write_text("year,money\n2021,1\n", encoding="utf-8")
    assert "the column amount is missing" in styr("forecast", *YEAR, "--budget", str(path))[2].replace("\n", " ")


def test_a_day_after_the_last_delivery_is_refused_with_the_last_that_can_be_had(deliver: Store) -> None:
    status, _, said = deliver(town(monthly=1.0))("forecast", *YEAR, "--known-at", "2021-06-30")
    assert status == 1
    assert str(KNOWN) in said


def test_of_five_grants_it_is_said_that_the_forecast_rests_on_others(deliver: Store) -> None:
    five = [
        {"grant_id": f"g{place}", "citizen_id": f"c{place}", "provision": "SEL-107", "start_date": "2018-01-01"}
        | {"price": "1000", "price_unit": "day"}
        for place in range(5)
    ]
    styr = deliver({"grants": five})
    status, out, _ = styr("forecast", *YEAR, "--format", "json")
    assert status == 0
    assert "fewer than 20 running grants" in caveats(out)
    assert mean(out) > 0
    hidden = json.loads(styr("forecast", *YEAR, "--by", "age_group,provision", "--format", "json")[1])["rows"]
    assert all(row["mean"] is None or row["provision"] == "SEL-107" for row in hidden)


def test_a_region_is_the_sum_of_its_municipalities(deliver: Store) -> None:
    styr = deliver(town(monthly=1.0))
    (region,) = json.loads(styr("forecast", *YEAR, "--by", "region", "--format", "json")[1])["rows"]
    (whole,) = json.loads(styr("forecast", *YEAR, "--format", "json")[1])["rows"]
    assert region["region"] == "1084"
    assert region["mean"] == whole["mean"]


def test_where_the_uncertainty_comes_from_adds_up_and_names_no_one_unasked(deliver: Store) -> None:
    styr = deliver(town(monthly=2.0))
    asked = ("forecast", "cases", "--from", "2021-01", "--to", "2021-12", "--draws", "200", "--format", "json")
    status, out, _ = styr(*asked)
    assert status == 0
    rows = json.loads(out)["rows"]
    sources = {row["source"]: row["share"] for row in rows if row["provision"] is None}
    assert set(sources) == {"grants", "named_inflow", "moves", "newcomers", "bridge"}
    assert sum(sources.values()) == pytest.approx(100)
    assert "grant_id" not in rows[0]
    answer = json.loads(styr(*asked, "--grants", "--most", "3")[1])
    assert len(answer["rows"]) == 3
    shares = [row["share"] for row in answer["rows"]]
    assert shares == sorted(shares, reverse=True)
    assert "Only for those" in answer["header"]["persons"]


def test_the_buffers_add_up_to_the_forecast(deliver: Store) -> None:
    styr = deliver(town(monthly=2.0))
    asked = ("--from", "2020-07", "--to", "2021-12", "--draws", "50", "--format", "json")
    rows = json.loads(styr("forecast", "buffers", *asked)[1])["rows"]
    years = json.loads(styr("forecast", *asked, "--total", "year")[1])["rows"]
    for year in years:
        sums = sum(row["amount"] for row in rows if row["year"] == year["year"])
        assert sums == pytest.approx(year["mean"], rel=1e-4)
    of = {row["buffer"]: row["amount"] for row in rows if row["year"] == 2021}
    assert of["committed"] > 0 > of["ends"]
    assert of["accounts"] == 0
