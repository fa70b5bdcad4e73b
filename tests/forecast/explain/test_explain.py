# SPDX-License-Identifier: EUPL-1.2
"""Why a forecast is another than an earlier one: each cause by an example, and that the parts always add up."""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from registers_to_forecast import KNOWN, Rows, drawn, snapshot, town

from styr.forecast import Assumptions, Month, Override, forecast
from styr.forecast.explain import CAUSES, Change, explain
from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer

SINCE, DAY = date(2019, 12, 31), date(2020, 3, 31)
YEAR = Month(2020, 1), Month(2020, 12)
OLD = "old | c0 | SEL-107 | 2016-01-01 | 2016-01-02 | 0 | day"


def told(buffer: str, **more: object) -> Override:
    words = {"reason": "agreed", "who": "controller", "when": date(2020, 1, 1)}
    return Override(buffer, **{**words, **more})  # type: ignore[arg-type]


#: Nobody comes, nobody leaves or moves but as known, prices stay.
STILL = Assumptions(
    (
        told("exits", factor=0.0),
        told("deaths", factor=0.0),
        told("arrivals", factor=0.0),
        told("reopening", factor=0.0),
        told("transitions", factor=0.0),
        told("price_growth", number=0.0),
        told("named_slip", number=0.0),
    )
)


def causes(change: Change) -> dict[str, float]:
    """What each cause comes to, those that come to nothing left out."""
    rows = change.table(disclosure_control=False).to_pylist()
    return {row["cause"]: round(row["change"]) for row in rows if abs(row["change"]) > 0.5}


def change(held: Snapshot, **more: Any) -> Change:
    asked = {"measure": "individual_expenditure", "draws": 3, "assumptions": STILL, **more}
    return explain(held, DAY, SINCE, *YEAR, **asked)


def register(folder: Path, *grants: str, prices: str = "", day: date = DAY, **more: str) -> Snapshot:
    """A register of grants as lines: grant, citizen, provision, start, end, price, unit."""
    head = "grant_id | citizen_id | provision | start_date | end_date | price | price_unit"
    tables = {"grants": "\n".join([head, OLD, *grants])}
    if prices:
        tables["grant_prices"] = "grant_id | start_date | price\n" + prices
    return drawn(folder, day, **tables, **more)


def test_a_price_that_is_raised_changes_the_forecast_by_its_price(tmp_path: Path) -> None:
    held = register(
        tmp_path, "one | c1 | SEL-107 | 2019-01-01 |  | 100 | day", prices="one | 2020-02-01 | 150", day=KNOWN
    )
    found = change(held)
    assert causes(found) == {"price": 50 * 335}
    (row,) = found.by_grant().to_pylist()
    assert (row["cause"], row["grant_id"]) == ("price", "one")
    assert row["change"] == pytest.approx(50 * 335)


def test_a_grant_that_has_stopped_is_said_to_have_stopped(tmp_path: Path) -> None:
    held = register(tmp_path, "one | c1 | SEL-107 | 2019-01-01 | 2020-03-10 | 100 | day", day=KNOWN)
    assert causes(change(held)) == {"stopped": -100 * (366 - 70)}


def test_a_grant_that_has_begun_is_said_to_have_started(tmp_path: Path) -> None:
    held = register(tmp_path, "one | c1 | SEL-107 | 2020-03-01 |  | 100 | day", day=KNOWN)
    assert causes(change(held)) == {"started": 100 * (366 - 60)}


def test_a_citizen_who_goes_on_to_another_provision_is_said_to_have_moved(tmp_path: Path) -> None:
    held = register(
        tmp_path,
        "one | c1 | SEL-107 | 2019-01-01 | 2020-02-29 | 100 | day",
        "two | c1 | SEL-108 | 2020-03-01 |  | 300 | day",
        day=KNOWN,
    )
    found = change(held)
    assert causes(found) == {"moved": 200 * (366 - 60)}
    rows = {row["grant_id"]: round(row["change"]) for row in found.by_grant().to_pylist()}
    assert rows == {"one": -100 * (366 - 60), "two": 300 * (366 - 60)}


def test_a_citizen_named_beforehand_who_comes_is_named_inflow(tmp_path: Path) -> None:
    named = """
    citizen_id | provision | expected_start_date | price | price_unit | probability | source
    c1         | SEL-107   | 2020-07-01          | 100   | day        | 1           | child_area
    """
    running = "two | c2 | SEL-107 | 2019-01-01 |  | 10 | day"
    citizens = "citizen_id\nc0\nc1\nc2"
    then = register(tmp_path / "then", running, day=SINCE, named_inflow=named, citizens=citizens)
    now = register(
        tmp_path / "now",
        running,
        "one | c1 | SEL-107 | 2020-03-01 |  | 100 | day",
    )
    assert causes(change(now, earlier=then)) == {"named_inflow": 100 * (366 - 60) - 100 * 184}


