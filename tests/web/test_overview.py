# SPDX-License-Identifier: EUPL-1.2
"""Overblik: each role sees what it may of money, activity, places, waiting, data and what is due, each a link to its
page; in few questions to the database."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from web_users import ROLES, said

As = Callable[..., Client]


def test_each_role_sees_what_it_may_and_nothing_else(as_user: As) -> None:
    seen = {role: said(as_user(role).get("/")) for role in ROLES}
    money = {role for role, page in seen.items() if "Årets penge" in page}
    data = {role for role, page in seen.items() if "Aflevering 1" in page}
    assert money == {"case_worker", "coordinator", "controller", "head", "analyst"}
    assert data == {"controller", "head", "auditor"}
    assert "Det der skal gøres" in seen["case_worker"] and "Det der skal gøres" not in seen["analyst"]


def test_a_forecast_that_is_made_stands_with_its_interval_and_leads_to_its_page(as_user: As) -> None:
    from styr.register import store
    from styr.web.foreseen import made
    from styr.web.snapshots import latest

    snapshot = latest().snapshot
    assert snapshot is not None and store.folder().exists()
    browser = as_user("head")
    assert "Hvad det kommende år ventes at koste" in said(browser.get("/"))
    folder = made.folder_of(snapshot, "851")
    folder.mkdir(parents=True)
    told = (
        '{"overrides": [], "figures": [], "target": 2025, "year": {"mean": 1.4e9, "p10": 1.3e9, "p90": 1.5e9}, '
        '"budget": 1.45e9, "within": 0.8}'
    )
    (folder / "da.json").write_text(told, encoding="utf-8")
    page = said(browser.get("/"))
    assert "Prognose for 2025" in page and "1.300–1.500" in page and "80\N{NO-BREAK SPACE}pct. chance" in page


def test_the_overview_asks_the_database_fewer_than_fifteen_times(as_user: As) -> None:
    for role in ("case_worker", "controller", "head"):
        browser = as_user(role)
        browser.get("/")
        with CaptureQueriesContext(connection) as queries:
            assert browser.get("/").status_code == 200
        assert len(queries) < 15, (role, [each["sql"][:120] for each in queries])
