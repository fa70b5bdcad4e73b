# SPDX-License-Identifier: EUPL-1.2
"""The application served by `styr serve` and opened in Chromium, as roles."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import web_server
from drawn import write_delivery
from playwright.sync_api import Browser, Page, sync_playwright
from web_forecast import keep_forecast
from web_register import MONEY, TABLES

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The application on a store with the drawn register, on SQLite or the database asked for; gives its address."""
    reason = web_server.missing_reason()
    if reason:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    on_postgresql = getattr(request, "param", "sqlite") == "postgresql"
    url = request.getfixturevalue("postgresql_server").create() if on_postgresql else ""
    folder = tmp_path_factory.mktemp("served") / "store"
    with ThreadPoolExecutor(1) as aside:  # the browser's loop may run in this thread, and Django refuses to work in one
        aside.submit(_fill, folder, url).result()
    with web_server.running_server(folder, url) as address:
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

    def open_as(role: str, path: str = "/", *, width: int = 1280, english: bool = False, scripts: bool = True) -> Page:
        known = signed_in.get(f"{role} at {served}")
        window = browser.new_context(
            viewport={"width": width, "height": 900}, base_url=served, locale="da-DK", storage_state=known,
            java_script_enabled=scripts,
        )  # fmt: skip
        windows.append(window)
        page = window.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        if known is None:
            page.goto("/log-ind/")
            page.locator("#id_username").fill(role)
            page.locator("#id_password").fill(web_server.PASSWORD)
            page.locator("main form button").click()
            signed_in[f"{role} at {served}"] = window.storage_state()
        page.goto(path)
        if english:
            page.get_by_role("button", name="English").click()
        return page

    yield open_as
    for window in windows:
        window.close()
    expected = "the server responded with a status of 4"  # pages that are meant to refuse
    left = [text for text in complaints if expected not in text]
    assert not left, left


def faults(page: Page) -> list[str]:
    """What axe finds of serious or critical faults on the page as it stands."""
    page.evaluate(web_server.AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{page.url}: {each['id']}: {each['nodes'][0]['html'][:160]}"
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
    ]


def _fill(folder: Path, url: str) -> None:
    from django.db import connection

    from styr.register import store
    from styr.register.delivery.take import take_delivery

    store.open_store(folder, url or None)
    delivery = write_delivery(folder.with_name("delivery"), {**TABLES, **MONEY})
    (delivery / "generated.json").write_text('{"generated": true}')
    known_at = datetime(2024, 12, 31, tzinfo=UTC)
    take_delivery(delivery, store.pseudonyms(), known_at=known_at, rejected_folder=folder / "rejected")
    store.snapshot()
    keep_forecast()
    connection.close()
