# SPDX-License-Identifier: EUPL-1.2
"""Valid deliveries, mutated by the thousand: never an error of the program, never a wrong value taken silently.

Every value that is accepted is held against an independent reading of the cell it came from (strict_reading).
"""

from __future__ import annotations

import csv
import io
import math
import zipfile
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from drawn import cells
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from register.strict_reading import REJECTED, readings
from register.taking import write_workbook

from styr.register.delivery.checks import check_rows
from styr.register.delivery.findings import Refused, Rejections, sentences
from styr.register.delivery.pseudonym import Pseudonyms
from styr.register.delivery.reading import TableRead, read_table
from styr.register.delivery.sources import find
from styr.register.delivery.workbook_source import sheets_of
from styr.register.history import _POLARS
from styr.vocabulary.exchange import tables

VALID = {
    "citizens": """
        citizen_id | birth_date | sex | municipality | death_date | guardianship
        c1         | 1980-01-01 | K   | 101          |            | ja
        c2         | 30-06-1990 | M   | Århus        | 2024-05-01 | nej
        c3         | 1.2.1950   | M   | 851          |            | 0
    """,
    "grants": """
        indsats_id | cpr | paragraf | start_date | end_date   | betalingskommune | pris      | prisenhed | timer_pr_uge
        g1         | c1  | § 107    | 2024-03-01 | 2024-12-31 | 101              | 1.234,50  | dag       | 37,5
        g2         | c2  | SEL-85   | 2024-03-02 |            | Rødovre          | 2500,00   | month     | 2
        g3         | c3  | 108      | 2024-02-29 |            | 851              | 1.000.000 | år        | 12
    """,
    "places": """
        department_id | provisions | places | start_date
        d1            | 107|108    | 12     | 2020-01-01
    """.replace("107|108", "107"),
    "offers": """
        offer_id | name          | operator_type | operator_code | municipality | opened     | highly_specialised
        o1       | Ålegården     | privat        | Høj & Lav ApS | 751          | 2001-01-01 | true
        o2       | Sønder Ærø 2  | kommunal      | 492           | Ærø          | 2002-02-02 | false
    """,
    "population": """
        year | municipality | age | sex | persons
        2024 | 101          | 7   | K   | 1.234
        2023 | København    | 110 | M   | 5
    """,
    "price_indices": """
        series | year | value
        pris   | 2020 | 100
        pris   | 2021 | 102
    """,
}
PSEUDONYMS = Pseudonyms(b"a key for the tests of mutations")
JUNK = [
    "", " ", "x", "?", "-", "NULL", "#REF!", "0", "-1", "1", "7", "1e3", "1.234", "1,234", "12.5", "12,5",
    "1.234.567", "1.234,5", "1,234.5", "99999999999", "12345678", "٣", "½", "∞", "NaN", "inf", "2024", "1899",
    "2024-02-30", "2024-03-01", "1.3.2024", "03/13/2024", "01/03/2024", "31-12-9999", "45352", "2024-03-01 10:00",
    "ja", "Nej", "TRUE", "maybe", "K", "kvinde", "101", "0101", "101 Aarhus", "SEL-107", "§ 85", "107|108",
    "§ 9999", "dag", "time", "privat", "c1", "c9", "g1", "o1", "a;b", "a,b", "a\tb", 'a"b', "a\nb", "\ufeffx",
    "\x00", "\x1f", "é", "=1+1", "'x", "\\", "\\.", "−5", "--5", "+5", "5-", "１２", "🙂", "\u200b", "x\xa0",
    "a" * 101, "a" * 301,
]  # fmt: skip

cell_texts = st.one_of(
    st.sampled_from(JUNK),
    st.text(max_size=8),
    st.from_regex(r"-?[0-9]{1,4}([.,][0-9]{1,4}){0,2}", fullmatch=True),
    st.from_regex(r"[0-9]{1,4}[-./][0-9]{1,2}[-./][0-9]{1,4}", fullmatch=True),
)
Rows = list[list[str]]


