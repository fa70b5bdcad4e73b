# SPDX-License-Identifier: EUPL-1.2
"""Relations that a file states itself: what they say, and what is answered when they cannot be read."""

from __future__ import annotations

from dataclasses import replace

import pytest
from evidence.checking.tables import checked, table

from styr.statistics.errors import CannotAnswer

DRAWING = """
    |           | Udgift | Modtagere | Udgift 2010 | Andel |
    | Dagtilbud | 412    | 31        | 400         | 40    |
    | Botilbud  | 618    | 12        | 590         | 60    |
    | Alt det   | 1.030  | 43        | 990         | 100   |
"""


@pytest.mark.parametrize(
    "statement",
    [
        '"Alt det" = "Dagtilbud" + "Botilbud"',
        '"Alt det" = sum("Dagtilbud":"Botilbud")',
        '"Andel" = 100 * "Udgift" / [Alt det;Udgift]',
        '"Botilbud" <= "Alt det"',
        '"Alt det" >= "Botilbud"',
        '"Modtagere" <= "Udgift"',
        'sum("Dagtilbud","Botilbud") = 100 in ("Andel")',
        "[Botilbud;Modtagere] = 12",
        "2 * [Botilbud;Modtagere] = 24",
        "[Botilbud;Modtagere] = t[Botilbud;Modtagere]",
        '"Modtagere" between ("Modtagere","Udgift")',
        "[Botilbud;Andel] = whole([Botilbud;Modtagere])",
    ],
)
def test_a_statement_that_is_true_holds(statement: str) -> None:
    found = checked(table(DRAWING, relations=(statement,)))
    assert not found.findings
    assert any(each.template.reason == "stated" and each.held for each in found.confirmations)


@pytest.mark.parametrize(
    "statement",
    [
        '"Alt det" = "Dagtilbud" - "Botilbud"',
        '"Botilbud" = growth("Dagtilbud", "Alt det")',
        '"Andel" = 10 * "Udgift" / [Alt det;Udgift]',
        '"Alt det" <= "Botilbud"',
        "[Botilbud;Modtagere] = 13",
        '"Alt det" between ("Dagtilbud":"Botilbud")',
    ],
)
def test_a_statement_that_is_not_true_is_found(statement: str) -> None:
    assert any(each.template.reason == "stated" for each in checked(table(DRAWING, relations=(statement,))).findings)


def test_a_share_of_whole_persons_is_one_of_few() -> None:
    """2 of 7 is 28.6 per cent and 3 is 42.9: 35 is neither."""
    drawing = "| | Andel, pct. | Antal |\n| Øst | {} | 7 |"
    for share, found in ((29, False), (43, False), (35, True)):
        drawn = table(drawing.format(share), relations=('"Andel, pct." = whole("Antal")',))
        exact = replace(drawn.cells[0][1], exact=True)
        drawn = replace(drawn, cells=((drawn.cells[0][0], exact),))
        assert bool(checked(drawn).findings) is found


def test_a_file_can_say_that_rows_are_not_added_up() -> None:
    wrong = DRAWING.replace("Alt det", "I alt").replace("1.030", "1.130")
    assert checked(table(wrong, unit="mio. kr.")).findings
    assert not checked(table(wrong, unit="mio. kr.", relations=("no sums in rows",))).findings


@pytest.mark.parametrize(
    ("statement", "answer"),
    [
        ('"I alt" = "Dagtilbud"', '"I alt" is no row or column of the table'),
        ('"Alt det" = "Dagtilbud" +', "it ends too early"),
        ('"Alt det" = "Udgift"', "rows and columns cannot stand in one relation"),
        ("Alt det = 3", "place 1: 'Alt det = 3' is not understood"),
        ('"Alt det" : 3', "= / <= / >= is expected"),
        ("[Bo;Udgift] = 3", "[Bo;Udgift] is not found"),
        ('"Andel" = "Udgift" * "Modtagere"', "two rows or columns can only be divided by each other"),
    ],
)
def test_a_statement_that_cannot_be_read_is_answered_with_place_and_remedy(statement: str, answer: str) -> None:
    with pytest.raises(CannotAnswer) as refused:
        checked(table(DRAWING, relations=(statement,), file="egne.yaml", line=7))
    assert answer in str(refused.value)
    assert str(refused.value).startswith("egne.yaml, line 7, table t, relation '")
    assert "write it as" in str(refused.value)
