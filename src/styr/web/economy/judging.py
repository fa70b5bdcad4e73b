# SPDX-License-Identifier: EUPL-1.2
"""Saying of a suggestion that it holds or does not, and taking that back. Each is dated, signed and noted; neither
grants nor postings are changed by it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from styr.web.audit.log import note
from styr.web.economy.models import Judgement


def standing(municipality: str) -> QuerySet[Judgement]:
    """What has been said and not undone."""
    return Judgement.objects.filter(municipality=municipality, undone_at=None)


def judge(
    request: HttpRequest, municipality: str, year: int, suggestion: Mapping[str, Any], verdict: str, reason: str
) -> bool:
    """Accept or reject a suggestion; False when someone else has judged it in the meantime."""
    user: Any = request.user
    try:
        with transaction.atomic():
            said = Judgement.objects.create(
                municipality=municipality,
                year=year,
                key=suggestion["key"],
                kind=suggestion["kind"],
                citizen_id=suggestion["citizen_id"] or "",
                grant_id=suggestion["grant_id"] or "",
                postings=list(suggestion["postings"]),
                months=[str(month) for month in suggestion["months"]],
                granted=suggestion["granted"],
                posted=suggestion["posted"],
                verdict=verdict,
                reason=reason,
                judged_by=user.username,
            )
            note(request, f"suggestion {verdict}", said.citizen_id, judgement=said.pk, kind=said.kind, why=reason)
    except IntegrityError:
        return False
    return True


def undo(request: HttpRequest, municipality: str, number: int, why: str) -> bool:
    """Take a judgement back; whether there was one to take back."""
    user: Any = request.user
    with transaction.atomic():
        found = standing(municipality).filter(pk=number)
        undone = found.update(undone_by=user.username, undone_at=timezone.now(), undone_why=why)
        if undone:
            note(request, "judgement undone", judgement=number, why=why)
    return bool(undone)