def test_another_override_is_the_override(tmp_path: Path) -> None:
    held = register(tmp_path, "one | c1 | SEL-95 | 2019-01-01 |  | 100 | day", day=KNOWN)
    more = Assumptions((*STILL.overrides, told("bpa_sickness", number=0.1)))
    found = change(held, assumptions=more, earlier_assumptions=STILL)
    assert causes(found) == {"override": round(0.1 * 100 * 366)}


def test_an_override_is_told_of_the_grants_it_acts_on(tmp_path: Path) -> None:
    held = register(
        tmp_path,
        "one | c1 | SEL-95 | 2019-01-01 |  | 100 | day",
        "two | c2 | SEL-95 | 2019-01-01 |  | 300 | day",
        "three | c3 | SEL-107 | 2019-01-01 |  | 500 | day",
        day=KNOWN,
    )
    more = Assumptions((*STILL.overrides, told("bpa_sickness", number=0.1)))
    found = change(held, assumptions=more, earlier_assumptions=STILL)
    rows = {(row["cause"], row["grant_id"]): round(row["change"]) for row in found.by_grant().to_pylist()}
    assert rows == {("override", "one"): round(0.1 * 100 * 366), ("override", "two"): round(0.1 * 300 * 366)}


def test_an_override_of_the_accounts_is_of_the_cell_and_of_no_grant(tmp_path: Path) -> None:
    held = snapshot(tmp_path, KNOWN, town())
    more = Assumptions((told("bridge", factor=1.1),))
    asked = {"draws": 20, "assumptions": more, "earlier_assumptions": Assumptions()}
    found = explain(held, DAY, SINCE, *YEAR, **asked)  # type: ignore[arg-type]
    overridden = [row for row in found.by_grant().to_pylist() if row["cause"] == "override"]
    assert [row["grant_id"] for row in overridden] == [None]
    assert overridden[0]["change"] > 0


def test_what_has_become_account_is_history_and_what_is_left_the_bridge(tmp_path: Path) -> None:
    held = snapshot(tmp_path, KNOWN, town())
    found = explain(held, DAY, SINCE, *YEAR, draws=20, total="month")
    rows = pl.DataFrame(pl.from_arrow(found.table(disclosure_control=False)))
    sizes = {(month, cause): abs(change) for month, cause, change in rows.select("month", "cause", "change").rows()}
    assert sizes["2020-02", "history"] > 0
    assert sizes["2020-02", "bridge"] == 0
    assert sizes["2020-08", "history"] == 0
    assert sizes["2020-08", "bridge"] > 0


def test_months_that_were_accounts_already_change_by_history_alone(tmp_path: Path) -> None:
    rows = town()
    then = snapshot(tmp_path / "then", KNOWN, rows)
    late = {"posting_id": "late", "date": "2019-12-31", "function": "5.38.52", "amount": "50000"}
    now = snapshot(tmp_path / "now", KNOWN, {**rows, "postings": [*rows["postings"], late]})
    found = explain(now, DAY, SINCE, Month(2019, 12), Month(2019, 12), earlier=then, draws=5, total="month")
    assert causes(found) == {"history": 50_000}


DAYS = st.integers(0, 5 * 365)


@st.composite
def registers(draw: st.DrawFn) -> dict[str, Rows]:
    """Small registers: grants of a few citizens, prices that change, postings of some months."""
    grants, prices = [], []
    for number in range(draw(st.integers(1, 10))):
        start = date(2016, 1, 1) + timedelta(days=draw(DAYS))
        end = start + timedelta(days=draw(DAYS)) if draw(st.booleans()) else None
        row = {
            "grant_id": f"g{number}",
            "citizen_id": f"c{draw(st.integers(0, 6))}",
            "provision": draw(st.sampled_from(["SEL-107", "SEL-108", "SEL-85", "SEL-97"])),
            "start_date": str(start),
            "end_date": str(end) if end else "",
            "price": str(draw(st.integers(0, 3000))),
            "price_unit": draw(st.sampled_from(["day", "month"])),
        }
        grants.append(row | {"decision_date": str(start + timedelta(days=draw(st.integers(-40, 90))))})
        if draw(st.booleans()):
            changed = start + timedelta(days=draw(st.integers(1, 900)))
            price = {"grant_id": f"g{number}", "start_date": str(changed), "price": str(draw(st.integers(0, 3000)))}
            prices.append(price | {"price_unit": row["price_unit"]})
    grants.append(grants[0] | {"grant_id": "first", "start_date": "2016-01-01", "decision_date": "2015-12-01"})
    postings = [
        {"posting_id": f"p{year}-{month}", "date": f"{year}-{month:02d}-15", "function": "5.38.52", "amount": amount}
        for year in range(2017, 2021)
        for month in range(1, 13)
        if (amount := str(draw(st.integers(-1000, 90_000))))
    ]
    return {"grants": grants, "grant_prices": prices, "postings": postings}


