# SPDX-License-Identifier: EUPL-1.2
"""`styr delivered`, `growth`, `decompose`, `compare`, `target-share`, `hypotheses` as they are typed."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from click.testing import Result
from specs.reading import Spec, draw
from typer.testing import CliRunner

from styr.register import store
from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, commands

Run = Callable[..., Result]
REGION = ("773", "787", "810", "813", "820", "825", "840", "846", "849", "851", "860")
OUTCOME = "value,numerator,denominator,n,lower,upper"


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Two municipalities; 10 recipients each in 2018 and 12 in 2019, half of them women, at a rising price."""
    spec = Spec("drawn")
    spec.known_at = spec.known_at.replace(year=2019)
    people = [(f"{code}-{number}", code, number) for code in ("810", "820") for number in range(12)]
    spec.tables["citizens"] = [{"citizen_id": name, "sex": "KM"[number % 2]} for name, _, number in people]
    spec.tables["grants"] = [
        {"citizen_id": name, "paying_municipality": code, "start_date": f"{year}-01-01", "end_date": f"{year}-12-31",
         "price": str(year - 1918), "price_unit": "day"}
        for name, code, number in people for year in (2018, 2019) if year == 2019 or number < 10
    ]  # fmt: skip
    spec.tables["population"] = [
        {"year": str(year), "municipality": code, "persons": "100"} for year in (2018, 2019) for code in REGION
    ]
    spec.tables["target_groups"] = [{"citizen_id": name, "target_group": "mental"} for name, _, n in people if n < 6]
    spec.tables["postings"] = [
        {"municipality": code, "date": "2019-03-01", "amount": "10", "citizen_id": name} for name, code, _ in people
    ]
    return draw(spec, tmp_path_factory.mktemp("drawn"))


@pytest.fixture
def run(register: Snapshot, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command of the room on the register drawn above."""
    monkeypatch.setattr(store, "open_store", lambda *_: None)
    monkeypatch.setattr(store, "snapshot", lambda known_at=None: register)
    app = typer.Typer()
    commands.register(app)
    return lambda *words: CliRunner().invoke(app, list(words))


def rows_of(done: Result) -> list[dict[str, str]]:
    assert done.exception is None, done.exception
    return list(csv.DictReader(io.StringIO(done.output)))


def test_delivered_shows_every_municipality_and_year(run: Run) -> None:
    rows = rows_of(run("delivered", "recipients_in", "--from", "2018", "--to", "2019", "--format", "csv"))
    assert len(rows) == 98 * 2
    assert {row["municipality"] for row in rows if row["delivered"] == "true"} == {"810", "820"}


def test_stats_scales_from_the_municipalities_named(run: Run) -> None:
    typed = ("stats", "recipients_in", "--by", "year", "--scale-to", "1081", "--format", "csv")
    assert [float(row["value"]) for row in rows_of(run(*typed))] == pytest.approx([110, 132])
    named = rows_of(run(*typed, "--delivered", "Brønderslev"))
    assert [row["method"] for row in named] == ["scaled by ratio, jackknife over 1 municipalities"] * 2


def test_growth(run: Run) -> None:
    (row,) = rows_of(run("growth", "recipients_in", "--from", "2018", "--to", "2019", "--format", "csv"))
    assert (float(row["before"]), float(row["after"]), float(row["value"])) == (20, 24, 20)


def test_decompose_prints_parts_that_add_up_and_hands_over_all_digits(run: Run) -> None:
    typed = ("decompose", "individual_expenditure", "--from", "2018", "--to", "2019", "--by", "sex")
    rows = rows_of(run(*typed, "--format", "csv"))
    assert [row["whole"] for row in rows] == ["false", "false", "true"]
    for row in rows:
        parts = sum(float(row[part]) for part in ("number", "unit_cost", "joint", "undivided"))
        assert parts == pytest.approx(float(row["value"]))
    assert "numerator" in rows[0]
    assert "The change is parted into number" in run(*typed).output


def test_compare(run: Run) -> None:
    typed = ("compare", "recipients_in", "--between", "sex=women,men", "--year", "2019")
    answer = json.loads(run(*typed, "--format", "json").output)
    assert [row["value"] for row in answer["rows"]] == [12, 12, 0, 1]
    assert [row["few"] for row in answer["rows"]] == [True] * 4
    assert any("fewer than 20" in said for said in answer["header"]["caveats"])


def test_target_share_from_postings_and_from_a_file(run: Run, tmp_path: Path) -> None:
    rows = rows_of(run("target-share", "mental", "--year", "2019", "--format", "csv"))
    assert [float(row["share"]) for row in rows] == [0.5, 0.5]
    told = tmp_path / "estimates.csv"
    told.write_text("municipality,function,share\n810,5.38.50,0.2\n820,5.38.50,0.4\n")
    rows = rows_of(run("target-share", "mental", "--year", "2019", "--estimates", str(told), "--format", "csv"))
    assert float(rows[0]["share"]) == pytest.approx(0.3)


def test_hypotheses_are_told_to_be_read_and_as_a_table(run: Run, tmp_path: Path) -> None:
    typed = ("hypotheses", "activity_has_grown", "preterm_births", "--from", "2018", "--to", "2019")
    text = run(*typed, "--municipality", "810,820", "--language", "en").output
    assert text.startswith("Hypotheses on the development 2018-2019")
    assert "1. Activity in residential offers and support at home has risen strongly (004 l.280, l.361-365)" in text
    assert "   Cannot be decided" in text
    assert "from 20.0 to 24.0" in text
    assert "   Reservation: Numbers say nothing of how much help each person gets." in text
    danish = tmp_path / "hypoteser.txt"
    assert run(*typed, "--municipality", "810,820", "--output", str(danish)).exception is None
    assert "Kan ikke afgøres" in danish.read_text(encoding="utf-8")
    rows = rows_of(run(*typed, "--municipality", "810", "--format", "csv"))
    assert [row["hypothesis"] for row in rows] == ["activity_has_grown"] * 3 + ["preterm_births"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (("stats", "recipients_in", "--delivered", "810"), "Say --scale-to too"),
        (("compare", "recipients_in", "--between", "sex"), "DIMENSION=VALUE"),
        (("compare", "recipients_in", "--between", "sex=K,M;operator_type=private"), "of one dimension"),
        (("target-share", "mental", "--year", "2019", "--by", "sex"), "leave out by"),
        (("target-share", "mental", "--year", "2019", "--estimates", "nowhere.csv"), "cannot be read as CSV"),
        (("growth", "recipients_in", "--from", "2019", "--to", "2018"), "Turn them round"),
        (("hypotheses", "preterm"), "Nearest: preterm_births"),
        (("hypotheses", "activity_has_grown", "--municipality", "Nowhere"), "Nearest"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_remedy(run: Run, typed: tuple[str, ...], words: str) -> None:
    done = run(*typed)
    if isinstance(done.exception, CannotAnswer):
        assert words in str(done.exception)
    else:
        assert words in done.output  # a hypothesis that cannot be asked says why in its place


def test_years_are_asked_for_where_they_must_be(run: Run) -> None:
    assert run("growth", "recipients_in").exit_code == 2
    assert run("target-share", "mental").exit_code == 2


@pytest.mark.parametrize("name", ["stats", "delivered", "growth", "decompose", "compare", "target-share", "hypotheses"])
def test_every_command_explains_itself(run: Run, name: str) -> None:
    told = run(name, "--help")
    assert told.exit_code == 0
    assert "--format" in told.output
    assert "--asked" not in told.output
