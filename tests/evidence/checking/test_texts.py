# SPDX-License-Identifier: EUPL-1.2
"""What numbers in running text say of each other and of tables, drawn as rows: quantity, period, what is printed, and
for some what it repeats."""

from __future__ import annotations

import pytest
from drawn import cells
from evidence.checking.tables import table

from styr.evidence.checking import Checked, check
from styr.evidence.numbers import read_number
from styr.evidence.published import FigureSet, Table, TextFigure
from styr.evidence.shipped import shipped

YEARS = """
    |           | 2018  | 2022  | Udvikling, pct. |
    | Dagtilbud | 1.520 | 1.710 | 13 |
    | Botilbud  | 2.450 | 2.490 | 2  |
"""


def sentences(drawing: str) -> tuple[TextFigure, ...]:
    """Figures drawn as quantity, period, printed and same."""
    found = []
    for line, (quantity, period, printed, same) in enumerate(cells(drawing)[1:], 1):
        number = read_number(printed, filling=True)
        unit = number.unit or "personer"
        found.append(TextFigure("000", line, f"f{line}", quantity, number.number, unit, period, "landet", same))
    return tuple(found)


def held_against_each_other(drawing: str, *tables: Table) -> Checked:
    return check(FigureSet(tables=tables, figures=sentences(drawing)))


def kinds(found: Checked) -> list[str]:
    """The kinds of the relations proposed, in order."""
    return sorted(str(template.kind) for template in found.templates for _ in template.relations)


TWICE = """
    | quantity     | period | printed | same |
    | Modtagere    | 2022   | 28.000  |      |
    | modtagere    | 2022   | {again} |      |
    | Modtagere    | 2018   | 25.400  |      |
"""
GROWN = """
    | quantity               | period    | printed | same |
    | Modtagere              | 2018      | 4.000   |      |
    | Modtagere              | 2022      | 5.000   |      |
    | Stigning i modtagere   | 2018-2022 | {pct}   |      |
    | Ændring i modtagere    | 2018-2022 | {more}  |      |
"""
SHARED = """
    | quantity                   | period | printed | same |
    | Udgifter til botilbud      | 2022   | 22,2 mia. kr. |      |
    | Udgifter                   | 2022   | 40,5 mia. kr. |      |
    | Udgifter til botilbuds andel af udgifter | 2022 | {share} | |
"""
PARTS = """
    | quantity              | period | printed | same |
    | Modtagere i alt       | 2022   | 300     |      |
    | Modtagere, unge       | 2022   | 120     |      |
    | Modtagere, voksne     | 2022   | {rest}  |      |
"""
OF_WHICH = """
    | quantity          | period | printed  | same |
    | Flyttet           | 2022   | 27       |      |
    | Heraf til mindre  | 2022   | 17       |      |
    | Heraf til mere    | 2022   | {rest}   |      |
"""
ROW = """
    | quantity           | period    | printed | same |
    | Vækst i dagtilbud  | 2018-2022 | {pct}   | t[Dagtilbud;Udvikling, pct.] |
"""


@pytest.mark.parametrize(
    ("drawing", "right", "wrong", "kind"),
    [
        (TWICE, {"again": "28.000"}, {"again": "26.000"}, "same"),
        (GROWN, {"pct": "25 pct.", "more": "1.000"}, {"pct": "52 pct.", "more": "1.000"}, "growth"),
        (GROWN, {"pct": "25 pct.", "more": "1.000"}, {"pct": "25 pct.", "more": "8.000"}, "difference"),
        (SHARED, {"share": "55 pct."}, {"share": "45 pct."}, "share"),
        (PARTS, {"rest": "180"}, {"rest": "108"}, "total"),
        (OF_WHICH, {"rest": "10"}, {"rest": "15"}, "bound"),
    ],
)
def test_what_words_say_of_numbers_is_held_against_them(
    drawing: str, right: dict[str, str], wrong: dict[str, str], kind: str
) -> None:
    assert kind in kinds(held_against_each_other(drawing.format(**right)))
    assert not held_against_each_other(drawing.format(**right)).findings
    findings = held_against_each_other(drawing.format(**wrong)).findings
    assert [str(each.template.kind) for each in findings] == [kind]


def test_a_change_that_repeats_a_rows_growth_is_held_against_the_rows_numbers_too() -> None:
    years = table(YEARS, unit="personer")
    assert not held_against_each_other(ROW.format(pct="13 pct."), years).findings
    found = held_against_each_other(ROW.format(pct="31 pct."), years)
    assert {str(relation.kind) for each in found.findings for relation in each.relations} == {"same", "growth"}
    assert found.findings[0].mends[0].change == "transposed"


def test_quantities_of_other_years_populations_and_units_are_not_the_same() -> None:
    other = """
        | quantity     | period | printed  | same |
        | Modtagere    | 2022   | 28.000   |      |
        | Modtagere    | 2018   | 25.400   |      |
        | Modtagere    | 2022   | 12 pct.  |      |
        | Modtagere    |        | 9.000    |      |
        | Modtagere    |        | 7.000    |      |
    """
    assert kinds(held_against_each_other(other)) == []


def test_a_number_in_text_is_the_cell_of_its_words_and_year() -> None:
    said = """
        | quantity  | period | printed | same |
        | Botilbud  | 2022   | 2.490   |      |
    """
    years = table(YEARS, unit="personer", title="Landet")
    assert "same" in kinds(held_against_each_other(said, years))
    assert held_against_each_other(said.replace("2.490", "2.940"), years).findings


def test_the_five_documents_say_many_such_things() -> None:
    found = check(FigureSet(figures=tuple(each for each in shipped().figures if not each.same_as)))
    proposed = kinds(found)
    assert {"bound", "difference", "growth", "same", "share"} <= set(proposed)
    assert found.findings == ()


def test_directions_are_not_added_up() -> None:
    signs = table("| | Betydning |\n| A | 1 |\n| B | -1 |\n| I alt | 1 |", signs=True)
    assert kinds(check(FigureSet(tables=(signs,)))) == []
