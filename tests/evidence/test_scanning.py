# SPDX-License-Identifier: EUPL-1.2
"""Every number in the documents' running text is entered, or of a class that is no figure."""

from __future__ import annotations

import re

import polars as pl
import pytest

from styr.evidence.numbers import read_number
from styr.evidence.published import FigureSet, Line, Number, Place, Table, TextFigure
from styr.evidence.scanning import scan
from styr.evidence.shipped import shipped

MEASURED = r"\s*(?:pct|%|mio|mia|kr\.|kroner|personer|borgere|årsværk|pladser|procentpoint)"
DEFINED = ("figure", "table", "definition", "base", "broken", "axis", "questionnaire")


def entered(line: int, text: str) -> TextFigure:
    return TextFigure("009", line, f"linje-{line}", "Noget", read_number(text).number, unit="pct.")


def explained(*lines: str, figures: tuple[TextFigure, ...] = (), tables: tuple[Table, ...] = ()) -> list[str]:
    """What explains each number of some lines, in their order."""
    return scan(FigureSet(tables=tables, figures=figures), {"009": lines})["explained"].to_pylist()


@pytest.fixture(scope="module")
def scanned(texts: dict[str, list[str]]) -> pl.DataFrame:
    return pl.DataFrame(pl.from_arrow(scan(shipped(), texts)))


def test_no_number_of_the_five_documents_is_unexplained(scanned: pl.DataFrame) -> None:
    assert scanned.filter(pl.col("explained") == "").rows() == []
    assert scanned.filter(pl.col("explained") == "figure").height > 1100


def test_no_class_hides_a_number_with_a_unit(scanned: pl.DataFrame) -> None:
    found = scanned.filter(~pl.col("explained").is_in(DEFINED))
    hidden = [
        (document, line, printed, name)
        for document, line, printed, name, text in found.rows()
        if re.search(rf"(?<![\d.,-]){re.escape(printed)}{MEASURED}", text)
        and len(re.findall(rf"(?<![\d.,]){re.escape(printed)}(?![\d.,]*\d)", text)) == 1
    ]
    assert hidden == []


def test_a_number_that_is_entered_near_its_line_is_explained() -> None:
    assert explained("Udgiften steg med 12 pct. om året.", figures=(entered(2, "12 pct."),)) == ["figure"]
    assert explained("Udgiften steg med 12 pct. om året.") == [""]


def test_a_number_that_stands_twice_must_be_entered_twice() -> None:
    text = "Det gælder 12 pct. af mændene og 12 pct. af kvinderne."
    assert explained(text, figures=(entered(1, "12 pct."),)) == ["figure", ""]
    assert explained(text, figures=(entered(1, "12 pct."), entered(1, "12 pct."))) == ["figure", "figure"]


def test_a_share_in_words_is_a_number() -> None:
    assert explained("Knap hver fjerde kommune, mod to ud", "af tre i år.") == ["", ""]


@pytest.mark.parametrize(
    ("text", "classes"),
    [
        ("Efter servicelovens §§ 107 og 108 samt § 85, stk. 2", ["law"] * 4),
        ("Det fremgår af tabel 4-12 og afsnit 2.3.", ["reference"] * 3),
        ("I 2011 var det som i 2007-2009.", ["year"] * 3),
        ("Pr. 1. januar 2019 opgjort for 18-64-årige", ["date", "year", "age", "age"]),
        ("Der er kørt en model.52 Den viser intet.", ["footnote"]),
        ("4.2 Pædagogisk rådgivning", ["heading"]),
        ("  114  ", ["page"]),
        ("Anm.: N = 86. Pr. 1.000 indbyggere", ["base", "per"]),
        ("40 kommuner svarede", [""]),
        ("Der er 23 svarkommuner", [""]),
    ],
)
def test_what_is_no_figure_is_known_by_the_words_around_it(text: str, classes: list[str]) -> None:
    assert explained(text) == classes


def test_a_sentence_within_a_table_is_explained_by_the_row_that_names_it_only() -> None:
    row, other = (Line(name, place=Place(at, at)) for name, at in (("Mænd", 1), ("Kvinder", 9)))
    cells = tuple((Number(text, read_number(text).number.value),) for text in ("12", "34"))
    table = Table("009", "t", Place(1, 9), "Andele", (row, other), (Line("Andel"),), cells)
    sentence = "Det ses at andelen er 34 pct. for dem der bor alene med børn i byen"
    assert explained(sentence, tables=(table,)) == [""]
    assert explained("Mænd 12", tables=(table,)) == ["table"]
