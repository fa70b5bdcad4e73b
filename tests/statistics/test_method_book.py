# SPDX-License-Identifier: EUPL-1.2
"""The method book in docs/ is what the catalogue and the specifications say, in both languages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from specs.reading import Spec, options, specs

from styr.statistics import Indicator, indicators

ROOT = Path(__file__).parent.parent.parent


def test_the_book_is_as_the_specifications_say() -> None:
    made = subprocess.run(
        [sys.executable, "scripts/method_book.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stdout + made.stderr


@pytest.mark.parametrize("spec", specs(), ids=lambda spec: spec.title)
def test_every_specification_has_its_sentence_in_danish(spec: Spec) -> None:
    assert spec.title_da
    assert spec.title_da != spec.title.partition(": ")[2]


@pytest.mark.parametrize("indicator", indicators(), ids=lambda indicator: indicator.key)
def test_every_indicator_is_drawn_at_least_once_and_says_what_it_does_not_say(indicator: Indicator) -> None:
    drawn = {options(question.typed)[0] for spec in specs() for question in spec.questions if not question.refused}
    assert indicator.key in drawn
    assert indicator.not_said is not None
    assert indicator.not_said.da != indicator.not_said.en
