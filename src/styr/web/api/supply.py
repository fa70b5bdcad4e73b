# SPDX-License-Identifier: EUPL-1.2
"""Offers, their departments, places and tariffs over time: of every offer, as places are found everywhere; a provider
sees the provider's own alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from ninja import Path, Query, Router
from pydantic import Field

from styr.register.models import Department, Places, Tariff, Version
from styr.web.api import shapes
from styr.web.api.bearer import token
from styr.web.api.paging import Paging, Text, page_of
from styr.web.api.shapes import page_shape
from styr.web.api.spans import covering
from styr.web.roles import Permission
from styr.web.scope import scope_of

router = Router()
_OFFERS = token(Permission.SEE_OFFERS)
OfferPage: Any = page_shape("Offers", shapes.Offer)
DepartmentPage: Any = page_shape("Departments", shapes.Department)
PlacesPage: Any = page_shape("PlacesOverTime", shapes.Places)
TariffPage: Any = page_shape("Tariffs", shapes.Tariff)


class WhichOffers(Paging):
    """Which offers are wanted."""

    municipality: Text = Field("", description="Lying in this municipality")
    open_on: date | None = Field(None, description="Open on this day")


class WhichDepartments(Paging):
    """Which departments are wanted."""

    offer_id: Text = Field("", description="Of this offer")


class OverTime(Paging):
    """Which rows over time are wanted."""

    department_id: Text = Field("", description="Of this department")
    on: date | None = Field(None, description="Holding on this day")


@router.get("/offers", auth=_OFFERS, response=OfferPage)
def offers(request: HttpRequest, query: Query[WhichOffers]) -> Any:
    chosen = scope_of(request).offers()
    if query.municipality:
        chosen = chosen.filter(municipality=query.municipality)
    if day := query.open_on:
        chosen = chosen.filter(covering(day, "opened", "closed"))
    return page_of(request, chosen, query, key="offer_id")


@router.get("/offers/{path:offer_id}", auth=_OFFERS, response=shapes.Offer)
def offer(request: HttpRequest, offer_id: Path[Text]) -> Any:
    found = scope_of(request).offers().filter(offer_id=offer_id).first()
    if found is None:
        raise Http404
    return found


@router.get("/departments", auth=_OFFERS, response=DepartmentPage)
def departments(request: HttpRequest, query: Query[WhichDepartments]) -> Any:
    chosen = _departments(request)
    if query.offer_id:
        chosen = chosen.filter(offer_id=query.offer_id)
    return page_of(request, chosen, query, key="department_id")


@router.get("/places", auth=_OFFERS, response=PlacesPage)
def places(request: HttpRequest, query: Query[OverTime]) -> Any:
    return page_of(request, _over_time(request, Places, query), query)


@router.get("/tariffs", auth=_OFFERS, response=TariffPage)
def tariffs(request: HttpRequest, query: Query[OverTime]) -> Any:
    return page_of(request, _over_time(request, Tariff, query), query)


def _departments(request: HttpRequest) -> QuerySet[Department]:
    scope = scope_of(request)
    known = Department.objects.filter(until__isnull=True)
    return known.filter(offer_id__in=scope.offers().values("offer_id")) if scope.offer_id else known


def _over_time(request: HttpRequest, model: type[Version], query: OverTime) -> QuerySet[Any]:
    chosen = model.objects.filter(until__isnull=True)
    if scope_of(request).offer_id:
        chosen = chosen.filter(department_id__in=_departments(request).values("department_id"))
    if query.department_id:
        chosen = chosen.filter(department_id=query.department_id)
    if query.on:
        chosen = chosen.filter(covering(query.on))
    return chosen
