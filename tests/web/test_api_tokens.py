# SPDX-License-Identifier: EUPL-1.2
"""Tokens: made by their user for what the role may, shown once, kept as a hash, and withdrawn."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone
from web_tokens import Program, make_token, program_of
from web_users import said, signed_in

As = Callable[..., Client]


def day(days: int) -> str:
    """A day so many days from today."""
    return str(timezone.localdate() + timedelta(days=days))


def asked(browser: Client, *scopes: str, name: str = "Udtræk", until: str = "") -> Any:
    """Ask for a token on the page."""
    return browser.post("/noegler/", {"name": name, "scopes": scopes, "until": until or day(30)})


def shown(answer: Any) -> str:
    """The token that a page shows; empty when it shows none."""
    found = re.search(r'<kbd class="token">([^<]+)</kbd>', said(answer))
    return found[1] if found else ""


def token(username: str) -> Any:
    """A user's one token as it is kept."""
    from styr.web.accounts.models import Token

    return Token.objects.get(user__username=username)


def test_a_token_is_shown_once_and_kept_as_a_hash(as_user: As) -> None:
    browser = as_user("case_worker")
    secret = shown(asked(browser, "register.read"))
    assert Program(secret).get("citizens").status_code == 200
    kept = token("case_worker")
    assert secret not in str(vars(kept)) and len(kept.sha256) == 64
    assert not shown(browser.get("/noegler/")) and secret not in said(browser.get("/noegler/"))
    assert kept.last_used is not None and "aldrig" not in said(browser.get("/noegler/"))


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"name": ""}, "Skriv, hvad nøglen skal bruges til"),
        ({"name": "Bent 010180-1234"}, "CPR"),
        ({"until": "2020-01-01"}, "højst et år frem"),
        ({"until": "366 days on"}, "højst et år frem"),
        ({"until": "snart"}, "højst et år frem"),
    ],
)
def test_a_token_has_a_name_and_a_last_day_within_a_year(as_user: As, changed: dict[str, str], problem: str) -> None:
    said_until = {"until": day(366)} if changed.get("until") == "366 days on" else {}
    answer = asked(as_user("case_worker"), "register.read", **{**changed, **said_until})
    assert answer.status_code == 422 and problem in said(answer) and not shown(answer)


@pytest.mark.parametrize(
    ("role", "scopes"),
    [
        ("case_worker", ["register.read", "register.write", "results"]),
        ("controller", ["register.read", "results", "deliveries"]),
        ("head", ["register.read", "results", "deliveries"]),
        ("provider", ["register.read"]),
        ("analyst", ["results"]),
        ("auditor", ["deliveries"]),
        ("administrator", []),
    ],
)
def test_a_token_is_offered_for_what_the_role_may_and_made_for_nothing_else(
    as_user: As, role: str, scopes: list[str]
) -> None:
    browser = as_user(role)
    assert re.findall(r'name="scopes" value="([^"]+)"', said(browser.get("/noegler/"))) == scopes
    others = {"register.read", "register.write", "results", "deliveries"} - set(scopes)
    assert not shown(asked(browser, *others))


def test_a_token_that_has_expired_or_is_of_a_closed_user_opens_nothing(filled: Path) -> None:
    from styr.web.accounts.models import User

    assert program_of("analyst", expires=timezone.now() - timedelta(seconds=1)).get("indicators").status_code == 401
    program = program_of("analyst")
    assert program.get("indicators").status_code == 200
    User.objects.filter(username="analyst").update(is_active=False)
    assert program.get("indicators").status_code == 401


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic eDp5", "Token {}", "{}", "Bearer {}x"])
def test_only_the_token_in_its_header_opens_anything(filled: Path, header: str) -> None:
    secret = make_token("analyst")
    client = Client(headers={"authorization": header.format(secret)})
    assert client.get("/api/v1/indicators").status_code == 401
    assert Client().get("/api/v1/indicators", {"token": secret, "access_token": secret}).status_code == 401


