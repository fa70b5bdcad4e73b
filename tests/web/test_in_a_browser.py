# SPDX-License-Identifier: EUPL-1.2
"""The application as it is used, on each of the databases: each role does its main errand from sign-in to result."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from browsing import Open, faults
from playwright.sync_api import Browser

pytestmark = pytest.mark.parametrize("served", ["sqlite", "postgresql"], indirect=True, scope="module")


def test_a_case_worker_finds_a_citizen_and_grants_help_seeing_what_it_costs(opened: Open) -> None:
    page = opened("case_worker", "/borgere/")
    page.get_by_role("link", name="bent").click()
    page.get_by_role("link", name="Ny indsats").click()
    page.get_by_label("Indsats").select_option("SEL-97")
    page.get_by_label("Første dag").fill("2024-10-01")
    page.get_by_label("Pris i kroner").fill("700")
    page.get_by_label("Prisen er for en").select_option("week")
    page.locator("#yearly strong").filter(has_text="36.500").wait_for()
    page.get_by_role("button", name="Opret indsatsen").click()
    assert "Skriv hvorfor" in page.locator(".form-error-message").inner_text()
    assert faults(page) == []
    page.get_by_label("Begrundelse").fill("Afgørelse truffet")
    page.get_by_role("button", name="Opret indsatsen").click()
    assert page.get_by_text("Indsatsen er oprettet").is_visible()
    assert page.get_by_role("heading", name="Ledsagelse").is_visible()
    page.get_by_role("link", name="Fortryd seneste ændring").click()
    assert faults(page) == []
    page.get_by_label("Begrundelse").fill("Dublet")
    page.get_by_role("button", name="Fortryd ændringen").click()
    assert page.get_by_text("Ændringen er fortrudt").is_visible()


def test_a_case_worker_decides_a_case_with_grounds_and_finds_its_follow_up_on_the_work_list(opened: Open) -> None:
    page = opened("case_worker", "/borgere/")
    page.get_by_role("link", name="Sager", exact=True).click()
    page.get_by_role("link", name="c2").click()
    page.get_by_role("link", name="Træf afgørelse").click()
    page.get_by_label("Faglig begrundelse").fill("Støtte i eget hjem rækker ikke")
    page.get_by_label("Næste opfølgning").fill("2025-01-15")
    page.get_by_label("Begrundelse for ændringen").fill("Aftalt på mødet")
    page.get_by_role("button", name="Gem afgørelsen").click()
    assert page.get_by_text("Støtte i eget hjem rækker ikke").first.is_visible()
    page.goto("/borgere/arbejdsliste/?kind=follow_up")
    page.get_by_role("link", name=re.compile("^Meld udført ?:")).last.click()
    assert faults(page) == []
    page.get_by_label("Begrundelse for ændringen").fill("Ringet op")
    page.get_by_role("button", name="Meld udført").click()
    assert page.get_by_text("Der er ikke noget på listen").is_visible()


def test_a_provider_publishes_a_vacant_place_that_a_head_sees_on_the_map(opened: Open) -> None:
    page = opened("provider", "/tilbud/o1/")
    page.get_by_role("link", name="Meld ledige pladser").click()
    page.get_by_label("Antal pladser").fill("2")
    page.get_by_label("Begrundelse for ændringen").fill("To er flyttet")
    page.get_by_role("button", name="Meld dem ledige").click()
    assert page.get_by_text("Meldt ledigt: 2 fra").is_visible()
    page = opened("head", "/tilbud/kort/?measure=vacancies")
    page.get_by_role("link", name="Aalborg: 2").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/tilbud/ledige/?municipality=851")
    assert page.get_by_role("cell", name="2", exact=True).is_visible()


def test_a_controller_hands_in_a_delivery_and_sees_it_counted(opened: Open, tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text("department_id;provisions;places;start_date\nd1;SEL-107;20;2024-01-01\n", encoding="utf-8")
    page = opened("controller", "/data/aflever/")
    page.get_by_label("Filer").set_input_files(file)
    page.get_by_role("button", name="Send og eftersé").click()
    page.get_by_text("Eftersynet er færdigt").wait_for(timeout=30_000)
    assert faults(page) == []
    page.get_by_role("button", name="Tag afleveringen ind").click()
    page.get_by_text("Afleveringen er taget ind").wait_for(timeout=30_000)
    page.goto("/aktivitet/places/?by=municipality&from=2024&to=2024")
    assert page.locator("table").get_by_text("32").count() > 0


def test_a_controller_finds_what_explains_a_posting_and_says_so(opened: Open) -> None:
    page = opened("controller", "/oekonomi/afstemning/?year=2024")
    page.get_by_role("link", name="Måned", exact=True).first.click()  # sorted in place, without the page loading anew
    page.wait_for_url("**months-sort=month**")
    page.get_by_role("link", name="Betalt i en anden måned").click()
    assert faults(page) == []
    page.get_by_label("Begrundelse").fill("Fakturaen kom for sent")
    page.get_by_role("button", name="Godkend forklaringen").click()
    assert page.get_by_text("Forklaringen er godkendt").is_visible()
    assert page.get_by_role("link", name="Betalt i en anden måned").count() == 0


def test_a_head_gives_an_assumption_with_its_reason_and_sees_it_on_the_forecast(opened: Open) -> None:
    page = opened("head", "/oekonomi/prognose/antagelser/")
    page.get_by_label("Antagelse om").select_option("price_growth")
    page.get_by_label("Sættes til (tal)").fill("0,03")
    page.get_by_label("Begrundelse").last.fill("Aftale om løn")
    page.get_by_role("button", name="Giv en antagelse").click()
    assert page.get_by_text("Antagelsen er gemt").is_visible()
    assert faults(page) == []
    page.goto("/oekonomi/prognose/")
    assert page.get_by_text("Aftale om løn").is_visible()


def test_a_head_follows_a_number_with_the_keyboard_alone(opened: Open) -> None:
    page = opened("head", "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skipnav"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main-content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url("**/oekonomi/prognose/")


def test_filters_are_sent_as_they_are_chosen_and_kept_as_one_moves(opened: Open) -> None:
    page = opened("analyst", "/aktivitet/")
    page.get_by_label("Kommune").select_option("860")
    page.wait_for_url("**municipality=860**")
    page.get_by_role("link", name="Økonomi og prognose").click()
    assert "municipality=860" in page.url


def test_an_administrator_opens_a_user_who_then_signs_in(opened: Open, browser: Browser, served: str) -> None:
    page = opened("administrator", "/administration/bruger/")
    page.get_by_label("Brugernavn").fill("ny.analytiker")
    page.get_by_label("Navn", exact=True).fill("Ny analytiker")
    page.get_by_label("Rolle").select_option("analyst")
    page.get_by_role("button", name="Gem").click()
    password = page.locator("kbd.large").inner_text()
    assert faults(page) == []
    other = browser.new_page()
    other.goto(served + "/log-ind/")
    other.locator("#id_username").fill("ny.analytiker")
    other.locator("#id_password").fill(password)
    other.locator("main form button").click()
    assert other.get_by_role("link", name="Aktivitet").first.is_visible()
    other.close()


def test_an_analyst_makes_a_token_and_a_program_asks_with_it(opened: Open, served: str) -> None:
    page = opened("analyst", "/noegler/")
    page.get_by_label("Navn").fill("Notesbog")
    page.get_by_label("se resultater").check()
    page.get_by_role("button", name="Opret nøglen").click()
    secret = page.locator("kbd.token").inner_text()
    assert faults(page) == []
    asked = Request(f"{served}/api/v1/indicators/places/answer", headers={"Authorization": f"Bearer {secret}"})
    with urlopen(asked) as answer:
        assert json.load(answer)["items"]
    page.goto("/api/#answer")
    page.locator("#answer summary").click()
    assert page.locator("#answer").get_by_text("by", exact=True).is_visible() and faults(page) == []


def test_a_page_works_without_javascript(opened: Open) -> None:
    page = opened("analyst", "/aktivitet/places/?by=municipality", scripts=False)
    assert page.get_by_role("img", name="figur").is_visible()
    assert page.locator("table tbody tr").count() == 2
