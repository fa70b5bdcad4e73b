# SPDX-License-Identifier: EUPL-1.2
"""A delivery may come as CSV, zip, workbook or Parquet: the register is the same."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from drawn import cells
from register.taking import known, refusal, rejections, take, write_workbook

TABLES = {
    "citizens": """
        citizen_id | birth_date | sex | municipality | death_date | guardianship
        c1         | 1980-01-01 | K   | 101          |            | true
        c2         | 1990-06-30 | M   | 151          | 2024-05-01 | false
        c3         | 1950-02-28 | M   | 851          |            | false
    """,
    "grants": """
        grant_id | citizen_id | provision | start_date | paying_municipality | price   | hours_per_week
        1        | c1         | SEL-107   | 2024-03-01 | 101                 | 1234.5  | 37.5
        2        | c2         | SEL-85    | 2024-03-02 | 151                 | 2500    | 1.234
        3        | c3         | SEL-108   | 2024-02-29 | 851                 |         | 0.5
    """,
    "population": """
        year | municipality | age | sex | persons
        2024 | 101          | 110 | K   | 12
    """,
}
_TYPES = {
    "birth_date": pl.Date, "death_date": pl.Date, "start_date": pl.Date, "guardianship": pl.Boolean,
    "price": pl.Decimal(12, 2),
    "hours_per_week": pl.Float64, "year": pl.Int16, "age": pl.UInt8, "persons": pl.Int64, "grant_id": pl.Int32,
    "municipality": pl.Categorical, "paying_municipality": pl.Categorical,
}  # fmt: skip


def frame(table: str) -> pl.DataFrame:
    header, *rows = cells(TABLES[table])
    texts = pl.DataFrame(rows, schema=dict.fromkeys(header, pl.String), orient="row").with_columns(
        pl.all().replace("", None)
    )
    if "guardianship" in header:
        texts = texts.with_columns(pl.col("guardianship").replace_strict({"true": True, "false": False}, default=None))
    dates = [name for name, kind in _TYPES.items() if name in header and kind == pl.Date]
    texts = texts.with_columns(pl.col(dates).str.to_date())
    return texts.with_columns(pl.col(name).cast(kind) for name, kind in _TYPES.items() if name in header)


@pytest.fixture
def csv_folder(delivery: Callable[..., Path]) -> Path:
    return delivery("csv", **TABLES)


@pytest.fixture
def as_csv(store: Path, csv_folder: Path) -> dict[str, list[tuple[str, ...]]]:
    """What the register knows after the delivery as CSV; the store is then empty again."""
    from register.taking import empty_the_register

    take(csv_folder)
    state = {table: known(table) for table in TABLES}
    empty_the_register()
    return state


def zipped(path: Path, folder: Path, name: Callable[[str], str] = str, **options: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.iterdir()):
            archive.writestr(name(file.name), file.read_bytes())
    return path


@pytest.mark.parametrize(
    "name",
    [
        str,
        lambda name: f"Udtræk 2024/til Styr/{name}",
        lambda name: f"Export\\{name}",
        lambda name: name.upper(),
    ],
    ids=["flat", "in a folder", "with Windows' slashes", "in capitals"],
)
def test_a_zip_is_read_as_its_folder(
    as_csv: object, csv_folder: Path, tmp_path: Path, name: Callable[[str], str]
) -> None:
    take(zipped(tmp_path / "delivery.zip", csv_folder, name))
    assert {table: known(table) for table in TABLES} == as_csv


@pytest.mark.parametrize("encoding", ["cp850", "cp1252", "utf-8"])
def test_danish_file_names_are_known_in_a_zip_packed_on_windows(store: Path, tmp_path: Path, encoding: str) -> None:
    plain = io.BytesIO()
    place = b"m@@lgrupper.csv" if encoding == "utf-8" else b"m@lgrupper.csv"
    with zipfile.ZipFile(plain, "w") as archive:
        archive.writestr("borgere.csv", "borger_id;fødselsdato;køn;kommune\nc1;1980-01-01;K;101\n")
        archive.writestr(place.decode(), "borger_id;målgruppe\nc1;autisme\n")
    path = tmp_path / "fra kommunen.zip"
    path.write_bytes(plain.getvalue().replace(place, "målgrupper.csv".encode(encoding)))
    take(path)
    assert known("target_groups", "target_group") == [("developmental.autism",)]


def test_what_macintosh_packs_beside_the_files_is_left_out(as_csv: object, csv_folder: Path, tmp_path: Path) -> None:
    path = zipped(tmp_path / "delivery.zip", csv_folder)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("__MACOSX/._grants.csv", b"\0\5\26\7")
        archive.writestr(".DS_Store", b"\0")
    assert {warning.kind for warning in take(path).warnings} == {"open_after_death"}
    assert {table: known(table) for table in TABLES} == as_csv


def test_a_workbook_is_read_sheet_by_sheet_with_typed_cells(as_csv: object, tmp_path: Path) -> None:
    sheets: dict[str, list[list[object]]] = {
        table: [frame(table).columns, *map(list, frame(table).rows())] for table in TABLES
    }
    sheets["Vejledning"] = [["Læs mig"]]
    taken = take(write_workbook(tmp_path / "Udtræk.xlsx", sheets))
    assert {table: known(table) for table in TABLES} == as_csv
    assert ("unknown_file", "Udtræk.xlsx[Vejledning]") in [(warning.kind, warning.file) for warning in taken.warnings]


def test_a_workbook_of_text_cells_is_read_like_csv(as_csv: object, tmp_path: Path) -> None:
    sheets = {table: [list(row) for row in cells(drawing)] for table, drawing in TABLES.items()}
    take(write_workbook(tmp_path / "tekst.xlsx", sheets))
    assert {table: known(table) for table in TABLES} == as_csv


def test_the_files_name_tells_the_table_when_the_only_sheet_does_not(store: Path, tmp_path: Path) -> None:
    take(
        write_workbook(
            tmp_path / "Befolkning.xlsx",
            {"Ark1": [["år", "kommune", "alder", "køn", "personer"], [2024, 101, 7, "M", 5]]},
        )
    )
    assert known("population") == [("2024", "101", "7", "M", "5")]


@pytest.mark.parametrize("packed", [False, True])
def test_parquet_is_read_with_its_types(as_csv: object, tmp_path: Path, packed: bool) -> None:
    folder = tmp_path / "parquet"
    folder.mkdir()
    for table in TABLES:
        frame(table).write_parquet(folder / f"{table}.parquet")
    take(zipped(tmp_path / "parquet.zip", folder) if packed else folder)
    assert {table: known(table) for table in TABLES} == as_csv


def test_one_file_alone_is_a_delivery(store: Path, csv_folder: Path) -> None:
    taken = take(csv_folder / "population.csv")
    assert [table.table for table in taken.tables] == ["population"]


def test_a_typed_number_is_never_taken_for_another_because_of_text_beside_it(store: Path, tmp_path: Path) -> None:
    """1.234 as a number stays one and a bit, though texts in the file write 1.234,5."""
    readings = pl.DataFrame({"series": ["a", "b"], "year": [2020, 2021], "value": [1.234, 12.5]})
    readings.write_parquet(tmp_path / "price_indices.parquet")
    take(tmp_path / "price_indices.parquet")
    write_workbook(
        tmp_path / "Takster.xlsx",
        {
            "price_indices": [
                ["series", "year", "value"],
                ["c", 2020, 1.234],
                ["c", 2021, "1234,5"],
                ["c", 2022, "1.234"],
                ["c", 2023, 1e-7],
            ]
        },
    )
    take(tmp_path / "Takster.xlsx")
    assert [value for *_, value in known("price_indices")] == ["1.234", "12.5", "1.234", "1234.5", "1234.0", "1e-7"]


def test_numbers_of_a_workbook_do_not_settle_how_its_texts_write_decimals(store: Path, tmp_path: Path) -> None:
    path = write_workbook(
        tmp_path / "price_indices.xlsx",
        {"prisindeks": [["serie", "år", "værdi"], ["c", 2020, 1.5], ["c", 2021, "1.234"]]},
    )
    assert rejections(path) == [("price_indices.xlsx[prisindeks]", 3, "value", "1.234", "ambiguous_number")]


@pytest.mark.parametrize("kind", [pl.Float32, pl.Float64, pl.Decimal(20, 6), pl.Int64, pl.String])
def test_every_kind_of_number_column_gives_the_number(store: Path, tmp_path: Path, kind: pl.DataType) -> None:
    values = [1.0, 1250.0, 0.0] if kind == pl.Int64 else [0.5, 1250.125, 0.0]
    column = pl.Series([Decimal(str(value)) for value in values]).cast(kind)
    pl.DataFrame({"series": ["a", "b", "c"], "year": 2020, "value": column}).write_parquet(
        tmp_path / "price_indices.parquet"
    )
    take(tmp_path / "price_indices.parquet")
    assert [float(value) for *_, value in known("price_indices")] == values


def test_a_datetime_is_a_date_only_at_midnight(store: Path, tmp_path: Path) -> None:
    moments = [dt.datetime(2024, 3, 1), dt.datetime(2024, 3, 1, 10, 30), None]
    path = tmp_path / "offers.parquet"
    rows = {
        "offer_id": ["a", "b", "c"],
        "name": "x",
        "operator_type": "private",
        "operator_code": "x",
        "municipality": 101,
    }
    pl.DataFrame({**rows, "opened": moments}).write_parquet(path)
    assert [(row, value[:10], kind) for _, row, _, value, kind in rejections(path)] == [(3, "2024-03-01", "date")]
    take(path, skip_invalid=True)
    assert known("offers", "offer_id", "opened") == [("a", "2024-03-01"), ("c", "")]
    header = ["offer_id", "name", "operator_type", "operator_code", "municipality", "opened"]
    rows_of_book = [[place, "x", "private", "x", 101, each] for place, each in zip("de", moments, strict=False)]
    book = write_workbook(tmp_path / "o.xlsx", {"offers": [header, *rows_of_book]})
    assert rejections(book) == [("o.xlsx[offers]", 3, "opened", "2024-03-01 10:30:00", "date")]


def test_columns_that_hold_no_plain_values_are_refused_and_unknown_ones_left_alone(store: Path, tmp_path: Path) -> None:
    good = {"series": ["a"], "year": [2020], "value": [1.5]}
    path = tmp_path / "price_indices.parquet"
    pl.DataFrame({**good, "history": [[1, 2]], "blob": [b"\0"], "of": [{"a": 1}], "t": [dt.time(10)]}).write_parquet(
        path
    )
    taken = take(path)
    assert [warning.column for warning in taken.warnings] == ["history", "blob", "of", "t"]
    assert len(known("price_indices")) == 1
    for value in ([[1.5, 2.5]], [b"1.5"], [dt.time(1)], [{"x": 1.5}], [dt.timedelta(1)]):
        pl.DataFrame({**good, "value": value}).write_parquet(path)
        assert "price_indices.parquet, value: holds" in refusal(path)


def test_row_numbers_are_those_the_user_sees(store: Path, tmp_path: Path) -> None:
    rows: list[list[object]] = [["serie", "år", "værdi"], ["a", 2020, 1], [], ["a", 1900, 1]]
    assert rejections(write_workbook(tmp_path / "p.xlsx", {"prisindeks": rows}))[0][:3] == (
        "p.xlsx[prisindeks]",
        4,
        "year",
    )
    pl.DataFrame({"serie": ["a", "a"], "år": [2020, 1900], "værdi": [1, 1]}).write_parquet(
        tmp_path / "prisindeks.parquet"
    )
    assert rejections(tmp_path / "prisindeks.parquet")[0][:3] == ("prisindeks.parquet", 3, "year")


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        ([], "row 1: the sheet is empty"),
        ([[], ["a", 2020, 1]], "row 1: the header is empty"),
        ([["serie", "år", "værdi"], ["a", 2020, 1, "beyond"]], "row 2: holds values to the right"),
        ([["serie", "år"], ["a", 2020]], "row 1: column value (værdi) is missing"),
    ],
)
def test_a_sheet_that_is_no_table_is_refused_with_its_place(
    store: Path, tmp_path: Path, sheet: list[list[object]], said: str
) -> None:
    assert said in refusal(write_workbook(tmp_path / "p.xlsx", {"prisindeks": sheet}))


def test_a_table_handed_in_twice_is_refused(store: Path, csv_folder: Path) -> None:
    (csv_folder / "Befolkning.csv").write_bytes((csv_folder / "population.csv").read_bytes())
    assert "population: handed in twice, as Befolkning.csv and population.csv; keep one" in refusal(csv_folder)


def test_a_spreadsheet_in_another_form_is_asked_for_again(store: Path, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "grants.xls").write_bytes(b"\xd0\xcf\x11\xe0")
    assert "grants.xls: save it as .xlsx or .csv" in refusal(tmp_path / "d")
