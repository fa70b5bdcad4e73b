# SPDX-License-Identifier: EUPL-1.2
"""A messy delivery: written as municipalities write, meaning the same, with the mistakes it says it has."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from styr import vocabulary
from styr.register.generate import Written
from styr.register.generate.messy import SIDECAR, danish_money, spellings
from styr.vocabulary.exchange import table_named, tables

KINDS = {"required", "code", "date", "date_range", "range", "negative", "number", "year", "unknown_reference"} | {
    "duplicate_key",
    "end_before_start",
    "overlap",
    "birth_after_grant",
    "outside_life",
}


def planted(messy: Written) -> pl.DataFrame:
    document = json.loads((messy.directory / SIDECAR).read_text(encoding="utf-8"))
    return pl.DataFrame(document["mistakes"], infer_schema_length=None)


def lines(messy: Written, table: str) -> list[list[str]]:
    text = messy.paths[table].read_bytes().decode("cp1252")
    assert text.endswith("\r\n")
    return [line.split(";") for line in text.split("\r\n")[:-1]]


def test_files_are_windows_1252_with_semicolons_and_danish_names(messy: Written) -> None:
    for name, path in messy.paths.items():
        assert table_named(path.stem) == tables()[name]
        header = lines(messy, name)[0]
        assert tables()[name].column_named(header[0]) is not None
        assert [word for word in header if tables()[name].column_named(word) is None] != []  # columns nobody asked for


def test_every_kind_of_mistake_is_planted(messy: Written) -> None:
    assert set(planted(messy)["kind"]) == KINDS
    assert messy.mistakes == planted(messy).height


def test_a_few_per_cent_of_the_rows_are_wrong(messy: Written) -> None:
    assert 0.01 < messy.mistakes / sum(messy.rows.values()) < 0.05


def test_planted_mistakes_stand_where_the_list_says(messy: Written) -> None:
    wrong = planted(messy).filter(pl.col("kind") == "required")
    for table, row, header in wrong.select("table", "row", "header").head(40).iter_rows():
        rows = lines(messy, table)
        assert rows[row - 1][rows[0].index(header)] == ""


def test_the_import_finds_every_planted_mistake_and_nothing_else(messy: Written, found_in) -> None:
    wrong, found = planted(messy), found_in(messy.directory)
    assert wrong.join(found, on=["table", "row", "kind"], how="anti").rows() == []
    both = pl.concat(
        [wrong.select("table", "row"), wrong.select("table", pl.col("other_row").alias("row")).drop_nulls()]
    )
    assert found.join(both, on=["table", "row"], how="anti").rows() == []


@given(st.integers(min_value=-(10**11), max_value=10**11))
def test_danish_amounts_read_back_as_they_were(cents: int) -> None:
    text = danish_money(pl.Series([cents / 100]))[0]
    sign, digits = (-1, text[1:]) if text.startswith("-") else (1, text)
    assert sign * round(float(digits.replace(".", "").replace(",", ".")) * 100) == cents
    assert all(len(group) == 3 for group in digits.split(",")[0].split(".")[1:])


@pytest.mark.parametrize(
    "codelist", ["provision", "municipality", "function", "operator_type", "sex", "stage", "price_unit"]
)
def test_every_spelling_of_a_code_means_that_code(codelist: str) -> None:
    words = vocabulary.codelist(codelist)
    for code in words.codes:
        assert {words.parse(text) for text in spellings(codelist, code)} == {code}


def test_provisions_are_spelt_in_many_ways() -> None:
    assert {"SEL-107", "§ 107", "SEL §107", "107"} <= set(spellings("provision", "SEL-107"))
