# SPDX-License-Identifier: EUPL-1.2
"""Every specification in tests/specs, on every engine."""

from __future__ import annotations

import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from specs.reading import Question, Spec, draw, number, options, specs

from styr.register.snapshot import Snapshot
from styr.statistics import CannotAnswer, Result, count, session
from styr.statistics.engines import ENGINES
from styr.statistics.engines.duckdb import DuckDB
from styr.statistics.estimates.scaling import scaled

NUMBERS = ("value", "numerator", "denominator", "n", "lower", "upper")
SPECS = specs()


each_spec = pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.title)

#: Most refusals come before an engine is asked, so a specification of nothing else tells nothing of a cluster.
each_answered = pytest.mark.parametrize(
    "spec", [spec for spec in SPECS if any(not each.refused for each in spec.questions)], ids=lambda spec: spec.title
)


@each_spec
def test_duckdb_answers_as_drawn(spec: Spec, tmp_path: Path) -> None:
    _answers_as_drawn(spec, "duckdb", tmp_path)


@each_answered
def test_duckdb_answers_as_drawn_by_kept_tables_in_a_session(
    spec: Spec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what large registers and sessions have more: tables kept for later questions, and held for the next."""
    monkeypatch.setitem(ENGINES, "duckdb", partial(DuckDB, large=0))
    snapshot = draw(spec, tmp_path)
    with session(snapshot):
        for question in spec.questions:
            _answers(snapshot, question, {"engine": "duckdb", "disclosure_control": spec.control})


@each_spec
def test_plain_python_answers_as_drawn(spec: Spec, tmp_path: Path) -> None:
    _answers_as_drawn(spec, "memory", tmp_path)


@pytest.mark.usefixtures("spark_cluster")
@each_answered
def test_spark_answers_as_drawn(spec: Spec, tmp_path: Path) -> None:
    _answers_as_drawn(spec, "spark", tmp_path)


@pytest.mark.usefixtures("postgresql_engine")
@each_answered
def test_postgresql_answers_as_drawn(spec: Spec, tmp_path: Path) -> None:
    _answers_as_drawn(spec, "postgresql", tmp_path)


def _answers_as_drawn(spec: Spec, engine: str, folder: Path) -> None:
    assert spec.questions, "a specification asks something"
    snapshot = draw(spec, folder)
    for question in spec.questions:
        _answers(snapshot, question, {"engine": engine, "disclosure_control": spec.control})


def _answers(snapshot: Snapshot, question: Question, given: dict[str, Any]) -> None:
    indicator, asked = options(question.typed)
    ask = scaled if "to" in asked else count
    if question.refused:
        with pytest.raises(CannotAnswer) as refusal:
            ask(snapshot, indicator, **(given | asked))
        assert question.refused in str(refusal.value)
    else:
        _compare(question, ask(snapshot, indicator, **(given | asked)))


def _compare(question: Question, result: Result) -> None:
    columns = list(question.answer[0]) if question.answer else ["value"]
    got = [{name: row[name] for name in columns} for row in result.to_polars().to_dicts()]
    wanted = [{name: _value(name, text) for name, text in row.items()} for row in question.answer]
    wanted_said = [[_shown(row[name]) for name in columns if name not in NUMBERS] for row in wanted]
    assert [[_shown(row[name]) for name in columns if name not in NUMBERS] for row in got] == wanted_said, (
        question.typed
    )
    for found, row in zip(got, wanted, strict=True):
        for name in NUMBERS:
            if name in row:
                same = row[name] if row[name] is None else pytest.approx(row[name], rel=1e-9, abs=1e-9)
                assert found[name] == same, f"{question.typed}: {name} of {row}"
    for words in question.says:
        caveats = [caveat.en for caveat in result.header.caveats]
        assert any(words in caveat for caveat in caveats), caveats


def _value(name: str, text: str) -> Any:
    if text == "":
        return None
    return number(text) if name in NUMBERS else text


def _shown(value: Any) -> str | None:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, datetime.date) else None if value is None else str(value)
