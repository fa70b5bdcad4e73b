# SPDX-License-Identifier: EUPL-1.2
"""After an import full of civil registration numbers none of them can be found anywhere. All numbers are made up."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from register.taking import contents, known, rejections, styr, take, write_workbook

from styr.register import store as stores
from styr.register.delivery.findings import masked
from styr.register.delivery.pseudonym import has_birth_date, passes_modulus
from styr.vocabulary.exchange import tables


def numbers(count: int, *, first: int = 0, modulus: bool | None = None) -> list[str]:
    """Made-up numbers with a date of birth: of every decade, and passing modulus 11 or not when asked for."""
    made = []
    serial = first
    while len(made) < count:
        day, month, year = 1 + serial % 28, 1 + serial // 28 % 12, (37 + serial * 7) % 100
        number = f"{day:02}{month:02}{year:02}{(serial * 7919 + 1234) % 4000:04}"
        if modulus is None or passes_modulus(number) == modulus:
            made.append(number)
        serial += 1
    return made


PLAIN = numbers(6, modulus=True)
NO_MODULUS = numbers(3, first=500, modulus=False)
REPLACEMENT = [
    "6" + number[1:] if number[0] == "0" else str(int(number[0]) + 6) + number[1:] for number in numbers(2, first=900)
]
LOST_ZERO = [number[1:] for number in numbers(40, first=1300) if number[0] == "0"][:3]
NO_DATE = ["3113701234", "0013701235", "9913991236"]
ELSEWHERE = numbers(20, first=3000)
SEPARATORS = ["-", " ", "–", ".", " - ", "/", "\u00a0", "\u2011"]


def all_numbers() -> list[str]:
    return PLAIN + NO_MODULUS + REPLACEMENT + LOST_ZERO + NO_DATE + ELSEWHERE


def traces_in(text: str, these: list[str]) -> list[str]:
    """Which numbers stand in a text, whatever stands between their digits and with or without a leading zero."""
    bare = re.sub(r"(?<=\d)[\s.,/\-–\u2011]{1,3}(?=\d)", "", text)
    return [number for number in these if number.lstrip("0") in text or number.lstrip("0") in bare]


def hyphened(number: str, between: str = "-") -> str:
    return f"{number[:-4]}{between}{number[-4:]}"


def full_of_numbers(folder: Path) -> Path:
    """A delivery with numbers in every place a person could put them."""
    folder.mkdir(parents=True)
    ids = [
        PLAIN[0],
        hyphened(PLAIN[1]),
        f" {hyphened(PLAIN[2], ' ')} ",
        *PLAIN[3:],
        *map(hyphened, NO_MODULUS),
        *REPLACEMENT,
        *LOST_ZERO,
        *NO_DATE,
    ]
    rows = [f"{number};1970-01-01;K;101;Jens {number}" for number in ids]
    rows += [
        f"{PLAIN[0]};{ELSEWHERE[0]};{ELSEWHERE[1]};{ELSEWHERE[2]};x",
        f"{ELSEWHERE[3]};x",
        f"cpr {ELSEWHERE[3]};{ELSEWHERE[3]}-;K;101;",
    ]
    (folder / "borgere.csv").write_text("\n".join(["CPR;fødselsdato;køn;kommune;navn", *rows]), encoding="cp1252")
    offers = [
        f"o{n};Ann {hyphened(ELSEWHERE[4 + n], between)} og;privat;{ELSEWHERE[4 + n]};101"
        for n, between in enumerate(SEPARATORS)
    ]
    offers += [f"{ELSEWHERE[12]};x;{ELSEWHERE[12]};x;{ELSEWHERE[12]}"]
    (folder / "tilbud.csv").write_text(
        "\n".join(["tilbud_id;navn;driftsform;driftsherre;kommune", *offers]), encoding="utf-8"
    )
    header = "postering_id;dato;kommune;funktion;gruppering;dranst;beløb;cpr"
    postings = [
        f"{ELSEWHERE[13]};2024-01-01;101;5.38.52;001;1;12,5;{PLAIN[0]}",
        f"p2;2024-01-01;101;5.38.52;001;1;{ELSEWHERE[14]};{PLAIN[0]}",
        f"p3;2024-01-01;101;{ELSEWHERE[14]};{ELSEWHERE[14]};{ELSEWHERE[14]};1;{ELSEWHERE[15]}",
        f"{hyphened(ELSEWHERE[13])};{ELSEWHERE[13]}",
    ]
    (folder / "posteringer.csv").write_text("\n".join([header, *postings]), encoding="utf-8")
    (folder / "personale.csv").write_text(
        f"år;kommune;funktion;personalegruppe;årsværk;{ELSEWHERE[16]}\n2024;101;5.38.52;{ELSEWHERE[16]};1\n"
    )
    (folder / f"{ELSEWHERE[17]}.csv").write_text(f"{ELSEWHERE[17]}\n")
    (folder / f"journal {hyphened(ELSEWHERE[17])}.xlsx").write_bytes(b"no workbook")
    return folder


def said_by(*arguments: str) -> str:
    """Both streams of a command."""
    _, output, errors = styr(*arguments)
    assert "Traceback" not in errors or "--debug" in arguments
    return output + errors


def text_of(path: Path) -> str:
    """A file's bytes as text, and the cells of a Parquet file as well."""
    text = path.read_bytes().decode("latin-1")
    return text + (pl.read_parquet(path).write_csv() if path.suffix == ".parquet" else "")


