# SPDX-License-Identifier: EUPL-1.2
"""Signing in with the municipality's own sign-in by SAML, against an identity provider of our own."""

from __future__ import annotations

import base64
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.utils.http import urlencode
from saml_provider import ADDRESS, Provider
from web_users import said

FORM = "application/x-www-form-urlencoded"
MISSING = shutil.which("xmlsec1") is None and not os.environ.get("CI")
pytestmark = pytest.mark.skipif(MISSING, reason="the program xmlsec1 is not there (Debian: apt-get install xmlsec1)")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Provider:
    """A provider with its key."""
    return Provider(tmp_path_factory.mktemp("saml") / "provider")


@pytest.fixture
def provider(filled: Path, made: Provider) -> Iterator[Provider]:
    """A provider and Styr that know of one another."""
    with override_settings(SAML_PROVIDER=str(made.metadata), SAML_ADDRESS=ADDRESS, PLAIN_HTTP=True):
        made.knows(Client().get("/log-ind/saml/metadata.xml").content)
        yield made


def sent(provider: Provider, browser: Client) -> str:
    """Be sent to the provider; gives the number of the question one is sent with."""
    return provider.asked(browser.get("/log-ind/saml/?next=/aktivitet/").url)


def carried(browser: Client, answer: str) -> Any:
    """Come back from the provider with an answer."""
    return browser.post("/log-ind/saml/svar/", urlencode({"SAMLResponse": answer}), FORM)


def is_refused(browser: Client, answer: str) -> bool:
    """Whether an answer signs no one in, and the browser is told so."""
    back = carried(browser, answer)
    told = "Kommunens login kendte dig ikke" in said(browser.get("/log-ind/"))
    return bool(back.url == "/log-ind/" and told and browser.get("/aktivitet/").status_code == 302)


def test_one_known_to_the_provider_and_to_styr_is_signed_in(provider: Provider) -> None:
    from styr.web.audit.models import Entry

    browser = Client(enforce_csrf_checks=True)
    assert 'href="/log-ind/saml/?next=' in said(browser.get("/log-ind/"))
    assert carried(browser, provider.says("head", sent(provider, browser))).url == "/aktivitet/"
    assert browser.get("/aktivitet/").status_code == 200
    assert list(Entry.objects.values_list("who", "action", "detail")) == [("head", "sign in", {"by": "provider"})]


def test_the_user_name_may_stand_in_an_attribute(provider: Provider) -> None:
    browser = Client()
    with override_settings(SAML_CLAIM="uid"):
        answer = provider.says("HEAD", sent(provider, browser))
        assert carried(browser, answer).url == "/aktivitet/"
    with override_settings(SAML_CLAIM="mail"):
        other = Client()
        assert is_refused(other, provider.says("head", sent(provider, other)))


def test_one_known_to_the_provider_alone_is_not_signed_in_and_gets_no_user(provider: Provider) -> None:
    from styr.web.accounts.models import User

    browser, users = Client(), User.objects.count()
    assert is_refused(browser, provider.says("ukendt", sent(provider, browser)))
    User.objects.filter(username="head").update(is_active=False)
    assert is_refused(browser, provider.says("head", sent(provider, browser)))
    assert User.objects.count() == users


@pytest.mark.parametrize(
    "told",
    [
        {"sign_assertion": False},
        {"sign_assertion": False, "sign_response": True},
        {"sign_alg": "http://www.w3.org/2000/09/xmldsig#rsa-sha1"},
        {"digest_alg": "http://www.w3.org/2000/09/xmldsig#sha1"},
        {"sp_entity_id": "https://another.example.dk"},
        {"in_response_to": "id-another"},
        {"destination": "https://another.example.dk/svar/"},
        {"session_not_on_or_after": "2020-01-01T00:00:00Z"},
    ],
    ids="-".join,
)
def test_an_answer_not_signed_or_not_meant_for_this_sign_in_is_no_proof(
    provider: Provider, told: dict[str, Any]
) -> None:
    browser = Client()
    asked = sent(provider, browser)
    assert is_refused(browser, provider.says("head", **{"asked": asked, **told}))


def changed(answer: str, change: Callable[[str], str]) -> str:
    """An answer with its text changed on the way."""
    return base64.b64encode(change(base64.b64decode(answer).decode()).encode()).decode()


def test_an_answer_changed_on_the_way_is_no_proof(provider: Provider) -> None:
    browser = Client()
    answer = provider.says("analyst", sent(provider, browser))
    assert is_refused(browser, changed(answer, lambda text: text.replace("analyst", "controller")))
    for nothing in ("", "x", base64.b64encode(b"<x/>").decode()):
        sent(provider, browser)
        assert is_refused(browser, nothing)


def test_an_answer_signed_by_another_provider_is_no_proof(provider: Provider, tmp_path: Path) -> None:
    other = Provider(tmp_path / "other")  # of the same name, with a key of its own
    other.knows((provider.folder / "styr.xml").read_bytes())
    browser = Client()
    assert is_refused(browser, other.says("head", sent(provider, browser)))


def test_an_answer_with_files_is_not_read(provider: Provider) -> None:
    assert Client().post("/log-ind/saml/svar/", {"SAMLResponse": SimpleUploadedFile("x", b"x")}).status_code == 400


def test_an_answer_is_taken_once_and_by_the_browser_that_asked(provider: Provider) -> None:
    browser, thief = Client(), Client()
    answer = provider.says("head", sent(provider, browser))
    cookie = browser.cookies["styr_saml"].value
    assert is_refused(thief, answer)
    assert carried(browser, answer).url == "/aktivitet/"
    thief.cookies["styr_saml"] = cookie
    assert is_refused(thief, answer)


def test_an_answer_that_has_run_out_is_no_proof(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    import saml2.validate

    browser = Client()
    answer = provider.says("head", sent(provider, browser))
    later = datetime.now(UTC) + timedelta(hours=2)
    monkeypatch.setattr(saml2.validate.time_util, "utc_now", lambda: int(later.timestamp()))
    assert is_refused(browser, answer)


@pytest.mark.parametrize("by_provider", [True, False])
def test_the_providers_second_factor_counts_when_it_is_said_to(provider: Provider, by_provider: bool) -> None:
    with override_settings(SECOND_FACTOR_DEMANDED=True, SAML_SECOND_FACTOR_BY_PROVIDER=by_provider):
        browser = Client()
        carried(browser, provider.says("case_worker", sent(provider, browser)))
        assert browser.get("/borgere/").status_code == (200 if by_provider else 302)


def test_what_is_missing_is_said_in_one_line_before_serving(made: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    from styr.register.delivery.findings import Refused
    from styr.web.accounts.saml import refuse_unready

    refuse_unready()  # nothing is set up: nothing is missing
    with override_settings(SAML_PROVIDER=str(made.metadata), SAML_ADDRESS=ADDRESS):
        refuse_unready()
        with override_settings(SAML_PROVIDER="/nowhere.xml"), pytest.raises(Refused, match="there is no file"):
            refuse_unready()
        with override_settings(SAML_ADDRESS=""), pytest.raises(Refused, match="STYR_SAML_ADDRESS"):
            refuse_unready()
        monkeypatch.setenv("PATH", "")
        with pytest.raises(Refused, match="apt-get install xmlsec1"):
            refuse_unready()


def test_the_pages_are_not_there_where_it_is_not_set_up(filled: Path) -> None:
    paths = ("/log-ind/saml/", "/log-ind/saml/metadata.xml")
    assert [Client().get(path).status_code for path in paths] == [404, 404]
    assert Client().post("/log-ind/saml/svar/").status_code == 404
