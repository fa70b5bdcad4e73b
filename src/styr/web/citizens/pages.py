# SPDX-License-Identifier: EUPL-1.2
"""A citizen's page (grants, places, prices and goals over time) and a grant's page (what stands, and every version)."""

from __future__ import annotations

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
from styr.web.citizens.timeline import timeline
from styr.web.citizens.yearly import price_on, yearly_cost
from styr.web.roles import Permission
from styr.web.scope import scope_of


@needs(Permission.SEE_CITIZENS)
def citizen(request: HttpRequest, citizen_id: str) -> HttpResponse:
    """A citizen, as far as it concerns the one who asks; that the page was read is noted."""
    scope = scope_of(request)
    found = scope.citizen(citizen_id)
    note(request, "citizen read", citizen_id)
    grants = citizens_grants(scope, citizen_id)
    prices = prices_of(grants)
    goals = list(Goal.objects.filter(until__isnull=True, citizen_id=citizen_id).order_by("set_date"))
    rows = [_row(grant, prices.get(grant.grant_id, []), scope.today) for grant in grants]
    running = [row for row in rows if row["running"]]
    said = {
        "citizen": found,
        "age": age_on(found, scope.today),
        "sees_birth_date": may(request.user, Permission.SEE_BIRTH_DATES),
        "groups": TargetGroup.objects.filter(until__isnull=True, citizen_id=citizen_id).order_by("start_date"),
        "rows": rows,
        "places": places_of(grants),
        "running": len(running),
        "yearly": sum(row["yearly"] or 0 for row in running),
        "unpriced": sum(row["yearly"] is None for row in running),
        "goals": goals,
        "plans": plans_of(goals),
        "cases": standing(scope.cases().filter(citizen_id=citizen_id), scope.today).order_by("-reached")
        if may(request.user, Permission.SEE_CASES)
        else (),
        "timeline": timeline(grants, prices, goals, scope.today),
    }
    return render(request, "citizens/citizen.html", said)


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
        "prices": prices,
        "row": _row(found, prices, scope.today),
        "place": places_of([found]).get(found.department_id or ""),
        "versions": versions_of(grant_id),
    }
    return render(request, "citizens/grant.html", said)


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


def _row(grant: Grant, prices: list[GrantPrice], today: Any) -> dict[str, Any]:
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
