# SPDX-License-Identifier: EUPL-1.2
"""The hypotheses of document 004, held against a register."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from specs.reading import Spec, draw

from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, Result, hypotheses
from styr.statistics.catalogue import allowed
from styr.statistics.catalogue import indicator as indicator_of
from styr.statistics.estimates import declared_hypotheses as declared
from styr.statistics.estimates.declared_hypotheses import Expectation
from styr.statistics.estimates.hypotheses import CONFIRMED, NOT_CONFIRMED, UNDECIDED, _finding, _together
from styr.statistics.estimates.two_year_figures import Worked

DOCUMENTS = Path(os.environ.get("STYR_DOCUMENTS", Path(__file__).parents[3] / "shared" / "documents"))
EVERY = declared.hypotheses()
each = pytest.mark.parametrize("told", EVERY, ids=[told.key for told in EVERY])


# What is declared


@each
def test_a_hypothesis_says_what_it_is_and_how_it_is_tested_or_why_not(told: declared.Hypothesis) -> None:
    for words in (told.statement, told.reservation, *(figure.title for figure in told.figures)):
        assert words.da
        assert words.en
    assert (told.missing is None) == bool(told.figures)
    assert told.missing is not None or any(figure.expect for figure in told.figures)
    for figure in told.figures:
        assert figure.kind in declared.KINDS
        assert figure.part or figure.kind not in ("share_change", "contribution")
        for key in (*figure.where, *figure.part):
            assert allowed(indicator_of(figure.indicator), key)
        if figure.expect:
            assert figure.expect.matters > figure.expect.edge or not figure.expect.upwards


@each
def test_its_lines_are_in_the_document(told: declared.Hypothesis) -> None:
    if not DOCUMENTS.is_dir():
        pytest.skip(f"the documents are not at {DOCUMENTS}")
    lines = next(DOCUMENTS.glob("004_*.txt")).read_text(encoding="utf-8").splitlines()
    assert told.source.startswith("004 l.")
    numbers = [int(number) for number in re.findall(r"\d+", told.source.removeprefix("004"))]
    assert all(0 < number <= len(lines) for number in numbers)
    first, last = numbers[0], max(numbers)
    assert any(line.strip() for line in lines[first - 1 : last])


def test_those_the_document_could_not_confirm_are_there_too() -> None:
    keys = {told.key for told in EVERY}
    assert {"preterm_births", "transition_from_the_child_area", "acquired_brain_injury"} <= keys
    assert len(EVERY) == len(keys) == 15


# What a figure says

UP = Expectation(upwards=True, edge=0, matters=3)
DOWN = Expectation(upwards=False, edge=0, matters=-3)


@pytest.mark.parametrize(
    ("expect", "value", "lower", "upper", "n", "finding"),
    [
        (UP, 8, 6, 10, 500, CONFIRMED),
        (UP, 8, -1, 17, 500, UNDECIDED),
        (UP, 2, 1, 5, 500, UNDECIDED),
        (UP, 1, 0.5, 1.5, 500, NOT_CONFIRMED),
        (UP, -5, -8, -2, 500, NOT_CONFIRMED),
        (UP, 8, 6, 10, 19, UNDECIDED),
        (UP, 8, None, None, 500, UNDECIDED),
        (UP, None, None, None, 500, UNDECIDED),
        (DOWN, -8, -10, -6, 500, CONFIRMED),
        (DOWN, -1, -2, 1, 500, NOT_CONFIRMED),
        (None, 8, 6, 10, 500, None),
    ],
)
def test_a_figure_speaks_for_a_hypothesis_against_it_or_not_at_all(
    expect: Expectation | None,
    value: float | None,
    lower: float | None,
    upper: float | None,
    n: int,
    finding: str | None,
) -> None:
    assert _finding(expect, Worked(value, lower, upper, None, None, n, "")) == finding


def test_all_figures_confirm_and_one_can_refuse() -> None:
    assert _together([CONFIRMED, CONFIRMED]) == CONFIRMED
    assert _together([CONFIRMED, UNDECIDED]) == UNDECIDED
    assert _together([CONFIRMED, UNDECIDED, NOT_CONFIRMED]) == NOT_CONFIRMED
    assert _together([]) == UNDECIDED


# Asking a register

CODES = ("810", "813", "820", "825", "840", "846")
BEFORE, AFTER = 30, 45  # recipients of each municipality in 2015 and in 2018


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Six municipalities, each with half as many recipients more in 2018 than in 2015; all the new have a diagnosis."""
    spec = Spec("drawn")
    spec.known_at = spec.known_at.replace(year=2019)
    people = [(f"{code}-{number}", code, number) for code in CODES for number in range(AFTER)]
    spec.tables["citizens"] = [{"citizen_id": name, "municipality": code} for name, code, _ in people]
    spec.tables["grants"] = [
        {
            "citizen_id": name,
            "paying_municipality": code,
            "provision": "SEL-85",
            "start_date": f"{year}-01-01",
            "end_date": f"{year}-12-31",
        }
        for name, code, number in people
        for year in range(2014 if number < BEFORE else 2017, 2020)
    ]
    spec.tables["diagnoses"] = [
        {"citizen_id": name, "icd10": "F84.0", "date": "2014-06-01"} for name, _, number in people if number >= 20
    ]
    spec.tables["population"] = [
        {"year": str(year), "municipality": code, "persons": "10000"} for year in range(2014, 2020) for code in CODES
    ]
    return draw(spec, tmp_path_factory.mktemp("drawn"))


