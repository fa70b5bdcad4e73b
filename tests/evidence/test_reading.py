# SPDX-License-Identifier: EUPL-1.2
"""Files of figures: the project's own format, and tables as people paste them."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from styr.evidence.published import Code, Missing, Role
from styr.evidence.reading import Unreadable, read

OWN = """
document: '900'
tables:
  - id: tabel-1
    lines: 10-14
    title: Pladser
    unit: pladser
    dash: zero
    columns:
      I alt: {role: total}
    cells: |
      @line ; @role    ; type          ; 2021  ; 2022 ; I alt
      11    ;          ; Midlertidige  ; 1.200 ; -    ; 1.200
      12    ; of_which ; heraf private ; 3,5   ; ..   ; ca. 4
figures:
  - {id: modtagere, line: 3, printed: knap 7.700 borgere, quantity: Modtagere, step: 10}
  - {id: fald, line: 4, printed: 8 pct., quantity: Ændring, falls: true}
  - {id: ord, line: 5, printed: godt hver fjerde, quantity: Andel}
"""

WRONG = """
document: '900'
tables:
  - id: tabel-1
    lines: 10-14
    title: Pladser
    cells: |
      type ; 2021 ; 2022
      A    ; 1
      B    ; mange ; 2
      B    ; 3     ; 4
  - id: tabel-2
    title: Uden sted
    colour: red
figures:
  - {id: ukendt, line: 3, printed: en del, quantity: Modtagere}
