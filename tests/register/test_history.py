# SPDX-License-Identifier: EUPL-1.2
"""What was known when: deliveries correct what is known from then on, never what was known before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from register.taking import CITIZENS, contents, drawn_rows, empty_the_register, known, refusal, take, write_csv

from styr.register import store
from styr.register.models import Delivery

Write = Callable[..., Path]


def prices(**years: object) -> str:
    """A drawn table of an index: y2020=1 says the value of 2020."""
    return "\n".join(["series|year|value", *(f"i|{year[1:]}|{value}" for year, value in years.items())])


def values(at: str | None = None) -> dict[str, float]:
    return {year: float(value) for _, year, value in known("price_indices", at=at)}


def test_a_correction_holds_from_then_on_and_not_before(any_store: Path, delivery: Write) -> None:
    take(delivery("first", citizens=CITIZENS), known_at="2024-01-01")
    corrected = CITIZENS.replace("1990-06-30", "1991-06-30").replace("c1 ", "c3 ")
    taken = take(delivery("second", citizens=corrected), known_at="2024-02-01")
    assert [(table.counts.new, table.counts.changed, table.counts.unchanged) for table in taken.tables] == [(1, 1, 0)]
    assert known("citizens", "citizen_id", "birth_date", at="2024-01-31") == drawn_rows("""
        citizen_id | birth_date
        c1         | 1980-01-01
        c2         | 1990-06-30
    """)
    assert known("citizens", "citizen_id", "birth_date") == drawn_rows("""
        citizen_id | birth_date
        c1         | 1980-01-01
        c2         | 1991-06-30
        c3         | 1980-01-01
    """)
    assert known("citizens", at="2023-12-31") == []


def test_what_is_said_again_without_a_value_becomes_unknown(any_store: Path, delivery: Write) -> None:
    header = "citizen_id|birth_date|death_date|sex|municipality"
    take(delivery("dead", citizens=f"{header}\nc1|1980-01-01|2024-01-01|K|101"))
    take(delivery("alive", citizens=f"{header}\nc1|1980-01-01||K|101"))
    assert known("citizens", "death_date") == [("",)]


def test_the_same_delivery_twice_changes_nothing(any_store: Path, delivery: Write) -> None:
    folder = delivery("a", citizens=CITIZENS, price_indices=prices(y2020=1))
    take(folder)
    before = contents()
    again = take(folder)
    assert (again.outcome, contents()) == ("unchanged", before)
    assert {(table.counts.new, table.counts.changed) for table in again.tables} == {(0, 0)}


def test_the_same_delivery_twice_as_of_one_day_changes_nothing(any_store: Path, delivery: Write) -> None:
    folder = delivery("a", price_indices=prices(y2020=1))
    take(folder, known_at="2024-01-01")
    take(delivery("b", price_indices=prices(y2020=2)), known_at="2024-02-01")
    before, snapshot = contents(), store.snapshot().id
    assert take(folder, known_at="2024-01-01").outcome == "unchanged"
    assert (contents(), store.snapshot().id) == (before, snapshot)
    assert take(folder, known_at="2024-03-01").outcome == "taken"
    assert values() == {"2020": 1}


def test_a_after_b_after_a_says_a_again(any_store: Path, delivery: Write) -> None:
    a, b = delivery("a", price_indices=prices(y2020=1, y2021=2)), delivery("b", price_indices=prices(y2020=9, y2022=3))
    for folder, now in [
        (a, {"2020": 1, "2021": 2}),
        (b, {"2020": 9, "2021": 2, "2022": 3}),
        (a, {"2020": 1, "2021": 2, "2022": 3}),
    ]:
        assert take(folder).outcome == "taken"
        assert values() == now


def test_the_order_and_spelling_of_rows_is_no_news(any_store: Path, tmp_path: Path) -> None:
    take(write_csv(tmp_path / "a", "serie;år;værdi\ni;2020;1,5\ni;2021;1000,0\n", "prisindeks.csv"))
    taken = take(write_csv(tmp_path / "b", "value,year,series\n1000,2021,i\n1.50,2020,i\n", "price_indices.csv"))
    assert [(table.counts.changed, table.counts.unchanged) for table in taken.tables] == [(0, 2)]


def test_amounts_that_say_the_same_are_no_news(any_store: Path, tmp_path: Path) -> None:
    header = "posting_id;date;municipality;function;grouping;dranst;amount"
    amounts = ["0,1", "99999999999", "-0,0001", "1234567890,1234", "33,3333", "0,00005", "1e", "4503599627,3705"]
    rows = [f"p{n};2024-01-01;101;5.38.52;001;1;{amount}" for n, amount in enumerate(amounts) if amount != "1e"]
    take(write_csv(tmp_path / "a", "\n".join([header, *rows]), "postings.csv"))
    taken = take(write_csv(tmp_path / "b", "\n".join([header, *rows, ""]), "postings.csv"))
    assert [(table.counts.changed, table.counts.unchanged) for table in taken.tables] == [(0, 7)]


def test_a_late_delivery_does_not_undo_what_was_confirmed_after_it(any_store: Path, delivery: Write) -> None:
    """Twice: the second late one falls between two confirmations of a row the first one has cut in two."""
    take(delivery("1", price_indices=prices(y2020=1)), known_at="2024-01-01")
    for day in ("2024-01-10", "2024-01-20", "2024-01-30"):
        take(delivery(day, price_indices=prices(y2020=1, y2021=int(day[-2:]))), known_at=day)
    take(delivery("late", price_indices=prices(y2020=5)), known_at="2024-01-05")
    take(delivery("later", price_indices=prices(y2020=6)), known_at="2024-01-15")
    seen = {day: values(f"2024-01-{day:02}")["2020"] for day in (1, 4, 5, 9, 10, 14, 15, 19, 20, 30)}
    assert seen == {1: 1, 4: 1, 5: 5, 9: 5, 10: 1, 14: 1, 15: 6, 19: 6, 20: 1, 30: 1}


def test_a_delivery_from_the_future_is_refused(any_store: Path, delivery: Write) -> None:
    assert "lies in the future" in refusal(delivery(price_indices=prices(y2020=1)), known_at="2999-01-01")


# A delivery: (day from which it is known, what it says of some rows)
statements = st.dictionaries(st.sampled_from(["2020", "2021"]), st.integers(1, 3), min_size=1)
sequences = st.lists(st.tuples(st.integers(1, 9), statements), min_size=1, max_size=7)


def model(taken: list[tuple[int, dict[str, int]]], day: int) -> dict[str, float]:
    """The last statement known by the day, of each row; of one day the one handed in last."""
    state: dict[str, float] = {}
    for _, said in sorted((each for each in taken if each[0] <= day), key=lambda each: each[0]):
        state |= said
    return state


def check(tmp: Path, taken: list[tuple[int, dict[str, int]]]) -> None:
    empty_the_register()
    for number, (day, said) in enumerate(taken):
        folder = write_csv(
            tmp / "d",
            f"series;year;value;n{number}\n" + "".join(f"i;{year};{value};\n" for year, value in said.items()),
            "price_indices.csv",
        )
        take(folder, known_at=f"2024-01-{day:02}")
    for day in range(1, 10):
        assert values(f"2024-01-{day:02}") == model(taken, day), f"known on day {day}"
    assert values() == model(taken, 9)
    first = min(day for day, _ in taken)
    for day in {first, max(first, 5)}:
        copy = pl_rows(store.snapshot(date(2024, 1, day)).path("price_indices"))
        assert copy == model(taken, day), f"snapshot as known on day {day}"


def pl_rows(path: Path) -> dict[str, float]:
    frame = pl.read_parquet(path)
    return {str(year): value for year, value in zip(frame["year"], frame["value"], strict=True)}


@pytest.fixture
def folder(store: Path, tmp_path: Path) -> Path:
    return tmp_path


def settle(examples: int) -> Any:
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )


@settle(40)
@given(taken=sequences)
def test_deliveries_in_any_order_give_the_states_they_give_in_order(
    folder: Path, taken: list[tuple[int, dict[str, int]]]
) -> None:
    check(folder, taken)


@pytest.mark.parametrize("any_store", ["postgresql"], indirect=True)
@settle(4)
@given(taken=sequences)
def test_so_they_do_on_postgresql(any_store: Path, tmp_path: Path, taken: list[tuple[int, dict[str, int]]]) -> None:
    check(tmp_path, taken)


def test_refusals_and_unchanged_deliveries_are_no_part_of_what_is_known(any_store: Path, delivery: Write) -> None:
    a = delivery("a", price_indices=prices(y2020=1))
    take(a)
    refusal(delivery("bad", price_indices=prices(y2020="x")))
    take(a)
    assert [each.outcome for each in Delivery.objects.all()] == ["taken", "refused", "unchanged"]
    assert values() == {"2020": 1}
