# SPDX-License-Identifier: EUPL-1.2
"""What the room of published figures refuses is said in Danish and English, with place and remedy."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from string import Formatter

import pytest
from evidence.checking.tables import table

from styr import cli, evidence
from styr.evidence.checking import check
from styr.evidence.errors import Refused, not_found, place
from styr.evidence.numbers import NotANumber, read_number
from styr.evidence.published import FigureSet, TextFigure
from styr.evidence.reading import Unreadable, read
from styr.statistics.errors import refusals

ROOM = Path(str(files(evidence)))
TEXTS = refusals(Refused.room)
MAKERS = {"Refused": 0, "NotANumber": 0, "part": 0, "not_found": 0}
FOUND = {"word", "nearest"}  # what not_found fills in itself


def raised() -> Iterator[tuple[str, str, frozenset[str]]]:
    """Where a refusal, or a part of one, is made: its place, key and the names of its values."""
    for path in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS:
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value in TEXTS:
                    names = {keyword.arg or "" for keyword in node.keywords}
                    names |= FOUND if node.func.id == "not_found" else set()
                    yield f"{path.relative_to(ROOM)}:{node.lineno}", first.value, frozenset(names)


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize(("at", "key", "names"), list(raised()), ids=lambda part: part if isinstance(part, str) else "")
def test_every_refusal_fills_the_places_of_its_text(at: str, key: str, names: frozenset[str]) -> None:
    assert placeholders(TEXTS[key].en) == names, at


@pytest.mark.parametrize("key", TEXTS)
def test_every_text_is_in_both_languages_with_the_same_places(key: str) -> None:
    assert placeholders(TEXTS[key].da) == placeholders(TEXTS[key].en)
    assert TEXTS[key].da != TEXTS[key].en or key in ("in_place", "place_label")


def test_no_text_is_left_that_nothing_refuses_with() -> None:
    chosen = {"unknown_row", "unknown_column"}  # between which the room chooses
    said = {key for _, key, _ in raised()} | chosen
    assert set(TEXTS) - said == {key for key in TEXTS if key.startswith("place_")}


def test_what_is_no_number_is_refused_in_both_languages() -> None:
    with pytest.raises(NotANumber) as refused:
        read_number("mange")
    assert refused.value.said("da").startswith("»mange« er ikke et tal: skriv det, som det er trykt")
    assert refused.value.said("en").startswith("'mange' is not a number: write it as printed")


def test_a_file_is_refused_with_every_place_in_the_language_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "tal.yaml"
    path.write_text("tables:\n  - id: t\n    lines: a-b\n    title: T\n    cells: |\n      x ; A\n      y ; mange\n")
    with pytest.raises(Unreadable) as refused:
        read(path)
    danish, english = refused.value.said("da"), refused.value.said("en")
    assert "linje 7, tabel t, kolonne »A«: »mange« er ikke et tal" in danish
    assert "linje 2, tabel t: »a-b« er ikke linjer i et dokument" in danish
    assert "line 7, table t, column 'A': 'mange' is not a number" in english
    assert len(danish.splitlines()) == len(english.splitlines()) == 2


def test_a_reference_to_what_is_not_there_is_refused_with_place_and_the_nearest() -> None:
    drawn = table("| | 2011 |\n| Dagtilbud | 151 |\n| Botilbud | 249 |")
    figure = TextFigure("000", 3, "f", "Dagtilbud", read_number("151").number, same_as="t[Dagtilbudd;2011]",
                        file="tal.yaml", file_line=9)  # fmt: skip
    with pytest.raises(Refused) as refused:
        check(FigureSet(tables=(drawn,), figures=(figure,)))
    assert str(refused.value) == (
        "tal.yaml, line 9, figure f: `same` names 't[Dagtilbudd;2011]', which is not there. Write TABLE[row;column] or "
        "the id of a figure, with its document in front when it is another's. Nearest: t[Dagtilbud;2011], "
        "t[Botilbud;2011]"
    )
    assert "`same` peger på »t[Dagtilbudd;2011]«, som ikke findes" in refused.value.said("da")


def test_a_statement_is_refused_with_its_place_in_danish_too() -> None:
    drawn = table("| | 2011 |\n| A | 1 |\n| B | 2 |", relations=('"A" = "C"',))
    with pytest.raises(Refused) as refused:
        check(FigureSet(tables=(drawn,)))
    assert 'sammenhæng »"A" = "C"«, tegn 7: "C" er ikke en række eller kolonne i tabellen' in refused.value.said("da")


def test_a_place_names_what_is_given_in_its_order() -> None:
    assert place("tal.yaml", line=3, table="t", row="A").da == "tal.yaml, linje 3, tabel t, række »A«"


def test_the_nearest_of_nothing_is_nothing() -> None:
    assert not_found("unknown_figure", "x", ()).said("da") == "Ukendt tal »x«. Nærmeste: –."


@pytest.mark.parametrize(
    ("asked", "said"), [(["--language", "da"], "findes ikke; angiv en fil"), ([], "is not there; name a file")]
)
def test_the_command_line_refuses_in_the_language_asked_for(
    asked: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    figures = str(tmp_path / "ikke-her")
    monkeypatch.setattr(sys, "argv", ["styr", "figures", "compare", "a/b", "--figures", figures, *asked])
    with pytest.raises(SystemExit):
        cli.main()
    assert said in capsys.readouterr().err
