# SPDX-License-Identifier: EUPL-1.2
"""The application as it is used: served by `styr serve`, opened in Chromium. Each role does its main errand, and axe
finds nothing serious on any page in either language, wide or narrow."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import web_server
from drawn import write_delivery
from playwright.sync_api import Browser, Page, sync_playwright
from web_register import TABLES

Open = Callable[..., Page]
#: Every page that is had by its address, by a role that may open it; pages that come of doing something are met in the
#: errands below.
PAGES = {
    "case_worker": [
        "/", "/borgere/", "/borgere/borger/anna/", "/borgere/borger/anna/ny-indsats/", "/borgere/indsats/g1/",
        "/borgere/indsats/g1/ret/", "/borgere/indsats/g1/slut/", "/borgere/indsats/g1/pris/", "/tilbud/", "/tilbud/o1/",
        "/administration/roller/", "/log-ind/adgangskode/", "/log-ind/enhed/", "/findes-ikke/",
    ],
    "controller": [
        "/aktivitet/", "/oekonomi/", "/oekonomi/rapporter/", "/oekonomi/prognose/",
        "/analyse/", "/aktivitet/places/?by=year&by=municipality",
        "/aktivitet/recipients_on/", "/data/", "/data/1/", "/data/aflever/", "/begynd/",
    ],
    "administrator": ["/administration/", "/administration/bruger/", "/administration/bruger/1/"],
    "auditor": ["/administration/log/", "/data/"],
    "provider": ["/tilbud/", "/tilbud/o1/", "/borgere/"],
}  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application on a store with the drawn register; gives its address."""
    from django.db import connection

    from styr.register import store
    from styr.register.delivery.take import take_delivery

    reason = web_server.missing_reason()
    if reason:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("served") / "store"
    store.open_store(folder)
    delivery = write_delivery(folder.with_name("delivery"), TABLES)
    (delivery / "generated.json").write_text('{"generated": true}')
    known_at = datetime(2024, 12, 31, tzinfo=UTC)
    take_delivery(delivery, store.pseudonyms(), known_at=known_at, rejected_folder=folder / "rejected")
    store.snapshot()
    connection.close()
    with web_server.running_server(folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=web_server.CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def opened(served: str, browser: Browser) -> Iterator[Open]:
    """Opens a page as a role in a window of its own: opened("case_worker", "/borgere/", width=360, english=True).

    What the browser complains of (a policy broken, a file not found, an error in a script) fails the test.
    """
    signed_in: dict[str, Any] = getattr(browser, "styr_signed_in", {})  # who has signed in before, and their cookies
    browser.styr_signed_in = signed_in  # type: ignore[attr-defined]
    windows: list[Any] = []
    complaints: list[str] = []

    def open_as(role: str, path: str = "/", *, width: int = 1280, english: bool = False) -> Page:
        known = signed_in.get(role)
        window = browser.new_context(
            viewport={"width": width, "height": 900}, base_url=served, locale="da-DK", storage_state=known
        )
        windows.append(window)
        page = window.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        if known is None:
            page.goto("/log-ind/")
            page.locator("#id_username").fill(role)
            page.locator("#id_password").fill(web_server.PASSWORD)
            page.locator("main form button").click()
            signed_in[role] = window.storage_state()
        page.goto(path)
        if english:
            page.get_by_role("button", name="English").click()
        return page

    yield open_as
    for window in windows:
        window.close()
    expected = "the server responded with a status of 4"  # pages that are meant to refuse
    assert [text for text in complaints if expected not in text] == []


def faults(page: Page) -> list[str]:
    """What axe finds of serious or critical faults on the page as it stands."""
    page.evaluate(web_server.AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{page.url}: {each['id']}: {each['nodes'][0]['html'][:160]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("english", [False, True], ids=["danish", "english"])
@pytest.mark.parametrize("role", list(PAGES))
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_a_narrow_screen(
    opened: Open, role: str, english: bool
) -> None:
    page = opened(role, width=360 if english else 1280, english=english)
    found: list[str] = []
    for path in PAGES[role]:
        page.goto(path)
        found += faults(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [f"{path}: {wide} pixels wider than the screen"] if wide > 0 else []
    assert found == []


def test_axe_finds_nothing_serious_before_signing_in(served: str, browser: Browser) -> None:
    page = browser.new_page()
    page.goto(served + "/log-ind/")
    assert faults(page) == []
    page.close()


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


def test_a_head_follows_a_number_with_the_keyboard_alone(opened: Open) -> None:
    page = opened("head", "/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skipnav"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#main-content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    page.keyboard.press("Enter")
    page.wait_for_url("**/aktivitet/**")


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


def test_a_page_works_without_javascript(served: str, browser: Browser) -> None:
    window = browser.new_context(java_script_enabled=False, base_url=served)
    page = window.new_page()
    page.goto("/log-ind/")
    page.locator("#id_username").fill("analyst")
    page.locator("#id_password").fill(web_server.PASSWORD)
    page.locator("main form button").click()
    page.goto("/aktivitet/places/?by=municipality")
    assert page.get_by_role("img", name="figur").is_visible()
    assert page.locator("table tbody tr").count() == 2
    window.close()
