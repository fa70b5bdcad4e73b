# SPDX-License-Identifier: EUPL-1.2
"""A citizen's page (grants, places, prices and goals over time) and a grant's page (what stands, and every version)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from styr.register.models import Citizen, Department, Goal, Grant, GrantPrice, Offer, TargetGroup
from styr.web.access import may, needs
from styr.web.audit.log import note
from styr.web.cases.standing import standing
from styr.web.citizens.goals import plans_of
from styr.web.citizens.history import versions_of
from styr.web.citizens.search import age_on, citizens_grants
from styr.web.citizens.tables import cases_table, goals_table, grants_table, prices_table
from styr.web.citizens.timeline import timeline
from styr.web.citizens.yearly import price_on, yearly_cost
from styr.web.roles import Permission
from styr.web.scope import Scope, scope_of
from styr.web.table_files import one_file, table_file
from styr.web.tables import Table, files_at, shown_table, shown_tables


@needs(Permission.SEE_CITIZENS)
def citizen(request: HttpRequest, citizen_id: str) -> HttpResponse:
    """A citizen, as far as it concerns the one who asks; that the page was read is noted."""
    scope = scope_of(request)
    found = scope.citizen(citizen_id)
    note(request, "citizen read", citizen_id)
    grants = citizens_grants(scope, citizen_id)
    prices = prices_of(grants)
    goals = _goals(citizen_id)
    rows = [row_of(grant, prices.get(grant.grant_id, []), scope.today) for grant in grants]
    running = [row for row in rows if row["running"]]
    said = {
        "citizen": found,
        "age": age_on(found, scope.today),
        "sees_birth_date": may(request.user, Permission.SEE_BIRTH_DATES),
        "groups": TargetGroup.objects.filter(until__isnull=True, citizen_id=citizen_id).order_by("start_date"),
        "tables": shown_tables(request, _tables(request, scope, citizen_id, rows, goals)),
        "running": len(running),
        "yearly": sum(row["yearly"] or 0 for row in running),
        "unpriced": sum(row["yearly"] is None for row in running),
        "goals": goals,
        "timeline": timeline(grants, prices, goals, scope.today),
    }
    return render(request, "citizens/citizen.html", said)


@needs(Permission.SEE_CITIZENS)
def citizen_file(request: HttpRequest, citizen_id: str, table: str, form: str) -> HttpResponse:
    """A table of the citizen's page as a file; noted as the page is."""
    scope = scope_of(request)
    scope.citizen(citizen_id)
    note(request, "citizen read", citizen_id, table=table, form=form)
    grants = citizens_grants(scope, citizen_id)
    prices = prices_of(grants)
    rows = [row_of(grant, prices.get(grant.grant_id, []), scope.today) for grant in grants]
    tables = _tables(request, scope, citizen_id, rows, _goals(citizen_id))
    return one_file(request, tables, table, form, "borger")


def _goals(citizen_id: str) -> list[Goal]:
    return list(Goal.objects.filter(until__isnull=True, citizen_id=citizen_id).order_by("set_date"))


def _tables(
    request: HttpRequest, scope: Scope, citizen_id: str, rows: Sequence[Mapping[str, Any]], goals: list[Goal]
) -> dict[str, Table]:
    """The tables of a citizen's page by the word each has in the address of its files."""
    places = places_of([row["grant"] for row in rows])
    tables = {
        "indsatser": grants_table(rows, places, files_at("citizen-file", citizen_id, "indsatser")),
        "maal": goals_table(goals, plans_of(goals), files_at("citizen-file", citizen_id, "maal")),
    }
    if may(request.user, Permission.SEE_CASES):
        cases = standing(scope.cases().filter(citizen_id=citizen_id), scope.today).order_by("-reached")
        tables["sager"] = cases_table(cases, files_at("citizen-file", citizen_id, "sager"))
    return tables


@needs(Permission.SEE_CITIZENS)
def grant(request: HttpRequest, grant_id: str) -> HttpResponse:
    """A grant: what stands, its prices, and what was said of it when, by whom and why."""
    scope = scope_of(request)
    found = scope.grant(grant_id)
    note(request, "citizen read", found.citizen_id, grant=grant_id)
    prices = prices_of([found]).get(grant_id, [])
    said: dict[str, Any] = {
        "grant": found,
        "citizen": Citizen.objects.filter(until__isnull=True, citizen_id=found.citizen_id).first(),
        "table": shown_table(request, _prices(grant_id, prices)),
        "row": row_of(found, prices, scope.today),
        "place": places_of([found]).get(found.department_id or ""),
        "versions": versions_of(grant_id),
    }
    return render(request, "citizens/grant.html", said)


@needs(Permission.SEE_CITIZENS)
def grant_file(request: HttpRequest, grant_id: str, form: str) -> HttpResponse:
    """The prices of a grant as a file; noted as the page is."""
    found = scope_of(request).grant(grant_id)
    note(request, "citizen read", found.citizen_id, grant=grant_id, form=form)
    return table_file(request, _prices(grant_id, prices_of([found]).get(grant_id, [])), form, "priser")


def _prices(grant_id: str, prices: Sequence[GrantPrice]) -> Table:
    return prices_table(prices, files_at("grant-file", grant_id))


def prices_of(grants: list[Grant]) -> dict[str, list[GrantPrice]]:
    """The prices over time of grants, by grant, in the order they begin."""
    prices: dict[str, list[GrantPrice]] = {}
    known = GrantPrice.objects.filter(until__isnull=True, grant_id__in=[grant.grant_id for grant in grants])
    for price in known.order_by("start_date"):
        prices.setdefault(price.grant_id, []).append(price)
    return prices


def places_of(grants: list[Grant]) -> dict[str, dict[str, str]]:
    """Where grants are delivered, by department: names of the department and of its offer, and the offer's id."""
    wanted = {grant.department_id for grant in grants if grant.department_id}
    departments = list(Department.objects.filter(until__isnull=True, department_id__in=wanted))
    offers = Offer.objects.filter(until__isnull=True, offer_id__in={each.offer_id for each in departments})
    names = dict(offers.values_list("offer_id", "name"))
    return {
        each.department_id: {"department": each.name, "offer": names.get(each.offer_id, ""), "offer_id": each.offer_id}
        for each in departments
    }


def row_of(grant: Grant, prices: list[GrantPrice], today: Any) -> dict[str, Any]:
    """A grant with its price, unit and yearly cost today (or on its last or first day), whether it is running, and its
    state: ended, running or coming."""
    begun, ended = grant.start_date <= today, bool(grant.end_date and grant.end_date < today)
    day = max(grant.start_date, min(today, grant.end_date or today))
    price, unit = price_on(grant, prices, day)
    return {
        "grant": grant,
        "price": price,
        "unit": unit,
        "yearly": yearly_cost(price, unit, grant.hours_per_week),
        "running": begun and not ended,
        "state": "ended" if ended else "running" if begun else "coming",
    }