def test_a_token_opens_no_page(filled: Path) -> None:
    client = Client(headers={"authorization": f"Bearer {make_token('case_worker')}"})
    assert client.get("/borgere/").url.startswith("/log-ind/")


def test_one_withdraws_ones_own_and_an_administrator_anyones(as_user: As) -> None:
    programs = [program_of("case_worker"), program_of("case_worker", "results")]
    from styr.web.accounts.models import Token, User

    first, second = Token.objects.order_by("pk")
    assert as_user("coordinator").post(f"/noegler/{first.pk}/traek-tilbage/").status_code == 404
    as_user("case_worker").post(f"/noegler/{first.pk}/traek-tilbage/")
    assert [program.get("indicators").status_code for program in programs] == [401, 200]
    number = User.objects.get(username="case_worker").pk
    page = said(as_user("administrator").get(f"/administration/bruger/{number}/"))
    assert f"/noegler/{second.pk}/traek-tilbage/" in page and "Trukket tilbage" in page
    as_user("administrator").post(f"/noegler/{second.pk}/traek-tilbage/")
    assert [program.get("indicators").status_code for program in programs] == [401, 401]


def test_tokens_are_withdrawn_when_the_user_gets_another_role_or_place(as_user: As) -> None:
    from styr.web.accounts.models import User

    program, user = program_of("case_worker"), User.objects.get(username="case_worker")
    form = {
        "username": "case_worker",
        "name": "Nyt navn",
        "role": "case_worker",
        "municipality": "851",
        "is_active": "on",
    }
    address = f"/administration/bruger/{user.pk}/"
    as_user("administrator").post(address, form)
    assert program.get("citizens").status_code == 200
    as_user("administrator").post(address, {**form, "municipality": "860"})
    assert program.get("citizens").status_code == 401 and token("case_worker").state == "withdrawn"


def test_where_a_second_factor_is_demanded_the_token_was_made_after_showing_one(filled: Path) -> None:
    with override_settings(SECOND_FACTOR_DEMANDED=True):
        assert signed_in("case_worker").get("/noegler/").url == "/log-ind/enhed/"
        without = program_of("case_worker", second_factor=False).get("citizens")
        assert (without.status_code, without.json()["type"]) == (403, "/api/#second_factor")
        assert program_of("case_worker", second_factor=True).get("citizens").status_code == 200
        assert program_of("analyst", second_factor=False).get("indicators").status_code == 200


def test_making_using_and_withdrawing_are_noted_without_the_token(as_user: As) -> None:
    from styr.web.audit.models import Entry

    secret = shown(asked(as_user("analyst"), "results"))
    for _ in range(3):
        Program(secret).get("indicators")
    as_user("analyst").post(f"/noegler/{token('analyst').pk}/traek-tilbage/")
    noted = list(Entry.objects.values_list("who", "action", "detail"))
    assert [action for _, action, _ in noted] == ["token made", "token used", "token withdrawn"]
    assert {who for who, _, _ in noted} == {"analyst"} and secret not in str(noted)
    assert "brugte API-nøgle" in said(as_user("auditor").get("/administration/log/"))


def test_the_readable_page_shows_every_operation_and_problem_and_lets_nothing_in_from_elsewhere(as_user: As) -> None:
    from styr.web.api.problems import KINDS

    browser = as_user("auditor")
    page, description = said(browser.get("/api/")), browser.get("/api/v1/openapi.json").json()
    names = {each["operationId"] for path in description["paths"].values() for each in path.values()}
    assert names and all(f'id="{name}"' in page for name in (*names, *KINDS))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(re.findall(r'id="([^"]+)"', page))
    assert re.findall(r'(?:src|href)="https?:', page) == []
    assert Client().get("/api/").url.startswith("/log-ind/") and Client().get("/api/v1/openapi.json").status_code == 200
