# SPDX-License-Identifier: EUPL-1.2
"""What the room of forecasts refuses is said in Danish and English, with what is missing and the remedy."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest

from styr import forecast as room
from styr import reporting
from styr.forecast import Month, Override, read_assumptions
from styr.forecast.assumptions import BUFFERS
from styr.forecast.errors import Refused
from styr.statistics.errors import refusals

TEXTS = refusals(Refused.room)
ROOMS = [Path(str(files(each))) for each in (room, reporting)]
#: Keys that are put together where they are used, and their first part.
CHOSEN = ("no_such_", "backtest_without_", "buffer_", "several_kept_as", "none_kept_as", "not_split_by")
CHECKED_YEARS = ("delivered_budget_lacks_years", "file_budget_lacks_years")


def raised() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Where a refusal, or a part of one, is made: its place, key and the names of its values."""
    for path in sorted(each for folder in ROOMS for each in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Refused", "part"):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and first.value in TEXTS:
                    names = frozenset(keyword.arg or "" for keyword in node.keywords)
                    yield f"{path.name}:{node.lineno}", str(first.value), names


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize(("at", "key", "names"), list(raised()), ids=lambda part: part if isinstance(part, str) else "")
def test_every_refusal_fills_the_places_of_its_text(at: str, key: str, names: frozenset[str]) -> None:
    assert placeholders(TEXTS[key].en) == names, at


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_is_in_both_languages_with_the_same_places(key: str) -> None:
    words = TEXTS[key]
    assert placeholders(words.da) == placeholders(words.en)
    assert words.da != words.en or "{error}" in words.da


def test_no_text_is_left_that_nothing_refuses_with() -> None:
    said = {key for _, key, _ in raised()}
    assert [key for key in TEXTS if key not in said and not key.startswith(CHOSEN) and key not in CHECKED_YEARS] == []
    assert {key.removeprefix("buffer_") for key in TEXTS if key.startswith("buffer_")} == set(BUFFERS)


def test_nothing_is_refused_in_one_language_alone() -> None:
    sources = [path.read_text(encoding="utf-8") for folder in ROOMS for path in folder.rglob("*.py")]
    assert not any('CannotAnswer("' in source or 'CannotAnswer(f"' in source for source in sources)


def test_a_month_that_is_none_is_refused_in_the_language_asked_for() -> None:
    with pytest.raises(Refused) as refused:
        Month.parse("juli")
    assert refused.value.said("da") == "»juli« er ikke en måned: skriv den ÅÅÅÅ-MM, for eksempel 2024-07."
    assert str(refused.value) == "'juli' is not a month: write it YYYY-MM, for example 2024-07."


def test_an_override_says_what_its_number_is_in_the_language_asked_for() -> None:
    with pytest.raises(Refused) as refused:
        Override("exits", "fordi", "økonomi", date(2024, 1, 1), number=2.0)
    assert refused.value.said("da") == (
        "Antagelsen om exits tager ikke number. Den tager en faktor på, hvor hurtigt indsatser slutter (factor)."
    )


def test_a_file_of_overrides_names_the_one_that_is_wrong_and_why(tmp_path: Path) -> None:
    path = tmp_path / "antagelser.yaml"
    path.write_text("- {buffer: exits, factor: 2, reason: x, who: y, when: 2024-05-02, provision: SEL-999}\n")
    with pytest.raises(Refused) as refused:
        read_assumptions(path)
    assert refused.value.said("da").startswith(f"{path}, antagelse 1: Ukendt paragraf »SEL-999«. Nærmeste: ")
    assert str(refused.value).startswith(f"{path}, override 1: ")
