# SPDX-License-Identifier: EUPL-1.2
"""Takes the pictures of the web application that docs/ shows, from a demonstration that is being served:

    make serve                                 # in another window
    python scripts/screenshots.py              # writes docs/images/web/*.png

A page is taken as it is on a screen, and some also as printed.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

TO = Path(__file__).parents[1] / "docs/images/web"
PASSWORD = "styr-demonstration"
_HIGHEST = 1400  # pixels of a picture; the rest of a long page is cut off


@dataclass(frozen=True)
class Picture:
    """A picture: its name, the role that looks, the page, what is done there first, and how it is taken."""

    name: str
    role: str
    path: str
    first: Callable[[Page], None] = lambda page: None
    width: int = 1280
    printed: bool = False


def _first_row(page: Page) -> None:
    page.locator("main table tbody th a").first.click()
    page.wait_for_load_state()


def _new_grant(page: Page) -> None:
    _first_row(page)
    page.get_by_role("link", name="Ny indsats").click()
    page.locator("#provision").select_option("SEL-107")
    page.locator("#start_date").fill("2025-02-01")
    page.locator("#price").fill("2.450,00")
    page.locator("#price_unit").select_option("day")
    page.locator("#yearly strong").filter(has_text="894").wait_for()


def _forecast(page: Page) -> None:
    make = page.get_by_role("button", name="Lav prognosen")
    if make.count():
        make.click()
    page.locator(".drawn-here svg").first.wait_for(timeout=240_000)


PICTURES = (
    Picture("sign-in", "", "/log-ind/"),
    Picture("forecast", "head", "/oekonomi/prognose/", _forecast),  # before the overview, which shows it
    Picture("overview", "head", "/"),
    Picture("citizens", "case_worker", "/borgere/"),
    Picture("citizen", "case_worker", "/borgere/?provision=SEL-107", _first_row),
    Picture("new-grant", "case_worker", "/borgere/", _new_grant),
    Picture("case", "case_worker", "/borgere/sager/", _first_row),
    Picture("work", "case_worker", "/borgere/arbejdsliste/"),
    Picture("map", "head", "/tilbud/kort/"),
    Picture("offers", "coordinator", "/tilbud/?municipality=851"),
    Picture("offer", "provider", "/tilbud/", _first_row),
    Picture("indicator", "head", "/aktivitet/full_time_recipients/?by=year&by=provision_group&municipality=851"),
    Picture("economy", "controller", "/oekonomi/?municipality=851"),
    Picture("reconciliation", "controller", "/oekonomi/afstemning/?year=2024"),
    Picture("analysis", "head", "/analyse/kommuner/?year=2024"),
    Picture("data", "controller", "/data/"),
    Picture("log", "auditor", "/administration/log/"),
    Picture("citizen-narrow", "case_worker", "/borgere/?provision=SEL-107", _first_row, width=360),
    Picture("indicator-printed", "head", "/aktivitet/full_time_recipients/?by=year&municipality=851", printed=True),
    Picture("citizen-printed", "case_worker", "/borgere/?provision=SEL-107", _first_row, printed=True),
)


def main() -> None:
    """Take every picture."""
    address = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000"
    TO.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for picture in PICTURES:
            _take(browser, address, picture)
        browser.close()


def _take(browser: Browser, address: str, picture: Picture) -> None:
    window = browser.new_context(
        viewport={"width": 794 if picture.printed else picture.width, "height": 900}, base_url=address, locale="da-DK"
    )
    page = window.new_page()
    if picture.role:
        page.goto("/log-ind/")
        page.locator("#id_username").fill(picture.role)
        page.locator("#id_password").fill(PASSWORD)
        page.locator("main form button").click()
    page.goto(picture.path)
    picture.first(page)
    if picture.printed:
        page.emulate_media(media="print")
    page.wait_for_load_state("networkidle")
    size = page.evaluate("[document.documentElement.clientWidth, document.documentElement.scrollHeight]")
    clip = {"x": 0, "y": 0, "width": size[0], "height": min(size[1], _HIGHEST)}
    page.screenshot(path=TO / f"{picture.name}.png", clip=clip, full_page=True)
    window.close()


if __name__ == "__main__":
    main()
