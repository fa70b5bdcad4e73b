# SPDX-License-Identifier: EUPL-1.2
"""An edit of the register and its entry in the audit log, both or neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from styr.register import store
from styr.register.edit import Said, take_back, take_edit, texts_of
from styr.register.models import Delivery, Version
from styr.web.audit.log import note


def edit(
    request: HttpRequest, action: str, subject: str, saying: Sequence[Said], why: str, **detail: Any
) -> Delivery | None:
    """Take an edit, checked as any delivery, and note it; None when it says nothing new. Raises what take_edit does."""
    with transaction.atomic():
        delivery = take_edit(saying, who=who(request), why=why, pseudonyms=store.pseudonyms())
        if delivery is not None:
            note(request, action, subject, **detail, delivery=delivery.pk, why=why)
        return delivery


def retract(
    request: HttpRequest, action: str, subject: str, versions: Sequence[Version], why: str, **detail: Any
) -> None:
    """Take rows back that should never have been said, and note it. Raises what take_back does."""
    with transaction.atomic():
        delivery = take_back(versions, who=who(request), why=why)
        note(request, action, subject, **detail, delivery=delivery.pk, why=why)


def followed(table: str, row: Mapping[str, str], standing: Version | None) -> list[Said]:
    """What says that a row holds from its first day (start_date) on: the one that stands without end ends the day
    before, or is corrected when it has the same first day."""
    said: list[Said] = []
    first = day_of(row["start_date"])
    seen = None
    if standing is not None and first is not None:
        if standing.start_date == first:
            seen = standing.pk
        elif standing.start_date < first:
            said.append(Said(table, {**texts_of(standing), "end_date": str(first - timedelta(days=1))}, standing.pk))
    return [*said, Said(table, row, seen)]


def day_of(text: str) -> date | None:
    """The day that a field holds; None when it holds none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def who(request: HttpRequest) -> str:
    """The user who asks."""
    return str(request.user.username)