def checked(examples: int) -> Any:
    return settings(
        max_examples=examples, deadline=None, derandomize=True, database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip


def csv_bytes(rows: Rows, delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue().encode(encoding, errors="replace")


def read(path: Path) -> tuple[TableRead, pl.DataFrame]:
    """Read and check the one table at a path, against a register that knows nothing; what stood before the checks."""
    rejections = Rejections()
    (source,) = find(path, sheets_of).sources
    table = read_table(source, PSEUDONYMS, rejections)
    before = TableRead(table.table, table.file, table.rows, table.rows_read, table.rejected, [])

    def nothing(name: str, columns: tuple[str, ...]) -> pl.DataFrame:
        return pl.DataFrame(schema={column: _POLARS[tables()[name].columns[column].type] for column in columns})

    check_rows(table, {}, {}, nothing, rejections)
    found = rejections.frame()
    assert all(line.startswith(source.name) for line in sentences(found))
    return before, found


def assert_read_rightly(name: str, rows: Rows, path: Path) -> None:
    """Hold what is read of a table against the independent reading of its cells; a refusal of all is right too."""
    table = tables()[name]
    try:
        before, found = read(path)
    except Refused as refused:
        assert all(problem.strip() for problem in refused.problems) and refused.problems
        return
    header, *body = rows
    places = {column.name: index for index, head in enumerate(header) if (column := table.column_named(head))}
    rejected = set(zip(found["row"], found["column"], strict=True))
    accepted = {row["row"]: row for row in before.rows.to_dicts()}
    for number, row in enumerate(body, 2):
        if len(row) != len(header):
            assert number not in accepted and (not any(row) or (number, "") in rejected or len(row) <= 1)
            continue
        for column, index in places.items():
            others = [other[index] for other in body if len(other) == len(header)]
            right = readings(row[index], table.columns[column], others)
            if number in accepted:
                value = accepted[number][column]
                assert any(same(value, each) for each in right), (
                    f"row {number}, {column}: {row[index]!r} was taken for {value!r}, not {right}"
                )
            elif right == {REJECTED} and any(cell.strip() for cell in row):
                assert (number, column) in rejected, f"row {number}, {column}: {row[index]!r} was not reported"


def same(value: object, right: object) -> bool:
    if isinstance(value, float) and isinstance(right, int | float):
        return math.isclose(value, right, rel_tol=1e-12, abs_tol=5.1e-5 if abs(right) < 1e11 else 0)
    return type(value) is type(right) and value == right


@pytest.mark.parametrize("name", VALID)
def test_the_valid_deliveries_are_read_whole(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.csv"
    rows = cells(VALID[name])
    path.write_bytes(csv_bytes(rows))
    before, _ = read(path)
    assert before.rows.height == len(rows) - 1
    assert_read_rightly(name, rows, path)


@checked(700)
@given(
    name=st.sampled_from(sorted(VALID)),
    place=st.tuples(st.integers(0, 99), st.integers(0, 99)),
    text=cell_texts,
    delimiter=st.sampled_from(";,\t"),
)
def test_a_cell_replaced_is_read_rightly_or_rejected(
    tmp_path: Path, name: str, place: tuple[int, int], text: str, delimiter: str
) -> None:
    rows = cells(VALID[name])
    row = rows[1 + place[0] % (len(rows) - 1)]
    row[place[1] % len(row)] = text.replace("\r", "\n")
    path = tmp_path / f"{name}.csv"
    path.write_bytes(csv_bytes(rows, delimiter))
    if delimiter == "," and name in ("grants", "price_indices"):
        assume(
            not text.strip().replace(".", "").replace(",", "").isdigit()
        )  # there the delimiter speaks of decimals too
    assert_read_rightly(name, rows, path)


@checked(250)
@given(
    name=st.sampled_from(sorted(VALID)),
    change=st.sampled_from(["drop", "rename", "swap", "double", "shuffle", "shift"]),
    data=st.data(),
)
def test_columns_moved_about_are_read_rightly_or_refused(
    tmp_path: Path, name: str, change: str, data: st.DataObject
) -> None:
    rows = cells(VALID[name])
    width = len(rows[0])
    one, two = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, width - 1))
    if change == "drop":
        rows = [row[:one] + row[one + 1 :] for row in rows]
    elif change == "rename":
        rows[0][one] = data.draw(
            st.sampled_from([rows[0][one].upper(), "x", "", rows[0][two], "start date", "kommune", "\u00a0"])
        )
    elif change == "swap":
        rows[0][one], rows[0][two] = rows[0][two], rows[0][one]
    elif change == "double":
        rows = [[*row, row[one]] for row in rows]
    elif change == "shift":
        rows[1:] = [row[1:] + row[:1] for row in rows[1:]]
    else:
        order = data.draw(st.permutations(range(width)))
        rows = [[row[index] for index in order] for row in rows]
    path = tmp_path / f"{name}.csv"
    path.write_bytes(csv_bytes(rows))
    assert_read_rightly(name, rows, path)
    missing = set(tables()[name].required) - {
        column.name for head in rows[0] if (column := tables()[name].column_named(head))
    }
    if missing:
        with pytest.raises(Refused, match=f"column {min(missing)} "):
            read(path)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-32", "cp850", "mac_roman", "cp500"]
)
def test_text_in_another_encoding_is_read_rightly_or_refused(tmp_path: Path, encoding: str) -> None:
    for name, drawing in VALID.items():
        rows = cells(drawing)
        path = tmp_path / f"{name}.csv"
        path.write_bytes(csv_bytes(rows, encoding=encoding))
        if encoding in ("utf-8", "utf-8-sig", "cp1252"):
            assert read(path)[0].rows.height == len(rows) - 1
        assert_read_rightly(name, rows, path)


