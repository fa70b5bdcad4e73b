# SPDX-License-Identifier: EUPL-1.2
"""Programs that ask the API in tests: a client with a user's token."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

ALL_SCOPES = ("register.read", "register.write", "results", "deliveries")


def make_token(username: str, *scopes: str, **fields: Any) -> str:
    """A token of a user for some scopes (all unless said), as make_token of the application keeps it."""
    from styr.web.accounts.models import Token, User

    shown = f"styr_{username}-{'-'.join(scopes)}-{fields}"
    kept = {
        "user": User.objects.get(username=username),
        "name": "prøve",
        "scopes": " ".join(scopes or ALL_SCOPES),
        "sha256": hashlib.sha256(shown.encode()).hexdigest(),
        "second_factor": True,
        "expires": timezone.now() + timedelta(days=1),
        **fields,
    }
    Token.objects.get_or_create(sha256=kept["sha256"], defaults=kept)
    return shown


class Program:
    """A program with a token (empty: with none) that asks in English unless said: get, post and patch give the answer,
    whose body is JSON."""

    def __init__(self, token: str, language: str = "en") -> None:
        headers = {"accept-language": language, **({"authorization": f"Bearer {token}"} if token else {})}
        self.client = Client(headers=headers)

    def get(self, path: str, **words: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", words)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("post", path, body, headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self._send("patch", path, body, headers)

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        ask = getattr(self.client, method)
        content = b"" if body is None else json.dumps(body)
        return ask(f"/api/v1/{path}", content, content_type="application/json", headers=headers)


def program_of(username: str, *scopes: str, language: str = "en", **fields: Any) -> Program:
    """A program with a token of a user."""
    return Program(make_token(username, *scopes, **fields), language)
