# SPDX-License-Identifier: EUPL-1.2
"""Leaving out disclosure control takes a role the store gives, and stands in the store's log."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from styr.cli import app
from styr.register import disclosure_log
from styr.register.delivery.findings import Refused
from styr.register.delivery.take import take_delivery
from styr.register.store import pseudonyms
from styr.statistics import commands

QUESTION = ["stats", "recipients_in", "--by", "year,sex", "--where", "municipality=101", "--format", "csv"]
OPENLY = [*QUESTION, "--no-disclosure-control"]


@pytest.fixture(autouse=True)
def filled(store: Path, delivery: Callable[..., Path]) -> None:
    """A store with one citizen, asked from the command line."""
    folder = delivery(
        citizens="""
        citizen_id | birth_date | sex | municipality
        c1         | 1980-01-01 | K   | 101""",
        grants="""
        grant_id | citizen_id | provision | start_date | end_date   | paying_municipality
        g1       | c1         | SEL-107   | 2019-01-01 | 2019-12-31 | 101""",
    )
    take_delivery(folder, pseudonyms(), rejected_folder=store / "rejected")
    if not any(command.name == "stats" for command in app.registered_commands):
        commands.register(app)


@pytest.fixture
def someone_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The user at the keyboard is anna, who does not own the store."""
    monkeypatch.setattr(disclosure_log, "user", lambda: "anna")
    monkeypatch.setattr(disclosure_log, "owns_store", lambda: False)


def test_the_owner_of_the_store_may_and_it_is_logged(store: Path) -> None:
    done = CliRunner().invoke(app, OPENLY)
    assert done.exit_code == 0, done.exception
    assert "2019,K,1.0" in done.output
    (entry,) = map(json.loads, (store / "disclosure.log").read_text(encoding="utf-8").splitlines())
    assert entry["who"] == disclosure_log.user()
    assert entry["command"] == "stats"
    assert entry["question"]["indicator"] == "recipients_in"
    assert entry["question"]["by"] == "year,sex"
    assert "municipality=101" in entry["question"]["where"]
    assert (store / "disclosure.log").stat().st_mode & 0o077 == 0


def test_with_disclosure_control_nothing_is_logged(store: Path) -> None:
    done = CliRunner().invoke(app, QUESTION)
    assert done.exit_code == 0, done.exception
    assert "2019,K,," in done.output
    assert not (store / "disclosure.log").exists()


@pytest.mark.usefixtures("someone_else")
def test_another_is_refused_and_told_how_the_role_is_given(store: Path) -> None:
    done = CliRunner().invoke(app, OPENLY)
    assert isinstance(done.exception, Refused)
    assert "anna may not see small cells" in str(done.exception)
    assert "store.roles.yaml beside the store, with the line: small_cells: [anna]" in str(done.exception)
    assert not done.output
    assert not (store / "disclosure.log").exists()


@pytest.mark.usefixtures("someone_else")
def test_one_who_is_named_in_the_roles_file_may(store: Path) -> None:
    disclosure_log.roles_file().write_text("small_cells: [bent, anna]\n", encoding="utf-8")
    done = CliRunner().invoke(app, OPENLY)
    assert done.exit_code == 0, done.exception
    assert json.loads((store / "disclosure.log").read_text(encoding="utf-8"))["who"] == "anna"


@pytest.mark.usefixtures("someone_else")
@pytest.mark.parametrize(
    ("written", "mode", "said"),
    [
        ("small_cells: [bent]", 0o600, "anna may not see small cells"),
        ("small_cells: anna", 0o600, "expected a line such as"),
        ("small_cells: [anna", 0o600, "expected a line such as"),
        ("small_cells: [anna]", 0o666, "can write roles"),
    ],
    ids=["another is named", "not a list", "not YAML", "anyone could have written it"],
)
def test_a_roles_file_that_does_not_name_one_or_cannot_be_trusted_gives_nothing(
    written: str, mode: int, said: str
) -> None:
    disclosure_log.roles_file().write_text(written, encoding="utf-8")
    disclosure_log.roles_file().chmod(mode)
    with pytest.raises(Refused, match=said):
        disclosure_log.without_control("stats", {})


def test_lines_are_added_and_none_is_lost(store: Path) -> None:
    for number in range(3):
        disclosure_log.without_control("stats", {"indicator": f"number {number}"})
    lines = (store / "disclosure.log").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["question"]["indicator"] for line in lines] == [f"number {n}" for n in range(3)]


def test_a_civil_registration_number_never_reaches_the_log(store: Path) -> None:
    disclosure_log.without_control("stats", {"where": "citizen=010180-1232"})
    assert "010180" not in (store / "disclosure.log").read_text(encoding="utf-8")


def test_without_a_log_nothing_is_shown(store: Path) -> None:
    (store / "disclosure.log").mkdir()
    done = CliRunner().invoke(app, OPENLY)
    assert isinstance(done.exception, Refused)
    assert "cannot be written" in str(done.exception)
    assert not done.output
