# SPDX-License-Identifier: EUPL-1.2
"""How often a page asks the database, and that the pages work alike on PostgreSQL."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from drawn import write_delivery
from postgresql import Server
from web_register import TABLES
from web_users import make_users, said, signed_in

As = Callable[..., Client]
MOST_OF_THE_MEDIAN = 15
PAGES = [
    ("case_worker", "/"),
    ("case_worker", "/borgere/"),
    ("case_worker", "/borgere/borger/anna/"),
    ("case_worker", "/borgere/indsats/g1/"),
    ("case_worker", "/borgere/indsats/g1/ret/"),
    ("case_worker", "/borgere/sager/"),
    ("case_worker", "/borgere/sag/c2/"),
    ("case_worker", "/borgere/sag/c2/afgoerelse/"),
    ("case_worker", "/borgere/arbejdsliste/"),
    ("case_worker", "/borgere/maal/m2/"),
    ("case_worker", "/tilbud/"),
    ("case_worker", "/tilbud/ledige/?municipality=851"),
    ("head", "/tilbud/kort/?measure=vacancies"),
    ("provider", "/tilbud/o1/"),
    ("case_worker", "/tilbud/o1/"),
    ("controller", "/aktivitet/"),
    ("controller", "/aktivitet/places/"),
    ("controller", "/data/"),
    ("head", "/"),
    ("controller", "/oekonomi/prognose/"),
    ("controller", "/oekonomi/prognose/antagelser/"),
    ("head", "/oekonomi/budget/"),
    ("head", "/analyse/kommuner/?indicator=tariff"),
    ("case_worker", "/noegler/"),
    ("administrator", "/administration/"),
    ("auditor", "/administration/log/"),
]


def test_the_median_page_asks_the_database_at_most_fifteen_times(as_user: As) -> None:
    asked = {}
    for role, path in PAGES:
        browser = as_user(role)
        browser.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        asked[path] = len(queries)
    assert statistics.median(asked.values()) <= MOST_OF_THE_MEDIAN, asked
    assert max(asked.values()) <= 2 * MOST_OF_THE_MEDIAN, asked


@pytest.fixture
def on_postgresql(postgresql_server: Server, tmp_path: Path) -> Iterator[None]:
    """The drawn register and the users in a store on PostgreSQL."""
    from styr.register import store
    from styr.register.delivery.take import take_delivery

    url = postgresql_server.create()
    store.open_store(tmp_path / "store", url)
    delivery = write_delivery(tmp_path / "delivery", TABLES)
    known_at = datetime(2024, 12, 31, tzinfo=UTC)
    take_delivery(delivery, store.pseudonyms(), known_at=known_at, rejected_folder=tmp_path / "rejected")
    store.snapshot()
    make_users()
    yield
    connection.close()
    postgresql_server.drop(url)


def test_a_grant_is_created_counted_undone_and_noted_on_postgresql_too(on_postgresql: None) -> None:
    from styr.register.models import Grant
    from styr.web.audit.log import verify
    from styr.web.citizens.saving import last_edit
    from styr.web.data.worker import do_next

    browser = signed_in("case_worker")
    form = {
        "provision": "SEL-107", "start_date": "2024-03-01", "price": "1.500,50", "price_unit": "day",
        "paying_municipality": "851", "department_id": "d1", "why": "Afgørelse truffet",
    }  # fmt: skip
    grant_id = browser.post("/borgere/borger/bent/ny-indsats/", form).url.split("/")[3]
    assert 'value="1500,5"' in said(browser.get(f"/borgere/indsats/{grant_id}/ret/"))
    signed_in("controller").post("/data/aflever/", {"do": "snapshot"})
    assert do_next()
    assert signed_in("analyst").get("/aktivitet/occupancy/").status_code == 200
    last = last_edit(grant_id)
    assert last is not None
    browser.post(f"/borgere/indsats/{grant_id}/fortryd/", {"why": "Dublet", "delivery": last.pk})
    assert not Grant.objects.filter(until__isnull=True, grant_id=grant_id).exists()
    signed_in("controller").post("/data/1/", {"reason": "Forkert udtræk"})
    assert do_next() and not Grant.objects.filter(until__isnull=True).exists()
    assert verify().broken_at is None
