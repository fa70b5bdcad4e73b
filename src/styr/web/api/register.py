# SPDX-License-Identifier: EUPL-1.2
"""Citizens, grants and prices in the scope of the one who asks, by pseudonym. Reading of persons is noted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema
from pydantic import Field

from styr.register.delivery.findings import masked
from styr.register.models import Citizen, Grant, GrantPrice, TargetGroup
from styr.web.access import may
from styr.web.api import shapes
from styr.web.api.bearer import token
from styr.web.api.paging import Paging, Strict, Text, page_of, words_of
from styr.web.api.problems import Problem
from styr.web.api.shapes import page_shape
from styr.web.api.spans import covering
from styr.web.api.validity import wrong
from styr.web.api.versions import etag
from styr.web.audit.log import note
from styr.web.citizens.pages import prices_of
from styr.web.citizens.search import age_on, pseudonym_of
from styr.web.citizens.yearly import price_on, yearly_cost
from styr.web.roles import Permission
from styr.web.scope import Scope, scope_of

router = Router()
_CITIZENS = token(Permission.SEE_CITIZENS)
CitizenPage: Any = page_shape("Citizens", shapes.Citizen)
GrantPage: Any = page_shape("Grants", shapes.Grant)
PricePage: Any = page_shape("GrantPrices", shapes.GrantPriceRow)


class WhichCitizens(Paging):
    """Which citizens are wanted."""

    municipality: Text = Field("", description="Municipality of residence")
    target_group: Text = Field("", description="Belonging to this target group")
    with_grant_on: date | None = Field(None, description="With a grant that covers this day")


class WhichGrants(Paging):
    """Which grants are wanted."""

    citizen_id: Text = Field("", description="Of this citizen")
    provision: Text = Field("", description="Under this provision")
    paying_municipality: Text = Field("", description="Paid by this municipality")
    department_id: Text = Field("", description="Delivered by this department")
    on: date | None = Field(None, description="Covering this day")


class WhichPrices(Paging):
    """Which prices over time are wanted."""

    grant_id: Text = Field("", description="Of this grant")


class Number(Strict):
    """A civil registration number; it is made a pseudonym, and neither stored nor logged."""

    cpr: str = Field(max_length=40, description="Ten digits, with or without a hyphen")


class Pseudonym(Schema):
    """The pseudonym that the register knows a citizen by."""

    citizen_id: str


@router.get("/citizens", auth=_CITIZENS, response=CitizenPage)
def citizens(request: HttpRequest, query: Query[WhichCitizens]) -> Any:
    scope = scope_of(request)
    chosen = scope.granted(covering(query.with_grant_on)) if query.with_grant_on else scope.citizens()
    if query.municipality:
        chosen = chosen.filter(municipality=query.municipality)
    if query.target_group:
        belongs = TargetGroup.objects.filter(until__isnull=True, target_group=query.target_group)
        chosen = chosen.filter(citizen_id__in=belongs.values("citizen_id"))
    page = page_of(request, chosen, query, lambda rows: _citizens(request, scope, rows), "citizen_id")
    note(request, "citizens listed", shown=len(page["items"]), filters=words_of(request))
    return page


@router.post("/citizens/find", auth=token(Permission.SEE_CITIZENS, Permission.FIND_BY_CPR), response=Pseudonym)
def find_citizen(request: HttpRequest, number: Number) -> Any:
    pseudonym = pseudonym_of(number.cpr)
    if pseudonym is None:
        raise Problem("invalid", errors=[wrong("body", "cpr", "cpr")])
    found = scope_of(request).citizens().filter(citizen_id=pseudonym).exists()
    note(request, "citizen looked up by cpr", pseudonym, found=found)
    if not found:
        raise Problem("not_found")
    return {"citizen_id": pseudonym}


@router.get("/citizens/{path:citizen_id}", auth=_CITIZENS, response=shapes.Citizen)
def citizen(request: HttpRequest, citizen_id: Path[Text]) -> Any:
    scope = scope_of(request)
    found = scope.citizen(citizen_id)
    note(request, "citizen read", citizen_id)
    return _citizens(request, scope, [found])[0]


@router.get("/grants", auth=_CITIZENS, response=GrantPage)
def grants(request: HttpRequest, query: Query[WhichGrants]) -> Any:
    chosen = scope_of(request).grants()
    for name in ("citizen_id", "provision", "paying_municipality", "department_id"):
        if word := getattr(query, name):
            chosen = chosen.filter(**{name: word})
    if query.on:
        chosen = chosen.filter(covering(query.on))
    page = page_of(request, chosen, query, key="grant_id")
    note(request, "grants listed", masked(query.citizen_id), shown=len(page["items"]), filters=words_of(request))
    return page


@router.get("/prices", auth=_CITIZENS, response=PricePage)
def prices(request: HttpRequest, query: Query[WhichPrices]) -> Any:
    within = scope_of(request).grants()
    chosen = GrantPrice.objects.filter(until__isnull=True, grant_id__in=within.values("grant_id"))
    if query.grant_id:
        chosen = chosen.filter(grant_id=query.grant_id)
    page = page_of(request, chosen, query)
    note(request, "grants listed", shown=len(page["items"]), filters=words_of(request), prices=True)
    return page


def grant_whole(request: HttpRequest, response: HttpResponse, grant: Grant) -> dict[str, Any]:
    """A grant with its prices, its version in the answer's header."""
    today, known = scope_of(request).today, prices_of([grant]).get(grant.grant_id, [])
    price, unit = price_on(grant, known, max(grant.start_date, min(today, grant.end_date or today)))
    response["ETag"] = etag(grant)
    columns = {name: getattr(grant, name) for name in shapes.Grant.model_fields}
    return {**columns, "prices": known, "yearly_cost": yearly_cost(price, unit, grant.hours_per_week)}


def _citizens(request: HttpRequest, scope: Scope, rows: Sequence[Citizen]) -> list[dict[str, Any]]:
    """Citizens as shown, the date of birth for those who may see it."""
    sees = may(request.user, Permission.SEE_BIRTH_DATES)
    groups: dict[str, list[str]] = {}
    belongs: QuerySet[Any] = TargetGroup.objects.filter(
        until__isnull=True, citizen_id__in=[row.citizen_id for row in rows]
    )
    for citizen_id, group in belongs.order_by("target_group").values_list("citizen_id", "target_group").distinct():
        groups.setdefault(citizen_id, []).append(group)
    columns = [name for name in shapes.Citizen.model_fields if name not in ("age", "birth_date", "target_groups")]
    return [
        {
            **{name: getattr(row, name) for name in columns},
            "age": age_on(row, scope.today),
            "birth_date": row.birth_date if sees else None,
            "target_groups": groups.get(row.citizen_id, []),
        }
        for row in rows
    ]
