# SPDX-License-Identifier: EUPL-1.2
"""What changes users, each noted in the audit log: opening one, changing one, choosing a new password."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django_otp import devices_for_user

from styr.web.accounts.models import User
from styr.web.accounts.tokens import withdraw
from styr.web.audit.log import note

_HELD = ("role", "municipality", "offer_id", "is_active")
_NOTED = ("name", *_HELD)


def open_user(request: HttpRequest, said: Mapping[str, Any], password: str) -> User:
    """Open a user with a first password."""
    with transaction.atomic():
        user = User.objects.create_user(password=password, **said)
        note(request, "user opened", user.username, **_about(user))
    return user


def save_user(request: HttpRequest, user: User, *, without_device: bool) -> None:
    """Save a changed user, who is signed out everywhere; without_device takes the second factor's device away. Tokens
    made in another role or place, or with the device, are withdrawn."""
    with transaction.atomic():
        was = _about(User.objects.get(pk=user.pk))
        user.save()
        if without_device or any(was[name] != getattr(user, name) for name in _HELD):
            withdraw(request, user.tokens.all())
        if without_device:
            for device in devices_for_user(user, confirmed=None):
                device.delete()
        note(request, "user changed", user.username, was=was, now=_about(user), without_device=without_device)
        if user.pk != getattr(request.user, "pk", None):
            _sign_out_everywhere(user)


def choose_password(request: HttpRequest, user: User, password: str) -> None:
    """Give a user the password they chose; their other sessions end."""
    with transaction.atomic():
        user.set_password(password)
        user.save()
        note(request, "password chosen", user.username)
    update_session_auth_hash(request, user)


def _about(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in _NOTED}


def _sign_out_everywhere(user: User) -> None:
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
