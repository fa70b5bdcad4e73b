# SPDX-License-Identifier: EUPL-1.2
"""The offers in scope as a table, and an offer's page: departments, places, who they are for, tariffs, inspections."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from styr.register.models import Department, DepartmentTargetGroup, Inspection, Places, Tariff
from styr.statistics import indicators
from styr.web.access import may, needs
from styr.web.activity.pages import OFFERS
from styr.web.filters import filters_of
from styr.web.languages import spoken
from styr.web.roles import Permission
from styr.web.scope import Scope, scope_of
from styr.web.tables import FORMS, Column, as_file, shown_table
from styr.web.templatetags.styr import number, word
from styr.web.words import say

_TEXT = pl.String()


@needs(Permission.SEE_OFFERS)
def offers(request: HttpRequest) -> HttpResponse:
    """The offers open now, narrowed by the filters."""
    rows = _offers(request, scope_of(request))
    counted = (
        [each for each in indicators() if each.family in OFFERS] if may(request.user, Permission.SEE_RESULTS) else []
    )
    language = spoken()
    said = {
        "table": shown_table(request, rows, _columns()),
        "any": rows.height > 0,
        "caption": say("nav.offers"),
        "files": reverse("offers-file", args=["csv"]).removesuffix("csv"),
        "indicators": [(each.key, each.title[language], each.unit[language]) for each in counted],
    }
    return render(request, "offers/offers.html", said)


@needs(Permission.SEE_OFFERS)
def offers_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same table as a file."""
    if form not in FORMS:
        raise Http404
    return as_file(_offers(request, scope_of(request)).to_arrow(), {}, form, "tilbud", spoken())


@needs(Permission.SEE_OFFERS)
def offer(request: HttpRequest, offer_id: str) -> HttpResponse:
    """An offer."""
    scope = scope_of(request)
    found = scope.offers().filter(offer_id=offer_id).first()
    if found is None:
        raise Http404
    departments = list(Department.objects.filter(until__isnull=True, offer_id=offer_id).order_by("name"))
    ids = [each.department_id for each in departments]
    said = {
        "offer": found,
        "departments": [_department(each, scope.today) for each in departments],
        "tariffs": _held(Tariff.objects.filter(department_id__in=ids), scope.today).order_by(
            "department_id", "service"
        ),
        "names": {each.department_id: each.name for each in departments},
        "inspections": Inspection.objects.filter(until__isnull=True, offer_id=offer_id).order_by("-date", "theme")[:40],
        "residents": scope.grants().filter(department_id__in=ids).order_by("start_date")
        if scope.offer_id and may(request.user, Permission.SEE_CITIZENS)
        else (),
    }
    return render(request, "offers/offer.html", said)


def _department(department: Department, today: date) -> dict[str, Any]:
    ours = {"department_id": department.department_id}
    groups = DepartmentTargetGroup.objects.filter(until__isnull=True, **ours)
    return {
        "department": department,
        "places": list(_held(Places.objects.filter(**ours), today)),
        "groups": "|".join(groups.order_by("target_group").values_list("target_group", flat=True)),
    }


def _held(rows: QuerySet[Any], day: date) -> QuerySet[Any]:
    """Current versions of rows with a period that hold on a day."""
    holds = Q(start_date__lte=day) & (Q(end_date__isnull=True) | Q(end_date__gte=day))
    return rows.filter(holds, until__isnull=True)


def _offers(request: HttpRequest, scope: Scope) -> pl.DataFrame:
    """offer_id, name, municipality, operator_type (in words), places and provisions, of the offers open now."""
    filters = filters_of(request)
    known = scope.offers().filter(Q(closed__isnull=True) | Q(closed__gte=scope.today))
    if filters.municipality:
        known = known.filter(municipality=filters.municipality)
    departments = dict(Department.objects.filter(until__isnull=True).values_list("department_id", "offer_id"))
    places: dict[str, int] = {}
    used: dict[str, set[str]] = {}
    held = _held(Places.objects.all(), scope.today)
    for department, provisions, count in held.values_list("department_id", "provisions").annotate(Sum("places")):
        offer_id = departments.get(department, "")
        places[offer_id] = places.get(offer_id, 0) + count
        used.setdefault(offer_id, set()).update(provisions.split("|"))
    rows = [
        (
            each.offer_id,
            each.name,
            word(each.municipality, "municipality"),
            word(each.operator_type, "operator_type"),
            places.get(each.offer_id, 0),
            ", ".join(word(code, "provision") for code in sorted(used.get(each.offer_id, ()))),
        )
        for each in known.order_by("name")
        if not filters.provision or filters.provision in used.get(each.offer_id, ())
    ]
    names = {"offer_id": _TEXT, "name": _TEXT, "municipality": _TEXT, "operator_type": _TEXT, "places": pl.Int64(),
             "provisions": _TEXT}  # fmt: skip
    return pl.DataFrame(rows, schema=names, orient="row")


def _columns() -> list[Column]:
    return [
        Column("name", say("offers.name"), link=("offer", "offer_id")),
        Column("municipality", say("filter.municipality")),
        Column("operator_type", say("offers.operator_type")),
        Column("places", say("offers.places"), numeric=True, text=number),
        Column("provisions", say("offers.provisions")),
    ]
