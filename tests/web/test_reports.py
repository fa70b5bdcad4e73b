# SPDX-License-Identifier: EUPL-1.2
"""Steering reports on pages: ordered, written by the worker, fetched by those of the municipality alone."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client
from web_register import MUNICIPALITY, OTHER_MUNICIPALITY
from web_users import said

As = Callable[..., Client]
PAGE = "/oekonomi/rapporter/"


def ordered(browser: Client, **words: object):  # type: ignore[no-untyped-def]
    """Order a report as the form does; gives the job."""
    from styr.web.data.models import Job

    browser.post(PAGE, {"year": first_year(browser), "form": "html", **words})
    return Job.objects.filter(kind="report").latest("pk")


def first_year(browser: Client) -> str:
    page = said(browser.get(PAGE))
    return page.split('name="year"><option>')[1][:4]


def worked() -> bool:
    from styr.web.data.worker import do_next

    return do_next()


def test_a_report_is_ordered_written_and_fetched(as_user: As) -> None:
    browser = as_user("head")
    assert "Der er ikke bestilt nogen rapporter endnu" in said(browser.get(PAGE))
    job = ordered(browser)
    assert job.arguments["municipality"] == MUNICIPALITY
    assert "Venter på at komme til" in said(browser.get(PAGE, headers={"HX-Request": "true"}))
    assert worked()
    assert f"{PAGE}{job.pk}/hent" in said(browser.get(PAGE))
    fetched = browser.get(f"{PAGE}{job.pk}/hent")
    assert fetched["Content-Disposition"].startswith("attachment")
    text = b"".join(fetched.streaming_content).decode()
    assert ("Aalborg" in text and "GENERERE" in text.upper()) or "Styringsrapport" in text


def test_pressing_twice_orders_one(as_user: As) -> None:
    from styr.web.data.models import Job

    browser = as_user("head")
    ordered(browser)
    ordered(browser)
    assert Job.objects.filter(kind="report").count() == 1
    ordered(browser, form="pdf")
    assert Job.objects.filter(kind="report").count() == 2


def test_a_municipality_orders_and_fetches_its_own_reports_alone(as_user: As) -> None:
    from styr.web.accounts.models import User

    User.objects.create_user("far", "x", name="Prøve", role="head", municipality=OTHER_MUNICIPALITY)
    head, far, analyst = as_user("head"), as_user("far"), as_user("analyst")
    job = ordered(head, municipality=OTHER_MUNICIPALITY)
    assert job.arguments["municipality"] == MUNICIPALITY, "whatever the form says"
    worked()
    address = f"{PAGE}{job.pk}/hent"
    assert (head.get(address).status_code, far.get(address).status_code) == (200, 404)
    assert ordered(analyst, municipality=OTHER_MUNICIPALITY).arguments["municipality"] == OTHER_MUNICIPALITY
    assert analyst.post(PAGE, {"year": "1066", "form": "html", "municipality": MUNICIPALITY}).status_code == 403


def test_a_report_that_waits_can_be_stopped_and_one_that_is_removed_is_said_to_be_gone(as_user: As) -> None:
    from styr.web.reports.written import file_of

    browser = as_user("head")
    job = ordered(browser)
    browser.post(PAGE, {"do": "cancel", "job": job.pk})
    assert "Stoppet" in said(browser.get(PAGE)) and not worked()
    again = ordered(browser)
    worked()
    file_of(again.pk, "html").unlink()
    assert "Er her ikke længere" in said(browser.get(PAGE))
    assert browser.get(f"{PAGE}{again.pk}/hent").status_code == 404


def test_what_went_wrong_with_a_report_is_said_in_the_language_it_is_in(as_user: As) -> None:
    from django.utils import timezone

    from styr.web.data.models import Job

    browser = as_user("head")
    wrong = {"state": Job.State.FAILED, "ended_at": timezone.now(), "result": {"problems": ["no place on the disk"]}}
    Job.objects.filter(pk=ordered(browser).pk).update(**wrong)
    page = said(browser.get(PAGE))
    assert '<td class="wide" lang="en">no place on the disk</td>' in page
