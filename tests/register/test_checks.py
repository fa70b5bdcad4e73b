# SPDX-License-Identifier: EUPL-1.2
"""Each check across rows: what is rejected, where, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from register.taking import CITIZENS, contents, drawn_rows, known, refusal, rejections, take, write_csv

from styr.register.models import Delivery

Write = Callable[..., Path]
OFFERS = """
    offer_id | name   | operator_type | operator_code | municipality
    o1       | Solgår | municipal     | 101           | 101
"""


def grants(*rows: str) -> str:
    return "\n".join(["grant_id | citizen_id | provision | start_date | end_date | paying_municipality | price", *rows])


@pytest.fixture
def register(any_store: Path, delivery: Write) -> Write:
    """A register that knows two citizens; gives the writer of deliveries."""
    take(delivery("before", citizens=CITIZENS))
    return delivery


def sentence(path: Path) -> str:
    return refusal(path).splitlines()[0]


def test_a_grant_may_not_end_before_it_starts(register: Write) -> None:
    path = register(grants=grants("g1|c1|107|2024-03-01|2024-03-01|101|1", "g2|c1|107|2024-03-02|2024-03-01|101|1"))
    assert sentence(path) == (
        "grants.csv row 3, end_date '2024-03-01': the end lies before the start "
        "(start_date 2024-03-02, end_date 2024-03-01): correct one of the two"
    )
    assert rejections(path) == [("grants.csv", 3, "end_date", "2024-03-01", "end_before_start")]


@pytest.mark.parametrize(
    ("table", "drawing", "column"),
    [
        (
            "offers",
            "offer_id|name|operator_type|operator_code|municipality|opened|closed\no9|x|private|x|101|2024-02-01|2024-01-31",
            "closed",
        ),
        (
            "goals",
            "goal_id|citizen_id|kind|set_date|closed_date\nm1|c1|progression|2024-02-01|2024-01-31",
            "closed_date",
        ),
        ("residences", "citizen_id|municipality|start_date|end_date\nc1|101|2024-02-01|2024-01-31", "end_date"),
        (
            "placement_requests",
            "request_id|citizen_id|provisions|wanted_from|created|closed\nr|c1|107|2024-05-01|2024-02-01|2024-01-31",
            "closed",
        ),
    ],
)
def test_no_period_ends_before_it_starts(register: Write, table: str, drawing: str, column: str) -> None:
    path = register(**{table: drawing})
    assert rejections(path) == [(f"{table}.csv", 2, column, "2024-01-31", "end_before_start")]


def test_a_grant_lies_within_its_citizens_life(register: Write) -> None:
    path = register(
        citizens="citizen_id|birth_date|sex|municipality|death_date\nc1|1980-01-01|K|101|2024-01-31",
        grants=grants(
            "g1|c1|107|2023-01-01|2024-01-31|101|1",
            "g2|c1|107|2023-01-01|2024-02-01|101|1",
            "g3|c1|107|2024-02-01||101|1",
            "g4|c1|107|2023-01-01||101|1",
            "g5|c2|107|1990-06-29|2020-01-01|151|1",
        ),
    )
    assert rejections(path) == [
        ("grants.csv", 3, "end_date", "2024-02-01", "outside_life"),
        ("grants.csv", 4, "end_date", "", "outside_life"),
        ("grants.csv", 6, "start_date", "1990-06-29", "birth_after_grant"),
    ]
    dead = "the grant covers days after the citizen died († 2024-01-31): end it on that day"
    assert refusal(path).splitlines() == [
        f"grants.csv row 3, end_date '2024-02-01': {dead}",
        f"grants.csv row 4, end_date: {dead}",
        "grants.csv row 6, start_date '1990-06-29': the grant starts before the citizen was born "
        "(start_date 1990-06-29, birth_date 1990-06-30)",
    ]
    taken = take(path, skip_invalid=True)
    assert ("open_after_death", 1) in [(warning.kind, warning.count) for warning in taken.warnings]


def test_a_citizens_life_already_in_the_register_counts_too(register: Write) -> None:
    take(
        register("death", citizens="citizen_id|birth_date|sex|municipality|death_date\nc1|1980-01-01|K|101|2024-01-31")
    )
    path = register("later", grants=grants("g1|c1|107|2024-02-01|2024-03-01|101|1"))
    assert rejections(path) == [("grants.csv", 2, "end_date", "2024-03-01", "outside_life")]


def test_news_of_a_citizens_life_leaves_no_grant_of_the_register_outside_it(register: Write) -> None:
    take(register("grants", grants=grants("g1|c1|107|2023-01-01|2024-03-01|101|1", "g2|c1|107|2023-01-01||101|1")))
    death = "citizen_id|birth_date|sex|municipality|death_date\nc1|1980-01-01|K|101|2024-01-31"
    assert rejections(register("death", citizens=death)) == [
        ("citizens.csv", 2, "death_date", "2024-01-31", "death_before_stored")
    ]
    assert sentence(register("death", citizens=death)).endswith(
        "a grant in the register (g1) covers days after the citizen died: hand it in too, ended on that day"
    )
    birth = "citizen_id|birth_date|sex|municipality\nc1|2023-01-02|K|101"
    assert [found[-1] for found in rejections(register("birth", citizens=birth))] == ["birth_after_stored"]
    take(register("both", citizens=death, grants=grants("g1|c1|107|2023-01-01|2024-01-31|101|1")))
    assert Delivery.objects.filter(outcome=Delivery.Outcome.TAKEN).count() == 3
    take(register("again", citizens=death))


def test_a_citizen_does_not_die_before_birth(register: Write) -> None:
    path = register(citizens="citizen_id|birth_date|sex|municipality|death_date\nc9|1980-01-02|K|101|1980-01-01")
    assert rejections(path) == [("citizens.csv", 2, "death_date", "1980-01-01", "death_before_birth")]


def test_a_reference_is_met_in_the_delivery_or_in_the_register(register: Write) -> None:
    path = register(
        citizens="citizen_id|birth_date|sex|municipality\nc3|1970-01-01|K|101",
        grants=grants("g1|c1|107|2024-01-01||101|1", "g3|c3|107|2024-01-01||101|1", "g4|c4|107|2024-01-01||101|1"),
        grant_prices="grant_id|start_date|price|price_unit\ng3|2024-01-01|1|day\nnone|2024-01-01|1|day",
    )
    nowhere = "neither in this delivery nor in the register: hand it in too"
    assert refusal(path).splitlines() == [
        f"grant_prices.csv row 3, grant_id 'none': is not among grants, {nowhere}",
        f"grants.csv row 4, citizen_id 'c4': is not among citizens, {nowhere}",
    ]


@pytest.mark.parametrize("table", ["residences", "grant_prices"])
def test_periods_that_may_not_overlap(register: Write, table: str) -> None:
    take(register("grant", grants=grants("c1|c1|107|2010-01-01||101|1", "c2|c1|107|2010-01-01||101|1")))

    def periods(name: str, *rows: tuple[str, str, str]) -> Path:
        if table == "residences":
            lines = ["citizen_id|start_date|end_date|municipality", *("|".join((*row, "101")) for row in rows)]
        else:
            lines = ["grant_id|start_date|end_date|price|price_unit", *("|".join((*row, "5", "day")) for row in rows)]
        return register(name, **{table: "\n".join(lines)})

    touching = periods(
        "touching", ("c1", "2020-01-01", "2020-01-31"), ("c1", "2020-02-01", "2020-02-28"), ("c2", "2020-01-15", "")
    )
    take(touching)
    same_day = periods("same day", ("c1", "2021-01-01", "2021-01-31"), ("c1", "2021-01-31", ""))
    assert [(row, column, kind) for _, row, column, _, kind in rejections(same_day)] == [(3, "start_date", "overlap")]
    assert sentence(same_day) == (
        f"{table}.csv row 3, start_date '2021-01-31': the period overlaps another row of the same "
        "(start 2021-01-01): end one the day before the other starts"
    )
    within = periods("within", ("c1", "2022-01-01", ""), ("c1", "2022-02-01", "2022-02-02"))
    assert [row for _, row, *_ in rejections(within)] == [3]
    over_stored = periods("over stored", ("c2", "2022-01-01", "2022-01-02"))
    assert [row for _, row, *_ in rejections(over_stored)] == [2]
    before_stored = periods("before", ("c1", "2019-01-01", "2020-01-01"), ("c1", "2019-02-01", "2019-02-02"))
    assert [row for _, row, *_ in rejections(before_stored)] == [2, 3]
    corrected = periods("corrected", ("c2", "2020-01-15", "2020-12-31"), ("c2", "2021-01-01", ""))
    take(corrected)
    assert [
        row[:3]
        for row in known(table, *(("citizen_id" if table == "residences" else "grant_id"), "start_date", "end_date"))
    ] == [
        ("c1", "2020-01-01", "2020-01-31"),
        ("c1", "2020-02-01", "2020-02-28"),
        ("c2", "2020-01-15", "2020-12-31"),
        ("c2", "2021-01-01", ""),
    ]


@pytest.mark.parametrize(
    ("table", "drawing", "found"),
    [
        ("grants", grants("g1|c1|107|2024-01-01||101|-1"), ("price", "-1", "negative")),
        ("population", "year|municipality|age|sex|persons\n2024|101|7|M|-3", ("persons", "-3", "negative")),
        ("population", "year|municipality|age|sex|persons\n1899|101|7|M|3", ("year", "1899", "year")),
        ("population", "year|municipality|age|sex|persons\n24|101|7|M|3", ("year", "24", "year")),
        ("population", "year|municipality|age|sex|persons\n2024|101|111|M|3", ("age", "111", "range")),
        ("population", "year|municipality|age|sex|persons\n2024|101|7,5|M|3", ("age", "7,5", "integer")),
        ("inspections", "offer_id|date|theme|score\no1|2024-01-01|1|5,1", ("score", "5,1", "range")),
        ("inspections", "offer_id|date|theme|score\no1|2024-01-01|1|0", ("score", "0", "range")),
        ("inspections", "offer_id|date|theme|score\no1|2024-01-01|8|5", ("theme", "8", "range")),
        ("staff", "year|municipality|function|staff_group|fte\n2024|101|5.38.52|other|-1", ("fte", "-1", "negative")),
        (
            "named_inflow",
            "citizen_id|provision|expected_start_date|price|price_unit|probability\nc1|107|2025-01-01|1|day|1,5",
            ("probability", "1,5", "range"),
        ),
        ("delivered_hours", "department_id|month|kind|hours\nd1|2024-01-02|other|1", ("month", "2024-01-02", "month")),
        ("diagnoses", "citizen_id|icd10|date\nc1|84.5|2024-01-01", ("icd10", "84.5", "pattern")),
        (
            "postings",
            "posting_id|date|municipality|function|grouping|dranst|amount\np|2024-01-01|101|5.38.52|001|3|1",
            ("dranst", "3", "range"),
        ),
        (
            "budgets",
            "year|municipality|function|amount|version\n2024|101|5.38.52|999999999999|adopted",
            ("amount", "•••", "range"),
        ),
    ],
)  # fmt: skip
def test_values_out_of_range_are_rejected(
    register: Write, table: str, drawing: str, found: tuple[str, str, str]
) -> None:
    path = register(offers=OFFERS, departments="department_id|offer_id|name\nd1|o1|x", **{table: drawing})
    assert rejections(path) == [(f"{table}.csv", 2, *found)]


def test_negative_amounts_are_income_where_they_can_be(register: Write) -> None:
    take(
        register(
            postings="posting_id|date|municipality|function|grouping|dranst|amount\np|2024-01-01|101|5.38.52|001|2|-12,50"
        )
    )
    assert known("postings", "amount") == [("-12.5",)]


def test_a_key_stands_once(register: Write) -> None:
    row = "c1|107|2024-01-01||101"
    path = register(grants=grants(f"g1|{row}|1", f"g2|{row}|1", f"g1|{row}|1", f"g2|{row}|2", f"g3|{row}|1"))
    assert [(row, column, value, kind) for _, row, column, value, kind in rejections(path)] == [
        (3, "grant_id", "g2", "duplicate_key"),
        (4, "grant_id", "g1", "duplicate_key"),  # says the same as row 2, which stands
        (5, "grant_id", "g2", "duplicate_key"),
    ]
    assert (
        sentence(path)
        == "grants.csv row 3, grant_id 'g2': the same key stands in more than one row (rows 3, 5): keep one of them"
    )
    take(path, skip_invalid=True)
    assert known("grants", "grant_id") == [("g1",), ("g3",)]


def test_a_key_may_hold_unknowns(register: Write) -> None:
    path = register(
        target_groups="citizen_id|target_group|start_date|end_date\nc1|autisme||2020-01-01\nc1|autism|2020-02-01|2020-03-01\nc1|developmental.autism||2020-01-02"
    )
    assert [row for _, row, *_ in rejections(path)] == [2, 4]


def test_rows_of_another_length_are_rejected_with_their_number(register: Write, tmp_path: Path) -> None:
    head = "grant_id;citizen_id;provision;start_date;paying_municipality"
    good = "c1;107;2024-01-01;101"
    lines = [head, f"g1;{good};;x", f"g2;{good}", "g3;c1;10", f"g4;{good}", "cut off"]
    path = write_csv(tmp_path / "ragged", "\n".join(lines))
    assert rejections(path) == [("grants.csv", row, "", "", "fields") for row in (2, 4, 6)]
    assert sentence(path).startswith("grants.csv row 2: the row has another number of fields than the header (7 / 5)")
    take(path, skip_invalid=True)
    assert known("grants", "grant_id") == [("g2",), ("g4",)]
    only_misfits = write_csv(tmp_path / "all", "\n".join([head, "a", "b;c", "d"]))
    assert [row for _, row, *_ in rejections(only_misfits)] == [2, 3, 4]
    taken = take(only_misfits, skip_invalid=True)
    assert taken.tables[0].rejected == 3
    assert taken.rejected_to is not None
    assert pl.read_csv(taken.rejected_to / "grants.csv")["line"].to_list() == ["a", "b;c", "d"]


def test_every_fault_of_every_table_is_reported_at_once(register: Write) -> None:
    path = register(
        population="year|municipality|age|sex|persons\n1800|Narnia|x|?|-1",
        grants=grants("g1||9999|32-01-2024||0|x"),
    )
    found = {(file, column, kind) for file, _, column, _, kind in rejections(path)}
    assert found == {
        ("population.csv", "year", "year"), ("population.csv", "municipality", "code"),
        ("population.csv", "age", "number"),
        ("population.csv", "sex", "code"), ("population.csv", "persons", "negative"),
        ("grants.csv", "citizen_id", "required"), ("grants.csv", "provision", "code"),
        ("grants.csv", "start_date", "date"),
        ("grants.csv", "paying_municipality", "code"), ("grants.csv", "price", "number"),
    }  # fmt: skip


def test_skipping_takes_the_rest_and_writes_what_was_rejected_with_reasons(register: Write, any_store: Path) -> None:
    path = register(
        citizens="citizen_id|birth_date|sex|municipality\nc3|not a day|K|101\nc4|1970-01-01|K|101",
        grants=grants("g3|c3|107|2024-01-01||101|1", "g4|c4|107|2024-01-01||101|1", "g5|c4|107|2024-01-01||Narnia|x"),
        grant_prices="grant_id|start_date|price|price_unit\ng3|2024-01-01|1|day\ng4|2024-01-01|1|day",
    )
    taken = take(path, skip_invalid=True)
    assert {table.table: (table.read, table.counts.new, table.rejected) for table in taken.tables} == {
        "citizens": (2, 1, 1), "grants": (3, 1, 2), "grant_prices": (2, 1, 1)
    }  # fmt: skip
    assert known("grant_prices", "grant_id") == known("grants", "grant_id") == [("g4",)]
    assert taken.rejected_to == any_store / "rejected" / f"delivery-{taken.number}"
    assert taken.rejected_to.stat().st_mode & 0o077 == 0
    written = pl.read_csv(taken.rejected_to / "grants.csv", infer_schema=False)
    assert written["row"].to_list() == ["2", "4"]
    assert written["citizen_id"].to_list() == ["c3", "c4"]
    assert written["paying_municipality"].to_list() == ["101", "Narnia"]
    assert "is not among citizens" in written["reason"][0]
    assert "is not a known code" in written["reason"][1] and "is not a number" in written["reason"][1]


@pytest.mark.parametrize("faulty", [False, True])
def test_a_dry_run_tells_and_changes_nothing(register: Write, any_store: Path, faulty: bool) -> None:
    before = contents(without_log=False)
    path = register(
        grants=grants("g1|c1|107|2024-01-01||101|1", f"g2|{'nobody' if faulty else 'c2'}|107|2024-01-01||101|1")
    )
    taken = take(path, dry_run=True, skip_invalid=True)
    assert (taken.number, taken.rejections.height) == (None, int(faulty))
    assert taken.tables[0].counts.new == 2 - faulty
    assert contents(without_log=False) == before
    assert not (any_store / "rejected").exists()
    if faulty:
        refusal(path, dry_run=True)
        assert contents(without_log=False) == before


def test_the_delivery_log_says_who_when_what_and_what_came_of_it(register: Write) -> None:
    good = register("good", grants=grants("g1|c1|107|2024-01-01||101|1"))
    bad = register("bad", grants=grants("g2|cX|107|2024-01-01||101|1"))
    take(good, known_at="2024-06-01")
    refusal(bad)
    refusal(bad.parent / "nothing here")
    _, taken, refused, nothing = Delivery.objects.all()
    assert (taken.outcome, taken.source, taken.known_at.year, taken.tables["grants"]["new"]) == (
        "taken",
        "good",
        2024,
        1,
    )
    assert taken.handed_in_by and taken.handed_in_at and len(taken.sha256) == 64
    assert [(file["name"], len(file["sha256"])) for file in taken.files] == [("grants.csv", 64)]
    assert (refused.outcome, refused.source, refused.tables["grants"]["rejected"], len(refused.sha256)) == (
        "refused",
        "bad",
        1,
        64,
    )
    assert refused.problems[0].startswith("grants.csv row 2, citizen_id 'cX': is not among citizens")
    assert (nothing.outcome, nothing.problems) == (
        "refused",
        ["nothing here: no such file or folder; see that the path is right"],
    )


def test_what_a_row_leaves_out_is_unknown_and_a_default_is_taken(register: Write) -> None:
    header = "citizen_id|provision|expected_start_date|price|price_unit"
    take(register(named_inflow=f"probability|{header}\n1|c1|107|2025-01-01|1|day\n0,25|c2|107|2025-01-01|1|dag"))
    take(register("more", named_inflow=f"{header}\nc1|108|2025-01-01|1|måned"))
    assert known("named_inflow", "citizen_id", "provision", "price_unit", "probability") == drawn_rows("""
        citizen_id | provision | unit  | probability
        c1         | SEL-107   | day   | 1.0
        c1         | SEL-108   | month | 1.0
        c2         | SEL-107   | day   | 0.25
    """)
