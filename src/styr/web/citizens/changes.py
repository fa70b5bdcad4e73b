# SPDX-License-Identifier: EUPL-1.2
"""The pages on which a grant is created, changed, ended, re-priced, or its last change undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from styr.register.delivery.numbers import convention_of, parse_numbers
from styr.register.models import Grant
from styr.web.access import needs
from styr.web.citizens import saving
from styr.web.citizens.history import versions_of
from styr.web.citizens.yearly import yearly_cost
from styr.web.forms.asked import Asked
from styr.web.forms.fields import texts_shown
from styr.web.roles import Permission
from styr.web.scope import Scope, scope_of
from styr.web.templatetags.styr import word
from styr.web.words import say

GRANT = (
    "provision", "start_date", "end_date", "expected_end_date", "purpose", "department_id", "hours_per_week", "price",
    "price_unit", "paying_municipality", "acting_municipality", "decision_date",
)  # fmt: skip
PRICE = ("start_date", "price", "price_unit")
_CHANGES = needs(Permission.SEE_CITIZENS, Permission.CHANGE_GRANTS)


@_CHANGES
def new(request: HttpRequest, citizen_id: str) -> HttpResponse:
    """Create a grant for a citizen."""
    scope = scope_of(request)
    found = scope.citizen(citizen_id)
    asked = Asked(request, "citizens.new", "grants", GRANT, {"paying_municipality": scope.municipality})
    if asked.answered() and _own(asked, scope):
        made: list[str] = []
        if asked.saved(lambda: made.append(saving.create_grant(request, citizen_id, asked.texts, asked.why))):
            return _done(request, "created", made[0])
    back = reverse("citizen", args=[found.citizen_id])
    return asked.page(back, _about(citizen_id), template="citizens/form.html", **_yearly(asked.texts))


@_CHANGES
def change(request: HttpRequest, grant_id: str) -> HttpResponse:
    """Change what stands of a grant."""
    scope = scope_of(request)
    grant = scope.grant(grant_id)
    asked = Asked(request, "citizens.change", "grants", GRANT, texts_shown(grant, GRANT), seen=grant.pk)
    if (
        asked.answered()
        and _own(asked, scope)
        and asked.saved(lambda: saving.change_grant(request, grant, asked.texts, asked.why, asked.seen))
    ):
        return _done(request, "changed", grant_id)
    return _page(asked, grant, **_yearly(asked.texts))


@_CHANGES
def end(request: HttpRequest, grant_id: str) -> HttpResponse:
    """End a grant."""
    grant = scope_of(request).grant(grant_id)
    asked = Asked(
        request, "citizens.end", "grants", ("end_date",), texts_shown(grant, ("end_date",)), seen=grant.pk
    )  # fmt: skip
    if (
        asked.answered()
        and asked.refuse("end_date", "" if asked.texts["end_date"] else say("citizens.end_missing"))
        and asked.saved(lambda: saving.end_grant(request, grant, asked.texts["end_date"], asked.why, asked.seen))
    ):
        return _done(request, "ended", grant_id)
    return _page(asked, grant)


@_CHANGES
def reprice(request: HttpRequest, grant_id: str) -> HttpResponse:
    """Give a grant a new price from a day on."""
    grant = scope_of(request).grant(grant_id)
    standing = saving.standing_price(grant_id)
    start = {"price_unit": grant.price_unit or ""}
    asked = Asked(request, "citizens.reprice", "grant_prices", PRICE, start, seen=standing.pk if standing else 0)
    if asked.answered() and asked.saved(
        lambda: saving.reprice_grant(request, grant, asked.texts, asked.why, standing, asked.seen)
    ):
        return _done(request, "repriced", grant_id)
    return _page(asked, grant, hours=grant.hours_per_week, **_yearly(asked.texts))


@_CHANGES
def undo(request: HttpRequest, grant_id: str) -> HttpResponse:
    """Undo the last change made by hand; what was changed is shown first."""
    grant = scope_of(request).grant(grant_id)
    last = saving.last_edit(grant_id)
    asked = Asked(request, "citizens.undo", "grants", (), seen=grant.pk)
    undone = [change for change in versions_of(grant_id) if last is not None and change.number == last.pk]
    if asked.answered() and last is not None and str(last.pk) == request.POST.get("delivery"):
        saving.undo_edit(request, grant, last, asked.why)
        messages.success(request, say("citizens.undone"))
        stands = Grant.objects.filter(until__isnull=True, grant_id=grant_id).exists()
        return redirect("grant", grant_id=grant_id) if stands else redirect("citizen", citizen_id=grant.citizen_id)
    return _page(asked, grant, last=last, undone=undone)


@_CHANGES
@require_POST
def yearly(request: HttpRequest) -> HttpResponse:
    """What the price being written comes to in a year; a piece of a page."""
    return render(request, "citizens/yearly.html", _yearly(request.POST))


def _own(asked: Asked, scope: Scope) -> bool:
    """Whether the grant is about the user's own municipality."""
    mine = scope.municipality in (asked.texts["paying_municipality"], asked.texts["acting_municipality"])
    return asked.refuse("paying_municipality", "" if mine else say("citizens.foreign"))


def _page(asked: Asked, grant: Grant, **more: Any) -> HttpResponse:
    about = f"{_about(grant.citizen_id)} · {word(grant.provision, 'provision')}"
    back = reverse("grant", args=[grant.grant_id])
    return asked.page(back, about, lambda: versions_of(grant.grant_id), template="citizens/form.html", **more)


def _about(citizen_id: str) -> str:
    return f"{say('citizens.citizen')} {citizen_id}"


def _done(request: HttpRequest, done: str, grant_id: str) -> HttpResponse:
    messages.success(request, say(f"citizens.done.{done}"))
    return redirect("grant", grant_id=grant_id)


def _yearly(texts: Mapping[str, str]) -> dict[str, Any]:
    """The yearly cost of what is written so far, and whether the price is by the hour."""
    price, hours = _number(texts.get("price", "")), _number(texts.get("hours_per_week", ""))
    unit = texts.get("price_unit", "")
    return {"priced": True, "cost": yearly_cost(price, unit, hours), "by_hour": unit == "hour"}


def _number(text: str) -> Any:
    texts = pl.Series([text.strip()])
    if not text.strip():
        return None
    parsed = parse_numbers(texts, convention_of(texts))
    return None if parsed.wrong[0] or parsed.ambiguous[0] else parsed.values[0]
