# SPDX-License-Identifier: EUPL-1.2
"""Every specification in tests/specs, on every engine."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from specs.reading import Question, Spec, draw, number, options, specs

from styr.statistics import CannotAnswer, Result, count
from styr.statistics.engines import ENGINES
from styr.statistics.estimates.scaling import scaled

NUMBERS = ("value", "numerator", "denominator", "n", "lower", "upper")


@pytest.mark.parametrize("engine", list(ENGINES))
@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.title)
def test_the_answer_is_as_drawn(spec: Spec, engine: str, tmp_path: Path) -> None:
    assert spec.questions, "a specification asks something"
    snapshot = draw(spec, tmp_path)
    for question in spec.questions:
        indicator, asked = options(question.typed)
        ask = scaled if "to" in asked else count
        asked = {"engine": engine, "disclosure_control": spec.control} | asked
        if question.refused:
            with pytest.raises(CannotAnswer) as refusal:
                ask(snapshot, indicator, **asked)
            assert question.refused in str(refusal.value)
        else:
            _compare(question, ask(snapshot, indicator, **asked))


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