@settings(max_examples=8, deadline=None)
@given(
    registers(),
    st.sampled_from(["net_expenditure", "individual_expenditure"]),
    st.sampled_from([(), ("provision",), ("function", "age_group"), ("operator_type",)]),
    st.booleans(),
)
def test_the_parts_add_up_to_the_change_of_every_cell(
    rows: dict[str, Rows], measure: Any, by: tuple[str, ...], overridden: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        held = snapshot(Path(folder), KNOWN, rows)
        more = Assumptions((told("exits", factor=2.0), told("entry_prices", factor=1.2))) if overridden else STILL
        found = explain(
            held, DAY, SINCE, *YEAR, measure=measure, by=by, draws=4, assumptions=more, earlier_assumptions=STILL
        )
        table = pl.DataFrame(pl.from_arrow(found.table(disclosure_control=False)))
        keys = ["year", *by]
        cells = table.group_by(keys).agg(pl.col("change").sum(), pl.col("earlier", "now").first(), pl.len())
        assert cells["len"].unique().to_list() == [len(CAUSES)]
        size = 1.0 + float(cells["now"].abs().max() or 0) + float(cells["earlier"].abs().max() or 0)  # type: ignore[arg-type]
        assert cells["change"].to_list() == pytest.approx((cells["now"] - cells["earlier"]).to_list(), abs=1e-6 * size)
        single = pl.DataFrame(pl.from_arrow(found.by_grant()))
        assert single["change"].sum() == pytest.approx(table["change"].sum(), abs=1e-6 * size)
        for day, told_then, column in ((SINCE, STILL, "earlier"), (DAY, more, "now")):
            made = forecast(held, day, *YEAR, draws=4, assumptions=told_then).draws(total="year", measure=measure)
            assert cells[column].sum() == pytest.approx(float(made.values.mean()), abs=1e-5 * size)


def test_parts_with_few_citizens_behind_are_not_shown_and_cannot_be_worked_out(tmp_path: Path) -> None:
    rows = town(monthly=6.0)
    only = [row for row in rows["grants"] if row["start_date"] < "2020-01-01"]
    moved = next(row for row in only if row["end_date"] and "2020-01-10" < row["end_date"] < "2020-03-01")
    after = moved | {"grant_id": "after", "provision": "SEL-110", "start_date": moved["end_date"], "end_date": ""}
    held = snapshot(tmp_path, KNOWN, {**rows, "grants": [*only, after | {"decision_date": "2020-01-09"}]})
    found = explain(held, DAY, SINCE, *YEAR, draws=10, by=["provision"])
    table = pl.DataFrame(pl.from_arrow(found.table()))
    hidden = table.filter("suppressed")
    assert hidden["change"].drop_nulls().is_empty() or hidden.height > 0
    of_moved = table.filter((pl.col("provision") == "SEL-110") & (pl.col("cause") == "moved"))
    assert of_moved["change"].to_list() == [None]
    by_cell = table.group_by("provision").agg(pl.col("change").null_count(), pl.col("now").null_count().alias("totals"))
    alone = by_cell.filter((pl.col("change") == 1) & (pl.col("totals") == 0))
    assert alone.is_empty(), "one hidden part could be worked out from the others"


def test_days_out_of_order_and_activity_are_refused(tmp_path: Path) -> None:
    held = register(tmp_path, "one | c1 | SEL-107 | 2019-01-01 |  | 100 | day", day=KNOWN)
    with pytest.raises(CannotAnswer, match="must be known before"):
        explain(held, SINCE, DAY, *YEAR)
    with pytest.raises(CannotAnswer, match="not of persons"):
        explain(held, DAY, SINCE, *YEAR, measure="persons")
