# SPDX-License-Identifier: EUPL-1.2
"""The figures that come with Styr stand in the documents, refer to what is there, and use the vocabulary's words."""

from __future__ import annotations

import re
from collections import Counter

import polars as pl
import pytest

from styr.evidence.printed import printed
from styr.evidence.shipped import figure, figures, shipped, tables
from styr.evidence.verifying import verify
from styr.statistics.catalogue import indicator
from styr.statistics.errors import CannotAnswer
from styr.vocabulary import LISTS, codelist


def test_every_number_stands_in_its_document(texts: dict[str, list[str]]) -> None:
    found = pl.DataFrame(pl.from_arrow(verify(shipped(), texts)))
    assert found.filter(pl.col("found").is_in(["no", "no text", "table"])).rows() == []
    assert (found["found"] == "line").mean() > 0.985  # the others are near, or broken over lines
    assert found.height > 5000


def test_all_five_documents_are_there_with_tables_or_figures() -> None:
    documents = {each.key for each in shipped().documents}
    assert documents == {"000", "001", "002", "003", "004"}
    assert {each.document for each in (*shipped().tables, *shipped().figures)} == documents


def test_every_number_has_a_unit() -> None:
    without = [
        (table.document, table.id, row.label, column.label)
        for table in shipped().tables
        for row, cells in zip(table.rows, table.cells, strict=True)
        for column, number in zip(table.columns, cells, strict=True)
        if number.missing is None and not (table.unit or row.unit or column.unit)
    ]
    assert without == []
    assert [each.id for each in shipped().figures if not each.unit] == []


def test_the_same_number_elsewhere_is_named_by_a_reference_that_is_there() -> None:
    same = [(each.document, each.same_as) for each in shipped().figures if each.same_as]
    assert len(same) > 50
    for document, reference in same:
        assert printed(f"{document}/{reference}").source.startswith(document)


def test_a_part_names_a_line_of_its_own_table() -> None:
    lost = [
        (table.document, table.id, line.of)
        for table in shipped().tables
        for lines in (table.rows, table.columns)
        for line in lines
        if line.of and line.of not in [each.label for each in lines]
    ]
    assert lost == []


def test_codes_are_the_vocabularys() -> None:
    codes = {
        (line.code.dimension, line.code.code)
        for table in shipped().tables
        for line in (*table.rows, *table.columns)
        if line.code
    }
    assert {dimension for dimension, _ in codes} <= {*LISTS, "year"}
    for dimension, code in codes:
        assert re.fullmatch(r"\d{4}", code) if dimension == "year" else codelist(dimension)[code]


def test_a_figure_of_the_register_names_an_indicator_that_can_be_counted() -> None:
    asked = [each.asked for each in shipped().figures if each.asked]
    assert len(asked) > 15
    for each in asked:
        assert indicator(each.indicator).key == each.indicator


def test_documents_are_quoted_by_labels_and_titles_only() -> None:
    longest = max(len(line.label) for table in shipped().tables for line in (*table.rows, *table.columns))
    assert longest <= 150


def test_a_reference_that_is_not_there_names_the_nearest() -> None:
    with pytest.raises(CannotAnswer, match="Nearest: 000/modtagere-2017"):
        figure("000/modtagere-2016")
    with pytest.raises(CannotAnswer, match="row of 003/tabel-2-1"):
        printed("003/tabel-2-1[Personlig støt;Ændring]")


def test_figures_and_tables_are_found_by_document_and_id() -> None:
    assert Counter(key[:3] for key in tables())["002"] > 80
    assert figures()["000/modtagere-2017"].number.value == 67288