def assert_no_traces(text: str, place: str) -> None:
    assert traces_in(text, all_numbers()) == [], f"numbers stand in {place}"


@pytest.mark.parametrize(
    "options", [[], ["--skip-invalid"], ["--dry-run", "--skip-invalid"], ["--skip-invalid", "--language", "da"]]
)
def test_no_number_is_left_in_the_store_or_said_by_the_command(store: Path, tmp_path: Path, options: list[str]) -> None:
    folder = full_of_numbers(tmp_path / f"delivery {PLAIN[0]}")
    (folder / f"journal {hyphened(ELSEWHERE[17])}.xlsx").unlink()
    said = said_by("--debug", "import", str(folder), *options)
    assert "borgere.csv" in said
    said += (
        said_by("deliveries", "--format", "csv") + said_by("snapshot") + said_by("import", str(folder / "tilbud.csv"))
    )
    assert_no_traces(said, "what the commands say")
    written = [path for path in store.rglob("*") if path.is_file()]
    assert any(path.suffix == ".parquet" for path in written) == (
        "--skip-invalid" in options and "--dry-run" not in options
    )
    assert any("rejected" in path.parts for path in written) == (
        "--skip-invalid" in options and "--dry-run" not in options
    )
    for path in written:
        assert_no_traces(text_of(path), str(path.relative_to(store)))
        assert_no_traces(path.name, "a file's name")


def test_no_number_is_left_in_any_column_of_either_store(any_store: Path, tmp_path: Path) -> None:
    folder = full_of_numbers(tmp_path / "delivery")
    (folder / f"journal {hyphened(ELSEWHERE[17])}.xlsx").unlink()
    taken = take(folder, skip_invalid=True)
    assert {table.table: table.rejected for table in taken.tables if table.rejected} == {
        "citizens": len(NO_DATE) + 3, "offers": 1, "postings": 3, "staff": 1
    }  # fmt: skip
    for table in tables():
        assert_no_traces("\n".join(map(str, known(table))), table)
    assert_no_traces("\n".join(warning.sentence() for warning in taken.warnings), "warnings")


def test_the_same_person_has_the_same_pseudonym_however_the_number_is_written(any_store: Path, tmp_path: Path) -> None:
    number = next(each for each in numbers(40, first=7000) if each[0] == "0")
    spellings = [
        number,
        *(hyphened(number, between) for between in SEPARATORS),
        number[1:],
        f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:]}",
    ]
    folder = tmp_path / "d"
    folder.mkdir()
    (folder / "citizens.csv").write_text(f"citizen_id;birth_date;sex;municipality\n{number};1970-01-01;K;101\n")
    rows = [f"case{n};{spelling};101" for n, spelling in enumerate(spellings)]
    (folder / "cases.csv").write_text("\n".join(["case_id;citizen_id;municipality", *rows]))
    take(folder)
    (citizen,) = known("citizens", "citizen_id")
    assert set(known("cases", "citizen_id")) == {citizen}
    assert re.fullmatch("p[a-p]{24}", citizen[0])


@pytest.mark.parametrize("form", ["xlsx", "parquet", "zip"])
def test_numbers_are_found_in_every_form(store: Path, tmp_path: Path, form: str) -> None:
    header = ["citizen_id", "birth_date", "sex", "municipality"]
    rows: list[list[object]] = [
        [int(number) if n % 2 else number, "1970-01-01", "K", 101] for n, number in enumerate(PLAIN + LOST_ZERO)
    ]
    path = tmp_path / f"citizens {ELSEWHERE[0]}.{form}"
    if form == "xlsx":
        write_workbook(path, {"citizens": [header, *rows]})
    elif form == "parquet":
        path = tmp_path / "citizens.parquet"
        pl.DataFrame(
            {
                "citizen_id": [int(number) for number in PLAIN],
                "birth_date": "1970-01-01",
                "sex": "K",
                "municipality": 101,
            }
        ).write_parquet(path)
    else:
        with zipfile.ZipFile(path, "w") as archive:
            lines = [";".join(map(str, row)) for row in [header, *rows]]
            archive.writestr(f"{ELSEWHERE[1]}/citizens.csv", "\n".join(lines))
            archive.writestr(f"{ELSEWHERE[2]}.csv", ELSEWHERE[2])
    taken = take(path)
    assert taken.tables[0].counts.new >= len(PLAIN)
    said = "\n".join(warning.sentence() for warning in taken.warnings)
    assert_no_traces(said + "".join(text_of(file) for file in store.rglob("*") if file.is_file()), "the store")


