# SPDX-License-Identifier: EUPL-1.2
"""A grant read, created, changed, ended, re-priced, and its last change undone: by the same functions as on the pages
(styr.web.citizens.saving), so with the same checks, versions and notes in the audit log. A change shows in If-Match the
version it was made on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Path, Router, Status
from pydantic import Field

from styr.register.edit import text_of
from styr.register.models import Grant
from styr.web.api.bearer import token
from styr.web.api.paging import Strict, Text
from styr.web.api.problems import Problem
from styr.web.api.register import grant_whole
from styr.web.api.shapes import GrantWhole
from styr.web.api.versions import CONDITIONAL, seen_in
from styr.web.audit.log import note
from styr.web.citizens import saving
from styr.web.forms.fields import reason_problem
from styr.web.roles import Permission
from styr.web.scope import Scope, scope_of
from styr.web.words import say

router = Router()
_CHANGES = token(Permission.SEE_CITIZENS, Permission.CHANGE_GRANTS)
_MOST = Decimal(10) ** 12
Amount = Annotated[Decimal, Field(ge=0, le=_MOST, allow_inf_nan=False)]


class Reasoned(Strict):
    """What is changed, and why."""

    why: Text = Field(description="The reason, which is kept in the grant's history and in the audit log")


class GrantChange(Reasoned):
    """What of a grant is to be another; what is not said stays, and null makes it unknown."""

    provision: Text | None = None
    start_date: date | None = None
    end_date: date | None = None
    expected_end_date: date | None = None
    purpose: Text | None = None
    department_id: Text | None = None
    hours_per_week: Amount | None = None
    price: Amount | None = None
    price_unit: Text | None = None
    paying_municipality: Text | None = None
    acting_municipality: Text | None = None
    decision_date: date | None = None


class NewGrant(GrantChange):
    """A grant to create."""

    provision: Text
    start_date: date
    paying_municipality: Text


class GrantEnd(Reasoned):
    """The last day of a grant."""

    end_date: date


class NewPrice(Reasoned):
    """A price from a day on."""

    start_date: date
    price: Amount
    price_unit: Text


@router.post("/citizens/{path:citizen_id}/grants", auth=_CHANGES, response={201: GrantWhole})
def create_grant(request: HttpRequest, response: HttpResponse, citizen_id: Path[Text], said: NewGrant) -> Any:
    scope = scope_of(request)
    scope.citizen(citizen_id)
    why = _reason(said)
    texts = _texts(said)
    _refuse_foreign(scope, texts["paying_municipality"], texts.get("acting_municipality", ""))
    grant_id = saving.create_grant(request, citizen_id, texts, why)
    response["Location"] = reverse("api:grant", args=[grant_id])
    return Status(201, grant_whole(request, response, scope.grant(grant_id)))


@router.post("/grants/{path:grant_id}/end", auth=_CHANGES, response=GrantWhole, openapi_extra=CONDITIONAL)
def end_grant(request: HttpRequest, response: HttpResponse, grant_id: Path[Text], said: GrantEnd) -> Any:
    grant = scope_of(request).grant(grant_id)
    seen, why = seen_in(request, grant), _reason(said)
    saving.end_grant(request, grant, str(said.end_date), why, seen.grant)
    return _again(request, response, grant_id)


@router.post("/grants/{path:grant_id}/price", auth=_CHANGES, response=GrantWhole, openapi_extra=CONDITIONAL)
def reprice_grant(request: HttpRequest, response: HttpResponse, grant_id: Path[Text], said: NewPrice) -> Any:
    grant = scope_of(request).grant(grant_id)
    seen, why = seen_in(request, grant), _reason(said)
    standing = saving.standing_price(grant_id)
    saving.reprice_grant(request, grant, _texts(said), why, standing, seen.price)
    return _again(request, response, grant_id)


@router.post(
    "/grants/{path:grant_id}/undo", auth=_CHANGES, response={200: GrantWhole, 204: None}, openapi_extra=CONDITIONAL
)
def undo_grant(request: HttpRequest, response: HttpResponse, grant_id: Path[Text], said: Reasoned) -> Any:
    grant = scope_of(request).grant(grant_id)
    seen_in(request, grant)
    why, last = _reason(said), saving.last_edit(grant_id)
    if last is None:
        raise Problem("refused", [say("api.nothing_to_undo")])
    saving.undo_edit(request, grant, last, why)
    try:
        return _again(request, response, grant_id)
    except Http404:
        return Status(204, None)  # its creation was undone


@router.get("/grants/{path:grant_id}", auth=token(Permission.SEE_CITIZENS), response=GrantWhole, url_name="grant")
def grant(request: HttpRequest, response: HttpResponse, grant_id: Path[Text]) -> Any:
    found = scope_of(request).grant(grant_id)
    note(request, "citizen read", found.citizen_id, grant=grant_id)
    return grant_whole(request, response, found)


@router.patch("/grants/{path:grant_id}", auth=_CHANGES, response=GrantWhole, openapi_extra=CONDITIONAL)
def change_grant(request: HttpRequest, response: HttpResponse, grant_id: Path[Text], said: GrantChange) -> Any:
    scope = scope_of(request)
    found = scope.grant(grant_id)
    seen, why, texts = seen_in(request, found), _reason(said), _texts(said)
    paying, acting = (_then(found, texts, name) for name in ("paying_municipality", "acting_municipality"))
    _refuse_foreign(scope, paying, acting)
    saving.change_grant(request, found, texts, why, seen.grant)
    return _again(request, response, grant_id)


def _again(request: HttpRequest, response: HttpResponse, grant_id: str) -> dict[str, Any]:
    return grant_whole(request, response, scope_of(request).grant(grant_id))


def _reason(said: Reasoned) -> str:
    why = said.why.strip()
    if problem := reason_problem(why):
        raise Problem("invalid", errors=[{"in": "body", "field": "why", "text": problem}])
    return why


def _texts(said: Reasoned) -> dict[str, str]:
    """What was said, as an edit says it."""
    return {name: text_of(value) for name, value in said.model_dump(exclude_unset=True, exclude={"why"}).items()}


def _then(grant: Grant, texts: Mapping[str, str], name: str) -> str:
    """What will stand in a column."""
    return texts[name] if name in texts else getattr(grant, name) or ""


def _refuse_foreign(scope: Scope, paying: str, acting: str) -> None:
    if scope.municipality not in (paying, acting):
        raise Problem(
            "invalid", errors=[{"in": "body", "field": "paying_municipality", "text": say("citizens.foreign")}]
        )
