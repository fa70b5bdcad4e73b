# SPDX-License-Identifier: EUPL-1.2
"""Tables on pages: what the address chooses of one is what the page shows, what the files hold, and is kept as one
moves."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

import polars as pl
from django.test import Client, RequestFactory
from web_users import said

As = Callable[..., Client]


def test_the_files_hold_the_rows_and_columns_the_page_shows_in_its_order(as_user: As) -> None:
    browser = as_user("case_worker")
    asked = "?columns=name&columns=places&sort=-places"
    rows = list(csv.reader(browser.get(f"/tilbud/tabel.csv{asked}").content.decode().splitlines()))
    assert rows == [["name", "places"], ["Engbakken", "12"], ["Skovhuset", "8"]]
    found = json.loads(browser.get("/tilbud/tabel.json?find=skov").content)["rows"]
    assert [row["name"] for row in found] == ["Skovhuset"] and len(found[0]) > 2
    assert f'href="/tilbud/tabel.xlsx{asked}"'.replace("&", "&amp;") in said(browser.get(f"/tilbud/{asked}"))


def test_an_indicators_file_is_in_codes_and_holds_the_chosen_columns(as_user: As) -> None:
    browser = as_user("analyst")
    asked = "?by=municipality&from=2024&to=2024&columns=municipality&columns=value&find=hjør"
    rows = list(csv.reader(browser.get(f"/aktivitet/places/tal.csv{asked}").content.decode().splitlines()))
    assert rows == [["municipality", "value"], ["860", "8.0"]]


def test_what_is_chosen_of_a_table_stands_in_the_address_beside_the_pages_own_words(as_user: As) -> None:
    page = said(as_user("case_worker").get("/tilbud/?municipality=851&columns=name&columns=places"))
    assert 'href="?municipality=851&amp;columns=name&amp;columns=places&amp;sort=places"' in page
    assert '<a href="/tilbud/o1/?municipality=851">Engbakken</a>' in page


def test_two_tables_of_a_page_are_chosen_in_each_by_its_own_words() -> None:
    from styr.web.tables import Column, Table, shown_table

    frame = pl.DataFrame({"name": ["b", "a", None], "size": [1, 2, 3]})
    columns = [Column("name", "Navn"), Column("size", "Antal", numeric=True)]
    request = RequestFactory().get("/?first-sort=name&second-find=a&columns=size")
    first, second = (shown_table(request, Table(name, "", frame, columns, part=True)) for name in ("first", "second"))
    assert [row.cells[0].text for row in first.rows] == ["a", "b", "–"]
    assert [[cell.text for cell in row.cells] for row in second.rows] == [["a", "2"]]
    assert second.headings[1].address == "?first-sort=name&second-find=a&columns=size&second-sort=size"


def test_narrowing_a_page_keeps_every_word_of_its_address(as_user: As) -> None:
    page = said(as_user("case_worker").get("/tilbud/?columns=name&columns=places"))
    form = page.split('class="filters')[1].split("</form>")[0]
    assert form.count('name="columns"') == 2


def test_a_long_table_is_shown_a_hundred_rows_further_at_a_time() -> None:
    from styr.web.tables import Column, Table, shown_table

    long = Table("sizes", "", pl.DataFrame({"size": range(250)}), [Column("size", "Antal", numeric=True)])
    shown, address = [], "/?sort=-size"
    while address:
        table = shown_table(RequestFactory().get(address), long)
        shown.append(len(table.rows))
        address = table.more and f"/{table.more}"
    assert shown == [100, 200, 250] and table.rows[249].cells[0].text == "0"
    for word in ("-1", "x", "99999999999999"):
        assert len(shown_table(RequestFactory().get("/", {"rows": word}), long).rows) == 100


def test_what_came_of_each_table_of_a_delivery_is_a_table_too(as_user: As) -> None:
    browser = as_user("head")
    asked = "?tables-columns=table&tables-columns=read&tables-sort=-read&tables-find=b"
    answer = browser.get(f"/data/1/tabeller.csv{asked}").content.decode()
    rows = dict(list(csv.reader(answer.splitlines()))[1:])
    assert rows["citizens"] == "5"
    assert 'tables-sort=new"' not in said(browser.get("/data/1/?tables-columns=table"))


def test_a_list_that_the_database_pages_is_sorted_by_the_columns_it_can_be(as_user: As) -> None:
    from styr.web.tables import Column, Table, order_of, shown_page

    orders = {"citizen_id": "citizen_id", "age": "-birth_date"}
    for asked, order in (("age", "-birth_date"), ("-age", "birth_date"), ("-citizen_id", "-citizen_id"), ("x", "id")):
        assert order_of(RequestFactory().get(f"/?sort={asked}"), orders, "id") == order
    columns = [Column("age", "Alder", numeric=True), Column("groups", "Grupper")]
    listed = Table("list", "", pl.DataFrame({"age": [3], "groups": ["a"]}), columns)
    shown = shown_page(RequestFactory().get("/?page=2"), listed, orders)
    assert [heading.address for heading in shown.headings] == ["?page=2&sort=age", ""]


def test_the_citizens_are_sorted_chosen_and_fetched(as_user: As) -> None:
    from styr.web.audit.models import Entry

    browser = as_user("case_worker")
    asked = "?running=all&sort=-age&columns=citizen_id&columns=age"
    rows = list(csv.reader(browser.get(f"/borgere/tabel.csv{asked}").content.decode().splitlines()))
    ages = [int(age) for _, age in rows[1:]]
    assert rows[0] == ["citizen_id", "age"] and len(ages) > 1 and ages == sorted(ages, reverse=True)
    page = said(browser.get(f"/borgere/{asked}"))
    assert [page.index(f">{pseudonym}<") for pseudonym, _ in rows[1:]] == sorted(
        page.index(f">{pseudonym}<") for pseudonym, _ in rows[1:]
    )
    noted = Entry.objects.filter(action="citizens fetched").get()
    assert (noted.who, noted.detail["shown"]) == ("case_worker", len(ages))


def test_the_users_are_a_table_like_others(as_user: As) -> None:
    browser = as_user("administrator")
    rows = json.loads(browser.get("/administration/brugere.json?find=controller&columns=username").content)["rows"]
    assert rows == [{"username": "controller"}]
    assert "sort=last" in said(browser.get("/administration/"))


def test_the_log_is_sorted_and_fetched_and_that_is_noted(as_user: As) -> None:
    from styr.web.audit.models import Entry

    as_user("case_worker").get("/borgere/")
    browser = as_user("auditor")
    page = said(browser.get("/administration/log/?sort=who&columns=who&columns=action"))
    assert "så listen over borgere" in page and "?sort=-who" in page
    found = json.loads(browser.get("/administration/log.json?action=citizens+listed").content)["rows"]
    assert [row["who"] for row in found] == ["case_worker"]
    assert Entry.objects.filter(action="log fetched", who="auditor").count() == 1


def test_moments_stand_in_a_workbook_as_the_clock_said(as_user: As) -> None:
    from python_calamine import CalamineWorkbook

    as_user("case_worker").get("/borgere/")
    file = as_user("auditor").get("/administration/log.xlsx?columns=at").content
    _, (at,) = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_name("table").to_python()[:2]
    now = datetime.now(ZoneInfo("Europe/Copenhagen")).replace(tzinfo=None)
    assert isinstance(at, datetime) and abs((now - at).total_seconds()) < 600
    assert as_user("controller").get("/data/tabel.xlsx").content.startswith(b"PK")