@pytest.mark.parametrize("name", ["citizens.csv", "citizens.xlsx", "citizens.parquet"])
def test_a_file_without_a_header_row_names_no_number(store: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    row: list[object] = [PLAIN[0], hyphened(PLAIN[1]), int(PLAIN[2]), "K", f"{hyphened(PLAIN[3])} Æ"]
    if name.endswith("xlsx"):
        write_workbook(path, {"citizens": [row, row], PLAIN[4]: [row]})
    elif name.endswith("parquet"):
        pl.DataFrame({str(cell): [1] for cell in row}).write_parquet(path)
    else:
        path.write_text("\n".join([";".join(map(str, row))] * 3))
    said = said_by("--debug", "import", str(path))
    assert "is missing" in said
    assert_no_traces(said + "".join(text_of(file) for file in store.rglob("*") if file.is_file()), "the store")


def test_paths_in_messages_hide_numbers(store: Path, tmp_path: Path) -> None:
    folder = tmp_path / PLAIN[0]
    folder.mkdir()
    (folder / f"{PLAIN[1]}.zip").write_bytes(b"PK")
    (folder / f"{PLAIN[2]}.xlsx").write_bytes(b"PK")
    (folder / f"{PLAIN[3]}.csv").write_bytes(b"x")
    for path in (folder, *folder.iterdir(), folder / hyphened(PLAIN[4])):
        assert_no_traces(said_by("--debug", "import", str(path)), "a message")


def test_a_number_of_ten_digits_that_is_no_date_is_rejected_unseen(any_store: Path, tmp_path: Path) -> None:
    assert not any(map(has_birth_date, NO_DATE))
    path = tmp_path / "citizens.csv"
    path.write_text(
        "citizen_id;birth_date;sex;municipality\n" + "".join(f"{number};1970-01-01;K;101\n" for number in NO_DATE)
    )
    before = contents()
    assert rejections(path) == [
        ("citizens.csv", row, "citizen_id", "•••", "civil_registration_date") for row in (2, 3, 4)
    ]
    assert contents() == before


def test_numbers_that_fail_modulus_11_are_taken_with_a_warning(store: Path, tmp_path: Path) -> None:
    path = tmp_path / "citizens.csv"
    path.write_text(
        "citizen_id;birth_date;sex;municipality\n"
        + "".join(f"{number};1970-01-01;K;101\n" for number in PLAIN + NO_MODULUS)
    )
    assert [(warning.kind, warning.count) for warning in take(path).warnings] == [("modulus", len(NO_MODULUS))]


def test_ids_that_are_no_numbers_are_left_as_they_are(store: Path, tmp_path: Path) -> None:
    ids = ["c1", "12345", "123456789012", "2012-01-01-17", "A0101701234B5", "00000000"]
    path = tmp_path / "citizens.csv"
    path.write_text(
        "citizen_id;birth_date;sex;municipality\n" + "".join(f"{each};1970-01-01;K;101\n" for each in ids[:4] + ids[5:])
    )
    take(path)
    assert [each for (each,) in known("citizens", "citizen_id")] == sorted(ids[:4] + ids[5:])


@pytest.mark.parametrize(
    "write",
    [
        str,
        hyphened,
        lambda number: hyphened(number, " "),
        lambda number: hyphened(number, "–"),
        lambda number: number[1:],
    ],
)
def test_what_is_shown_hides_numbers_and_shows_dates(write: Callable[[str], str]) -> None:
    for number in PLAIN:
        assert number[-4:] not in masked(f"value {write(number)} here")
    assert masked("2024-03-01 10:30:00") == "2024-03-01 10:30:00"
    assert masked("01-03-2024") == "01-03-2024"
    assert masked("1.234.567,50") == "1.234.567,50"


def test_another_stores_key_gives_other_pseudonyms(store: Path) -> None:
    from styr.register.delivery.pseudonym import Pseudonyms

    assert stores.pseudonyms().of(PLAIN[0]) != Pseudonyms(b"another key, long enough").of(PLAIN[0])
