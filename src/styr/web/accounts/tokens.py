# SPDX-License-Identifier: EUPL-1.2
"""Tokens for the API: made by their user, found again by what a program shows, withdrawn. Only a hash is kept: a token
is 256 random bits, which no one guesses back."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from styr.register import store
from styr.web.access import permissions_of
from styr.web.accounts.models import Token, User
from styr.web.audit.log import add, note
from styr.web.roles import SCOPES, Permission

PREFIX = "styr_"
LONGEST = 365  # days a token may last
_SELDOM = timedelta(minutes=15)  # between notes of a token's being used
#: Without one of these a scope is of no use, so it is not offered.
_WORTH = {"register.write": frozenset({Permission.CHANGE_GRANTS})}


def scopes_for(user: User) -> list[str]:
    """The scopes that a user's role leaves something of."""
    held = permissions_of(user)
    return [scope for scope, permissions in SCOPES.items() if held & _WORTH.get(scope, permissions)]


def make_token(request: HttpRequest, name: str, scopes: Sequence[str], last_day: date) -> str:
    """Make a token for the one who asks, good to the end of a day; gives it, for the only time."""
    user: Any = request.user
    shown = PREFIX + secrets.token_urlsafe(32)
    verified = user.is_verified() or getattr(user, "by_provider", False)
    with transaction.atomic():
        made = Token.objects.create(
            user=user,
            name=name,
            scopes=" ".join(scopes),
            sha256=_hash(shown),
            second_factor=verified,
            expires=store.end_of(last_day),
        )
        note(request, "token made", user.username, token=made.pk, name=name, scopes=made.scopes, until=str(last_day))
    return shown


def withdraw(request: HttpRequest, tokens: Iterable[Token]) -> None:
    """Withdraw tokens, for good."""
    with transaction.atomic():
        for token in tokens:
            if token.withdrawn is None:
                Token.objects.filter(pk=token.pk).update(withdrawn=timezone.now())
                note(request, "token withdrawn", token.user.username, token=token.pk, name=token.name)


def token_shown(shown: str) -> Token | None:
    """The token that a program shows, when it holds and its user may sign in. That it is used is noted, though not more
    often than each quarter of an hour; what is done with it is noted where it is done."""
    found = Token.objects.select_related("user").filter(sha256=_hash(shown)).first() if shown else None
    if found is None or not found.holds or not found.user.is_active:
        return None
    now = timezone.now()
    if found.last_used is None or now - found.last_used > _SELDOM:
        with transaction.atomic():
            Token.objects.filter(pk=found.pk).update(last_used=now)
            add(found.user.username, found.user.role, "token used", found.user.username, {"token": found.pk})
    return found


def _hash(shown: str) -> str:
    return hashlib.sha256(shown.encode("utf-8", "replace")).hexdigest()
