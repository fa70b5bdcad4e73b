# SPDX-License-Identifier: EUPL-1.2
"""Analyses on pages: the choices stand in the address, the answer is that of the statistics room, and what it refuses
is refused in the page's language."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from drawn import write_delivery
from web_register import MONEY
from web_users import said

from styr.web.analysis.tools import TOOLS

As = Callable[..., Client]
RATE = "indicator=places_per_1000&year=2024"


@pytest.fixture
def analyst(as_user: As, filled: Path, tmp_path: Path) -> Client:
    """An analyst of a register with inhabitants."""
    from styr.register import store
    from styr.register.delivery.take import take_delivery

    delivery = write_delivery(tmp_path / "population", {"population": MONEY["population"]})
    take_delivery(delivery, store.pseudonyms(), known_at=datetime(2025, 1, 1, tzinfo=UTC), rejected_folder=filled)
    store.snapshot()
    return as_user("analyst")


@pytest.mark.parametrize("tool", list(TOOLS))
def test_every_analysis_opens_or_says_what_is_missing_in_both_languages(as_user: As, tool: str) -> None:
    browser = as_user("analyst")
    for language, refusal in (("da", "Det kan Styr ikke svare på"), ("en", "Styr cannot answer that")):
        browser.cookies["django_language"] = language
        answer = browser.get(f"/analyse/{tool}/")
        assert answer.status_code == 200 or (answer.status_code == 422 and refusal in said(answer)), tool


def test_municipalities_are_set_beside_one_another_as_the_address_asks(analyst: Client) -> None:
    browser, asked = analyst, f"?{RATE}"
    page = said(browser.get(f"/analyse/kommuner/{asked}"))
    assert "Aalborg" in page and "Hjørring" in page and '<option value="places_per_1000" selected>' in page
    rows = json.loads(browser.get(f"/analyse/kommuner/tal.json{asked}").content)["rows"]
    assert {row["municipality"]: row["value"] for row in rows} == {"851": 6.0, "860": 8.0}
    assert browser.get(f"/analyse/kommuner/figur.svg{asked}").content.startswith(b"<svg")


def test_the_files_carry_the_choice_of_rows_and_columns(analyst: Client) -> None:
    asked = f"?{RATE}&columns=name&columns=value&sort=-value"
    answer = analyst.get(f"/analyse/kommuner/tal.csv{asked}").content.decode()
    assert list(csv.reader(answer.splitlines())) == [["name", "value"], ["Hjørring", "8.0"], ["Aalborg", "6.0"]]


def test_a_potential_is_said_to_be_arithmetical(analyst: Client) -> None:
    page = said(analyst.get(f"/analyse/potentiale/?{RATE}"))
    assert "Beregningsteknisk" in page and "ikke et mål for effektivitet" in page
    assert "Hvad man ved virker" in page


def test_what_is_too_few_to_show_is_hidden_here_too(analyst: Client) -> None:
    answer = analyst.get("/analyse/kommuner/?indicator=recipients_per_1000&year=2024")
    assert answer.status_code == 422 and "der må vises" in said(answer)


def test_what_cannot_be_answered_is_refused_in_the_pages_language(as_user: As) -> None:
    browser = as_user("analyst")
    turned = "/analyse/forklaring/?indicator=individual_expenditure&first=2024&last=2020"
    assert browser.get(turned).status_code == 422
    danish = said(browser.get(turned))
    browser.cookies["django_language"] = "en"
    english = said(browser.get(turned))
    assert "Det kan Styr ikke svare på" in danish and "Styr cannot answer that" in english
    assert browser.get("/analyse/findes-ikke/").status_code == 404
