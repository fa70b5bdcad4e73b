# SPDX-License-Identifier: EUPL-1.2
"""The offers in scope as a table, and an offer's page: departments, places, who they are for, tariffs, inspections."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache, partial
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from styr.register.models import DeliveredHours, Department, DepartmentTargetGroup, Inspection, Places, Tariff
from styr.statistics import indicators
from styr.web.access import may, needs
from styr.web.activity.pages import OFFERS
from styr.web.filters import filters_of
from styr.web.languages import spoken
from styr.web.offers.free import DAYS_AHEAD, free_places, published
from styr.web.roles import Permission
from styr.web.scope import Scope, scope_of
from styr.web.tables import Column, shown_table, table_file
from styr.web.templatetags.styr import number, word, words
from styr.web.words import say

_TEXT = pl.String()
_VISITS, _HOURS, _RESIDENTS = 6, 24, 25


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
    rows = _offers(request, scope_of(request))
    return table_file(request, rows, _columns(), form, "tilbud", spoken())


@needs(Permission.SEE_OFFERS)
def offer(request: HttpRequest, offer_id: str) -> HttpResponse:
    """An offer; to its own provider also what it can change, and those who live there."""
    scope = scope_of(request)
    found = scope.offers().filter(offer_id=offer_id).first()
    if found is None:
        raise Http404
    departments = list(Department.objects.filter(until__isnull=True, offer_id=offer_id).order_by("name"))
    ids = [each.department_id for each in departments]
    own = bool(scope.offer_id) and may(request.user, Permission.CHANGE_OFFERS)
    sees = bool(scope.offer_id) and may(request.user, Permission.SEE_CITIZENS)
    living = scope.grants().filter(department_id__in=ids).order_by("start_date", "grant_id")
    residents = list(living[: _RESIDENTS + 1]) if sees else []
    said = {
        "offer": found,
        "today": scope.today,
        "own": own,
        "departments": _departments(departments, scope.today),
        "ahead": DAYS_AHEAD,
        "tariffs": _over_time(Tariff, ids, "department_id", "service"),
        "hours": _hours(ids) if own else (),
        "names": {each.department_id: each.name for each in departments},
        "inspections": _inspections(offer_id),
        "residents": residents[:_RESIDENTS],
        "more_residents": len(residents) > _RESIDENTS,
    }
    return render(request, "offers/offer.html", said)


def _departments(departments: Sequence[Department], today: date) -> list[dict[str, Any]]:
    """Each department with whom it is for, its places over time, free places and published vacancies: five queries."""
    ids = [each.department_id for each in departments]
    groups: dict[str, list[str]] = {}
    for department, group in (
        DepartmentTargetGroup.objects.filter(until__isnull=True, department_id__in=ids)
        .order_by("target_group")
        .values_list("department_id", "target_group")
    ):
        groups.setdefault(department, []).append(group)
    places: dict[str, list[Any]] = {}
    for each in _over_time(Places, ids, "provisions"):
        places.setdefault(each.department_id, []).append(each)
    vacancies: dict[str, list[Any]] = {}
    for vacancy in published(ids, today):
        vacancies.setdefault(vacancy.department_id, []).append(vacancy)
    free = free_places(ids, today)
    return [
        {
            "department": each,
            "groups": "|".join(groups.get(each.department_id, ())),
            "places": places.get(each.department_id, []),
            "free": free.get(each.department_id),
            "vacancies": vacancies.get(each.department_id, []),
        }
        for each in departments
    ]


def _over_time(model: Any, departments: Sequence[str], *order: str) -> list[Any]:
    """What departments have had over time, what begins last first."""
    rows = model.objects.filter(until__isnull=True, department_id__in=departments).select_related("since")
    return list(rows.order_by(*order, "-start_date"))


def _hours(departments: Sequence[str]) -> Any:
    """The hours departments have reported, the latest months first."""
    known = DeliveredHours.objects.filter(until__isnull=True, department_id__in=departments)
    return known.order_by("-month", "department_id", "kind")[:_HOURS]


def _inspections(offer_id: str) -> list[dict[str, Any]]:
    """The visits, the latest first: day, the scores by theme, and their mean."""
    visits: dict[date, list[Inspection]] = {}
    known = Inspection.objects.filter(until__isnull=True, offer_id=offer_id).order_by("-date", "theme")
    for score in known:
        visits.setdefault(score.date, []).append(score)
    return [
        {"date": day, "scores": scores, "mean": sum(score.score for score in scores) / len(scores)}
        for day, scores in list(visits.items())[:_VISITS]
    ]


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
    lists = {each: "|".join(sorted(codes)) for each, codes in used.items()}
    municipality, operator_type = cache(partial(word, kind="municipality")), cache(partial(word, kind="operator_type"))
    provisions_said = cache(partial(words, kind="provision"))
    rows = [
        (
            offer_id,
            name,
            municipality(lies_in),
            operator_type(operator),
            places.get(offer_id, 0),
            provisions_said(lists[offer_id]) if offer_id in lists else "",
        )
        for offer_id, name, lies_in, operator in known.order_by("name").values_list(
            "offer_id", "name", "municipality", "operator_type"
        )
        if not filters.provision or filters.provision in used.get(offer_id, ())
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
