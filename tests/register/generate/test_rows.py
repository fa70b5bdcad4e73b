# SPDX-License-Identifier: EUPL-1.2
"""The generated rows hold together as a register should, and money follows the grants."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from styr import vocabulary
from styr.vocabulary.exchange import tables

LAST = date(2024, 12, 31)


def test_the_import_finds_nothing_to_reject(delivery, found_in) -> None:
    assert found_in(delivery.written.directory).rows() == []


def test_every_reference_is_there(delivery) -> None:
    for name, table in tables().items():
        for column in table.references:
            target, key = column.refers
            used = delivery[name].select(column.name).drop_nulls().unique()
            missing = used.join(delivery[target], left_on=column.name, right_on=key, how="anti")
            assert missing.is_empty(), f"{name}.{column.name}"


def test_keys_name_one_row(delivery) -> None:
    for name, table in tables().items():
        assert not delivery[name].select(table.key).is_duplicated().any(), name


def test_codes_are_those_of_the_vocabulary(delivery) -> None:
    for name, table in tables().items():
        for column in table:
            if column.type == "code" and column.list not in (None, "grouping"):
                codes = delivery[name][column.name].drop_nulls().unique()
                assert [code for code in codes if code not in vocabulary.codelist(column.list)] == [], column.name


@pytest.mark.parametrize(("table", "owner"), [("residences", "citizen_id"), ("grant_prices", "grant_id")])
def test_periods_of_one_owner_do_not_overlap(delivery, table: str, owner: str) -> None:
    rows = delivery[table].sort(owner, "start_date").with_columns(pl.col("end_date").fill_null(date(2100, 1, 1)))
    before = rows["end_date"].cum_max().shift(1)
    rows = rows.with_columns(pl.col("end_date").shift(1).over(owner).alias("before"))
    assert rows.filter(pl.col("start_date") <= pl.col("before")).is_empty()
    assert before.len() == rows.height


def test_nobody_has_help_outside_their_life(delivery) -> None:
    grants = delivery["grants"].join(delivery["citizens"], on="citizen_id")
    assert grants.filter(pl.col("start_date") < pl.col("birth_date")).is_empty()
    dead = grants.filter(pl.col("death_date").is_not_null())
    assert dead.filter(pl.col("end_date").is_null() | (pl.col("end_date") > pl.col("death_date"))).is_empty()
    assert dead.height > 0


def test_help_for_adults_is_given_to_adults(delivery) -> None:
    rows = delivery["grants"].join(delivery["citizens"], on="citizen_id")
    childrens = [term.code for term in vocabulary.codelist("provision") if term.extra.get("children")]
    age = (pl.col("start_date") - pl.col("birth_date")).dt.total_days() / 365.25
    assert rows.filter(~pl.col("provision").is_in(childrens) & (age < 17.99)).is_empty()


def test_support_at_home_and_places_exclude_one_another(delivery) -> None:
    four = ["SEL-85", "SEL-107", "SEL-85-botilbud", "SEL-108"]
    rows = delivery["grants"].filter(pl.col("provision").is_in(four)).sort("citizen_id", "start_date")
    ends = pl.col("end_date").fill_null(date(2100, 1, 1))
    rows = rows.with_columns(ends.shift(1).over("citizen_id").alias("before"))
    assert rows.filter(pl.col("start_date") <= pl.col("before")).is_empty()


def test_nothing_is_known_that_happens_after_the_last_day(delivery) -> None:
    foretold = {
        ("grants", "expected_end_date"),
        ("named_inflow", "expected_start_date"),
        ("vacancies", "available_from"),
    }
    decided = {("grants", "decision_date"), ("cases", "date")}
    for name, table in tables().items():
        for column in table:
            if column.type in ("date", "month") and (name, column.name) not in foretold | decided:
                latest = delivery[name][column.name].max()
                assert latest is None or latest <= LAST, f"{name}.{column.name}"


def test_children_come_under_barnets_lov_from_2024(delivery) -> None:
    rows = delivery["grants"].with_columns(pl.col("provision").str.slice(0, 3).alias("law"))
    assert rows.filter((pl.col("law") == "BL-") & (pl.col("start_date") < date(2024, 1, 1))).is_empty()
    served = rows.filter(
        pl.col("provision").str.contains("^SEL-(52|66|76)") & (pl.col("start_date") >= date(2024, 1, 1))
    )
    assert served.is_empty()
    assert rows.filter(pl.col("law") == "BL-").height > 0


def price_days(delivery) -> pl.DataFrame:
    """Every grant with the periods of its prices: those of grant_prices, and before them the price on the grant."""
    grants = delivery["grants"].with_columns(pl.col("end_date").fill_null(LAST))
    later = delivery["grant_prices"].with_columns(pl.col("end_date").fill_null(LAST))
    first = later.group_by("grant_id").agg((pl.col("start_date").min() - pl.duration(days=1)).alias("until"))
    early = grants.join(first, on="grant_id", how="left").with_columns(
        pl.min_horizontal("end_date", pl.col("until").fill_null(LAST)).alias("end_date")
    )
    columns = ["grant_id", "start_date", "end_date", "price", "price_unit"]
    rows = pl.concat([early.select(columns), later.select(columns)])
    return rows.join(grants.select("grant_id", "paying_municipality", "provision", "hours_per_week"), on="grant_id")


def cost_in(rows: pl.DataFrame, year: int) -> pl.Expr:
    """Cost in a year by METHODS § 2, a month's price taken as its twelfth of the year."""
    days = (
        pl.min_horizontal("end_date", pl.lit(date(year, 12, 31)))
        - pl.max_horizontal("start_date", pl.lit(date(year, 1, 1)))
    ).dt.total_days() + 1
    length = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    unit = {"day": 1.0, "month": 12 / length, "hour": 1 / 7}
    factor = pl.col("price_unit").replace_strict(unit, return_dtype=pl.Float64)
    hours = pl.when(pl.col("price_unit") == "hour").then("hours_per_week").otherwise(1.0)
    return (days.clip(0) * pl.col("price") * factor * hours).alias("cost")


