# SPDX-License-Identifier: EUPL-1.2
"""A report is written whole or not at all, from the command line too."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from styr.register import store
from styr.register.snapshot import Snapshot
from styr.reporting import CannotReport, Report, commands, write, writing


def test_a_report_is_written_where_asked_and_nothing_else_is_left(sparse_report: Report, tmp_path: Path) -> None:
    write(sparse_report, tmp_path / "report.html")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert (tmp_path / "report.html").read_text(encoding="utf-8").rstrip().endswith("</html>")


def test_an_earlier_file_stays_when_the_new_one_cannot_be_made(
    sparse_report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "report.html"
    target.write_text("earlier", encoding="utf-8")

    def fail(*_: object) -> bytes:
        raise RuntimeError("a chart could not be drawn")

    monkeypatch.setattr(writing, "html", fail)
    with pytest.raises(RuntimeError):
        write(sparse_report, target)
    assert target.read_text(encoding="utf-8") == "earlier"
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("report.docx", r"\.html, \.pdf or \.xlsx"),
        ("nowhere/report.html", "there is no folder"),
        ("folder.html", "is a folder"),
    ],
)
def test_a_file_that_cannot_be_is_refused_before_any_counting(
    sparse_report: Report, tmp_path: Path, name: str, says: str
) -> None:
    (tmp_path / "folder.html").mkdir()
    with pytest.raises(CannotReport, match=says):
        write(sparse_report, tmp_path / name)


@pytest.fixture
def run(sparse_register: Snapshot, sparse_report: Report, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> object:
    """Runs `styr report` on the register with hardly anything."""
    monkeypatch.setattr(store, "open_store", lambda *_: None)
    monkeypatch.setattr(store, "snapshot", lambda known_at=None: sparse_register)
    app = typer.Typer()
    commands.register(app)
    app.command("other")(lambda: None)

    def invoke(*arguments: str) -> BaseException | None:
        words = ["report", "--output", str(tmp_path / "report.html"), *arguments]
        return CliRunner().invoke(app, words).exception

    return invoke


def test_the_command_writes_the_report_of_a_municipality_named_or_numbered(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("--municipality", "Ballerup", "--year", "2019", "--language", "en") is None
    assert '<html lang="en">' in (tmp_path / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--municipality", "Balerup", "--year", "2019"], "151"),
        (["--municipality", "151", "--year", "1999"], "its grants cover 2017 to 2019"),
        (["--municipality", "151", "--year", "2019", "--price-level", "2019"], "SERIES:YEAR"),
    ],
)
def test_a_wrong_word_is_refused_with_place_and_remedy(run, tmp_path: Path, arguments: list[str], says: str) -> None:  # type: ignore[no-untyped-def]
    refused = run(*arguments)
    assert isinstance(refused, CannotReport) and says in str(refused)
    assert not (tmp_path / "report.html").exists()


@pytest.mark.parametrize("words", [("--language", "sv"), ("--known-at", "31-12-2019")])
def test_an_option_that_cannot_be_read_is_wrong_usage(run, tmp_path: Path, words: tuple[str, str]) -> None:  # type: ignore[no-untyped-def]
    refused = run("--municipality", "151", "--year", "2019", *words)
    assert isinstance(refused, SystemExit) and refused.code == 2
    assert not (tmp_path / "report.html").exists()
