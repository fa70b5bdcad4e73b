# SPDX-License-Identifier: EUPL-1.2
"""A delivery is read whatever way a municipality's systems write it, and what could mean two things is not guessed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn import cells
from register.taking import CITIZENS, drawn_rows, known, refusal, rejections, take, write_csv

GRANTS = """
    grant_id | citizen_id | provision | start_date | end_date   | paying_municipality | price  | hours_per_week
    g1       | c1         | SEL-107   | 2024-03-01 | 2024-12-31 | 101                 | 1234.5 | 37.5
    g2       | c2         | SEL-85    | 2024-03-02 |            | 151                 | 2500.0 | 2.0
"""
GRANT_COLUMNS = (
    "grant_id",
    "citizen_id",
    "provision",
    "start_date",
    "end_date",
    "paying_municipality",
    "price",
    "hours_per_week",
)


@pytest.fixture
def citizens(any_store: Path, delivery: Callable[..., Path]) -> None:
    take(delivery("citizens", citizens=CITIZENS))


@pytest.fixture
def citizens_here(store: Path, delivery: Callable[..., Path]) -> None:
    take(delivery("citizens", citizens=CITIZENS))


def grants_of(*rows: str, header: str = "grant_id;citizen_id;provision;start_date;paying_municipality;price") -> str:
    return "\n".join([header, *rows]) + "\n"


@pytest.mark.usefixtures("citizens")
@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "grant_id;citizen_id;provision;start_date;end_date;paying_municipality;price;hours_per_week\n"
            "g1;c1;SEL-107;2024-03-01;2024-12-31;101;1234,5;37,5\ng2;c2;SEL-85;2024-03-02;;151;2.500,00;2\n",
            id="semicolons and decimal commas",
        ),
        pytest.param(
            "grant_id,citizen_id,provision,start_date,end_date,paying_municipality,price,hours_per_week\r\n"
            'g1,c1,SEL-107,01-03-2024,31-12-2024,101,1234.5,37.5\r\ng2,c2,SEL-85,02-03-2024,,151,"2.500,00",2\r\n',
            id="commas, Windows line breaks, a quoted decimal comma",
        ),
        pytest.param(
            "\ufeffgrant_id\tcitizen_id\tprovision\tstart_date\tend_date\tpaying_municipality\tprice\thours_per_week\n"
            "g1\tc1\t§ 107\t01.03.2024\t31.12.2024\tKøbenhavn\t1.234,50\t37,50\n"
            "g2\tc2\t85\t2.3.2024\t\tBallerup\t2500\t2,0",
            id="tabs, byte order mark, no last line break, forgiving codes",
        ),
        pytest.param(
            "PRIS;Timer pr uge;BETALINGSKOMMUNE;slut-dato;Slutdato;Startdato;Paragraf;CPR;Indsats_ID\n"
            "1234,50;37,5;0101;x;31/12/2024;01/03/2024;SEL §107;c1;g1\n"
            "2500;2;151 Ballerup;;;2/3/2024;serviceloven § 85;c2;g2\n",
            id="Danish headers in any order and case, and a column nobody knows",
        ),
        pytest.param(
            '"grant_id";"citizen_id";"provision";"start_date";"end_date";"paying_municipality";"price";"hours_per_week"\n'
            '"g1";"c1";"SEL-107";"2024-03-01";"2024-12-31";"101";"1234,5";"37,5"\n\n;;;;;;;\n'
            '"g2";"c2";"SEL-85";"2024-03-02";"";"151";"2500";" 2 "\n',
            id="everything quoted, with empty lines between",
        ),
        pytest.param(
            "grant_id;citizen_id;provision;start_date;end_date;paying_municipality;price;hours_per_week\r"
            "g1;c1;SEL-107;2024-03-01;2024-12-31;101;1234,5;37,5\rg2;c2;SEL-85;2024-03-02;;151;2500;2\r",
            id="line breaks of an old Macintosh",
        ),
    ],
)
def test_the_same_grants_are_read_however_they_are_written(tmp_path: Path, text: str) -> None:
    take(write_csv(tmp_path / "d", text))
    assert known("grants", *GRANT_COLUMNS) == drawn_rows(GRANTS)


@pytest.mark.usefixtures("any_store")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_danish_letters_are_read_from_the_encodings_used(tmp_path: Path, encoding: str) -> None:
    text = (
        'tilbud_id;navn;driftsform;driftsherre;kommune\no1;"Ålegården; Sønder Æblevej";selvejende;Høje Tåstrup;Århus\n'
    )
    take(write_csv(tmp_path / "d", text, "tilbud.csv", encoding))
    (offer,) = known("offers", "name", "operator_type", "operator_code", "municipality")
    assert offer == ("Ålegården; Sønder Æblevej", "self_owning", "Høje Tåstrup", "751")


@pytest.mark.usefixtures("any_store")
def test_odd_text_comes_back_as_it_was(tmp_path: Path) -> None:
    names = [
        "\\.",
        "\\N",
        'a "quoted" name',
        "back\\slash",
        "comma, semi; tab",
        "NULL",
        "'; DROP TABLE x; --",
        "日本 🙂 é",
        "=1+1",
    ]
    rows = [f'o{n};"{name.replace(chr(34), chr(34) * 2)}";private;x;101' for n, name in enumerate(names)]
    take(
        write_csv(
            tmp_path / "d", "\n".join(["offer_id;name;operator_type;operator_code;municipality", *rows]), "offers.csv"
        )
    )
    assert sorted(name for (name,) in known("offers", "name")) == sorted(names)


def test_damaged_text_is_refused(store: Path, tmp_path: Path) -> None:
    good = "tilbud_id;navn;driftsform;driftsherre;kommune\no1;Ålegården Æ;privat;x;101\n"
    for number, damaged in enumerate(
        [
            good.encode()[:-8] + b"\xff\n" + "Å\n".encode(),
            good.encode("utf-16"),
            good.encode("utf-16-le"),
            b"\x81\x8d" + good.encode("cp1252"),
        ]
    ):
        said = refusal(write_csv(tmp_path / str(number), damaged, "tilbud.csv"))
        assert said.startswith("tilbud.csv: ") and ("extract it again" in said or "save it as CSV" in said)


@pytest.mark.usefixtures("citizens_here")
@pytest.mark.parametrize(
    ("prices", "read"),
    [
        (["1234.5", "1234,5", "1.234,50"], ["1234.5"] * 3),
        (["1.234,5", "1.234", "12.345.678"], ["1234.5", "1234.0", "12345678.0"]),
        (["0.5", "1.234"], ["0.5", "1.234"]),
        (["0,5", "1,234"], ["0.5", "1.234"]),
        (["0", "007", "1.000.000,25"], ["0.0", "7.0", "1000000.25"]),
        (["12,3456", "12.3456"], ["12.3456"] * 2),
    ],
)
def test_decimals_are_read_three_ways(tmp_path: Path, prices: list[str], read: list[str]) -> None:
    rows = [f"g{n};c1;SEL-107;2024-03-01;101;{price}" for n, price in enumerate(prices)]
    take(write_csv(tmp_path / "d", grants_of(*rows)))
    assert [price for _, price in known("grants", "grant_id", "price")] == read


@pytest.mark.usefixtures("citizens_here")
@pytest.mark.parametrize(
    ("prices", "ambiguous"),
    [
        (["1.234"], ["1.234"]),  # nothing else says what the point is
        (["0.5", "0,5", "1.234", "1,234"], ["1.234", "1,234"]),  # the column says both
        (["0.5", "1,234"], ["1,234"]),
    ],
)
def test_a_number_that_may_mean_two_is_refused_not_guessed(
    tmp_path: Path, prices: list[str], ambiguous: list[str]
) -> None:
    rows = [f"g{n};c1;SEL-107;2024-03-01;101;{price}" for n, price in enumerate(prices)]
    found = rejections(write_csv(tmp_path / "d", grants_of(*rows)))
    assert [(value, kind) for *_, value, kind in found] == [(text, "ambiguous_number") for text in ambiguous]


@pytest.mark.usefixtures("citizens_here")
@pytest.mark.parametrize(
    "text",
    [
        "1 234",
        "1e3",
        "12x",
        "1,2,3",
        "1.23.456",
        "1,234.50",
        "1.2345,6",
        "--1",
        "+1",
        "kr. 5",
        "∞",
        "NaN",
        "1,",
        ",5",
        "٣",
        "½",
        "1-",
    ],
)
def test_what_is_no_number_is_rejected(tmp_path: Path, text: str) -> None:
    path = write_csv(tmp_path / "d", grants_of(f'g1;c1;SEL-107;2024-03-01;101;"{text}"'))
    assert rejections(path) == [("grants.csv", 2, "price", text, "number")]


@pytest.mark.usefixtures("citizens_here")
@pytest.mark.parametrize(
    "written", ["2024-03-01", "01-03-2024", "1-3-2024", "01.03.2024", "1.3.2024", "01/03/2024", "1/3/2024"]
)
def test_dates_are_read_four_ways_day_first(tmp_path: Path, written: str) -> None:
    take(write_csv(tmp_path / "d", grants_of(f"g1;c1;SEL-107;{written};101;")))
    assert known("grants", "start_date", "price") == [("2024-03-01", "")]


@pytest.mark.usefixtures("citizens_here")
@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("2024-02-30", "date"), ("31-04-2024", "date"), ("03/13/2024", "date"), ("20240301", "date"),
        ("2024/03/01", "date"),
        ("01-03-24", "date"), ("2024-3-1", "date"), ("2024-03-01 10:30", "date"), ("1 marts 2024", "date"),
        ("45352", "date"),
        ("01.03-2024", "date"), ("9999-12-31", "date_range"), ("0024-03-01", "date_range"), ("", "required"),
    ],
)  # fmt: skip
def test_what_is_no_plausible_date_is_rejected(tmp_path: Path, written: str, kind: str) -> None:
    path = write_csv(tmp_path / "d", grants_of(f"g1;c1;SEL-107;{written};101;"))
    assert rejections(path) == [("grants.csv", 2, "start_date", written, kind)]


def test_yes_and_no_are_read_three_ways_and_empty_is_unknown(store: Path, tmp_path: Path) -> None:
    words = ["ja", "nej", "TRUE", "False", "1", "0", "", "Ja"]
    rows = [f"o{n};x;private;x;101;{word}" for n, word in enumerate(words)]
    header = "offer_id;name;operator_type;operator_code;municipality;highly_specialised"
    take(write_csv(tmp_path / "d", "\n".join([header, *rows]), "offers.csv"))
    assert [yes for _, yes in known("offers", "offer_id", "highly_specialised")] == [
        "true", "false", "true", "false", "true", "false", "", "true"
    ]  # fmt: skip
    wrong = write_csv(tmp_path / "w", f"{header}\no1;x;private;x;101;måske\n", "offers.csv")
    assert rejections(wrong) == [("offers.csv", 2, "highly_specialised", "måske", "boolean")]


@pytest.mark.parametrize("name", ["Befolkning", "BEFOLKNING", "population", "Population"])
def test_a_table_is_known_by_its_name_in_danish_or_english(store: Path, tmp_path: Path, name: str) -> None:
    text = "år;kommune;alder;køn;personer\n2024;Ærø;110;kvinde;1.234\n"
    take(write_csv(tmp_path / "d", text, f"{name}.CSV"))
    assert known("population") == [("2024", "492", "110", "K", "1234")]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_danish_letters_in_file_names_and_headers_may_be_composed_or_not(
    store: Path, tmp_path: Path, form: str
) -> None:
    header = unicodedata.normalize(form, "tilbud_id;navn;driftsform;driftsherre;kommune;åbnet;højt_specialiseret")
    take(write_csv(tmp_path / "o", header + "\no1;x;privat;x;101;2020-01-01;ja\n", "tilbud.csv"))
    take(write_csv(tmp_path / "c", "borger_id;fødselsdato;køn;kommune\nc1;1980-01-01;K;101\n", "borgere.csv"))
    groups = unicodedata.normalize(form, "målgrupper.csv")
    take(write_csv(tmp_path / "d", unicodedata.normalize(form, "borger_id;målgruppe\nc1;autisme\n"), groups))
    assert known("offers", "opened", "highly_specialised") == [("2020-01-01", "true")]
    assert known("target_groups", "target_group") == [("developmental.autism",)]


def test_a_file_name_in_an_old_encoding_is_known_again(store: Path, tmp_path: Path) -> None:
    take(write_csv(tmp_path / "c", "borger_id;fødselsdato;køn;kommune\nc1;1980-01-01;K;101\n", "borgere.csv"))
    folder = tmp_path / "d"
    folder.mkdir()
    with open(bytes(folder) + b"/m\xe5lgrupper.csv", "wb") as file:  # noqa: PTH123 - a name that is no text
        file.write("borger_id;målgruppe\nc1;autisme\n".encode())
    with open(bytes(folder) + b"/m\xe5lt\xff.csv", "wb") as file:  # noqa: PTH123
        file.write(b"x\n")
    taken = take(folder)
    assert [table.table for table in taken.tables] == ["target_groups"]
    assert [warning.kind for warning in taken.warnings] == ["unknown_file"]


@pytest.mark.usefixtures("citizens_here")
def test_unknown_columns_are_reported_and_ignored(tmp_path: Path) -> None:
    text = "grant_id;citizen_id;provision;start_date;paying_municipality;Bemærkning;\ng1;c1;107;2024-03-01;101;x;\n"
    taken = take(write_csv(tmp_path / "d", text))
    assert [(warning.kind, warning.file, warning.column) for warning in taken.warnings] == [
        ("unknown_column", "grants.csv", "Bemærkning"),
        ("unknown_column", "grants.csv", ""),
    ]
    assert len(known("grants")) == 1


def test_missing_required_columns_are_all_named(store: Path, tmp_path: Path) -> None:
    said = refusal(write_csv(tmp_path / "d", "grant_id;provision;paying_municipality\ng1;107;101\n"))
    assert said.splitlines() == [
        "grants.csv row 1: column citizen_id (borger_id, cpr) is missing",
        "grants.csv row 1: column start_date (startdato) is missing",
    ]


def test_a_column_that_stands_twice_is_refused(store: Path, tmp_path: Path) -> None:
    header = "grant_id;citizen_id;borger_id;provision;start_date;paying_municipality"
    assert "citizen_id stands twice" in refusal(write_csv(tmp_path / "d", f"{header}\ng1;c1;c2;107;2024-01-01;101\n"))


def test_a_file_of_a_header_alone_is_an_empty_table(store: Path, tmp_path: Path) -> None:
    for number, end in enumerate(["", "\n", "\r\n", "\n\n\n"]):
        taken = take(write_csv(tmp_path / str(number), "citizen_id;birth_date;sex;municipality" + end, "citizens.csv"))
        assert [(table.table, table.read) for table in taken.tables] == [("citizens", 0)]


@pytest.mark.parametrize("text", ["\n", "   \n\n", ";;;\n1;2;3;4\n", '"' * 300_001, "x" * 3_000_000, "a\x00b;c\n1;2\n"])
def test_a_file_without_a_header_is_refused(store: Path, tmp_path: Path, text: str) -> None:
    said = refusal(write_csv(tmp_path / "d", text, "citizens.csv"))
    assert said.startswith("citizens.csv")


@pytest.mark.usefixtures("citizens_here")
def test_forgiving_codes_become_canonical(tmp_path: Path) -> None:
    written = """
        § 107              | Ballerup
        SEL §107           | 151
        107                | 0151
        serviceloven § 107 | 151 Ballerup
        sel-107            | ballerup kommune
    """
    rows = [f"g{n};c1;{word};2024-03-01;{place};" for n, (word, place) in enumerate(cells(written))]
    take(write_csv(tmp_path / "d", grants_of(*rows)))
    assert set(known("grants", "provision", "paying_municipality")) == {("SEL-107", "151")}


@pytest.mark.usefixtures("citizens_here")
def test_an_unknown_code_is_rejected_with_the_nearest_known_ones(tmp_path: Path) -> None:
    from styr.register.delivery.take import RowsRejected

    with pytest.raises(
        RowsRejected, match=r"grants.csv row 2, paying_municipality 'Balerup': is not a known code; nearest: 151"
    ):
        take(write_csv(tmp_path / "d", grants_of("g1;c1;107;2024-03-01;Balerup;")))


@pytest.mark.usefixtures("citizens_here")
def test_a_stray_quotation_mark_does_not_swallow_rows(tmp_path: Path) -> None:
    header = "grant_id;citizen_id;provision;start_date;paying_municipality;note"
    rows = [f"g{n};c1;107;2024-03-01;101;fine" for n in range(8)]
    closed_later = [*rows[:2], 'g2;c1;107;2024-03-01;101;"oh', *rows[3:6], 'g6;c1;107;2024-03-01;101;oh"', rows[7]]
    never_closed = [*rows[:2], 'g2;c1;107;2024-03-01;101;"oh', *rows[3:]]
    within = [*rows[:2], 'g2;c1;107;2024-03-01;101;12" pipe', *rows[3:]]
    for number, lines in enumerate([closed_later, never_closed]):
        said = refusal(write_csv(tmp_path / str(number), grants_of(*lines, header=header)), skip_invalid=True)
        assert said.startswith("grants.csv row 4: a quotation mark is opened and closed many lines later, or never")
    take(
        write_csv(tmp_path / "w", grants_of(*within, '"g8";c1;107;2024-03-01;101;"two\nlines; of note"', header=header))
    )
    assert len(known("grants")) == 9


@pytest.mark.usefixtures("citizens_here")
def test_empty_rows_are_left_out_and_told_of(tmp_path: Path) -> None:
    taken = take(
        write_csv(
            tmp_path / "d", grants_of("g1;c1;107;2024-03-01;101;", "", ";;;;;", "g2;c1;107;2024-03-01;101;", "", "")
        )
    )
    assert [(table.read, table.counts.new) for table in taken.tables] == [(2, 2)]
    assert [(warning.kind, warning.count) for warning in taken.warnings] == [("empty_rows", 4)]
    path = write_csv(tmp_path / "e", grants_of("", "g1;c1;107;wrong;101;"))
    assert [(row, value) for _, row, _, value, _ in rejections(path)] == [(3, "wrong")]