cuts = st.lists(
    st.tuples(
        st.sampled_from(["flip", "delete", "insert", "double", "cut"]),
        st.floats(0, 1, exclude_max=True),
        st.integers(1, 30),
        st.binary(max_size=6),
    ),
    min_size=1,
    max_size=3,
)


def mutated(content: bytes, changes: list[tuple[str, float, int, bytes]]) -> bytes:
    for kind, share, length, new in changes:
        at = int(share * len(content))
        before, here, after = content[:at], content[at : at + length], content[at + length :]
        content = {
            "flip": before + bytes([(here[0] if here else 0) ^ (1 << length % 8)]) + content[at + 1 :],
            "delete": before + after,
            "insert": before + new + here + after,
            "double": before + here + here + after,
            "cut": before,
        }[kind]
    return content


@checked(900)
@given(name=st.sampled_from(sorted(VALID)), changes=cuts, encoding=st.sampled_from(["utf-8", "cp1252"]))
def test_bytes_changed_in_csv(
    tmp_path: Path, name: str, changes: list[tuple[str, float, int, bytes]], encoding: str
) -> None:
    content = mutated(csv_bytes(cells(VALID[name]), encoding=encoding), changes)
    path = tmp_path / f"{name}.csv"
    path.write_bytes(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if '"' in text or "\r" in text or "\t" in text.split("\n")[0] or "," in text.split("\n")[0]:
        assert_no_error(path)  # how such a file falls into rows is a matter of taste
    else:
        rows = [line.split(";") for line in text.removesuffix("\n").split("\n")]
        assert_read_rightly(name, [row if any(row) else [""] for row in rows], path)


def assert_no_error(path: Path) -> None:
    try:
        read(path)
    except Refused as refused:
        assert refused.problems and all(problem.strip() for problem in refused.problems)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The same delivery as workbook, Parquet and zip."""
    folder = tmp_path_factory.mktemp("packed")
    rows = cells(VALID["offers"])
    write_workbook(folder / "offers.xlsx", {"offers": [list(row) for row in rows]})
    pl.DataFrame(rows[1:], schema=rows[0], orient="row").write_parquet(
        folder / "offers.parquet", compression="uncompressed"
    )
    with zipfile.ZipFile(folder / "offers.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("offers.csv", csv_bytes(rows))
    return {name: (folder / f"offers.{name}").read_bytes() for name in ("xlsx", "parquet", "zip")}


@pytest.mark.parametrize("form", ["xlsx", "parquet", "zip"])
@checked(250)
@given(changes=cuts)
def test_bytes_changed_in_packed_files(
    packed: dict[str, bytes], tmp_path: Path, form: str, changes: list[tuple[str, float, int, bytes]]
) -> None:
    path = tmp_path / f"offers.{form}"
    path.write_bytes(mutated(packed[form], changes))
    assert_no_error(path)
