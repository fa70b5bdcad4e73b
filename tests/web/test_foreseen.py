# SPDX-License-Identifier: EUPL-1.2
"""The forecast on a page: asked for, made by the worker on the snapshot pages count on, shown with its numbers."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from web_register import MUNICIPALITY, OTHER_MUNICIPALITY
from web_users import said

As = Callable[..., Client]
PAGE = "/oekonomi/prognose/"


def worked() -> bool:
    from styr.web.data.worker import do_next

    return do_next()


def test_a_forecast_is_asked_for_once_made_and_shown_in_both_languages(as_user: As) -> None:
    from styr.web.data.models import Job

    browser = as_user("head")
    assert "Der er ikke lavet en prognose" in said(browser.get(PAGE))
    for _ in range(2):
        browser.post(PAGE)
    assert Job.objects.filter(kind="forecast").count() == 1
    assert "Venter på at komme til" in said(browser.get(PAGE, headers={"HX-Request": "true"}))
    assert worked()
    assert Job.objects.get(kind="forecast").state == "done"
    assert browser.get(PAGE, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    page = said(browser.get(PAGE))
    assert "Lav prognosen" not in page and "Aalborg" in page
    browser.post("/sprog/", {"language": "en", "next": PAGE})
    assert "<h1>Forecast" in said(browser.get(PAGE))


def test_a_forecast_is_of_ones_own_municipality_whatever_the_address_says(as_user: As) -> None:
    from styr.web.data.models import Job

    head, analyst = as_user("head"), as_user("analyst")
    head.post(f"{PAGE}?municipality={OTHER_MUNICIPALITY}")
    assert Job.objects.get(kind="forecast").arguments["municipality"] == MUNICIPALITY
    assert "Vælg en kommune" in said(analyst.get(PAGE))
    assert analyst.post(PAGE).status_code == 403
    analyst.post(f"{PAGE}?municipality={OTHER_MUNICIPALITY}")
    assert Job.objects.latest("pk").arguments["municipality"] == OTHER_MUNICIPALITY


def test_figures_and_numbers_that_are_not_there_are_not_found(as_user: As) -> None:
    browser = as_user("head")
    browser.post(PAGE)
    worked()
    for address in (f"{PAGE}forecast/9.svg", f"{PAGE}nothing/0.svg", f"{PAGE}nothing/tal.csv"):
        assert browser.get(address).status_code == 404, address
