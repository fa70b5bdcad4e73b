# SPDX-License-Identifier: EUPL-1.2
"""Opening a user from the command line: the first administrator, before anyone can sign in."""

from __future__ import annotations

import getpass
import os

import typer
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from styr import vocabulary
from styr.register import disclosure_log
from styr.register.delivery.findings import Refused
from styr.web.accounts.models import User
from styr.web.audit.log import add
from styr.web.roles import ROLES


def open_from_command_line(username: str, name: str, role: str, municipality: str, offer_id: str) -> None:
    """Open a user; raises Refused when the role, place or password will not do, or the name is taken."""
    if role not in ROLES:
        raise Refused(f"{role}: no such role. There are {', '.join(ROLES)}")
    code = vocabulary.municipalities.parse(municipality) if municipality else ""
    wanted = {"municipality": code, "provider": offer_id}.get(ROLES[role].belongs_to, "-")
    if not wanted:
        raise Refused(f"{role}: the role is held in a {ROLES[role].belongs_to}; name it with the option for it")
    if User.objects.filter(username=username).exists():
        raise Refused(f"{username}: there is such a user already")
    password = os.environ.get("STYR_PASSWORD") or getpass.getpass(f"Password for {username}: ")
    user = User(username=username, name=name, role=role, municipality=code, offer_id=offer_id)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(*error.messages) from None
    user.set_password(password)
    with transaction.atomic():
        user.save()
        add(disclosure_log.user(), "", "user opened", username, {"role": role, "from": "command line"})
    typer.echo(f"{username} can sign in", err=True)
