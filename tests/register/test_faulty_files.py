# SPDX-License-Identifier: EUPL-1.2
"""Faulty files: a clear message with place and remedy, exit 1, and nothing changed."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from register.taking import CITIZENS, contents, styr, take, write_csv, write_workbook

Write = Callable[..., Path]
CITIZENS_CSV = b"citizen_id;birth_date;sex;municipality\n" + b"".join(b"x%d;1980-01-01;K;101\n" % n for n in range(200))


@pytest.fixture
def refused(store: Path, delivery: Write) -> Callable[..., str]:
    """Runs an import that is to be refused: exit 1, words on standard error, no trace, nothing changed."""
    take(delivery("before", citizens=CITIZENS))
    before = contents()

    def run(path: Path, *options: str) -> str:
        status, output, errors = styr("import", str(path), *options)
        assert (status, output) == (1, ""), errors
        assert errors.startswith("styr: ") and "Traceback" not in errors and "inside Styr" not in errors
        assert contents() == before, "a refused delivery changed the register"
        return errors

    return run


def zip_of(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("_", "."), content)
    return packed.getvalue()


def parquet_of(rows: int = 200) -> bytes:
    packed = io.BytesIO()
    frame = pl.DataFrame(
        {"citizen_id": [f"x{n}" for n in range(rows)], "birth_date": "1980-01-01", "sex": "K", "municipality": 101}
    )
    frame.write_parquet(packed)
    return packed.getvalue()


def workbook_of(tmp_path: Path) -> bytes:
    rows: list[list[object]] = [
        ["citizen_id", "birth_date", "sex", "municipality"],
        *([f"x{n}", "1980-01-01", "K", 101] for n in range(200)),
    ]
    return write_workbook(tmp_path / "made.xlsx", {"citizens": rows}).read_bytes()


def repacked(workbook: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook with its parts changed."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return packed.getvalue()


@pytest.mark.parametrize("name", ["citizens.csv", "citizens.xlsx", "citizens.parquet", "delivery.zip"])
def test_a_file_of_no_bytes(refused: Callable[..., str], tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    said = refused(tmp_path / name)
    assert name in said and "again" in said


@pytest.mark.parametrize("name", ["citizens.xlsx", "citizens.parquet", "delivery.zip"])
@pytest.mark.parametrize("left", [1, 4, 40, 0.3, 0.6, 0.95, -1])
def test_a_cut_off_file(refused: Callable[..., str], tmp_path: Path, name: str, left: float) -> None:
    whole = {
        "citizens.xlsx": workbook_of(tmp_path),
        "citizens.parquet": parquet_of(),
        "delivery.zip": zip_of(citizens_csv=CITIZENS_CSV),
    }[name]
    (tmp_path / name).write_bytes(whole[: int(left * len(whole)) if isinstance(left, float) else left])
    said = refused(tmp_path / name)
    assert name in said and "again" in said


def test_a_cut_off_csv(refused: Callable[..., str], tmp_path: Path) -> None:
    assert "citizens.csv row 201: the row has another number of fields" in refused_rows(
        write_csv(tmp_path / "a", CITIZENS_CSV[:-12], "citizens.csv")
    )
    taken = take(write_csv(tmp_path / "b", CITIZENS_CSV[:-1], "citizens.csv"))
    assert [warning.kind for warning in taken.warnings] == ["no_final_newline"]


def refused_rows(path: Path) -> str:
    status, output, errors = styr("import", str(path))
    assert (status, output) == (1, "")
    assert "The delivery was refused and nothing was changed" in errors
    return errors


@pytest.mark.parametrize(
    "make", [lambda at: at.mkdir(), lambda at: at.symlink_to("gone"), lambda at: at.symlink_to(at.name)]
)
def test_a_file_that_cannot_be_read(refused: Callable[..., str], tmp_path: Path, make: Callable[[Path], None]) -> None:
    folder = write_csv(tmp_path / "d", CITIZENS_CSV, "citizens.csv")
    make(folder / "grants.csv")
    assert "grants.csv: cannot be read" in refused(folder)


def test_a_path_that_leads_nowhere(refused: Callable[..., str], tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, said in [
        ("gone", "no such file or folder"),
        ("x" * 300, "cannot be read (File name too long)"),
        ("pipe", "neither a file nor a folder"),
    ]:
        assert said in refused(tmp_path / name)


def test_a_folder_with_none_of_the_known_tables(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "d" / "sub").mkdir(parents=True)
    for content in ({}, {"notes.txt": b"x", "grant.csv": b"x", "a.pdf": b"x"}):
        for name, each in content.items():
            (tmp_path / "d" / name).write_bytes(each)
        said = refused(tmp_path / "d")
        assert "none of the tables of the exchange format is here. Name files or sheets: " in said
        assert "grants (indsatser)" in said


def test_what_is_not_what_its_name_says(refused: Callable[..., str], tmp_path: Path) -> None:
    contents_of = {
        "text": CITIZENS_CSV,
        "zip": zip_of(citizens_csv=CITIZENS_CSV),
        "parquet": parquet_of(),
        "book": workbook_of(tmp_path),
    }
    for name, kinds in {"citizens.csv": ["zip", "parquet", "book"], "citizens.xlsx": ["text", "zip", "parquet"],
                        "citizens.parquet": ["text", "zip", "book"], "d.zip": ["text", "parquet"]}.items():  # fmt: skip
        for kind in kinds:
            (tmp_path / name).write_bytes(contents_of[kind])
            assert name in refused(tmp_path / name)


def test_a_zip_bomb(refused: Callable[..., str], tmp_path: Path) -> None:
    bomb = zip_of(citizens_csv=CITIZENS_CSV + b"\n" * 80_000_000)
    (tmp_path / "bomb.zip").write_bytes(bomb)
    assert "unpacks to 76 MiB from 0.1 MiB, which no extract does; hand in the files unpacked" in refused(
        tmp_path / "bomb.zip"
    )
    nested = zip_of(citizens_xlsx=bomb)
    (tmp_path / "nested.zip").write_bytes(nested)
    assert "unpacks to" in refused(tmp_path / "nested.zip")


@pytest.mark.parametrize(("unpacked", "packed"), [(100, None), (60_000_000, 2**31), (None, 2**31)])
def test_a_zip_bomb_that_lies_about_its_sizes(
    refused: Callable[..., str], tmp_path: Path, unpacked: int | None, packed: int | None
) -> None:
    bomb = bytearray(zip_of(citizens_csv=CITIZENS_CSV + b"\n" * 80_000_000))
    for mark, place in ((b"PK\x03\x04", 18), (b"PK\x01\x02", 20)):
        at = bomb.index(mark) + place
        for offset, size in ((0, packed), (4, unpacked)):
            if size is not None:
                bomb[at + offset : at + offset + 4] = size.to_bytes(4, "little")
    (tmp_path / "bomb.zip").write_bytes(bomb)
    said = refused(tmp_path / "bomb.zip")
    assert "bomb.zip" in said and ("unpacks to" in said or "damaged" in said)


def test_a_workbook_bomb_that_lies_about_its_sizes(refused: Callable[..., str], tmp_path: Path) -> None:
    book = bytearray(
        repacked(
            workbook_of(tmp_path), lambda name, part: part + b" " * 90_000_000 if "sharedStrings" in name else part
        )
    )
    for mark, name_at, size_at in ((b"PK\x03\x04", 30, 22), (b"PK\x01\x02", 46, 24)):
        at = book.index(b"xl/sharedStrings.xml", book.index(mark)) - name_at
        while book[at : at + 4] != mark:
            at = book.index(b"xl/sharedStrings.xml", at + name_at + 1) - name_at
        book[at + size_at : at + size_at + 4] = (1000).to_bytes(4, "little")
    (tmp_path / "citizens.xlsx").write_bytes(book)
    assert "citizens.xlsx: not a whole workbook" in refused(tmp_path / "citizens.xlsx")


def test_a_parquet_bomb(refused: Callable[..., str], tmp_path: Path) -> None:
    frame = pl.select(
        citizen_id=pl.repeat("x", 20_000_000),
        birth_date=pl.repeat("1980-01-01", 20_000_000),
        sex=pl.repeat("K", 20_000_000),
    )
    frame.write_parquet(tmp_path / "citizens.parquet")
    assert "citizens.parquet: unpacks to 20,000,000 rows" in refused(tmp_path / "citizens.parquet")


def test_an_encrypted_zip_or_workbook(refused: Callable[..., str], tmp_path: Path) -> None:
    locked = bytearray(zip_of(citizens_csv=CITIZENS_CSV))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + place] |= 1
    (tmp_path / "d.zip").write_bytes(locked)
    assert "d.zip/citizens.csv: is encrypted; hand in a zip without a password" in refused(tmp_path / "d.zip")
    (tmp_path / "citizens.xlsx").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 2000)
    assert "save it again as .xlsx without a password" in refused(tmp_path / "citizens.xlsx")


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (
            lambda sheet: sheet.write_formula("B3", '="1980-01-"&"01"', None, "1980-01-01"),
            "citizens.xlsx[borgere] B3: a formula; paste the column as values",
        ),
        (lambda sheet: sheet.write_formula("B3", "=NA()", None, "#N/A"), "B3: a formula"),
        (lambda sheet: sheet.merge_range("A3:A4", "c1"), "row 3: merged cells (from column 1); unmerge them"),
        (lambda sheet: sheet.write("XFD1048576", 1), "XFD1048576: a cell far to the right of the table; empty it"),
        (lambda sheet: sheet.write("H9", "x"), "row 9: holds values to the right of the last column"),
    ],
)  # fmt: skip
def test_a_workbook_with_more_than_values(
    refused: Callable[..., str], tmp_path: Path, write: Callable[[object], None], said: str
) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(tmp_path / "citizens.xlsx")) as book:
        sheet = book.add_worksheet("borgere")
        for number, row in enumerate(
            [
                ["citizen_id", "birth_date", "sex", "municipality"],
                *([f"x{n}", "1980-01-01", "K", 101] for n in range(8)),
            ]
        ):
            sheet.write_row(number, 0, row)
        write(sheet)
    assert said in refused(tmp_path / "citizens.xlsx")


def test_an_error_value_and_a_formula_of_other_programs(refused: Callable[..., str], tmp_path: Path) -> None:
    def error(name: str, part: bytes) -> bytes:
        return part.replace(b'<c r="D3"><v>101</v></c>', b'<c r="D3" t="e"><v>#REF!</v></c>')

    def prefixed(name: str, part: bytes) -> bytes:
        return part.replace(b'<c r="D3"><v>101</v></c>', b'<x:c r="D3"><x:f>100+1</x:f><x:v>101</x:v></x:c>')

    for change, said in ((error, "D3: an error value; correct the cell or empty it"), (prefixed, "D3: a formula")):
        (tmp_path / "citizens.xlsx").write_bytes(repacked(workbook_of(tmp_path), change))
        assert said in refused(tmp_path / "citizens.xlsx")


def test_a_damaged_mark_of_generated_data_is_a_mark(store: Path, tmp_path: Path) -> None:
    for number, content in enumerate([b"", b"{", b"\xff", b"[" * 100_000, b"[]"]):
        folder = write_csv(tmp_path / str(number), CITIZENS_CSV, "citizens.csv")
        (folder / "generated.json").write_bytes(content)
        assert take(folder, dry_run=True).generated


def test_a_zlib_stream_that_ends_early_is_a_damaged_zip(refused: Callable[..., str], tmp_path: Path) -> None:
    whole = bytearray(zip_of(citizens_csv=CITIZENS_CSV))
    start = whole.index(b"citizens.csv") + len("citizens.csv")
    whole[start : start + 8] = zlib.compress(b"x")[:8]
    (tmp_path / "d.zip").write_bytes(whole)
    assert "d.zip/citizens.csv: the zip file is damaged; pack and hand it in again" in refused(tmp_path / "d.zip")
