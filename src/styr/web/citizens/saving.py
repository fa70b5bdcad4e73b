# SPDX-License-Identifier: EUPL-1.2
"""What changes grants: creating, changing, ending, re-pricing, undoing. Each is an edit of the register (checked as any
delivery, stored as new versions) and an entry of the audit log, both or neither."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from styr.register import store
from styr.register.delivery.findings import Refused
from styr.register.edit import Overtaken, Said, take_back, take_edit, texts_of
from styr.register.models import Delivery, Grant, GrantPrice, Version
from styr.web.audit.log import note
from styr.web.forms.saving import edit, followed, who
from styr.web.words import say

_LETTERS = "abcdefghijklmnopqrstuvwxyz"  # an id without digits is never taken for a civil registration number
_UNDONE = (Grant, GrantPrice)


def create_grant(request: HttpRequest, citizen_id: str, texts: Mapping[str, str], why: str) -> str:
    """Create a grant; gives its id."""
    grant_id = "styr-" + get_random_string(14, _LETTERS)
    row = {**texts, "grant_id": grant_id, "citizen_id": citizen_id}
    edit(request, "grant created", citizen_id, [Said("grants", row, None)], why, grant=grant_id)
    return grant_id


def change_grant(request: HttpRequest, grant: Grant, texts: Mapping[str, str], why: str, seen: int) -> None:
    """Change a grant: what texts says takes the place of what stood."""
    row = {**texts_of(grant), **texts}
    edit(request, "grant changed", grant.citizen_id, [Said("grants", row, seen)], why, grant=grant.grant_id)


def end_grant(request: HttpRequest, grant: Grant, end_date: str, why: str, seen: int) -> None:
    """End a grant, the day given being the last covered."""
    row = {**texts_of(grant), "end_date": end_date}
    edit(request, "grant ended", grant.citizen_id, [Said("grants", row, seen)], why, grant=grant.grant_id)


def reprice_grant(
    request: HttpRequest, grant: Grant, texts: Mapping[str, str], why: str, standing: GrantPrice | None, seen_price: int
) -> None:
    """Give a grant a price from a day on; the price that stands without end (standing) ends the day before. seen_price
    is the version of it that was seen (0: none); raises Overtaken when it is another by now."""
    if (standing.pk if standing else 0) != seen_price:
        raise Overtaken(Said("grant_prices", {"grant_id": grant.grant_id}, seen_price or None), standing)
    saying = followed("grant_prices", {**texts, "grant_id": grant.grant_id}, standing)
    edit(request, "grant re-priced", grant.citizen_id, saying, why, grant=grant.grant_id)


def standing_price(grant_id: str) -> GrantPrice | None:
    """The price over time that stands of a grant without end; None when none does."""
    prices = GrantPrice.objects.filter(until__isnull=True, grant_id=grant_id, end_date__isnull=True)
    return prices.order_by("start_date").last()


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
            take_back(gone, who=who(request), why=why)
        saying = [
            Said(version._meta.verbose_name, texts_of(version), standing.get(_key(version))) for version in before
        ]
        if saying:
            take_edit(saying, who=who(request), why=why, pseudonyms=store.pseudonyms())
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
