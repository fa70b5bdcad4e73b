# SPDX-License-Identifier: EUPL-1.2
"""The offers in scope as a table, and an offer's page: departments, places, who they are for, tariffs, inspections."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, partial
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from styr.register.models import Department, DepartmentTargetGroup, Places
from styr.statistics import indicators
from styr.web.access import may, needs
from styr.web.activity.pages import OFFERS
from styr.web.filters import filters_of
from styr.web.languages import spoken
from styr.web.offers.free import DAYS_AHEAD, free_places, published
from styr.web.offers.tables import hours_table, inspections_table, places_of, places_table, tariffs_table
from styr.web.roles import Permission
from styr.web.scope import Scope, scope_of
from styr.web.table_files import one_file, table_file
from styr.web.tables import Column, Table, files_at, shown_table, shown_tables
from styr.web.templatetags.styr import number, word, words
from styr.web.words import say

_TEXT = pl.String()
_RESIDENTS = 25


@needs(Permission.SEE_OFFERS)
def offers(request: HttpRequest) -> HttpResponse:
    """The offers open now, narrowed by the filters."""
    counted = (
        [each for each in indicators() if each.family in OFFERS] if may(request.user, Permission.SEE_RESULTS) else []
    )
    language = spoken()
    said = {
        "table": shown_table(request, _table(request)),
        "indicators": [(each.key, each.title[language], each.unit[language]) for each in counted],
    }
    return render(request, "offers/offers.html", said)


@needs(Permission.SEE_OFFERS)
def offers_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same table as a file."""
    return table_file(request, _table(request), form, "tilbud")


def _table(request: HttpRequest) -> Table:
    rows = _offers(request, scope_of(request))
    return Table("offers", say("nav.offers"), rows, _columns(), files_at("offers-file"))


@needs(Permission.SEE_OFFERS)
def offer(request: HttpRequest, offer_id: str) -> HttpResponse:
    """An offer; to its own provider also what it can change, and those who live there."""
    scope = scope_of(request)
    found = scope.offers().filter(offer_id=offer_id).first()
    if found is None:
        raise Http404
    departments = _departments_of(offer_id)
    ids = [each.department_id for each in departments]
    own = _own(request, scope)
    sees = bool(scope.offer_id) and may(request.user, Permission.SEE_CITIZENS)
    living = scope.grants().filter(department_id__in=ids).order_by("start_date", "grant_id")
    residents = list(living[: _RESIDENTS + 1]) if sees else []
    said = {
        "offer": found,
        "own": own,
        "departments": _departments(request, departments, _places(scope, offer_id, departments, own=own), scope.today),
        "ahead": DAYS_AHEAD,
        "tables": shown_tables(request, _tables(scope, offer_id, departments, own=own)),
        "residents": residents[:_RESIDENTS],
        "more_residents": len(residents) > _RESIDENTS,
    }
    return render(request, "offers/offer.html", said)


@needs(Permission.SEE_OFFERS)
def offer_file(request: HttpRequest, offer_id: str, table: str, form: str) -> HttpResponse:
    """A table of the offer's page as a file."""
    scope = scope_of(request)
    if not scope.offers().filter(offer_id=offer_id).exists():
        raise Http404
    departments, own = _departments_of(offer_id), _own(request, scope)
    tables = _places(scope, offer_id, departments, own=own) | _tables(scope, offer_id, departments, own=own)
    return one_file(request, tables, table, form, "tilbud")


def _own(request: HttpRequest, scope: Scope) -> bool:
    """Whether the one who asks keeps the offer."""
    return bool(scope.offer_id) and may(request.user, Permission.CHANGE_OFFERS)


def _departments_of(offer_id: str) -> list[Department]:
    return list(Department.objects.filter(until__isnull=True, offer_id=offer_id).order_by("name", "department_id"))


def _places(scope: Scope, offer_id: str, departments: Sequence[Department], *, own: bool) -> dict[str, Table]:
    """The places of each department over time, in their order, by the word each has in the address of its files."""
    held = places_of([each.department_id for each in departments])
    tables = {}
    for nth, each in enumerate(departments, start=1):
        caption, files = f"{say('offers.places')}, {each.name}", files_at("offer-file", offer_id, f"pladser-{nth}")
        rows = held.get(each.department_id, [])
        tables[f"pladser-{nth}"] = places_table(f"places-{nth}", caption, rows, scope.today, files, own=own)
    return tables


def _tables(scope: Scope, offer_id: str, departments: Sequence[Department], *, own: bool) -> dict[str, Table]:
    """The tables of the whole offer by the word each has in the address of its files; hours are its own to see."""
    names = {each.department_id: each.name for each in departments}
    tables = {
        "takster": tariffs_table(names, scope.today, files_at("offer-file", offer_id, "takster"), own=own),
        "tilsyn": inspections_table(offer_id, files_at("offer-file", offer_id, "tilsyn")),
    }
    if own:
        tables["timer"] = hours_table(names, files_at("offer-file", offer_id, "timer"))
    return tables


def _departments(
    request: HttpRequest, departments: Sequence[Department], places: Mapping[str, Table], today: date
) -> list[dict[str, Any]]:
    """Each department with whom it is for, its places over time, free places and published vacancies."""
    ids = [each.department_id for each in departments]
    groups: dict[str, list[str]] = {}
    for department, group in (
        DepartmentTargetGroup.objects.filter(until__isnull=True, department_id__in=ids)
        .order_by("target_group")
        .values_list("department_id", "target_group")
    ):
        groups.setdefault(department, []).append(group)
    vacancies: dict[str, list[Any]] = {}
    for vacancy in published(ids, today):
        vacancies.setdefault(vacancy.department_id, []).append(vacancy)
    free = free_places(ids, today)
    return [
        {
            "department": each,
            "groups": "|".join(groups.get(each.department_id, ())),
            "table": shown_table(request, table),
            "free": free.get(each.department_id),
            "vacancies": vacancies.get(each.department_id, []),
        }
        for each, table in zip(departments, places.values(), strict=True)
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
