# SPDX-License-Identifier: EUPL-1.2
"""What changes grants: creating, changing, ending, re-pricing, undoing. Each is an edit of the register (checked as any
delivery, stored as new versions) and an entry of the audit log, both or neither."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from styr.register import store
from styr.register.delivery.findings import Refused
from styr.register.edit import Overtaken, Said, take_back, take_edit, texts_of
from styr.register.models import Delivery, Grant, GrantPrice, Version
from styr.web.audit.log import note
from styr.web.words import say

_LETTERS = "abcdefghijklmnopqrstuvwxyz"  # an id without digits is never taken for a civil registration number
_UNDONE = (Grant, GrantPrice)


def create_grant(request: HttpRequest, citizen_id: str, texts: Mapping[str, str], why: str) -> str:
    """Create a grant; gives its id."""
    grant_id = "styr-" + get_random_string(14, _LETTERS)
    row = {**texts, "grant_id": grant_id, "citizen_id": citizen_id}
    _edit(request, "grant created", citizen_id, grant_id, [Said("grants", row, None)], why)
    return grant_id


def change_grant(request: HttpRequest, grant: Grant, texts: Mapping[str, str], why: str, seen: int) -> None:
    """Change a grant: what texts says takes the place of what stood."""
    row = {**texts_of(grant), **texts}
    _edit(request, "grant changed", grant.citizen_id, grant.grant_id, [Said("grants", row, seen)], why)


def end_grant(request: HttpRequest, grant: Grant, end_date: str, why: str, seen: int) -> None:
    """End a grant, the day given being the last covered."""
    row = {**texts_of(grant), "end_date": end_date}
    _edit(request, "grant ended", grant.citizen_id, grant.grant_id, [Said("grants", row, seen)], why)


def reprice_grant(
    request: HttpRequest, grant: Grant, texts: Mapping[str, str], why: str, standing: GrantPrice | None, seen_price: int
) -> None:
    """Give a grant a price from a day on; the price that stands without end (standing) ends the day before. seen_price
    is the version of it that was seen (0: none); raises Overtaken when it is another by now."""
    if (standing.pk if standing else 0) != seen_price:
        raise Overtaken(Said("grant_prices", {"grant_id": grant.grant_id}, seen_price or None), standing)
    saying = []
    first = _day(texts["start_date"])
    seen = None
    if standing is not None and first is not None:
        if standing.start_date == first:
            seen = standing.pk  # the same day again: the price is corrected, not followed by another
        elif standing.start_date < first:
            ended = {**texts_of(standing), "end_date": str(first - timedelta(days=1))}
            saying.append(Said("grant_prices", ended, standing.pk))
    row = {**texts, "grant_id": grant.grant_id}
    saying.append(Said("grant_prices", row, seen))
    _edit(request, "grant re-priced", grant.citizen_id, grant.grant_id, saying, why)


def last_edit(grant_id: str) -> Delivery | None:
    """The latest delivery that spoke of a grant or its prices, when it was an edit; else None: a delivery from a file
    is not undone row by row."""
    spoke: set[int] = set()
    for model in _UNDONE:
        versions = model.objects.filter(grant_id=grant_id)
        spoke |= set(versions.values_list("since_id", flat=True)) | set(versions.values_list("until_id", flat=True))
    latest = Delivery.objects.filter(pk__in=spoke - {None}).order_by("-known_at", "-pk").first()
    return latest if latest is not None and latest.edit else None


def undo_edit(request: HttpRequest, grant: Grant, delivery: Delivery, why: str) -> None:
    """Put a grant and its prices back as they stood before an edit, as a new edit; the history keeps both."""
    now, before = _touched(grant.grant_id, delivery)
    again = {_key(version): version for version in before}
    gone = [version for version in now if _key(version) not in again]
    standing = {_key(version): version.pk for version in now}
    with transaction.atomic():
        if last_edit(grant.grant_id) != delivery:
            raise Refused(say("citizens.undo_overtaken"))
        if gone:
            take_back(gone, who=_who(request), why=why)
        saying = [
            Said(version._meta.verbose_name, texts_of(version), standing.get(_key(version))) for version in before
        ]
        if saying:
            take_edit(saying, who=_who(request), why=why, pseudonyms=store.pseudonyms())
        note(request, "grant change undone", grant.citizen_id, grant=grant.grant_id, delivery=delivery.pk, why=why)


def _touched(grant_id: str, delivery: Delivery) -> tuple[list[Version], list[Version]]:
    """The versions an edit made, and those it took the place of."""
    now: list[Version] = []
    before: list[Version] = []
    for model in _UNDONE:
        versions = model.objects.filter(grant_id=grant_id)
        now += versions.filter(Q(since=delivery) & Q(until__isnull=True))
        before += versions.filter(until=delivery)
    return now, before


def _key(version: Version) -> tuple[str, ...]:
    return (type(version).__name__, str(getattr(version, "start_date", "")) if isinstance(version, GrantPrice) else "")


def _edit(request: HttpRequest, action: str, citizen: str, grant_id: str, saying: list[Said], why: str) -> None:
    with transaction.atomic():
        delivery = take_edit(saying, who=_who(request), why=why, pseudonyms=store.pseudonyms())
        if delivery is not None:
            note(request, action, citizen, grant=grant_id, delivery=delivery.pk, why=why)


def _who(request: HttpRequest) -> str:
    return str(request.user.username)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
