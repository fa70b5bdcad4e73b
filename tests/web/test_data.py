# SPDX-License-Identifier: EUPL-1.2
"""Handing in a delivery on pages: uploaded, checked, confirmed and taken by the worker; stopped, failed, begun anew."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from web_register import OTHER_MUNICIPALITY
from web_users import said

As = Callable[..., Client]
GOOD = "citizen_id;birth_date;sex;municipality\nfrida;1990-01-01;K;851\n"
BAD = GOOD + "gert;1990-13-01;M;851\n"


def handed_in(browser: Client, text: str = GOOD, name: str = "citizens.csv"):  # type: ignore[no-untyped-def]
    """Upload a file, as the form does."""
    file = SimpleUploadedFile(name, text.encode())
    return browser.post("/data/aflever/", {"files": [file], "reason": "Nye borgere"})


def citizens() -> set[str]:
    from styr.register.models import Citizen

    return set(Citizen.objects.filter(until__isnull=True).values_list("citizen_id", flat=True))


def the_job(answer):  # type: ignore[no-untyped-def]
    from styr.web.data.models import Job

    return Job.objects.get(pk=int(answer.url.split("/")[3]))


def worked() -> bool:
    from styr.web.data.worker import do_next

    return do_next()


def test_a_delivery_is_checked_confirmed_and_taken_with_a_snapshot_after_it(as_user: As) -> None:
    from styr.register.models import Delivery
    from styr.web.snapshots import latest

    browser = as_user("controller")
    checking = handed_in(browser)
    assert "Venter på at komme til" in said(browser.get(checking.url))
    assert worked() and "frida" not in citizens()
    assert "Alle rækker består" in said(browser.get(checking.url))
    taking = browser.post(checking.url, {"do": "confirm"})
    assert worked() and "frida" in citizens()
    assert "Afleveringen er taget ind" in said(browser.get(taking.url))
    taken = Delivery.objects.last()
    assert taken is not None and (taken.handed_in_by, taken.reason) == ("controller", "Nye borgere")
    assert latest().since == 0


def test_a_check_can_be_confirmed_once(as_user: As) -> None:
    from styr.web.data.models import Job

    browser = as_user("controller")
    checking = handed_in(browser)
    worked()
    for _ in range(2):
        browser.post(checking.url, {"do": "confirm"})
    assert Job.objects.filter(kind="import").count() == 1


def test_another_municipality_sees_neither_the_job_nor_the_delivery_and_cannot_take_it_back(as_user: As) -> None:
    from styr.register.models import Delivery
    from styr.web.accounts.models import User

    User.objects.create_user("far", "x", name="Prøve", role="controller", municipality=OTHER_MUNICIPALITY)
    browser, far = as_user("controller"), as_user("far")
    checking = handed_in(browser, BAD)
    assert checking.url not in said(far.get("/data/"))
    worked()
    for address in (checking.url, checking.url + "afviste.csv"):
        assert (browser.get(address).status_code, far.get(address).status_code) == (200, 404)
    assert far.post(checking.url, {"do": "confirm"}).status_code == 404
    browser.post(checking.url, {"do": "confirm"})
    worked()
    taken = Delivery.objects.latest("pk")
    delivery = f"/data/{taken.pk}/"
    assert (browser.get(delivery).status_code, far.get(delivery).status_code) == (200, 404)
    assert far.post(delivery, {"reason": "Prøver at tage den tilbage"}).status_code == 404
    assert "Nye borgere" in said(browser.get("/data/")) and "Nye borgere" not in said(far.get("/data/"))
    assert "Nye borgere" in said(as_user("auditor").get("/data/"))


def test_rows_that_do_not_stand_are_shown_in_place_and_can_be_fetched(as_user: As) -> None:
    browser = as_user("controller")
    checking = handed_in(browser, BAD)
    worked()
    page = said(browser.get(checking.url))
    assert "Der er fejl i afleveringen" in page and "1990-13-01" in page and "er ikke en dato" in page
    fetched = browser.get(checking.url + "afviste.csv")
    assert b"1990-13-01" in b"".join(fetched.streaming_content)
    taking = browser.post(checking.url, {"do": "confirm"})
    worked()
    assert "frida" in citizens() and "gert" not in citizens()
    assert the_job(taking).result["rejections"] == 1


def test_a_civil_registration_number_is_shown_nowhere(as_user: As) -> None:
    browser = as_user("controller")
    checking = handed_in(browser, GOOD + "0101801234;1990-13-01;M;851\n")
    worked()
    shown = said(browser.get(checking.url)) + str(the_job(checking).result)
    fetched = b"".join(browser.get(checking.url + "afviste.csv").streaming_content).decode()
    assert "0101801234" not in shown + fetched


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("page.html", "Aflevér CSV"),
        ("..csv", "Aflevér CSV"),
        ("<b>.csv", "Aflevér CSV"),
    ],
)
def test_files_that_are_no_delivery_are_not_kept(as_user: As, filled: Path, name: str, problem: str) -> None:
    answer = handed_in(as_user("controller"), name=name)
    assert answer.status_code == 422 and problem in said(answer)
    assert not (filled / "uploads").exists()


def test_a_waiting_job_can_be_stopped_and_is_then_not_done(as_user: As) -> None:
    browser = as_user("controller")
    checking = handed_in(browser)
    browser.post(checking.url, {"do": "cancel"})
    assert not worked()
    assert "Stoppet" in said(browser.get(checking.url))


def test_a_running_job_stops_when_the_work_looks_up(as_user: As) -> None:
    from styr.web.data import progress

    browser = as_user("controller")
    checking = handed_in(browser)
    progress.cancel_file(the_job(checking).pk).touch()
    worked()
    assert the_job(checking).state == "cancelled"


def test_a_job_whose_worker_died_is_begun_anew_and_gives_up_at_last(as_user: As) -> None:
    from styr.web.data.models import Job
    from styr.web.data.worker import take_up_left

    checking = handed_in(as_user("controller"))
    job = the_job(checking)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1)
    take_up_left()
    assert worked() and the_job(checking).state == "done"
    Job.objects.filter(pk=job.pk).update(state="running", attempts=3)
    take_up_left()
    assert the_job(checking).state == "failed"


def test_a_job_is_done_once_though_two_workers_look(as_user: As) -> None:
    handed_in(as_user("controller"))
    assert worked() and not worked()


def test_the_progress_of_a_job_is_shown(as_user: As) -> None:
    from styr.web.data import progress
    from styr.web.data.models import Job

    browser = as_user("controller")
    checking = handed_in(browser)
    Job.objects.update(state="running")
    progress.Progress(the_job(checking).pk)("reading grants", 3, 10)
    assert 'læser indsatser</span></p>\n<progress value="3" max="10"' in said(browser.get(checking.url + "tilstand/"))


def test_a_new_snapshot_is_taken_when_asked_for(as_user: As) -> None:
    from styr.web.snapshots import latest

    browser = as_user("controller")
    asked = browser.post("/data/aflever/", {"do": "snapshot"})
    assert worked() and the_job(asked).result["snapshot"] == getattr(latest().snapshot, "id", "")


def test_the_deliveries_are_listed_and_each_tells_what_came_of_it(as_user: As) -> None:
    browser = as_user("auditor")
    assert "taget ind" in said(browser.get("/data/"))
    page = said(browser.get("/data/1/"))
    assert "Indsatspriser" in page and "grants.csv" in page


MORE = """citizen_id;birth_date;sex;municipality
anna;1980-05-18;K;851
frida;1990-01-01;K;851
"""


def births() -> dict[str, str]:
    """Citizens that stand, and when they were born."""
    from styr.register.models import Citizen

    return {each.citizen_id: str(each.birth_date) for each in Citizen.objects.filter(until__isnull=True)}


def taken_back(browser: Client, number: int):  # type: ignore[no-untyped-def]
    """Take a delivery back by its page, and let the worker do it; gives the job."""
    asked = browser.post(f"/data/{number}/", {"reason": "Forkert udtræk"})
    worked()
    return the_job(asked)


def test_a_whole_delivery_is_taken_back_and_nothing_is_erased(as_user: As) -> None:
    from styr.register.models import Citizen, Delivery
    from styr.web.snapshots import latest

    browser, before = as_user("controller"), births()
    checking = handed_in(browser, MORE)
    worked()
    browser.post(checking.url, {"do": "confirm"})
    worked()
    assert births() == {**before, "anna": "1980-05-18", "frida": "1990-01-01"}
    assert taken_back(browser, 2).state == "done"
    assert births() == before
    assert Citizen.objects.filter(citizen_id="anna").count() == 3
    assert "Afleveringen er taget tilbage ved" in said(browser.get("/data/2/"))
    undoing = Delivery.objects.get(undoes_id=2)
    assert (undoing.handed_in_by, undoing.reason) == ("controller", "Forkert udtræk")
    known = latest().snapshot
    assert known is not None and str(known.known_at) == "2024-12-31"


def test_what_was_said_later_stands_when_a_delivery_is_taken_back(as_user: As) -> None:
    browser = as_user("controller")
    for text in (MORE, MORE.replace("1980-05-18", "1980-05-19")):
        checking = handed_in(browser, text)
        worked()
        browser.post(checking.url, {"do": "confirm"})
        worked()
    taken_back(browser, 2)
    assert births()["anna"] == "1980-05-19"


def test_a_delivery_that_later_rows_refer_to_is_not_taken_back(as_user: As) -> None:
    job = taken_back(as_user("controller"), 1)
    assert job.state == "done"
    browser = as_user("controller")
    checking = handed_in(browser)
    worked()
    browser.post(checking.url, {"do": "confirm"})
    worked()
    form = {"provision": "SEL-97", "start_date": "2024-03-01", "paying_municipality": "851", "why": "Afgørelse"}
    assert as_user("case_worker").post("/borgere/borger/frida/ny-indsats/", form).status_code == 302
    from styr.register.models import Delivery

    number = Delivery.objects.filter(edit=False, undoes=None).latest("pk").pk
    refused = taken_back(browser, number)
    assert refused.state == "failed" and "rows of grants" in refused.result["problems"][0]
    assert "frida" in citizens()


def test_a_delivery_is_taken_back_with_a_reason_and_once(as_user: As) -> None:
    browser = as_user("controller")
    assert "Skriv hvorfor" in said(browser.post("/data/1/", {"reason": ""}))
    taken_back(browser, 1)
    assert browser.post("/data/1/", {"reason": "Igen"}).status_code == 403
    assert as_user("auditor").post("/data/1/", {"reason": "Nej"}).status_code == 403
