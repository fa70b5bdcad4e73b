# SPDX-License-Identifier: EUPL-1.2
"""Which municipalities count as having delivered a year, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from specs.reading import Spec, draw

from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, delivered

YEARS = (2017, 2018, 2019)
A_MONTH = 20  # grants that begin and end in a month, where nothing is said


def months(*, of: Iterable[int] = YEARS, without: tuple[str, ...] = ()) -> list[str]:
    """The months of some years, YYYY-MM, without some of them."""
    return [f"{year}-{month:02d}" for year in of for month in range(1, 13) if f"{year}-{month:02d}" not in without]


def grants(municipality: str, in_months: Iterable[str], a_month: int = A_MONTH, **further: str) -> list[dict[str, str]]:
    """Grants of a fortnight, so many in each month."""
    return [
        {
            "grant_id": f"{municipality}-{month}-{number}-{further.get('price', '')}",
            "paying_municipality": municipality,
            "start_date": f"{month}-01",
            "end_date": f"{month}-14",
            "price_unit": "day",
            **further,
        }
        for month in in_months
        for number in range(a_month)
    ]


def drawn(folder: Path, rows: list[dict[str, str]], table: str = "grants") -> Snapshot:
    spec = Spec("drawn", known_at=date(2019, 12, 31))
    spec.tables[table] = rows
    return draw(spec, folder)


def reasons(snapshot: Snapshot, indicator: str, municipality: str, **asked: int) -> dict[int, str]:
    """Year → reason, of one municipality."""
    rows = delivered(snapshot, indicator, **asked).table.to_pylist()
    return {row["year"]: row["reason"] for row in rows if row["municipality"] == municipality}


def test_a_municipality_with_rows_month_after_month_has_delivered(tmp_path: Path) -> None:
    snapshot = drawn(tmp_path, grants("101", months()))
    assert reasons(snapshot, "full_time_recipients", "101") == dict.fromkeys(YEARS, "whole")
    rows = delivered(snapshot, "full_time_recipients").table.to_pylist()
    assert {row["municipality"] for row in rows if row["delivered"]} == {"101"}


def test_a_municipality_without_rows_has_not_and_every_municipality_is_told_of(tmp_path: Path) -> None:
    table = delivered(drawn(tmp_path, grants("101", months())), "full_time_recipients", 2018, 2018).table
    assert table.num_rows == 98
    assert table.column_names == ["indicator", "municipality", "year", "delivered", "reason", "explanation"]
    assert {row["reason"] for row in table.to_pylist() if row["municipality"] != "101"} == {"no_rows"}


def test_a_silent_month_where_much_usually_happens_is_not_delivered(tmp_path: Path) -> None:
    snapshot = drawn(tmp_path, grants("101", months(without=("2018-05",))))
    assert reasons(snapshot, "full_time_recipients", "101") == {2017: "whole", 2018: "silent", 2019: "whole"}


def test_silence_over_new_year_is_told_of_both_years(tmp_path: Path) -> None:
    snapshot = drawn(tmp_path, grants("101", months(without=("2018-12", "2019-01")), a_month=5))
    assert reasons(snapshot, "full_time_recipients", "101") == {2017: "whole", 2018: "silent", 2019: "silent"}


def test_a_small_municipality_may_be_silent_for_months(tmp_path: Path) -> None:
    quiet = months()[::4]
    snapshot = drawn(tmp_path, [*grants("825", quiet, a_month=1), *grants("101", months())])
    assert reasons(snapshot, "full_time_recipients", "825") == dict.fromkeys(YEARS, "whole")


def test_a_delivery_that_stops_counts_until_it_stops(tmp_path: Path) -> None:
    """Grants that still run when it stops are there afterwards, and nothing else happens."""
    running = {"grant_id": "runs", "paying_municipality": "101", "start_date": "2017-01-01"}
    snapshot = drawn(tmp_path, [*grants("101", months(of=(2017, 2018))), running, *grants("147", months())])
    assert reasons(snapshot, "full_time_recipients", "101") == {2017: "whole", 2018: "whole", 2019: "silent"}


def test_a_year_with_under_half_of_what_is_usual_is_not_delivered(tmp_path: Path) -> None:
    rows = [*grants("101", months(of=(2017,)), a_month=5), *grants("101", months(of=(2018, 2019)))]
    found = reasons(drawn(tmp_path, rows), "full_time_recipients", "101", from_year=2017)
    assert found == {2017: "sparse", 2018: "whole", 2019: "whole"}


def test_a_year_with_as_many_grants_but_far_fewer_days_than_its_neighbours_has_dropped(tmp_path: Path) -> None:
    long = [
        {"paying_municipality": "101", "start_date": f"{year}-01-{1 + number % 28:02d}", "end_date": end}
        for year, end in ((2017, "2017-12-31"), (2018, "2018-02-15"), (2019, "2019-12-31"))
        for number in range(120)
    ]
    found = reasons(drawn(tmp_path, [*long, *grants("101", months(), a_month=60)]), "full_time_recipients", "101")
    assert found == {2017: "whole", 2018: "dropped", 2019: "whole"}


def test_expenditure_needs_prices_and_recipients_do_not(tmp_path: Path) -> None:
    rows = [*grants("101", months(), a_month=15, price="10"), *grants("101", months(of=(2018,)), a_month=5)]
    snapshot = drawn(tmp_path, rows)
    assert reasons(snapshot, "individual_expenditure", "101") == {2017: "whole", 2018: "unpriced", 2019: "whole"}
    assert reasons(snapshot, "full_time_recipients", "101")[2018] == "whole"


def test_accounts_are_judged_by_their_postings(tmp_path: Path) -> None:
    rows = [{"municipality": "101", "date": f"{month}-15", "amount": "1"} for month in months() for _ in range(20)]
    late = [row for row in rows if row["date"] < "2019-09-01"]
    snapshot = drawn(tmp_path, late, "postings")
    assert reasons(snapshot, "net_expenditure", "101") == {2017: "whole", 2018: "whole", 2019: "silent"}


def test_the_acting_municipality_may_be_another(tmp_path: Path) -> None:
    snapshot = drawn(tmp_path, grants("101", months(), acting_municipality="147"))
    acting = delivered(snapshot, "full_time_recipients", acting=True).table.to_pylist()
    assert {row["municipality"] for row in acting if row["delivered"]} == {"147"}


def test_reasons_are_told_in_words_with_their_numbers(tmp_path: Path) -> None:
    snapshot = drawn(tmp_path, grants("101", months(without=("2018-05",))))
    rows = delivered(snapshot, "full_time_recipients", 2018, 2018, language="da").table.to_pylist()
    said = {row["municipality"]: row["explanation"] for row in rows}
    assert said["101"].startswith("1 måneder i træk uden hændelser i indsatser, hvor ")
    assert said["147"] == "ingen rækker i indsatser rører året"


def test_the_header_tells_the_rule_with_its_numbers(tmp_path: Path) -> None:
    told = delivered(drawn(tmp_path, grants("101", months())), "full_time_recipients").header
    assert "less often than once in 1 000 000" in told.rule.en
    assert "mindst 50 % af de hændelser" in told.rule.da


def test_years_that_are_not_observed_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotAnswer, match="grants hold 2017 to 2019"):
        delivered(drawn(tmp_path, grants("101", months())), "full_time_recipients", 2016, 2018)


def test_what_lies_where_it_lies_is_not_delivered_by_a_municipality(tmp_path: Path) -> None:
    snapshot = drawn(tmp_path, [{"places": "3", "start_date": "2017-01-01"}], "places")
    with pytest.raises(CannotAnswer, match="counted where things lie"):
        delivered(snapshot, "places")
