# SPDX-License-Identifier: EUPL-1.2
"""What every result carries, and that the same question has the same answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from specs.reading import draw, read

from styr.register.snapshot import Snapshot, write_snapshot
from styr.statistics import count

COLUMNS = ["value", "numerator", "denominator", "n", "lower", "upper", "suppressed", "method"]
DRAWN = """
## Two citizens
known at 2020-06-30
citizens
| citizen_id | sex | birth_date |
|---|---|---|
| c1 | K | 1990-05-05 |
| c2 | M | 2004-05-05 |

grants
| citizen_id | provision | start_date | end_date | price | price_unit |
|---|---|---|---|---|---|
| c1 | SEL-107 | 2019-03-01 | | 1234.56 | week |
| c2 | SEL-85 | 2019-02-01 | 2020-02-29 | 9876.54 | month |
"""


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return draw(read(DRAWN, "drawn")[0], tmp_path)


def test_a_result_has_the_promised_columns_in_the_order_asked(snapshot: Snapshot) -> None:
    table = count(snapshot, "full_time_recipients", ("sex", "year", "provision")).table
    assert table.column_names == ["indicator", "sex", "year", "provision", *COLUMNS]
    types = {field.name: field.type for field in table.schema}
    assert types["value"] == pa.float64()
    assert types["n"] == pa.int64()
    assert types["provision"] == pa.string()
    assert types["suppressed"] == pa.bool_()
    assert types["year"] == pa.int32()
    rows = table.select(["sex", "year"]).to_pylist()
    assert rows == sorted(rows, key=lambda row: (row["sex"], row["year"]))


def test_age_groups_stand_in_the_order_of_age(snapshot: Snapshot) -> None:
    table = count(snapshot, "recipients_in", ("age_group",), age_groups="5-16,17-99").table
    assert table["age_group"].to_pylist() == ["5-16", "17-99"]
    table = count(snapshot, "recipients_in", ("year", "age_group"), 2019, 2019, age_groups="9-20,21-99").table
    assert table["age_group"].to_pylist() == ["9-20", "21-99"]


def test_a_question_without_an_answer_gives_a_table_without_rows(snapshot: Snapshot) -> None:
    table = count(snapshot, "recipients_in", ("year", "municipality"), where={"municipality": ["Skive"]}).table
    assert table.num_rows == 0
    assert table.column_names == ["indicator", "year", "municipality", *COLUMNS]


def test_the_header_names_snapshot_rule_and_whose_municipality_it_is(snapshot: Snapshot) -> None:
    header = count(snapshot, "recipients_in", ("year",)).header
    assert header.snapshot == snapshot.id
    assert header.known_at == date(2020, 6, 30)
    assert header.municipality.en == "paying municipality"
    assert header.price_level is None
    told = header.to_mapping("da")
    assert told["title"] == "Modtagere i en periode"
    assert told["known_at"] == "2020-06-30"
    assert "dækker mindst én dag" in told["rule"]
    acting = count(snapshot, "individual_expenditure", ("year",), acting=True).header
    assert acting.municipality.en.startswith("acting municipality")
    assert acting.price_level is not None
    assert acting.price_level.en == "current prices"


def test_generated_data_are_marked_as_generated(snapshot: Snapshot, tmp_path: Path) -> None:
    def read_again(name: str) -> pa.Table:
        return pq.read_table(snapshot.path(name))

    made = write_snapshot(tmp_path / "made", read_again, known_at=snapshot.known_at, generated=True)
    header = count(made, "recipients_in", ("year",)).header
    assert header.generated
    assert "generated data" in header.caveats[0].en
    assert not count(snapshot, "recipients_in", ("year",)).header.generated


def test_the_same_question_has_the_same_answer(snapshot: Snapshot) -> None:
    question = ("individual_expenditure", ("month", "provision", "age_group"))
    first = count(snapshot, *question, disclosure_control=False).table
    assert all(count(snapshot, *question, disclosure_control=False).table.equals(first) for _ in range(3))


def test_without_disclosure_control_the_header_warns(snapshot: Snapshot) -> None:
    header = count(snapshot, "recipients_in", ("year",), disclosure_control=False).header
    assert any("must not be passed on" in caveat.en for caveat in header.caveats)
