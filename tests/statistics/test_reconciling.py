# SPDX-License-Identifier: EUPL-1.2
"""Grants held against postings: a posting agrees with the month of the grant it is for, what stands alone is said to,
and what may explain it is suggested."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import zip_longest
from pathlib import Path

import polars as pl
import pytest
from drawn import cells
from specs.reading import Spec, draw

from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, count
from styr.statistics.reconciling import Reconciled, reconcile

Held = Callable[..., Reconciled]
BOUGHT = {
    "offers": "offer_id | operator_code\n1 | 461",
    "departments": "department_id | offer_id\n1 | 1",
}
GRANT = """
    grant_id | start_date | end_date   | price | price_unit | department_id
    g1       | 2023-11-16 | 2024-04-30 | 1000  | day        | 1
"""
PAID = """
    posting_id | date       | grant_id | citizen_id | amount
    p1         | 2023-12-07 | g1       | c1         | 15000
    p2         | 2023-12-20 | g1       | c1         | 31000
    p3         | 2024-02-05 | g1       | c1         | 31000
    p4         | 2024-03-05 | g1       | c1         | 29000
    p5         | 2024-04-05 | g1       | c1         | 31000
    p6         | 2024-05-06 | g1       | c1         | 30000
"""


@pytest.fixture
def held(tmp_path: Path) -> Held:
    """Reconciles 2024 of municipality 101 in a drawn register."""

    def of(grants: str = GRANT, postings: str = PAID, known_at: date = date(2024, 12, 31), **more: str) -> Reconciled:
        return reconcile(drawn(tmp_path, known_at, grants=grants, postings=postings, **more), "101", 2024)

    return of


def drawn(folder: Path, known_at: date, **tables: str) -> Snapshot:
    """A snapshot of drawn tables; the grants are bought of another municipality where their department is 1."""
    rows = {}
    for name, drawing in {**BOUGHT, **tables}.items():
        header, *body = cells(drawing)
        rows[name] = [dict(zip_longest(header, row, fillvalue="")) for row in body]
    return draw(Spec("drawn", tables=rows, known_at=known_at), folder)


def states(rows: pl.DataFrame, by: str) -> dict[str, str]:
    """What became of each row."""
    return {str(key): state for key, state in rows.select(by, "state").iter_rows()}


def only(found: Reconciled) -> dict[str, object]:
    """The one suggestion there is."""
    assert found.suggested.height == 1, found.suggested
    return found.suggested.to_dicts()[0]


def test_a_month_paid_for_in_the_next_agrees_though_december_is_paid_for_in_december(held: Held) -> None:
    found = held()
    assert set(found.granted["state"]) == {"agrees"} and found.granted.height == 4
    assert found.granted["posting_id"].to_list() == ["p3", "p4", "p5", "p6"]
    assert set(found.posted["state"]) == {"agrees"}
    assert found.suggested.height == 0


def test_what_each_month_should_cost_is_the_individual_expenditure(tmp_path: Path) -> None:
    grants = """
        grant_id | start_date | end_date   | price | price_unit | hours_per_week | department_id
        g1       | 2023-11-16 | 2024-04-30 | 1000  | day        |                | 1
        g2       | 2024-02-10 |            | 9000  | month      |                | 1
        g3       | 2024-01-01 | 2024-06-15 | 80000 | year       |                |
        g4       | 2024-03-03 | 2024-03-20 | 350   | hour       | 10             |
    """
    prices = "grant_id | start_date | end_date | price | price_unit\ng1 | 2024-02-15 | 2024-03-10 | 1200 | day"
    snapshot = drawn(tmp_path, date(2024, 12, 31), grants=grants, postings=PAID, grant_prices=prices)
    lines = reconcile(snapshot, "101", 2024).granted
    asked = {"from_year": 2024, "to_year": 2024, "disclosure_control": False}
    by_month = count(snapshot, "individual_expenditure", ["month"], **asked).to_polars()
    ours = lines.group_by(pl.col("month").dt.strftime("%Y-%m")).agg(pl.col("amount").sum()).sort("month")
    assert ours["amount"].to_list() == pytest.approx(by_month.sort("month")["value"].to_list(), abs=0.05)


def test_a_month_nobody_has_posted_stands_alone_and_the_last_known_may_still_come(held: Held) -> None:
    until = GRANT.replace("2024-04-30", "          ")
    found = held(until, known_at=date(2024, 6, 30))
    assert states(found.granted, "month") == {
        "2024-01-01": "agrees", "2024-02-01": "agrees", "2024-03-01": "agrees", "2024-04-01": "agrees",
        "2024-05-01": "alone", "2024-06-01": "awaited",
    }  # fmt: skip


def test_a_grant_in_own_operation_is_not_missed_among_the_postings(held: Held) -> None:
    own = GRANT + "g2 | 2024-01-01 | 2024-02-29 | 500 | day | \n"
    assert states(held(own).granted.filter(grant_id="g2"), "month") == {"2024-01-01": "own", "2024-02-01": "own"}


def test_a_late_posting_is_suggested_for_the_month_it_lacks(held: Held) -> None:
    late = PAID.replace("2024-03-05", "2024-06-05")
    suggested = only(held(postings=late))
    assert suggested["kind"] == "other_month" and suggested["postings"] == ["p4"]
    assert suggested["months"] == [date(2024, 2, 1)] and suggested["granted"] == suggested["posted"] == 29000


def test_a_posting_on_another_function_is_suggested_as_misplaced(held: Held) -> None:
    misplaced = """
    posting_id | date       | grant_id | citizen_id | amount | function
    """ + "".join(
        f"{row} | {'5.38.52' if row.startswith('p5') else '5.38.50'}\n"
        for row in (line.strip() for line in PAID.strip().splitlines()[1:])
    )
    suggested = only(held(postings=misplaced))
    assert suggested["kind"] == "other_account" and suggested["function"] == "5.38.52"


def test_a_posting_that_was_wrong_and_put_right_is_suggested_as_one_with_its_correction(held: Held) -> None:
    tenfold = PAID.replace("| 29000", "| 290000") + "p7 | 2024-04-20 | g1 | c1 | -261000\n"
    suggested = only(held(postings=tenfold))
    assert suggested["kind"] == "corrected" and suggested["postings"] == ["p4", "p7"]


def test_ten_times_the_amount_is_suggested_as_a_misplaced_point(held: Held) -> None:
    assert only(held(postings=PAID.replace("| 29000", "| 290000")))["kind"] == "tenfold"


def test_another_price_than_the_grants_is_suggested_with_both_amounts(held: Held) -> None:
    suggested = only(held(postings=PAID.replace("| 29000", "| 30450")))
    assert (suggested["kind"], suggested["granted"], suggested["posted"]) == ("other_price", 29000, 30450)


def test_a_grant_that_has_ended_and_is_paid_on_is_suggested_as_ended(held: Held) -> None:
    on = PAID + "p7 | 2024-06-06 | g1 | c1 | 31000\n"
    suggested = only(held(postings=on))
    assert (suggested["kind"], suggested["grant_id"], suggested["posted"]) == ("ended", "g1", 31000)


def test_postings_that_cancel_each_other_are_suggested_as_nothing(held: Held) -> None:
    both = PAID + "p7 | 2024-03-06 | g1 | c1 | 4000\np8 | 2024-03-09 | g1 | c1 | -4000\n"
    suggested = only(held(postings=both))
    assert (suggested["kind"], suggested["postings"]) == ("cancelled", ["p7", "p8"])


def test_a_citizen_without_a_grant_is_said_to_have_none(held: Held) -> None:
    other = PAID + "p7 | 2024-03-06 | | c9 | 4000\n"
    suggested = only(held(postings=other))
    assert (suggested["kind"], suggested["citizen_id"]) == ("no_grant", "c9")


def test_postings_that_name_no_grant_are_held_against_their_citizens(held: Held) -> None:
    unnamed = PAID.replace("| g1 ", "|    ")
    assert set(held(postings=unnamed).granted["state"]) == {"agrees"}


def test_a_suggestion_keeps_its_key_when_other_rows_come(held: Held, tmp_path: Path) -> None:
    late = PAID.replace("2024-03-05", "2024-06-05")
    key = only(held(postings=late))["key"]
    more = held(postings=late + "p7 | 2024-03-06 | | c9 | 4000\n", known_at=date(2024, 11, 30))
    assert key in more.suggested["key"].to_list() and more.suggested.height == 2


def test_a_year_without_postings_that_name_a_citizen_is_refused_in_both_languages(tmp_path: Path) -> None:
    snapshot = drawn(tmp_path, date(2024, 12, 31), grants=GRANT)
    with pytest.raises(CannotAnswer) as refusal:
        reconcile(snapshot, "101", 2024)
    assert "postings" in refusal.value.said("en") and "posteringer" in refusal.value.said("da")
    with pytest.raises(CannotAnswer):
        reconcile(snapshot, "101", 2026)