def rows(result: Result) -> dict[tuple[str, str | None], dict[str, object]]:
    return {(row["hypothesis"], row["figure"]): row for row in result.table.to_pylist()}


def test_a_register_confirms_what_it_can_and_says_what_it_cannot(snapshot: Snapshot) -> None:
    keys = ["activity_has_grown", "diagnoses_drive_the_growth", "more_on_cash_benefit", "preterm_births"]
    result = hypotheses(snapshot, keys, municipalities=CODES)
    found = rows(result)
    grown = found["activity_has_grown", "all"]
    assert (grown["before"], grown["after"]) == pytest.approx((180, 270))
    assert (grown["value"], grown["result"]) == (pytest.approx(50), CONFIRMED)
    assert grown["method"] == "jackknife over 6 municipalities"
    assert found["activity_has_grown", "long_term"]["value"] is None
    driven = found["diagnoses_drive_the_growth", "contribution"]
    assert (driven["value"], driven["result"]) == (pytest.approx(100), CONFIRMED)
    assert "income_bases is empty" in str(found["more_on_cash_benefit", "cash"]["reason"])
    assert found["more_on_cash_benefit", "cash"]["result"] == UNDECIDED
    assert "Medical Birth Register" in str(found["preterm_births", None]["reason"])
    assert result.header.indicator == "hypotheses"


def test_without_the_population_of_the_country_numbers_are_those_delivered_and_said_so(snapshot: Snapshot) -> None:
    (row, *_) = hypotheses(snapshot, ["activity_has_grown"]).table.to_pylist()
    assert (row["before"], row["after"]) == pytest.approx((180, 270))
    assert row["method"].endswith("not scaled: the population of the country is missing")


def test_one_municipality_is_judged_by_how_numbers_vary_by_chance(snapshot: Snapshot) -> None:
    found = rows(hypotheses(snapshot, ["activity_has_grown"], municipalities=["Brønderslev"]))
    row = found["activity_has_grown", "all"]
    assert (row["before"], row["after"], row["method"]) == (30, 45, "Poisson draws")
    assert row["lower"] < 0 < row["upper"]
    assert row["result"] == UNDECIDED
    again = rows(hypotheses(snapshot, ["activity_has_grown"], municipalities=["Brønderslev"]))
    assert again["activity_has_grown", "all"]["lower"] == row["lower"]


def test_few_persons_are_hidden_and_decide_nothing(snapshot: Snapshot) -> None:
    asked = {"municipalities": ["810"], "from_year": 2015, "to_year": 2016}
    found = rows(hypotheses(snapshot, ["more_recipients_have_diagnoses"], **asked))
    assert found["more_recipients_have_diagnoses", "growth"]["n"] == 10
    assert found["more_recipients_have_diagnoses", "growth"]["finding"] == UNDECIDED
    assert "fewer than 20 persons" in str(found["more_recipients_have_diagnoses", "growth"]["reason"])


def test_the_report_speaks_danish(snapshot: Snapshot) -> None:
    result = hypotheses(snapshot, ["preterm_births"], municipalities=["810"], language="da")
    (row,) = result.table.to_pylist()
    assert row["statement"] == "Flere fødes for tidligt, og derfor får flere hjælp"
    assert "Fødselsregisteret" in row["reason"]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"keys": ["preterm"]}, "Nearest: preterm_births"),
        ({"from_year": 2018, "to_year": 2015}, "Turn them round"),
    ],
)
def test_what_is_not_a_hypothesis_or_a_span_is_refused(
    snapshot: Snapshot, asked: dict[str, object], words: str
) -> None:
    with pytest.raises(CannotAnswer, match=words):
        hypotheses(snapshot, **asked)
