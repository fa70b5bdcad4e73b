# SPDX-License-Identifier: EUPL-1.2
"""A user's own background variables: a CSV file of municipalities and numbers, read strictly."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl

from styr import vocabulary
from styr.statistics.errors import CannotAnswer

MUNICIPALITY = ("municipality", "kommune")
YEAR = ("year", "år")
DELIMITERS = (";", "\t", ",")
NUMBER = r"^[-−]?\d+([.,]\d+)?$"


def read_background(path: Path, year: int) -> pl.DataFrame:
    """Municipality (code) and every further column, as numbers, of a CSV file.

    The file has a header line, a column municipality (kommune) of codes or names, and may have a column year (år):
    then the rows of the year asked about are taken. Numbers have a point or a comma for decimals and no mark for
    thousands; an empty cell is unknown. Delimiter ; , or tab, UTF-8 or Windows-1252. A column of words is left out.
    Raises CannotAnswer with file, row, column and value.
    """
    table = _table(path)
    municipalities = _column(table, MUNICIPALITY)
    if municipalities is None:
        raise CannotAnswer("background_without_municipality", path=path, columns=", ".join(table.columns))
    table = table.with_row_index("_row", offset=2).filter(~pl.all_horizontal(pl.exclude("_row").is_null()))
    if years := _column(table, YEAR):
        table = _of_year(table, years, year, path).drop(years)
    table = table.rename({municipalities: "municipality"})
    table = table.with_columns(municipality=_codes(table, path))
    _check_once(table, path)
    names = [name for name in table.columns if name not in ("_row", "municipality")]
    numbers = [name for name in names if table[name].str.contains(NUMBER).any()]
    if not numbers:
        raise CannotAnswer("background_without_numbers", path=path)
    return table.select("municipality", *(_numbers(table, name, path) for name in numbers))


def columns_of(path: Path, year: int) -> tuple[str, ...]:
    """The variables of a file."""
    return tuple(name for name in read_background(path, year).columns if name != "municipality")


def _table(path: Path) -> pl.DataFrame:
    """The cells as trimmed text, empty ones null."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CannotAnswer("background_unreadable", path=path, reason=error.strerror) from error
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    header = text.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=header.count)
    try:
        table = pl.read_csv(io.StringIO(text), separator=delimiter, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0] if str(error) else "no table"
        raise CannotAnswer("background_no_table", path=path, reason=reason) from error
    trimmed = pl.all().str.strip_chars()
    return table.rename(lambda name: name.strip().strip("\ufeff")).with_columns(
        pl.when(trimmed != "").then(trimmed).name.keep()
    )


def _column(table: pl.DataFrame, names: tuple[str, ...]) -> str | None:
    return next((column for column in table.columns if column.casefold() in names), None)


def _of_year(table: pl.DataFrame, column: str, year: int, path: Path) -> pl.DataFrame:
    kept = table.filter(pl.col(column) == str(year))
    if kept.is_empty():
        known = ", ".join(sorted(set(table[column].drop_nulls())))
        raise CannotAnswer("background_without_year", path=path, year=year, known=known)
    return kept


def _codes(table: pl.DataFrame, path: Path) -> pl.Series:
    """The municipalities' codes, read as forgivingly as everywhere else."""
    known = vocabulary.codelist("municipality")
    codes: dict[str, str] = {}
    for word in table["municipality"].unique().drop_nulls().to_list():
        try:
            codes[word] = known.parse(word)
        except vocabulary.UnknownWord as error:
            row = table.filter(pl.col("municipality") == word)["_row"][0]
            raise CannotAnswer("background_municipality_unknown", path=path, row=row, error=error) from error
    unnamed = table.filter(pl.col("municipality").is_null())
    if unnamed.height:
        raise CannotAnswer("background_row_without_municipality", path=path, row=unnamed["_row"][0])
    return table["municipality"].replace_strict(codes, return_dtype=pl.String)


def _check_once(table: pl.DataFrame, path: Path) -> None:
    again = table.filter(~pl.col("municipality").is_first_distinct())
    if again.height:
        row, code = again["_row"][0], again["municipality"][0]
        name = vocabulary.codelist("municipality").name(code)
        raise CannotAnswer("background_municipality_twice", path=path, row=row, name=name, code=code)


def _numbers(table: pl.DataFrame, name: str, path: Path) -> pl.Series:
    wrong = table.filter(~pl.col(name).str.contains(NUMBER))
    if wrong.height:
        row, value = wrong["_row"][0], wrong[name][0]
        raise CannotAnswer("background_no_number", path=path, row=row, name=name, value=value[:40])
    return table[name].str.replace_all(",", ".", literal=True).str.replace_all("−", "-", literal=True).cast(pl.Float64)
