# SPDX-License-Identifier: EUPL-1.2
"""Free places as a table: departments with their places, how many are free now, how many will be, and what they have
published."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import polars as pl
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from styr import vocabulary
from styr.register.models import Department, DepartmentTargetGroup, Places
from styr.web.access import needs
from styr.web.filters import Filters, filters_of, with_filters
from styr.web.offers.free import DAYS_AHEAD, free_places, published
from styr.web.roles import Permission
from styr.web.scope import Scope, scope_of
from styr.web.table_files import table_file
from styr.web.tables import Column, Table, files_at, shown_table
from styr.web.templatetags.styr import day, number, word, words
from styr.web.words import say

_TEXT = pl.String()
_SCHEMA = {
    "department_id": _TEXT, "offer_id": _TEXT, "offer": _TEXT, "department": _TEXT, "municipality": _TEXT,
    "provisions": _TEXT, "places": pl.Int64(), "free": pl.Int64(), "later": pl.Int64(), "later_on": pl.Date(),
    "published": pl.Int64(),
}  # fmt: skip


@needs(Permission.SEE_OFFERS)
def vacant(request: HttpRequest) -> HttpResponse:
    """The departments with free places in a municipality (the user's own unless another is chosen), or all its
    departments (all=yes)."""
    scope, filters = scope_of(request), filters_of(request)
    municipality = _municipality(request, filters)
    if not scope.offer_id and not filters.municipality:
        return redirect(with_filters(reverse("vacant"), replace(filters, municipality=municipality)))
    rows = _rows(request, scope, filters)
    said = {
        "table": shown_table(request, _table(rows)),
        "all": request.GET.get("all") == "yes",
        "municipality": municipality,
        "own_offer": bool(scope.offer_id),
        "free": int(rows["free"].clip(0).sum()),
        "ahead": DAYS_AHEAD,
    }
    return render(request, "offers/vacant.html", said)


@needs(Permission.SEE_OFFERS)
def vacant_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same table as a file."""
    rows = _rows(request, scope_of(request), filters_of(request))
    return table_file(request, _table(rows), form, "ledige-pladser")


def _table(rows: pl.DataFrame) -> Table:
    return Table("vacant", say("offers.vacant.heading"), rows, _columns(), files_at("vacant-file"))


def _municipality(request: HttpRequest, filters: Filters) -> str:
    """Where free places are looked for: a whole country's would be a list nobody reads."""
    return filters.municipality or getattr(request.user, "municipality", "") or "101"


def _rows(request: HttpRequest, scope: Scope, filters: Filters) -> pl.DataFrame:
    """department_id, offer_id, names of offer and department, municipality (in words), provisions (in words), places,
    free places now, the most that will be free within the days ahead and from when (None: no more than now), places
    published as vacant; those with most free first."""
    offers = scope.offers().filter(Q(closed__isnull=True) | Q(closed__gte=scope.today))
    known = dict(offers.values_list("offer_id", "name"))
    homes = dict(offers.values_list("offer_id", "municipality"))
    found = _departments(scope, filters, "" if scope.offer_id else _municipality(request, filters), homes)
    ids = [each.department_id for each in found]
    free, used = free_places(ids, scope.today), _provisions(ids, scope.today)
    told: dict[str, int] = {}
    for vacancy in published(ids, scope.today):
        told[vacancy.department_id] = told.get(vacancy.department_id, 0) + vacancy.places
    every = request.GET.get("all") == "yes" or bool(scope.offer_id)
    rows: list[tuple[Any, ...]] = []
    for each in found:
        places, more = free.get(each.department_id), None
        if places is None or (filters.provision and filters.provision not in used.get(each.department_id, ())):
            continue
        more = places.most_later
        if not every and places.now <= 0 and (more is None or more[1] <= 0) and each.department_id not in told:
            continue
        rows.append(
            (
                each.department_id, each.offer_id, known[each.offer_id], each.name,
                word(each.municipality or homes[each.offer_id], "municipality"),
                words("|".join(sorted(used.get(each.department_id, ()))), "provision"),
                places.places, places.now, more[1] if more else None, more[0] if more else None,
                told.get(each.department_id),
            )
        )  # fmt: skip
    found_rows = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    return found_rows.sort("free", "offer", "department", descending=[True, False, False])


def _departments(scope: Scope, filters: Filters, municipality: str, homes: dict[str, str]) -> list[Department]:
    """Departments of open offers that lie in a municipality (empty: the provider's own) and are for a target group."""
    departments = Department.objects.filter(until__isnull=True)
    if scope.offer_id:
        departments = departments.filter(offer_id=scope.offer_id)
    else:
        there = [offer for offer, home in homes.items() if home == municipality]
        lies = Q(municipality=municipality) | (Q(municipality__isnull=True) & Q(offer_id__in=there))
        departments = departments.filter(lies)
    if filters.target_group:
        groups = vocabulary.codes_below("target_group", [filters.target_group])
        fit = DepartmentTargetGroup.objects.filter(until__isnull=True, target_group__in=groups)
        departments = departments.filter(department_id__in=fit.values("department_id"))
    return [each for each in departments.order_by("department_id") if each.offer_id in homes]


def _provisions(departments: list[str], today: Any) -> dict[str, set[str]]:
    """What each department has places for now or later."""
    used: dict[str, set[str]] = {}
    rows = Places.objects.filter(Q(end_date__isnull=True) | Q(end_date__gte=today), until__isnull=True)
    for department, provisions in rows.filter(department_id__in=departments).values_list("department_id", "provisions"):
        used.setdefault(department, set()).update(provisions.split("|"))
    return used


def _columns() -> list[Column]:
    return [
        Column("offer", say("offers.name"), link=("offer", "offer_id")),
        Column("department", say("column.department_id")),
        Column("municipality", say("filter.municipality")),
        Column("provisions", say("offers.provisions")),
        Column("places", say("offers.places"), numeric=True, text=number),
        Column("free", say("offers.free_now"), numeric=True, text=number),
        Column("later", say("offers.free_later"), numeric=True, text=number),
        Column("later_on", say("offers.free_from"), text=day),
        Column("published", say("offers.published"), numeric=True, text=number),
    ]
