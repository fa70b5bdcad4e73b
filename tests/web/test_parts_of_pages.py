# SPDX-License-Identifier: EUPL-1.2
"""Short tables that are one part of a page (a citizen's grants, an offer's tariffs) are chosen and fetched as the long
ones are, and what can be done with their rows stands in the row."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable

import polars as pl
import pytest
from django.test import Client, RequestFactory
from web_users import said

As = Callable[..., Client]
#: Who asks, the page, the word of the table in the address of its files, the name of the table, what is chosen, and the
#: file that comes of it.
PARTS = """
case_worker   | /borgere/borger/anna/     | indsatser  | grants       | columns=provision,price           | provision,price / SEL-107,2500.0
case_worker   | /borgere/borger/anna/     | maal       | goals        | columns=set_date,attained;sort=-set_date | set_date,attained / 2024-02-01, / 2022-05-01,true
case_worker   | /borgere/borger/anna/     | sager      | cases        |                                   | case_id,stage,reached / c1,start,2019-03-01
controller    | /borgere/indsats/g1/      | priser     | prices       | columns=start_date,price;sort=-price | start_date,price / 2024-01-01,2500.0 / 2023-01-01,2450.0
case_worker   | /tilbud/o1/               | pladser-1  | places-1     | columns=provisions,places         | provisions,places / SEL-107,12
case_worker   | /tilbud/o1/               | takster    | tariffs      | find=nord                         | department,service,amount,unit,start_date,end_date,department_id / Nord,Ophold,2500.0,day,2024-01-01,,d1
head          | /data/1/                  | tabeller   | tables       | columns=table,new;find=målgrupper | table,new / target_groups,2
coordinator   | /borgere/frister/         | tabel      |              | columns=of,days;find=mål          | of,days / goal,
administrator | /administration/bruger/1/ | noegler    | tokens       |                                   | name,scopes,expires,last_used,state
"""  # noqa: E501


def parts() -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in PARTS.strip().splitlines()]


def address(name: str, chosen: str) -> str:
    """The words of an address that choose of a table."""
    words = [word.split("=") for word in chosen.split(";") if word]
    pairs = [(f"{name}-{word}" if name else word, value) for word, values in words for value in values.split(",")]
    return "?" + "&".join(f"{word}={value}" for word, value in pairs)


@pytest.mark.parametrize(("role", "page", "word", "name", "chosen", "file"), parts())
def test_a_part_of_a_page_is_fetched_as_it_is_chosen(
    as_user: As, role: str, page: str, word: str, name: str, chosen: str, file: str
) -> None:
    browser, asked = as_user(role), address(name, chosen)
    rows = browser.get(f"{page}{word}.csv{asked}").content.decode().splitlines()
    assert rows == [line.strip() for line in file.split("/")]
    if len(rows) > 1:
        assert f'href="{page}{word}.csv?' in said(browser.get(f"{page}{asked}"))
        assert browser.get(f"{page}{word}.xlsx{asked}").content.startswith(b"PK")


def test_what_is_chosen_of_one_table_leaves_the_others_of_the_page_as_they_are(as_user: As) -> None:
    page = said(as_user("case_worker").get("/borgere/borger/anna/?goals-columns=kind&goals-sort=-set_date"))
    goals = page.split('id="goals-table"')[1].split("</table>")[0]
    assert re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?([^<▲▼]+)', goals) == ["Art"]
    grants = page.split('id="grants-table"')[1].split("</table>")[0]
    assert grants.count('scope="col"') == 6
    assert 'href="?goals-columns=kind&amp;goals-sort=-set_date&amp;grants-sort=price"' in grants


def test_a_short_part_has_its_choices_folded_until_something_is_chosen(as_user: As) -> None:
    browser = as_user("case_worker")
    shown = said(browser.get("/borgere/borger/anna/")).split('id="grants-table"')[1]
    assert '<details class="folded d-print-none"><summary>' in shown.split("<table")[0]
    chosen = said(browser.get("/borgere/borger/anna/?grants-sort=price")).split('id="grants-table"')[1]
    assert '<details class="folded d-print-none" open>' in chosen.split("<table")[0]


def test_a_file_of_a_citizen_is_noted_as_the_page_is(as_user: As) -> None:
    from styr.web.audit.models import Entry

    as_user("case_worker").get("/borgere/borger/anna/indsatser.json")
    noted = Entry.objects.filter(action="citizen read").latest("pk")
    assert (noted.subject, noted.who, noted.detail["table"]) == ("anna", "case_worker", "indsatser")
    as_user("case_worker").get("/borgere/indsats/g1/priser.csv")
    assert Entry.objects.filter(action="citizen read").latest("pk").detail["grant"] == "g1"


@pytest.mark.parametrize(
    ("role", "path"),
    [
        ("case_worker", "/borgere/borger/anna/andet.csv"),
        ("case_worker", "/borgere/borger/anna/indsatser.doc"),
        ("case_worker", "/borgere/borger/carl/indsatser.csv"),  # another municipality's
        ("controller", "/borgere/borger/anna/sager.csv"),  # does not see cases
        ("case_worker", "/tilbud/o1/timer.csv"),  # the provider's own
        ("case_worker", "/tilbud/o1/pladser-2.csv"),
        ("provider", "/tilbud/o2/takster.csv"),
        ("head", "/data/1/raekker.csv"),
    ],
)
def test_a_table_that_is_not_on_the_page_is_in_no_file(as_user: As, role: str, path: str) -> None:
    assert as_user(role).get(path).status_code == 404


def test_a_provider_ends_and_takes_back_from_the_row_and_nobody_else_does(as_user: As) -> None:
    from styr.register.models import Places, Tariff

    browser = as_user("provider")
    places, tariff = Places.objects.get(department_id="d1"), Tariff.objects.get(department_id="d1")
    page = said(browser.get("/tilbud/o1/"))
    assert f'href="/tilbud/afdeling/d1/pladser/{places.pk}/">Sidste dag' in page
    assert f'href="/tilbud/afdeling/d1/takst/{tariff.pk}/">Sidste dag' in page
    assert "Tag tilbage" not in page  # nothing here was entered by hand
    seen = said(browser.get("/tilbud/afdeling/d1/pladser/")).split('name="seen" value="')[1].split('"')[0]
    form = {"provisions": "SEL-108", "places": "3", "start_date": "2025-01-01", "why": "Nye pladser", "seen": seen}
    assert browser.post("/tilbud/afdeling/d1/pladser/", form).status_code == 302
    (new,) = Places.objects.filter(provisions="SEL-108", department_id="d1", until__isnull=True)
    page = said(browser.get("/tilbud/o1/"))
    assert re.findall(r'href="([^"]+)">Tag tilbage', page) == [f"/tilbud/afdeling/d1/pladser/{new.pk}/tilbage/"]
    other = said(as_user("case_worker").get("/tilbud/o1/"))
    assert "Sidste dag<span" not in other and "Tag tilbage" not in other


def test_the_inspections_of_an_offer_have_a_column_for_each_theme() -> None:
    from styr.web.offers import tables

    visits = [(2023, "1", 3.0), (2023, "2", 4.0), (2024, "1", 5.0)]
    shown = tables.visits_frame(visits)
    assert shown.rows() == [(2024, 5.0, 5.0, None), (2023, 3.5, 3.0, 4.0)]
    assert shown.columns == ["date", "mean", "theme_1", "theme_2"]


def test_a_text_that_looks_like_a_formula_is_none_where_the_file_is_opened() -> None:
    from python_calamine import CalamineWorkbook

    from styr.web.table_files import table_file
    from styr.web.tables import Column, Table

    texts = ["=HYPERLINK(1)", "@sum", "-2+3", "https://example.org", "Ophold – døgn"]
    frame = pl.DataFrame({"service": texts, "amount": [-1.0, 2.0, 3.0, 4.0, 5.0]})
    table = Table("tariffs", "", frame, [Column("service", "Ydelse"), Column("amount", "Takst", numeric=True)])
    rows = table_file(RequestFactory().get("/"), table, "csv", "takster").content.decode().splitlines()
    assert rows[1:] == ["'=HYPERLINK(1),-1.0", "'@sum,2.0", "'-2+3,3.0", "https://example.org,4.0", "Ophold – døgn,5.0"]
    file = table_file(RequestFactory().get("/"), table, "xlsx", "takster").content
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_name("table")
    assert [row[0] for row in sheet.to_python()[1:]] == texts
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(file)).read("xl/worksheets/sheet1.xml")
    assert json.loads(table_file(RequestFactory().get("/"), table, "json", "takster").content)["rows"][0] == {
        "service": "=HYPERLINK(1)",
        "amount": -1.0,
    }


def test_columns_that_help_a_page_stand_in_no_file() -> None:
    from styr.web.table_files import table_file
    from styr.web.tables import Column, Table

    frame = pl.DataFrame({"name": ["a"], "_shown": ["A"], "_over": [True]})
    table = Table("names", "", frame, [Column("name", "Navn", written="_shown")])
    found = json.loads(table_file(RequestFactory().get("/"), table, "json", "navne").content)
    assert found["rows"] == [{"name": "a"}]
    file = table_file(RequestFactory().get("/?find=A"), table, "csv", "navne")
    assert list(csv.reader(file.content.decode().splitlines())) == [["name"], ["a"]]
