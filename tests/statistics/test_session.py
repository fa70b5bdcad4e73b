# SPDX-License-Identifier: EUPL-1.2
"""In a session what several indicators are made of is worked out once, and it is the same numbers."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from specs.reading import draw, read

from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, count, prepare, session
from styr.statistics.engines import ENGINES, open_engine, session_tables
from styr.statistics.engines.duckdb import DuckDB
from styr.statistics.engines.kept import FOLDER

PRICED = """
## Two citizens, one without a price
grants
| citizen_id | provision | start_date | end_date | price | price_unit |
|---|---|---|---|---|---|
| c1 | SEL-85 | 2019-01-01 | 2019-12-31 | 100 | day |
| c2 | SEL-85 | 2019-01-01 | 2019-06-30 | | |
"""
#: Each is made of what one before it is made of.
ASKED = ("unit_cost", "full_time_recipients", "individual_expenditure", "dearest_share", "dearest_mean")


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return draw(read(PRICED, "session")[0], tmp_path)


def answer(snapshot: Snapshot, indicator: str) -> list[dict[str, Any]]:
    counted = count(snapshot, indicator, ["year", "provision"], disclosure_control=False)
    return counted.to_polars().to_dicts()


def held(snapshot: Snapshot) -> int:
    """How many tables the session's engine holds."""
    engine = cast("Any", open_engine("duckdb", snapshot))
    rows = engine._backend.con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name LIKE '_session_%'")
    return int(rows.fetchone()[0])


def test_what_an_indicator_is_made_of_is_there_for_the_next(snapshot: Snapshot) -> None:
    with session(snapshot):
        answer(snapshot, "unit_cost")
        made = held(snapshot)
        assert made > 0, "the full-time recipients and the expenditure"
        answer(snapshot, "full_time_recipients")
        answer(snapshot, "individual_expenditure")
        assert held(snapshot) == made, "nothing is worked out anew"


def test_answers_are_those_of_questions_asked_alone(snapshot: Snapshot) -> None:
    alone = {indicator: answer(snapshot, indicator) for indicator in ASKED}
    with session(snapshot):
        assert {indicator: answer(snapshot, indicator) for indicator in ASKED} == alone
        assert {indicator: answer(snapshot, indicator) for indicator in ASKED} == alone, "asked again too"


def test_what_grows_large_is_let_go_of_and_made_again(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = {indicator: answer(snapshot, indicator) for indicator in ASKED}
    monkeypatch.setattr(session_tables, "MOST_VALUES", 0)
    with session(snapshot):
        for indicator in (*ASKED, *ASKED):
            assert answer(snapshot, indicator) == alone[indicator]
            assert held(snapshot) == 0


def test_what_a_large_snapshot_keeps_can_be_made_beforehand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spec = read(PRICED, "session")[0]
    spec.tables["postings"] = [{"date": "2019-05-01", "amount": "10"}]
    drawn = draw(spec, tmp_path)
    monkeypatch.setitem(ENGINES, "duckdb", partial(DuckDB, large=0))
    prepare(drawn)
    made = {path.stat().st_mtime_ns for path in (drawn.folder / FOLDER).iterdir()}
    assert len(made) == 3, "grants, prices and postings"
    for indicator in (*ASKED, "purchase_share", "transitions", "duration"):
        with suppress(CannotAnswer):
            count(drawn, indicator, disclosure_control=False)
    assert {path.stat().st_mtime_ns for path in (drawn.folder / FOLDER).iterdir()} == made, "no question makes more"
