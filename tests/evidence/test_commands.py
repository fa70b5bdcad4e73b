# SPDX-License-Identifier: EUPL-1.2
"""`styr figures verify`, `styr figures compare` and `styr evidence search` as they are typed."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from click.testing import Result
from specs.reading import Spec, draw
from typer.testing import CliRunner

from styr.evidence import commands
from styr.register import store
from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer

Run = Callable[..., Result]

FIGURES = """
document: '900'
documents: [{key: '900', title: Tegnet}]
figures:
  - id: modtagere
    line: 1
    printed: ca. 20 modtagere
    quantity: Modtagere
    asked: {indicator: recipients_in, first: 2018}
  - id: vækst
    line: 2
    printed: 20 pct.
    quantity: Stigning
    asked: {indicator: recipients_in, first: 2018, last: 2019, change: growth}
  - id: flere
    line: 2
    printed: knap 9
    quantity: Stigning
    unit: personer
    asked: {indicator: recipients_in, first: 2018, last: 2019, change: difference, difference: Tæller 40 kommuner.}
  - {id: andre, line: 3, printed: '7', quantity: Andre}
"""
TEXT = "I 2018 var der ca. 20 modta-\ngere; det er 20 pct. flere.\nOg syv andre.\n"


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """20 recipients in 2018 and 24 in 2019."""
    spec = Spec("drawn")
    spec.known_at = spec.known_at.replace(year=2019)
    spec.tables["citizens"] = [{"citizen_id": f"c{number}", "sex": "KM"[number % 2]} for number in range(24)]
    spec.tables["grants"] = [
        {"citizen_id": f"c{number}", "paying_municipality": "810", "start_date": f"{year}-01-01",
         "end_date": f"{year}-12-31"}
        for number in range(24) for year in (2018, 2019) if year == 2019 or number < 20
    ]  # fmt: skip
    return draw(spec, tmp_path_factory.mktemp("drawn"))


@pytest.fixture
def run(register: Snapshot, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command of the room on the register drawn above."""
    monkeypatch.setattr(store, "open_store", lambda *_: None)
    monkeypatch.setattr(store, "snapshot", lambda known_at=None: register)
    app = typer.Typer()
    commands.register(app)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def figures(tmp_path: Path) -> Path:
    """The figures above, and the text they are said to stand in."""
    (tmp_path / "figures.yaml").write_text(FIGURES, encoding="utf-8")
    (tmp_path / "900_text.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path / "figures.yaml"


def rows_of(done: Result) -> list[dict[str, str]]:
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return list(csv.DictReader(io.StringIO(done.stdout)))


def test_verify_tells_where_each_number_is_found(run: Run, figures: Path) -> None:
    done = run("figures", "verify", figures, "--documents", figures.parent, "--format", "csv")
    assert [(row["figure"], row["found"]) for row in rows_of(done)] == [
        ("modtagere", "line"), ("vækst", "line"), ("flere", "no"), ("andre", "line"),
    ]  # fmt: skip
    assert done.exit_code == 1


def test_verify_shows_only_misses_when_asked(run: Run, figures: Path) -> None:
    done = run("figures", "verify", figures, "--documents", figures.parent, "--misses", "--format", "csv")
    assert [row["figure"] for row in rows_of(done)] == ["flere"]


@pytest.mark.parametrize(
    ("figure", "value", "agrees", "difference"),
    [
        ("900/modtagere", 20.0, "true", ""),
        ("900/vækst", 20.0, "true", ""),
        ("900/flere", 4.0, "false", "Tæller 40 kommuner."),
    ],
)
def test_a_figure_is_compared_with_the_register(
    run: Run, figures: Path, figure: str, value: float, agrees: str, difference: str
) -> None:
    (row,) = rows_of(run("figures", "compare", figure, "--figures", figures, "--format", "csv"))
    assert (float(row["value"]), row["agrees"], row["difference_of_rule"]) == (value, agrees, difference)


def test_without_a_figure_those_that_can_be_compared_are_listed(run: Run, figures: Path) -> None:
    rows = rows_of(run("figures", "compare", "--figures", figures, "--format", "csv"))
    assert [row["figure"] for row in rows] == ["900/modtagere", "900/vækst", "900/flere"]


def test_a_figure_that_names_no_indicator_is_refused_with_the_remedy(run: Run, figures: Path) -> None:
    done = run("figures", "compare", "900/andre", "--figures", figures)
    assert isinstance(done.exception, CannotAnswer)
    assert "say `asked` in its entry" in str(done.exception)


def test_a_figure_that_is_not_there_names_the_nearest(run: Run, figures: Path) -> None:
    done = run("figures", "compare", "900/modtager", "--figures", figures)
    assert "Nearest: 900/modtagere" in str(done.exception)


def test_scan_tells_which_numbers_of_the_text_are_not_entered(run: Run, figures: Path) -> None:
    done = run("figures", "scan", figures, "--documents", figures.parent, "--format", "csv", "--all")
    assert [(row["printed"], row["explained"]) for row in rows_of(done)] == [
        ("2018", "year"), ("20", "figure"), ("20", "figure"),
    ]  # fmt: skip
    assert done.exit_code == 0
    (figures.parent / "900_text.txt").write_text(TEXT + "Af dem var 5 nye.\n", encoding="utf-8")
    done = run("figures", "scan", figures, "--documents", figures.parent, "--format", "csv")
    assert [(row["line"], row["printed"]) for row in rows_of(done)] == [("4", "5")]
    assert done.exit_code == 1


def test_a_search_tells_each_entry_with_its_strength_and_source(run: Run) -> None:
    said = run("evidence", "search", "Mariagerfjord", "--language", "da").stdout
    assert "Botilbuddet følger borgeren ud (Kommunecase: Mariagerfjord, 2019)" in said
    assert "Optalt, men uden noget at sammenligne med" in said
    assert "Kilde: 004 l.1066-1107" in said


def test_a_search_is_a_table_when_asked_for(run: Run) -> None:
    rows = rows_of(run("evidence", "search", "--theme", "ageing", "--language", "en", "--format", "csv"))
    assert [row["key"] for row in rows] == ["broenderslev-ageing", "lejre-ageing"]
    assert rows[1]["effect"].startswith("The saving is DKK 550,000 a year")


def test_a_theme_that_is_not_there_is_wrong_usage(run: Run) -> None:
    done = run("evidence", "search", "--theme", "weather")
    assert done.exit_code == 2
    assert "choose among" in done.output


def test_what_bears_on_a_municipality_is_shown_for_its_largest_groups(run: Run) -> None:
    said = run("evidence", "relevant", "--municipality", "810").stdout
    assert said.startswith("Temporary residential offers\n")  # what is drawn by default
    assert "What the effect rests on: " in said
    rows = rows_of(run("evidence", "relevant", "--measure", "ageing", "--format", "csv"))
    assert [row["key"] for row in rows] == ["broenderslev-ageing", "lejre-ageing"]


def test_asking_what_bears_on_nothing_says_what_to_ask(run: Run) -> None:
    assert isinstance(run("evidence", "relevant").exception, CannotAnswer)


def test_nothing_found_says_what_to_do(run: Run) -> None:
    assert run("evidence", "search", "flyvemaskine").stdout.strip() == "Nothing found; try fewer or shorter words."
    asked = ("evidence", "search", "flyvemaskine", "--language", "da")
    assert run(*asked).stdout.strip() == "Intet fundet; prøv færre eller kortere ord."
