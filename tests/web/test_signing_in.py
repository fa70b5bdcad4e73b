# SPDX-License-Identifier: EUPL-1.2
"""Signing in: throttled, with a second factor where the role demands one, for a limited time."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from django.test import Client, override_settings
from django_otp.oath import TOTP
from web_users import PASSWORD, said, signed_in

As = Callable[..., Client]


def sign_in(browser: Client, username: str, password: str = PASSWORD):  # type: ignore[no-untyped-def]
    """Send the sign-in form."""
    return browser.post("/log-ind/", {"username": username, "password": password})


def code_of(user: object) -> str:
    """The code that a user's device shows now."""
    from django_otp.plugins.otp_totp.models import TOTPDevice

    device = TOTPDevice.objects.get(user=user)
    shown = TOTP(device.bin_key, device.step, device.t0, device.digits, device.drift)
    shown.time = time.time()
    return f"{shown.token():06d}"


def user_named(username: str):  # type: ignore[no-untyped-def]
    from styr.web.accounts.models import User

    return User.objects.get(username=username)


def test_one_who_signs_in_comes_to_the_page_asked_for(filled: Path) -> None:
    browser = Client()
    asked = browser.get("/borgere/?provision=SEL-107")
    answer = browser.post(asked.url, {"username": "case_worker", "password": PASSWORD, "next": "/borgere/"})
    assert answer.url == "/borgere/"


def test_one_is_never_sent_to_another_site(filled: Path) -> None:
    form = {"username": "case_worker", "password": PASSWORD, "next": "https://example.org/"}
    assert Client().post("/log-ind/", form).url == "/"


def test_five_wrong_passwords_lock_the_user_for_a_while(filled: Path) -> None:
    browser = Client()
    answers = [sign_in(browser, "case_worker", "forkert").status_code for _ in range(5)]
    assert answers == [200, 200, 200, 200, 429]
    assert "For mange forkerte forsøg" in said(sign_in(browser, "case_worker"))
    assert sign_in(browser, "controller").status_code == 302


def test_a_closed_user_cannot_sign_in(filled: Path) -> None:
    user = user_named("case_worker")
    user.is_active = False
    user.save()
    assert sign_in(Client(), "case_worker").status_code == 200


def test_signing_in_and_out_is_noted(filled: Path) -> None:
    from styr.web.audit.models import Entry

    browser = Client()
    sign_in(browser, "head")
    browser.post("/log-ud/")
    assert list(Entry.objects.values_list("who", "action")) == [("head", "sign in"), ("head", "sign out")]
    assert browser.get("/").url.startswith("/log-ind/")


@override_settings(SECOND_FACTOR_DEMANDED=True)
def test_a_role_that_sees_persons_sets_up_a_second_factor_first(filled: Path) -> None:
    from django_otp.plugins.otp_totp.models import TOTPDevice

    browser = Client()
    sign_in(browser, "case_worker")
    assert browser.get("/borgere/").url == "/log-ind/enhed/"
    assert "Sæt engangskoder op" in said(browser.get("/log-ind/enhed/"))
    assert browser.get("/log-ind/enhed/billede.svg").status_code == 200
    assert "Koden passer ikke" in said(browser.post("/log-ind/enhed/", {"code": "1"}))
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    assert browser.post("/log-ind/enhed/", {"code": code_of(user_named("case_worker"))}).url == "/"
    assert browser.get("/borgere/").status_code == 200


@override_settings(SECOND_FACTOR_DEMANDED=True)
def test_one_with_a_second_factor_shows_it_at_each_sign_in(filled: Path) -> None:
    from django_otp.plugins.otp_totp.models import TOTPDevice

    TOTPDevice.objects.create(user=user_named("case_worker"), name="device", confirmed=True)
    browser = Client()
    assert sign_in(browser, "case_worker").url.startswith("/log-ind/kode/")
    assert browser.get("/borgere/").url == "/log-ind/kode/"
    assert browser.post("/log-ind/kode/", {"code": code_of(user_named("case_worker"))}).status_code == 302
    assert browser.get("/borgere/").status_code == 200


def test_a_head_and_an_analyst_need_no_second_factor(filled: Path) -> None:
    with override_settings(SECOND_FACTOR_DEMANDED=True):
        assert signed_in("head").get("/aktivitet/").status_code == 200
        assert signed_in("analyst").get("/aktivitet/").status_code == 200
        assert signed_in("administrator").get("/administration/").status_code == 302


def test_a_session_ends_an_hour_after_the_last_page_and_after_a_working_day(filled: Path) -> None:
    for name, ago in (("seen", 3700), ("began", 11 * 3600)):
        browser = signed_in("head")
        assert browser.get("/aktivitet/").status_code == 200
        session = browser.session
        session[name] = time.time() - ago
        session.save()
        assert browser.get("/aktivitet/").status_code == 302


def test_a_new_password_must_meet_the_policy(as_user: As) -> None:
    browser = as_user("head")
    form = {"old_password": PASSWORD, "new_password1": "kort", "new_password2": "kort"}
    assert "mindst 12 tegn" in said(browser.post("/log-ind/adgangskode/", form))
    long = "helt-andre-ord-i-dag"
    form |= {"new_password1": long, "new_password2": long}
    assert browser.post("/log-ind/adgangskode/", form).status_code == 302
    assert sign_in(Client(), "head", long).status_code == 302


def test_an_administrator_opens_a_user_with_a_password_shown_once(as_user: As) -> None:
    form = {"username": "ny", "name": "Ny", "role": "case_worker", "municipality": "851", "is_active": "on"}
    page = said(as_user("administrator").post("/administration/bruger/", form))
    assert "Ny er oprettet" in page
    assert user_named("ny").check_password(page.split('class="large">')[1].split("<")[0])


def test_a_role_is_held_in_a_municipality_or_at_an_offer(as_user: As) -> None:
    browser = as_user("administrator")
    form = {"username": "ny", "name": "Ny", "role": "case_worker", "is_active": "on"}
    assert "kan kun bruges i en kommune" in said(browser.post("/administration/bruger/", form))
    form |= {"role": "provider", "offer_id": "findes-ikke"}
    assert "kan kun bruges på et tilbud" in said(browser.post("/administration/bruger/", form))


def test_a_user_whose_role_changes_is_signed_out(as_user: As) -> None:
    worker, administrator = as_user("case_worker"), as_user("administrator")
    assert worker.get("/borgere/").status_code == 200
    form = {"username": "case_worker", "name": "x", "role": "analyst", "is_active": "on"}
    administrator.post(f"/administration/bruger/{user_named('case_worker').pk}/", form)
    assert worker.get("/aktivitet/").status_code == 302
