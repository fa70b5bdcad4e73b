# SPDX-License-Identifier: EUPL-1.2
"""Results released together: what one hides no other tells."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from specs.reading import draw, read

from styr.register.snapshot import Snapshot
from styr.statistics import Result, count, release

#: Women at 107: 3, men at 107: 9; women at 85: 12, men at 85: 20. Each of the first has a price.
PERSONS = {("K", "SEL-107"): 3, ("M", "SEL-107"): 9, ("K", "SEL-85"): 12, ("M", "SEL-85"): 20}


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    people = [(sex, provision) for (sex, provision), n in PERSONS.items() for _ in range(n)]
    citizens = [f"| c{nth} | {sex} |" for nth, (sex, _) in enumerate(people)]
    grants = [
        f"| c{nth} | {provision} | 2018-01-01 | 2019-12-31 | 10 | day |" for nth, (_, provision) in enumerate(people)
    ]
    drawn = [
        "## Forty-four",
        "known at 2019-12-31",
        "citizens",
        "| citizen_id | sex |",
        "|---|---|",
        *citizens,
        "",
        "grants",
        "| citizen_id | provision | start_date | end_date | price | price_unit |",
        "|---|---|---|---|---|---|",
        *grants,
        "",
    ]
    return draw(read("\n".join(drawn), "drawn")[0], tmp_path)


def counted(snapshot: Snapshot, indicator: str, *by: str) -> Result:
    return count(snapshot, indicator, ("year", *by), 2019, 2019, disclosure_control=False)


def hidden(result: Result, *keys: str) -> set[tuple[str, ...]]:
    return set(result.to_polars().filter("suppressed").select(keys).iter_rows())


def test_a_split_and_its_totals_hide_so_that_neither_tells_the_other(snapshot: Snapshot) -> None:
    results = [counted(snapshot, "recipients_on", *by) for by in ((), ("sex",), ("provision",), ("sex", "provision"))]
    whole, sexes, provisions, both = release(results)
    assert not hidden(whole, "year")
    assert not hidden(sexes, "sex")
    assert not hidden(provisions, "provision")
    assert hidden(both, "sex", "provision") == set(PERSONS)


def test_amounts_are_hidden_where_the_persons_are_and_so_is_what_is_made_of_both(snapshot: Snapshot) -> None:
    by = ("sex", "provision")
    results = [counted(snapshot, key, *by) for key in ("individual_expenditure", "full_time_recipients", "unit_cost")]
    money, persons, cost = release(results)
    assert hidden(money, *by) == hidden(persons, *by) == hidden(cost, *by) == set(PERSONS)
    for result in (money, persons, cost):
        rows = result.to_polars().filter("suppressed").select("value", "numerator", "denominator", "n")
        assert rows.null_count().row(0) == (4, 4, 4, 4)


def test_what_is_said_of_a_released_result_is_what_was_done(snapshot: Snapshot) -> None:
    (result,) = release([counted(snapshot, "recipients_on", "sex", "provision")])
    said = " ".join(caveat.en for caveat in result.header.caveats)
    assert "4 cells are hidden" in said
    assert "must not be passed on" not in said


def test_a_released_result_has_the_columns_and_types_it_had(snapshot: Snapshot) -> None:
    result = counted(snapshot, "full_time_recipients", "sex", "provision")
    (released,) = release([result])
    assert released.table.schema == result.table.schema


def test_a_result_already_under_control_cannot_be_weighed_against_others(snapshot: Snapshot) -> None:
    controlled = count(snapshot, "recipients_on", ("year", "sex", "provision"), 2019, 2019)
    with pytest.raises(ValueError, match="disclosure_control=False"):
        release([controlled])


def test_places_are_not_persons_and_are_released_as_they_are(tmp_path: Path) -> None:
    drawn = """
## Three places
known at 2019-12-31
offers
| offer_id |
|---|
| o1 |

departments
| department_id | offer_id |
|---|---|
| d1 | o1 |

places
| department_id | places | start_date |
|---|---|---|
| d1 | 3 | 2019-01-01 |
"""
    places = count(draw(read(drawn, "drawn")[0], tmp_path), "places", ("year",))
    (released,) = release([places])
    assert released.to_polars()["value"].to_list() == [3.0]
    assert released.to_polars().select(pl.col("suppressed").any()).item() is False