@pytest.mark.parametrize("year", [2013, 2018, 2022])
def test_what_is_posted_on_an_account_is_what_its_grants_cost(delivery, year: int) -> None:
    function = {
        "SEL-85-botilbud": "5.38.51",
        "SEL-107": "5.38.52",
        "SEL-108": "5.38.50",
        "SEL-104": "5.38.59",
        "SEL-103": "5.38.58",
    }
    rows = price_days(delivery).filter(
        pl.col("provision").is_in(list(function)) & (pl.col("paying_municipality") == "791")
    )
    cost = (
        rows.with_columns(cost_in(rows, year), pl.col("provision").replace_strict(function).alias("function"))
        .group_by("function")
        .agg(pl.sum("cost"))
    )
    posted = (
        delivery["postings"]
        .filter((pl.col("date").dt.year() == year) & (pl.col("dranst") == 1) & (pl.col("municipality") == "791"))
        .group_by("function")
        .agg(pl.sum("amount"))
    )
    for function_code, expected, amount in cost.join(posted, on="function").iter_rows():
        assert amount == pytest.approx(expected, rel=0.10), (
            function_code
        )  # own operation, late bookings, misplaced ones


def test_bought_places_are_invoiced_with_citizen_and_grant_and_own_operation_without(delivery) -> None:
    postings = delivery["postings"].filter(pl.col("dranst") == 1)
    invoices = postings.filter(pl.col("grant_id").is_not_null())
    assert invoices["citizen_id"].null_count() == 0
    assert set(invoices["operator_type"].unique()) >= {"municipal", "regional", "private"}
    own = postings.filter(pl.col("grant_id").is_null())
    assert own["citizen_id"].null_count() == own.height > 0


def test_crisis_centres_and_shelters_are_refunded_by_half(delivery) -> None:
    rows = delivery["postings"].filter((pl.col("function") == "5.38.42") & pl.col("grouping").is_in(["001", "002"]))
    paid = rows.filter(pl.col("dranst") == 1)["amount"].sum()
    refunded = rows.filter(pl.col("dranst") == 2)["amount"].sum()
    assert -refunded == pytest.approx(paid / 2, rel=0.08)


def test_places_are_seldom_used_by_more_than_there_are(delivery) -> None:
    day = date(2020, 1, 1)
    on = (pl.col("start_date") <= day) & (pl.col("end_date").is_null() | (pl.col("end_date") >= day))
    places = delivery["places"].filter(on).group_by("department_id").agg(pl.sum("places"))
    used = delivery["grants"].filter(on & pl.col("provision").is_in(["SEL-107", "SEL-108", "SEL-85-botilbud"]))
    used = used.group_by("department_id").len().join(places, on="department_id", how="left")
    over = used.filter(pl.col("len") > pl.col("places").fill_null(0))["len"].sum()
    assert over <= 0.15 * used["len"].sum()


def test_goals_and_measurements_belong_to_recipients(delivery) -> None:
    goals = delivery["goals"].join(delivery["grants"], on="citizen_id", how="anti")
    assert goals.is_empty()
    values = delivery["measurements"]["value"]
    assert values.min() >= 1
    assert values.max() <= 5


def test_stages_of_a_case_come_in_order(delivery) -> None:
    wide = delivery["case_events"].pivot("stage", index="case_id", values="date", aggregate_function="min")
    for earlier, later in (("enquiry", "decision"), ("decision", "start"), ("start", "end")):
        assert wide.filter(pl.col(earlier) > pl.col(later)).is_empty(), (earlier, later)
