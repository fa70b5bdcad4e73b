# SPDX-License-Identifier: EUPL-1.2
"""Reconciliation on pages: what does not agree is listed with what may explain it, and only a person's word, signed and
dated, makes it explained; it can be taken back."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from drawn import write_delivery
from web_register import MONEY
from web_users import said

As = Callable[..., Client]
PAGE = "/oekonomi/afstemning/?year=2024"


@pytest.fixture
def controller(as_user: As, filled: Path, tmp_path: Path) -> Client:
    """A controller of a municipality whose postings and budget are handed in."""
    from styr.register import store
    from styr.register.delivery.take import take_delivery

    delivery = write_delivery(tmp_path / "money", MONEY)
    known_at = datetime(2025, 1, 1, tzinfo=UTC)
    take_delivery(delivery, store.pseudonyms(), known_at=known_at, rejected_folder=filled / "rejected")
    store.snapshot()
    return as_user("controller")


def suggestions(browser: Client) -> dict[str, str]:
    """The suggestions on the page: words of the kind → address."""
    found = re.findall(r'<a href="(/oekonomi/afstemning/forslag/[^"]+)">([^<]+)</a>', said(browser.get(PAGE)))
    return {words: address for address, words in found}


def months(browser: Client) -> dict[str, dict[str, str]]:
    """The sums by month, as the file has them."""
    rows = csv.DictReader(browser.get("/oekonomi/afstemning/maaneder.csv?year=2024").content.decode().splitlines())
    return {row["month"]: row for row in rows}


def test_what_agrees_and_what_does_not_is_shown_by_month_with_what_may_explain_it(controller: Client) -> None:
    sums = months(controller)
    assert float(sums["2024-01-01"]["agrees"]) == 77500 and float(sums["2024-01-01"]["not_posted"]) == 0
    assert float(sums["2024-02-01"]["not_posted"]) == 72500 and float(sums["2024-07-01"]["not_granted"]) == 72500
    assert set(suggestions(controller)) == {"Betalt i en anden måned", "En anden pris"}
    page = said(controller.get(PAGE))
    assert "anna" in page and "carl" not in page


def test_an_accepted_explanation_is_kept_with_who_when_and_why_and_changes_no_row(controller: Client) -> None:
    from styr.register.models import Grant, Posting
    from styr.web.audit.models import Entry
    from styr.web.economy.models import Judgement

    before = list(Grant.objects.values()), list(Posting.objects.values())
    address = suggestions(controller)["Betalt i en anden måned"]
    assert controller.post(address, {"do": "accepted"}).status_code == 422
    controller.post(address, {"do": "accepted", "why": "Faktura kom for sent"})
    judged = Judgement.objects.get()
    assert (judged.verdict, judged.judged_by, judged.reason) == ("accepted", "controller", "Faktura kom for sent")
    assert judged.postings == ["p3"] and judged.months == ["2024-02-01"]
    assert float(months(controller)["2024-02-01"]["explained"]) == 72500
    assert "Betalt i en anden måned" not in suggestions(controller)
    assert "Faktura kom for sent" in said(controller.get("/oekonomi/afstemning/afgjort/?year=2024"))
    assert Entry.objects.filter(action="suggestion accepted", subject="anna").exists()
    assert (list(Grant.objects.values()), list(Posting.objects.values())) == before


def test_a_rejected_explanation_is_no_longer_suggested_and_explains_nothing(controller: Client) -> None:
    controller.post(suggestions(controller)["En anden pris"], {"do": "rejected", "why": "Det er en fejl i bilaget"})
    assert "En anden pris" not in suggestions(controller)
    assert float(months(controller)["2024-04-01"]["explained"]) == 0


def test_a_judgement_is_taken_back_with_a_reason_and_the_suggestion_stands_again(controller: Client) -> None:
    from styr.web.economy.models import Judgement

    controller.post(suggestions(controller)["En anden pris"], {"do": "accepted", "why": "Ny takst"})
    judged = Judgement.objects.get()
    page = "/oekonomi/afstemning/afgjort/?year=2024"
    assert controller.post(page, {"judgement": judged.pk}).status_code == 422
    controller.post(page, {"judgement": judged.pk, "why": "Taksten gælder først fra maj"})
    assert "En anden pris" in suggestions(controller)
    assert "Taksten gælder først fra maj" in said(controller.get(page))
    assert Judgement.objects.count() == 1


def test_a_suggestion_somebody_has_judged_in_the_meantime_is_judged_once(controller: Client) -> None:
    from styr.web.economy.models import Judgement

    address = suggestions(controller)["En anden pris"]
    for verdict in ("accepted", "rejected"):
        controller.post(address, {"do": verdict, "why": "Set efter"})
    assert Judgement.objects.get().verdict == "accepted"
    assert "Nogen har afgjort forslaget" in said(controller.get(PAGE))


def test_reading_the_reconciliation_is_noted_and_it_is_of_ones_own_municipality(controller: Client) -> None:
    from styr.web.audit.models import Entry

    assert (
        "carl"
        not in controller.get(
            "/oekonomi/afstemning/liste/ikke-bevilget.csv?year=2024&municipality=860"
        ).content.decode()
    )
    controller.get(suggestions(controller)["En anden pris"])
    assert Entry.objects.filter(action="reconciliation read", subject="anna").exists()


def test_a_year_without_postings_says_what_is_missing(as_user: As) -> None:
    answer = as_user("controller").get(PAGE)
    assert answer.status_code == 422 and "posteringer" in said(answer)


def test_a_budget_stands_beside_the_accounts_and_what_they_differ_by(controller: Client) -> None:
    answer = controller.get("/oekonomi/budget/tabel.csv?year=2024").content.decode()
    rows = {row["function"]: row for row in csv.DictReader(answer.splitlines())}
    assert float(rows["5.38.52"]["adopted"]) == 300000 and float(rows[""]["adopted"]) == 350000
    page = said(controller.get("/oekonomi/budget/?year=2024"))
    assert "Der er ingen prognose for 2024" in page and "Vedtaget budget" in page
