# SPDX-License-Identifier: EUPL-1.2
"""What cannot be answered is said in Danish and in English, and both say the same."""

from __future__ import annotations

import ast
import pickle
import sys
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml

from styr import cli, statistics, vocabulary
from styr.statistics.catalogue import allowed, indicator
from styr.statistics.errors import CannotAnswer, part, refusals, unknown
from styr.statistics.question import read_where
from styr.statistics.words import Words

ROOM = Path(str(files(statistics)))
#: Keys that are not written where they are raised: what the words of a list are.
KINDS = tuple(key for key in refusals() if key.startswith("kind_"))


def raised() -> Iterator[tuple[str, str, set[str]]]:
    """Where a refusal (or a part of one) is made in statistics, its key, and the names of its values."""
    for path in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("CannotAnswer", "part")
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    names = {keyword.arg or "" for keyword in node.keywords}
                    yield f"{path.relative_to(ROOM)}:{node.lineno}", str(first.value), names
                else:
                    assert path.name in ("errors.py", "sample.py"), f"{path}:{node.lineno} names no key"


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize(
    ("place", "key", "names"),
    list(raised()),
    ids=lambda value: " ".join(sorted(value)) if isinstance(value, set) else value,
)
def test_every_refusal_names_a_text_that_is_there_and_fills_its_places(place: str, key: str, names: set[str]) -> None:
    assert key in refusals(), place
    assert placeholders(refusals()[key].en) == names, place


@pytest.mark.parametrize("key", [key for key in refusals() if key not in KINDS])
def test_every_text_is_in_both_languages_with_the_same_places(key: str) -> None:
    words = refusals()[key]
    assert placeholders(words.da) == placeholders(words.en)
    assert words.da.strip()
    assert words.da != words.en or set(words.da) <= set("{}said") or "{path}" in words.da


def test_no_text_is_left_that_nothing_refuses_with() -> None:
    named = {key for _, key, _ in raised()} | {"in_years", "in_every_year"}  # these two are chosen between
    assert set(refusals()) - named == set(KINDS)


def test_every_reason_a_dimension_is_refused_for_is_in_both_languages_and_used() -> None:
    reasons = read("reasons.yaml")
    used = {reason for subject in read("subjects.yaml").values() for reason in subject["refused"].values()}
    for file in sorted((ROOM / "indicators").glob("*.yaml")):
        used |= {
            reason for entry in read(f"indicators/{file.name}").values() for reason in entry.get("except", {}).values()
        }
    assert set(reasons) - used == {"not_held", "supplier_not_operator"}  # the catalogue's own
    assert all(words["da"] != words["en"] for words in reasons.values())


def test_a_dimension_that_makes_no_sense_is_refused_in_the_language_asked_for() -> None:
    with pytest.raises(CannotAnswer) as refused:
        allowed(indicator("net_expenditure"), "sex")
    assert refused.value.said("da") == (
        "net_expenditure kan ikke opdeles på sex: regnskabet skelner ikke mellem personer; "
        "spørg om individual_expenditure."
    )
    assert refused.value.said("en") == str(refused.value)
    assert "cannot be split by sex: accounts do not tell persons apart" in str(refused.value)


def test_a_word_no_list_knows_is_refused_with_the_nearest_in_danish_too() -> None:
    with pytest.raises(CannotAnswer) as refused:
        read_where(indicator("recipients_on"), {"municipality": ["Balerup"]}, ())
    assert refused.value.said("da") == "Ukendt kommune »Balerup«. Nærmeste: 151 (Ballerup)."
    assert "Unknown municipality 'Balerup'" in str(refused.value)


def test_what_is_unknown_is_named_in_danish_where_there_is_a_word_for_it() -> None:
    refused = unknown("indicator", "modtagere", ["recipients_on"])
    assert refused.said("da") == "Ukendt indikator »modtagere«. Nærmeste: recipients_on."


def test_a_message_that_is_no_key_is_said_as_it_is() -> None:
    assert CannotAnswer("Nothing to see {here}.").said("da") == "Nothing to see {here}."


def test_values_are_said_in_the_language_they_have() -> None:
    refused = CannotAnswer("municipality_elsewhere", code="101", area=Words("hele landet", "the country"))
    assert "ligger ikke i hele landet" in refused.said("da")
    assert "is not in the country" in refused.said("en")
    assert part("in_years", first=2018, last=2019).da == "fra 2018 til 2019"


def test_a_refusal_passes_between_processes_whole() -> None:
    refused = CannotAnswer("day_not_in_year", on="02-29", year=2019)
    assert pickle.loads(pickle.dumps(refused)).said("da") == refused.said("da")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--language", "da"], "»sex« er ikke en betingelse. Skriv den DIMENSION=VÆRDI, for eksempel sex=K."),
        (["--language=da"], "»sex« er ikke en betingelse"),
        (["--language", "en"], "'sex' is not a condition"),
        ([], "'sex' is not a condition"),
    ],
)
def test_the_command_line_says_it_in_the_language_asked_for(
    asked: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["styr", "compare", "recipients_on", "--between", "sex", *asked])
    with pytest.raises(SystemExit):
        cli.main()
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("kind", KINDS)
def test_the_kinds_of_the_vocabularys_lists_are_those_it_has(kind: str) -> None:
    known = {*vocabulary.LISTS, "provision_area", "indicator", "dimension", "engine", "hypothesis", "way_of_scaling",
             "level", "potential", "dispersion", "variable", "price_index_series"}  # fmt: skip
    assert kind.removeprefix("kind_") in known


def read(name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load((ROOM / name).read_text(encoding="utf-8"))
    return found