"""


def write(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_table_has_its_rows_columns_roles_and_numbers(tmp_path: Path) -> None:
    (table,) = read(write(tmp_path, "own.yaml", OWN)).tables
    assert [row.label for row in table.rows] == ["Midlertidige", "heraf private"]
    assert [(row.role, row.place.first if row.place else None) for row in table.rows] == [
        (None, 11),
        (Role.of_which, 12),
    ]
    assert [column.code for column in table.columns] == [Code("year", "2021"), Code("year", "2022"), None]
    assert table.columns[2].role is Role.total
    zero, dots = table.cells[0][1], table.cells[1][1]
    assert (zero.value, zero.missing, dots.value, dots.missing) == (0, Missing.dash, None, Missing.dots)
    assert table.cells[1][2].hedge == "about"


def test_a_figure_has_its_number_with_what_is_said_of_it(tmp_path: Path) -> None:
    recipients, fall, words = read(write(tmp_path, "own.yaml", OWN)).figures
    assert (recipients.number.value, recipients.number.step, recipients.unit) == (7700, 10, "borgere")
    assert (fall.number.value, fall.number.text) == (-8, "8 pct.")
    assert words.number.in_words
    assert words.number.interval().holds(Decimal(28))


def test_every_problem_is_told_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(Unreadable) as refused:
        read(write(tmp_path, "wrong.yaml", WRONG))
    told = str(refused.value)
    for part in (
        "wrong.yaml, line 9, table tabel-1: 2 fields where the header has 3",
        "wrong.yaml, line 10, table tabel-1, column '2021': 'mange' is not a number",
        "two rows are called 'B'",
        "line 12, table tabel-2: `colour` is not a word of the format",
        "table tabel-2: has no `lines`",
        "figure ukendt: 'en del' is not a number",
    ):
        assert part in told


def test_yaml_that_is_broken_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"broken.yaml, line 3"):
        read(write(tmp_path, "broken.yaml", "document: 'x'\ntables:\n  - {id: [}\n"))


def test_two_tables_of_one_document_may_not_share_an_id(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", OWN)
    write(tmp_path, "b.yaml", OWN)
    with pytest.raises(Unreadable, match="has 'tabel-1' already"):
        read(tmp_path)


def test_a_pasted_csv_keeps_title_unit_and_notes(tmp_path: Path) -> None:
    pasted = (
        "Tabel 3: Udgifter til botilbud (mio. kr.)\n"
        "Konto;2021;2022;Udvikling, pct.\n"
        "Midlertidige;1.234,5;1.300,0;5 %\n"
        "Længerevarende;2.000,0;1.900,0;-5 %\n"
        "I alt;3.234,5;3.200,0;-1 % 1)\n"
        "\n"
        "1) Foreløbige tal\n"
    )
    (table,) = read(write(tmp_path, "pasted.csv", pasted)).tables
    assert (table.id, table.title, table.unit) == ("Tabel 3", "Udgifter til botilbud (mio. kr.)", "mio. kr.")
    assert [row.label for row in table.rows] == ["Midlertidige", "Længerevarende", "I alt"]
    assert [column.label for column in table.columns] == ["2021", "2022", "Udvikling, pct."]
    assert table.cells[0][0].value == Decimal("1234.5")
    assert (table.cells[2][2].value, table.cells[2][2].note) == (-1, "1)")
    assert table.notes == "1) Foreløbige tal"


def test_two_tables_in_a_csv_are_parted_by_an_empty_line_and_a_title(tmp_path: Path) -> None:
    pasted = "Tabel 1: A\n;2021;2022\nx;1;2\n\nTabel 2: B\n;2021;2022\ny;3;4\n"
    tables = read(write(tmp_path, "two.csv", pasted)).tables
    assert [(table.id, table.title, table.rows[0].label) for table in tables] == [
        ("Tabel 1", "A", "x"),
        ("Tabel 2", "B", "y"),
    ]


def test_a_header_of_two_lines_is_read_together(tmp_path: Path) -> None:
    pasted = "Tabel 1: A\n;2021;;2022;\n;Antal;Pct.;Antal;Pct.\nx;1;2;3;4\n"
    (table,) = read(write(tmp_path, "heads.csv", pasted)).tables
    assert [column.label for column in table.columns] == ["2021: Antal", "2021: Pct.", "2022: Antal", "2022: Pct."]


def test_a_markdown_table_is_called_as_the_heading_before_it(tmp_path: Path) -> None:
    pasted = "## Tabel 2.1 Modtagere\n\n| Region | 2021 | 2022 |\n|---|--:|--:|\n| Sjælland | 1.100 | <5 |\n"
    (table,) = read(write(tmp_path, "notes.md", pasted)).tables
    assert (table.id, table.title) == ("Tabel 2.1", "Modtagere")
    assert [cell.value for cell in table.cells[0]] == [1100, 5]


def test_a_workbook_is_read_sheet_by_sheet(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        for name in ("Pladser", "Udgifter"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Type", 2021, 2022])
            sheet.write_row(1, 0, ["A", 12.5, "ca. 3"])
    tables = read(tmp_path / "book.xlsx").tables
    assert [table.title for table in tables] == ["Pladser", "Udgifter"]
    assert [cell.value for cell in tables[0].cells[0]] == [Decimal("12.5"), 3]


def test_a_table_without_numbers_is_refused_with_the_line(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"words.csv, line 1: no row of numbers"):
        read(write(tmp_path, "words.csv", "a;b\nc;d\n"))


def test_a_file_of_another_kind_is_refused_with_what_is_read(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match=r"'.pdf' is not read; use one of .yaml"):
        read(write(tmp_path, "report.pdf", ""))


def test_the_example_of_the_documentation_can_be_read(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "figures-format.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    found = read(write(tmp_path, "example.yaml", example))
    assert [table.cells[0][0].step for table in found.tables] == [10]
    assert [each.number.hedge for each in found.figures] == ["nearly"]


CELLS = st.sampled_from(
    ["", "1", "2.000", "ca. 3", "-", "..", "x", "I alt", "2021", "Tabel 1: A", "mio. kr.", ";", '"']
)


@given(st.lists(st.lists(CELLS, max_size=4).map(";".join), max_size=7).map("\n".join))
def test_whatever_is_pasted_is_read_or_refused_with_its_place(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            tables = read(write(Path(folder), "pasted.csv", text)).tables
        except Unreadable as refused:
            assert all(str(problem).startswith(Path(folder).name) for problem in refused.problems)
            return
    for table in tables:
        assert {len(cells) for cells in table.cells} == {len(table.columns)}
        assert len(table.cells) == len(table.rows) > 0
