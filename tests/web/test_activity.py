# SPDX-License-Identifier: EUPL-1.2
"""Indicators on pages: every one of the catalogue can be opened, split, narrowed, sorted and downloaded; what
disclosure control hides is hidden everywhere."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from zipfile import ZipFile

import polars as pl
import pytest
from django.test import Client
from web_users import said

from styr.statistics import indicators

As = Callable[..., Client]
PLACES = "/aktivitet/places/?by=year&by=municipality&from=2023&to=2024"


def test_every_indicator_of_the_catalogue_is_on_a_page_of_the_navigation(as_user: As) -> None:
    browser = as_user("controller")
    pages = "".join(said(browser.get(address)) for address in ("/aktivitet/", "/oekonomi/", "/tilbud/"))
    assert [each.key for each in indicators() if f"/aktivitet/{each.key}/" not in pages] == []


@pytest.mark.parametrize("family", sorted({each.family for each in indicators()}))
def test_every_indicators_page_opens_in_both_languages_with_its_counting_rule(as_user: As, family: str) -> None:
    browser = as_user("analyst")
    for chosen in (each for each in indicators() if each.family == family):
        page = browser.get(f"/aktivitet/{chosen.key}/")
        assert page.status_code in (200, 422), chosen.key  # 422: the drawn register lacks its tables, and it says so
        assert chosen.rule.da.replace("'", "&#x27;")[:40] in said(page).replace("\n", " "), chosen.key
        assert page.status_code == 200 or "Det kan Styr ikke svare på" in said(page)
    browser.cookies["django_language"] = "en"
    assert "How it is counted" in said(browser.get(f"/aktivitet/{chosen.key}/"))


def test_numbers_are_split_and_narrowed_as_the_address_says(as_user: As) -> None:
    page = said(as_user("analyst").get(PLACES + "&municipality=851"))
    assert "Aalborg" in page and "<td>Hjørring</td>" not in page


def test_small_cells_are_hidden_on_the_page_in_the_chart_and_in_the_files(as_user: As) -> None:
    browser = as_user("analyst")
    question = "?by=year&by=provision&from=2022&to=2022"
    assert "for få personer" in said(browser.get(f"/aktivitet/recipients_on/{question}"))
    rows = json.loads(browser.get(f"/aktivitet/recipients_on/tal.json{question}").content)["rows"]
    assert rows and all(row["value"] is None and row["suppressed"] for row in rows)
    assert browser.get(f"/aktivitet/recipients_on/figur.svg{question}").status_code == 404


def test_disclosure_control_cannot_be_left_out_by_the_address(as_user: As) -> None:
    address = "/aktivitet/recipients_on/tal.json?from=2022&to=2022&disclosure_control=no&no_disclosure_control=1"
    rows = json.loads(as_user("analyst").get(address).content)["rows"]
    assert all(row["value"] is None for row in rows)


def test_a_table_is_had_as_csv_xlsx_and_json_at_neighbouring_addresses(as_user: As) -> None:
    browser = as_user("analyst")
    file = "/aktivitet/places/tal.{}?by=municipality&from=2024&to=2024"
    csv, xlsx = browser.get(file.format("csv")), browser.get(file.format("xlsx"))
    read = pl.read_csv(io.BytesIO(csv.content), schema_overrides={"municipality": pl.String})
    assert dict(read.select("municipality", "value").iter_rows()) == {"851": 12.0, "860": 8.0}
    assert "xl/workbook.xml" in ZipFile(io.BytesIO(xlsx.content)).namelist()
    said_of = json.loads(browser.get(file.format("json")).content)["header"]
    assert said_of["snapshot"].startswith("snap-") and said_of["rule"]
    assert csv["Content-Disposition"] == 'attachment; filename="places.csv"'
    assert browser.get(file.format("exe")).status_code == 404


def test_the_chart_is_drawn_as_svg_and_told_in_words(as_user: As) -> None:
    browser = as_user("analyst")
    chart = browser.get("/aktivitet/places/figur.svg?by=year&from=2020&to=2024")
    assert chart["Content-Type"] == "image/svg+xml" and chart.content.startswith(b"<svg")
    assert "som figur. De samme tal står i tabellen" in said(browser.get("/aktivitet/places/?by=year"))


def test_a_table_is_sorted_searched_and_shown_in_chosen_columns(as_user: As) -> None:
    browser = as_user("case_worker")
    assert _texts(browser, "/tilbud/?sort=places") == ["Skovhuset", "Engbakken"]
    assert _texts(browser, "/tilbud/?sort=-places") == ["Engbakken", "Skovhuset"]
    assert _texts(browser, "/tilbud/?find=skov") == ["Skovhuset"]
    page = said(browser.get("/tilbud/?columns=name&columns=places"))
    assert "Pladser" in page.split("<thead>")[1].split("</thead>")[0]
    assert "Driftsform" not in page.split("<thead>")[1].split("</thead>")[0]


def _texts(browser: Client, address: str) -> list[str]:
    cells = said(browser.get(address)).split('<th scope="row">')[1:]
    return [cell.split("</a>")[0].split(">")[-1] for cell in cells]


def test_a_filter_the_indicator_cannot_be_narrowed_by_is_said_to_be_passed_over(as_user: As) -> None:
    page = said(as_user("analyst").get("/aktivitet/places/?municipality=851&target_group=mental&by="))
    chosen = next(each for each in indicators() if each.key == "places")
    assert ("set bort fra her" in page) is ("target_group" not in chosen.dimensions)


def test_pages_say_how_many_edits_have_come_since_the_snapshot(as_user: As) -> None:
    from styr.web.snapshots import latest

    form = {"end_date": "2025-01-31", "why": "Flyttet", "seen": _standing("g2")}
    as_user("case_worker").post("/borgere/indsats/g2/slut/", form)
    assert latest().since == 1
    assert "(afleveringer og rettelser): 1." in said(as_user("analyst").get("/aktivitet/places/"))


def _standing(grant_id: str) -> int:
    from styr.register.models import Grant

    return int(Grant.objects.get(until__isnull=True, grant_id=grant_id).pk)
