# SPDX-License-Identifier: EUPL-1.2
"""`styr figures check` as other programs call it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from evidence.checking.test_specs import YEARS
from typer.testing import CliRunner

from styr.evidence.commands import register


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    app = typer.Typer()
    register(app)
    return app


@pytest.fixture
def right(tmp_path: Path) -> Path:
    path = tmp_path / "right.md"
    path.write_text(f"# Modtagere\n\n{YEARS}", encoding="utf-8")
    return path


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.md"
    path.write_text(f"# Modtagere\n\n{YEARS.replace('245', '254')}", encoding="utf-8")
    return path


def test_a_table_that_adds_up_ends_with_status_0(app: typer.Typer, right: Path) -> None:
    result = CliRunner().invoke(app, ["figures", "check", str(right)])
    assert result.exit_code == 0, result.output


def test_a_finding_ends_with_status_1_and_is_one_row(app: typer.Typer, wrong: Path) -> None:
    result = CliRunner().invoke(app, ["figures", "check", str(wrong), "--format", "json", "--language", "en"])
    assert result.exit_code == 1
    (row,) = json.loads(result.stdout)["rows"]
    assert row["kind"] == "total"
    assert (row["expected_low"], row["expected_high"], row["size"]) == (452.5, 455.5, 7)
    assert row["mend"] == "Two digits have changed places in 'Botilbud, 2007': 245 instead of 254"


def test_a_file_that_is_not_there_is_wrong_usage(app: typer.Typer, tmp_path: Path) -> None:
    assert CliRunner().invoke(app, ["figures", "check", str(tmp_path / "none.csv")]).exit_code == 2


@pytest.mark.parametrize("language", ["da", "en"])
def test_the_report_is_one_page_that_needs_nothing_beside_it(
    app: typer.Typer, wrong: Path, tmp_path: Path, language: str
) -> None:
    report = tmp_path / "report.html"
    arguments = ["figures", "check", str(wrong), "--report", str(report), "--language", language]
    assert CliRunner().invoke(app, arguments).exit_code == 1
    page = report.read_text(encoding="utf-8")
    assert {"da": "To cifre er byttet om", "en": "Two digits have changed places"}[language] in page
    assert '<td class="marked">254</td>' in page
    assert not any(word in page for word in ("http://", "https://", "<script", "<link", "@import"))


def test_the_report_of_what_adds_up_says_so(app: typer.Typer, right: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    for language, said in (
        ("en", "None of the figures contradict each other."),
        ("da", "Ingen af tallene modsiger hinanden."),
    ):
        asked = ["figures", "check", str(right), "--report", str(report), "--language", language]
        assert CliRunner().invoke(app, asked).exit_code == 0
        assert said in report.read_text(encoding="utf-8")


def test_a_report_is_html(app: typer.Typer, right: Path, tmp_path: Path) -> None:
    arguments = ["figures", "check", str(right), "--report", str(tmp_path / "report.pdf")]
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_a_relation_that_cannot_be_read_is_answered_with_its_place(app: typer.Typer, tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(
        "document: '009'\ntables:\n  - id: t\n    lines: 1-3\n    title: Modtagere\n"
        '    relations: [\'"I alt" = "Øst" + "Nord"\']\n'
        "    cells: |\n      område ; Antal\n      Øst ; 12\n      Vest ; 13\n      I alt ; 25\n",
        encoding="utf-8",
    )
    refused = CliRunner().invoke(app, ["figures", "check", str(path)]).exception
    assert '"Nord" is no row or column of the table' in str(refused)
    assert "own.yaml, line 3, table t" in str(refused)


def test_two_files_may_hold_tables_of_one_name(app: typer.Typer, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.md").write_text(f"# Modtagere\n\n{YEARS}", encoding="utf-8")
    assert CliRunner().invoke(app, ["figures", "check", str(tmp_path)]).exit_code == 0
