# SPDX-License-Identifier: EUPL-1.2
"""What an engine needs is said when it is missing, and nothing is done twice or left behind."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import typer
from pyarrow import ArrowInvalid
from specs.reading import draw, read
from typer.testing import CliRunner

from styr.register import store
from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, commands, count
from styr.statistics.engines.spark import session

TWO_PERSONS = """
## Two persons
grants
| citizen_id | start_date | end_date | price | price_unit |
|---|---|---|---|---|
| c1 | 2019-01-01 | | 100.10 | day |
| c2 | 2019-01-01 | 2019-06-30 | | |
"""


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    return draw(read(TWO_PERSONS, "engines")[0], tmp_path)


def recipients(snapshot: Snapshot, engine: str) -> list[float]:
    counted = count(snapshot, "recipients_in", ["year"], engine=engine, disclosure_control=False)
    return counted.to_polars()["value"].to_list()


def test_the_command_line_counts_in_plain_python(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "open_store", lambda *_: None)
    monkeypatch.setattr(store, "snapshot", lambda known_at=None: snapshot)
    app = typer.Typer()
    commands.register(app)
    words = ["stats", "recipients_in", "--by", "year", "--where", "sex=K", "--engine", "memory"]
    assert "Deliver citizens" in str(CliRunner().invoke(app, words).exception)
    written = CliRunner().invoke(app, [*words[:4], *words[6:], "--format", "json"])
    assert '"year": 2019' in written.output, written.exception


def test_spark_without_pyspark_says_what_to_install(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(CannotAnswer, match=r"pip install 'styr\[spark\]'"):
        recipients(snapshot, "spark")


def test_spark_without_java_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from pyspark.sql import SparkSession

    monkeypatch.setattr(SparkSession, "getActiveSession", lambda: None)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(CannotAnswer, match="default-jre-headless"):
        session()


def test_postgresql_without_a_database_says_how_to_name_one(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STYR_POSTGRESQL", raising=False)
    with pytest.raises(CannotAnswer, match="Name it in STYR_POSTGRESQL"):
        recipients(snapshot, "postgresql")


def test_a_database_that_does_not_answer_is_named(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STYR_POSTGRESQL", "postgresql://styr:styr@127.0.0.1:1/styr")
    with pytest.raises(CannotAnswer, match="does not answer"):
        recipients(snapshot, "postgresql")


class TestInPostgreSQL:
    """A snapshot is loaded once, whole, and nothing else is left in the database."""

    @pytest.fixture
    def database(self, postgresql_engine: str) -> Iterator[Any]:
        with psycopg.connect(postgresql_engine, autocommit=True) as connection:
            yield connection

    def test_a_snapshot_is_loaded_once(self, snapshot: Snapshot, database: Any) -> None:
        schema = snapshot.id.replace("-", "_")
        assert recipients(snapshot, "postgresql") == [2, 1]
        database.execute(f"DELETE FROM {schema}.grants WHERE citizen_id = 'c1'")
        assert recipients(snapshot, "postgresql") == [1], "the second question finds what the first loaded"
        database.execute(f"DROP SCHEMA {schema} CASCADE")
        assert recipients(snapshot, "postgresql") == [2, 1], "a schema that was dropped is loaded again"

    def test_a_load_that_fails_leaves_nothing(self, snapshot: Snapshot, database: Any) -> None:
        schema = snapshot.id.replace("-", "_")
        database.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        snapshot.path("grants").write_bytes(b"no Parquet")
        with pytest.raises(ArrowInvalid, match="Parquet"):
            recipients(snapshot, "postgresql")
        assert not database.execute(f"SELECT to_regnamespace('{schema}') IS NOT NULL").fetchone()[0]

    def test_money_keeps_every_oere(self, snapshot: Snapshot, database: Any) -> None:
        counted = count(snapshot, "individual_expenditure", ["year"], engine="postgresql", disclosure_control=False)
        assert counted.to_polars()["value"].to_list() == [36536.5, 36636.6]
        assert not database.execute("SELECT relname FROM pg_class WHERE relpersistence = 't'").fetchall()
