# SPDX-License-Identifier: EUPL-1.2
"""Signing in with the municipality's own sign-in, against an identity provider of our own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client, override_settings
from identity_provider import Provider, running_provider
from web_users import said


@pytest.fixture
def provider(filled: Path) -> Iterator[Provider]:
    """A provider, and Styr set up to believe it."""
    with running_provider() as running:
        told = {
            "OIDC_ISSUER": running.address,
            "OIDC_OP_AUTHORIZATION_ENDPOINT": running.address + "/authorize",
            "OIDC_OP_TOKEN_ENDPOINT": running.address + "/token",
            "OIDC_OP_USER_ENDPOINT": running.address + "/userinfo",
            "OIDC_OP_JWKS_ENDPOINT": running.address + "/keys",
            "OIDC_RP_CLIENT_ID": "styr",
            "OIDC_RP_CLIENT_SECRET": "secret",
        }
        with override_settings(**told):
            yield running


def come_back(provider: Provider, browser: Client, username: str, **token: Any) -> Any:
    """Go to the provider, let it speak of a user, and come back."""
    sent = parse_qs(urlsplit(browser.get("/log-ind/kommune/?next=/aktivitet/").url).query)
    assert sent["redirect_uri"] == ["http://testserver/log-ind/kommune/svar/"] and "code_challenge" in sent
    provider.speaks_of(username, **{"nonce": sent["nonce"][0], **token})
    return browser.get("/log-ind/kommune/svar/", {"code": "c", "state": sent["state"][0]})


def test_one_known_to_the_provider_and_to_styr_is_signed_in(provider: Provider) -> None:
    from styr.web.audit.models import Entry

    browser = Client()
    assert "Log ind med kommunens login" in said(browser.get("/log-ind/"))
    assert come_back(provider, browser, "head").url == "/aktivitet/"
    assert browser.get("/aktivitet/").status_code == 200
    assert list(Entry.objects.values_list("who", "action")) == [("head", "sign in")]


def test_one_known_to_the_provider_alone_is_not_signed_in_and_gets_no_user(provider: Provider) -> None:
    from styr.web.accounts.models import User

    browser, users = Client(), User.objects.count()
    assert come_back(provider, browser, "ukendt").url == "/log-ind/"
    assert "du har ingen bruger i Styr" in said(browser.get("/log-ind/"))
    assert User.objects.count() == users


@pytest.mark.parametrize(
    "token",
    [
        {"aud": "another client"},
        {"iss": "https://example.org"},
        {"nonce": "another"},
        {"exp": 1},
        {"sub": "someone else"},
    ],
    ids=lambda token: next(iter(token)),
)
def test_a_token_not_meant_for_this_sign_in_is_no_proof(provider: Provider, token: dict[str, Any]) -> None:
    browser = Client()
    assert come_back(provider, browser, "head", **token).url == "/log-ind/"
    assert browser.get("/aktivitet/").status_code == 302


def test_a_closed_user_is_not_signed_in(provider: Provider) -> None:
    from styr.web.accounts.models import User

    User.objects.filter(username="head").update(is_active=False)
    assert come_back(provider, Client(), "head").url == "/log-ind/"


@pytest.mark.parametrize("by_provider", [True, False])
def test_the_providers_second_factor_counts_when_it_is_said_to(provider: Provider, by_provider: bool) -> None:
    with override_settings(SECOND_FACTOR_DEMANDED=True, OIDC_SECOND_FACTOR_BY_PROVIDER=by_provider):
        browser = Client()
        come_back(provider, browser, "case_worker")
        assert browser.get("/borgere/").status_code == (200 if by_provider else 302)
