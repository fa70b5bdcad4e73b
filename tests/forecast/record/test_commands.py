# SPDX-License-Identifier: EUPL-1.2
"""`styr forecast backtest` as it is typed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import typer
from click.testing import Result
from forecast.record.accounts import Forecaster, accounts
from typer.testing import CliRunner

from styr.forecast import commands
from styr.forecast.record import backtesting as module
from styr.forecast.record.rows import PROMISED
from styr.register import store
from styr.register.commands import take
from styr.statistics import CannotAnswer

Run = Callable[..., Result]
SPAN = ("forecast", "backtest", "--from", "2020-05", "--to", "2020-06")
TWO_YEARS = """
    year | 1  | 2  | 3  | 4  | 5  | 6  | 7  | 8  | 9  | 10 | 11 | 12
    2019 | 10 | 10 | 10 | 10 | 10 | 10 | 10 | 10 | 10 | 10 | 10 | 10
    2020 | 12 | 12 | 12 | 12 | 12 | 18 | 12 | 12 | 12 | 12 | 12 | 24
"""


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command of the room, with a forecast of 11 to 13 a month in the model's place."""
    monkeypatch.setattr(module, "_model", lambda: Forecaster(lambda month: [11.0, 12.0, 13.0]))
    app = typer.Typer()
    commands.register(app)
    return lambda *words: CliRunner().invoke(app, list(words))


@pytest.fixture
def run(typed: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The same, on the accounts drawn above."""
    snapshot = accounts(TWO_YEARS, tmp_path / "accounts", known_at=date(2021, 6, 1))
    monkeypatch.setattr(store, "open_store", lambda *_: None)
    monkeypatch.setattr(store, "snapshot", lambda known_at=None: snapshot)
    return typed


def rows_of(done: Result) -> list[dict[str, str]]:
    assert done.exception is None, done.exception
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_a_row_for_each_month_end_with_the_columns_promised(run: Run) -> None:
    rows = rows_of(run(*SPAN, "--format", "csv"))
    assert tuple(rows[0])[: len(PROMISED)] == PROMISED
    assert [(row["known_at"], row["target"], float(row["forecast"])) for row in rows] == [
        ("2020-05-31", "2020", 144.0), ("2020-06-30", "2020", 144.0),
    ]  # fmt: skip


def test_targets_of_months(run: Run) -> None:
    rows = rows_of(run(*SPAN, "--total", "month", "--ahead", "2", "--format", "csv"))
    assert [row["target"] for row in rows] == ["2020-06", "2020-07", "2020-07", "2020-08"]


def test_the_record_by_horizon(run: Run) -> None:
    rows = rows_of(run(*SPAN, "--total", "year,month", "--record", "total,horizon", "--format", "csv"))
    assert [row["n"] for row in rows if row["total"] == "year"] == ["1", "1"]
    assert {"bias_pct", "mae_pct", "skill", "coverage80", "verdict"} <= set(rows[0])


def test_the_header_says_what_the_record_comes_to(run: Run) -> None:
    done = run(*SPAN, "--format", "json", "--language", "da")
    header = json.loads(done.stdout)["header"]
    assert header["title"] == "Prognosens træfsikkerhed: nettodriftsudgifter"
    assert header["caveats"][0].startswith("Årets total: Det kan ikke afgøres")
    assert any(caveat.startswith("Årets total: Intervallet på 80 %") for caveat in header["caveats"])
    assert (header["from"], header["to"], header["draws"], header["seed"]) == ("2020-05", "2020-06", 1000, 1)


def test_for_eyes_there_are_fewer_columns(run: Run) -> None:
    lines = run(*SPAN).stdout.splitlines()
    assert lines[0].split()[:3] == ["known_at", "forecast", "lower80"]  # the target is the same in all, and said below
    assert max(map(len, lines[:3])) < 160
    record = run(*SPAN, "--record", "horizon").stdout.splitlines()
    assert record[0].split()[:3] == ["horizon", "n", "years"]


def test_it_is_drawn(run: Run, tmp_path: Path) -> None:
    done = run(*SPAN, "--chart", str(tmp_path / "record.svg"))
    assert done.exception is None, done.exception
    assert "Mean absolute error by horizon" in (tmp_path / "record.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--measure", "money"), "no measure 'money'"),
        (("--total", "week"), "no total 'week'"),
        (("--total", ""), "needs a total"),
        (("--by", "eyes"), "no dimension 'eyes'"),
        (("--municipality", "Atlantis"), "--municipality"),
        (("--from", "June"), "not a month"),
        (("--from", "2021-12"), "Turn them round"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_what_can(run: Run, words: tuple[str, ...], said: str) -> None:
    done = run(*SPAN, *words)
    assert isinstance(done.exception, CannotAnswer)
    assert said in str(done.exception)


def test_a_register_with_history_is_asked_what_it_knew(typed: Run, store: Path, delivery: Callable[..., Path]) -> None:
    """At the end of May 2020 the register held 9 in place of January's 12, and nothing later; the posting was put right
    a year after."""
    head = "posting_id | date | municipality | function | grouping | dranst | amount"
    first = delivery("first", postings=f"{head}\n1 | 2020-01-15 | 101 | 5.38.50 | 001 | 1 | 9")
    later = "\n".join(f"{month} | 2020-{month:02d}-15 | 101 | 5.38.50 | 001 | 1 | 12" for month in range(1, 13))
    second = delivery("second", postings=f"{head}\n{later}")
    assert take(first, known_at=date(2020, 5, 31))
    assert take(second, known_at=date(2021, 6, 1))
    done = typed(*SPAN, "--format", "csv")
    rows = rows_of(done)
    assert [row["own_snapshot"] for row in rows] == ["true", "false"]
    assert [float(row["naive"]) for row in rows] == [12 * 9, 12 * 12]
