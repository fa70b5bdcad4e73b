# SPDX-License-Identifier: EUPL-1.2
"""`styr benchmark` as it is typed: which table it gives, what it says beside it, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from click.testing import Result
from municipalities import YEAR, register
from typer.testing import CliRunner

from styr.register import store
from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer
from styr.statistics.commands import benchmark

NAMED = ("101", "147", "151", "153", "155", "157")
DRAWING = """
municipality | inhabitants | children | recipients | price
101          | 8000        | 2000     | 80         | 100
147          | 5000        | 1500     | 60         | 200
151          | 2000        | 500      | 40         | 300
153          | 3000        | 1000     | 45         | 150
155          | 4000        | 900      | 70         | 250
157          | 6000        | 1700     | 50         | 120
"""
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return register(DRAWING, tmp_path_factory.mktemp("country"))


@pytest.fixture
def run(country: Snapshot, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `styr benchmark` on the register drawn above."""
    monkeypatch.setattr(store, "open_store", lambda *_: None)
    monkeypatch.setattr(store, "snapshot", lambda known_at=None: country)
    app = typer.Typer()
    benchmark.register(app)
    app.command("other")(lambda: None)

    def typed(indicator: str, *words: str) -> Result:
        usual = ["--year", str(YEAR), "--delivered", ",".join(NAMED)]
        return CliRunner().invoke(app, ["benchmark", indicator, *usual, *words])

    return typed


def rows_of(done: Result) -> list[dict[str, str]]:
    assert done.exception is None, done.exception
    return list(csv.DictReader(io.StringIO(done.output)))


def test_municipalities_are_shown_with_what_a_funnel_and_a_ranking_need(run: Run) -> None:
    rows = rows_of(run("recipients_per_1000", "--format", "csv"))
    assert [row["municipality"] for row in rows] == list(NAMED)
    wanted = "indicator year municipality name region size_band inhabitants value numerator denominator n lower upper "
    wanted += "suppressed country index rank quartile expected lower_95 upper_95 lower_998 upper_998 beyond method"
    assert list(rows[0]) == wanted.split()
    assert float(rows[2]["value"]) == 20


def test_one_municipality_beside_its_neighbours(run: Run) -> None:
    rows = rows_of(
        run(
            "recipients_per_1000",
            "--municipality",
            "Ballerup",
            "--neighbours",
            "2",
            "--variables",
            "log_inhabitants",
            "--format",
            "csv",
        )
    )
    assert [row["place"] for row in rows] == ["0", "1", "2"]
    assert rows[0]["municipality"] == "151"
    mean = sum(float(row["value"]) for row in rows[1:]) / 2
    assert float(rows[0]["neighbours_mean"]) == pytest.approx(mean)


def test_the_summary(run: Run) -> None:
    rows = rows_of(run("recipients_per_1000", "--show", "summary", "--format", "csv"))
    assert [row["scope"] for row in rows] == ["country", "region", "size_band"]
    assert float(rows[0]["index"]) == pytest.approx(100)


def test_the_regression_comes_with_its_fit_and_its_reservations(run: Run) -> None:
    done = run("recipients_per_1000", "--show", "regression", "--variables", "share_0_17", "--format", "json")
    answer = json.loads(done.output)
    assert [row["term"] for row in answer["rows"]] == ["constant", "share_0_17"]
    assert answer["header"]["n"] == 6
    assert 0 <= answer["header"]["r_squared"] <= 1
    assert any("A relation is not a cause" in each for each in answer["header"]["caveats"])
    assert any("at least 10 to each are advised" in each for each in answer["header"]["caveats"])


def test_residuals_of_a_users_own_variables(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "background.csv"
    lines = [f"{code};{number},5" for number, code in enumerate(NAMED)]
    path.write_text("\n".join(["kommune;indkomst", *lines]))
    rows = rows_of(run("recipients_per_1000", "--show", "residuals", "--background", str(path), "--format", "csv"))
    assert [row["municipality"] for row in rows] == list(NAMED)
    assert sum(float(row["residual"]) for row in rows) == pytest.approx(0, abs=1e-9)


def test_a_tariff_potential_is_labelled_and_has_an_interval(run: Run) -> None:
    words = ("--potential", "tariff", "--municipality", "151", "--format", "json", "--language", "da")
    answer = json.loads(run("unit_cost", *words).output)
    total, own = answer["rows"]
    mean = 366 * (100 + 200 + 300 + 150 + 250 + 120) / 6
    assert total["value"] == pytest.approx((366 * 200 - mean) * 60 + (366 * 300 - mean) * 40 + (366 * 250 - mean) * 70)
    assert total["lower"] <= total["value"] <= total["upper"]
    assert own["value"] == pytest.approx((366 * 300 - mean) * 40)
    assert total["method"].startswith("beregningsteknisk")
    assert answer["header"]["title"] == "Beregningsteknisk potentiale: Enhedsudgift"
    assert answer["header"]["unit"] == "kr."
    assert any("serviceniveau, behov, registrering eller effektivitet" in each for each in answer["header"]["caveats"])


def test_a_mean_frequency_is_turned_into_money(run: Run) -> None:
    words = ("--potential", "mean", "--expenditure", "individual_expenditure_per_inhabitant", "--format", "json")
    answer = json.loads(run("recipients_per_1000", *words).output)
    assert answer["header"]["unit"] == "DKK"
    assert any(
        "Where the frequency is 1 higher, expenditure per inhabitant is" in x for x in answer["header"]["caveats"]
    )
    assert answer["rows"][0]["value"] > 0


def test_the_expected_level_says_how_much_the_background_explains(run: Run) -> None:
    words = (
        "--potential",
        "expected",
        "--variables",
        "share_0_17",
        "--draws",
        "100",
        "--seed",
        "7",
        "--format",
        "json",
    )
    caveats = json.loads(run("individual_expenditure_per_inhabitant", *words).output)["header"]["caveats"]
    assert any("The background (share aged 0-17) explains" in each for each in caveats)


@pytest.mark.parametrize(
    ("indicator", "words", "says"),
    [
        ("recipients_per_1000", ["--show", "regression"], "Choose them with --variables"),
        ("recipients_per_1000", ["--show", "potential"], "asked for with --potential"),
        ("recipients_per_1000", ["--show", "summary", "--municipality", "101"], "Leave out --municipality"),
    ],
)
def test_what_does_not_fit_together_is_refused_with_a_remedy(
    run: Run, indicator: str, words: list[str], says: str
) -> None:
    refused = run(indicator, *words).exception
    assert isinstance(refused, CannotAnswer), refused
    assert says in str(refused)


@pytest.mark.parametrize("words", [("--potential", "efficiency"), ("--show", "map"), ("--neighbours", "0")])
def test_a_word_that_is_no_choice_is_wrong_usage(run: Run, words: tuple[str, str]) -> None:
    assert run("recipients_per_1000", *words).exit_code == 2
