# SPDX-License-Identifier: EUPL-1.2
"""Users of each role for the tests of the web application, and browsers in which they are signed in."""

from __future__ import annotations

from typing import Any

from django.test import Client
from web_register import MUNICIPALITY, OTHER_MUNICIPALITY

PASSWORD = "langt-kodeord-til-prøve"
ROLES = ("case_worker", "coordinator", "controller", "head", "provider", "analyst", "administrator", "auditor")


def make_users() -> None:
    """A user of each role (named as it), and a case worker of another municipality (elsewhere)."""
    from styr.web.accounts.models import User

    for role in ROLES:
        at_home = role in ("case_worker", "coordinator", "controller", "head")
        User.objects.create_user(
            role,
            PASSWORD,
            name=f"Prøve {role}",
            role=role,
            municipality=MUNICIPALITY if at_home else "",
            offer_id="o1" if role == "provider" else "",
        )
    User.objects.create_user("elsewhere", PASSWORD, name="Prøve", role="case_worker", municipality=OTHER_MUNICIPALITY)


def signed_in(username: str) -> Client:
    """A client in which a user is signed in; "" is one who is not."""
    from styr.web.accounts.models import User

    client = Client()
    if username:
        client.force_login(User.objects.get(username=username), "django.contrib.auth.backends.ModelBackend")
    return client


def said(answer: Any) -> str:
    """The text of a page."""
    return str(answer.content.decode())
