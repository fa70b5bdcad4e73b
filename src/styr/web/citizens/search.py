# SPDX-License-Identifier: EUPL-1.2
"""Finding a citizen: a list of those in scope, by pseudonym, or by civil registration number, which is never kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from styr import vocabulary
from styr.register import store
from styr.register.delivery.pseudonym import digits_of, has_birth_date
from styr.register.models import Citizen, Grant, TargetGroup
from styr.web.access import may, needs
from styr.web.audit.log import note
from styr.web.filters import Filters, filters_of
from styr.web.forms.fields import may_hold_number
from styr.web.roles import Permission
from styr.web.scope import Scope, scope_of
from styr.web.words import say

_A_PAGE = 25
_CPR_DIGITS = 10


@needs(Permission.SEE_CITIZENS)
def citizens(request: HttpRequest) -> HttpResponse:
    """The citizens in scope, narrowed by the filters and the beginning of a pseudonym, a page at a time."""
    scope, filters = scope_of(request), filters_of(request)
    wanted = request.GET.get("id", "").strip()
    if may_hold_number(wanted):
        return _to_list(request, wanted)
    running = request.GET.get("running", "yes") != "all"
    chosen, counted = _narrowed(scope, filters, running=running)
    if wanted:
        chosen = counted = chosen.filter(citizen_id__startswith=wanted)
    page = _Pages(chosen.order_by("citizen_id"), counted).get_page(request.GET.get("page"))
    note(request, "citizens listed", shown=len(page.object_list), filters=filters.query)
    said = {
        "page": page,
        "rows": _rows(scope, list(page.object_list)),
        "wanted": wanted,
        "running": running,
        "today": scope.today,
        "empty_store": not Citizen.objects.exists(),
    }
    return render(request, "citizens/citizens.html", said)


@needs(Permission.SEE_CITIZENS)
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Look a citizen up: by civil registration number (cpr), which is made a pseudonym here and neither stored, logged
    nor sent on, or by the beginning of a pseudonym (id), which the list's address then holds. What is written as a
    pseudonym and may be a number goes no further."""
    if "cpr" not in request.POST:
        return _to_list(request, request.POST.get("id", "").strip())
    if not may(request.user, Permission.FIND_BY_CPR):
        raise PermissionDenied
    pseudonym = pseudonym_of(request.POST["cpr"])
    if pseudonym is None:
        messages.error(request, say("citizens.cpr_wrong"))
        return redirect("citizens")
    found = scope_of(request).citizens().filter(citizen_id=pseudonym).exists()
    note(request, "citizen looked up by cpr", pseudonym, found=found)
    if found:
        return redirect("citizen", citizen_id=pseudonym)
    messages.error(request, say("citizens.cpr_unknown"))
    return redirect("citizens")


def pseudonym_of(number: str) -> str | None:
    """The pseudonym of a civil registration number; None of what is none."""
    digits = digits_of(number)
    if len(digits) != _CPR_DIGITS or not has_birth_date(digits):
        return None
    return store.pseudonyms().of(digits)


def _to_list(request: HttpRequest, wanted: str) -> HttpResponse:
    """To the list of those whose pseudonym begins so; the other words of the address are kept."""
    asked = request.GET.copy()
    asked.pop("id", None)
    if may_hold_number(wanted):
        messages.error(request, say("citizens.cpr_in_pseudonym"))
    else:
        asked["id"] = wanted
    return redirect(f"{reverse('citizens')}?{asked.urlencode()}")


class _Pages(Paginator):
    """The citizens a page at a time; how many there are is asked in the way that is cheapest (counted)."""

    def __init__(self, chosen: QuerySet[Any], counted: QuerySet[Any]) -> None:
        super().__init__(chosen, _A_PAGE)
        self._counted = counted

    @cached_property
    def count(self) -> int:
        return self._counted.count()


def _narrowed(scope: Scope, filters: Filters, *, running: bool) -> tuple[QuerySet[Citizen], QuerySet[Any]]:
    """The citizens, and as many rows that are counted at less cost."""
    granted = Q()
    if running:
        first = last = scope.today
        if filters.year:
            first, last = first.replace(filters.year, 1, 1), last.replace(filters.year, 12, 31)
        granted &= Q(start_date__lte=last) & (Q(end_date__isnull=True) | Q(end_date__gte=first))
    if filters.provision:
        granted &= Q(provision=filters.provision)
    if granted and not filters.target_group and not filters.municipality:
        return scope.granted(granted), scope.granted_ids(granted)
    chosen = scope.granted(granted) if granted else scope.citizens()
    if filters.target_group:
        groups = vocabulary.codes_below("target_group", [filters.target_group])
        belongs = TargetGroup.objects.filter(until__isnull=True, target_group__in=groups)
        chosen = chosen.filter(citizen_id__in=belongs.values("citizen_id"))
    if filters.municipality:
        chosen = chosen.filter(municipality=filters.municipality)
    return chosen, chosen


def _rows(scope: Scope, shown: list[Citizen]) -> list[dict[str, Any]]:
    """Each citizen with the provisions that run and the target groups, by two further queries."""
    ids = [citizen.citizen_id for citizen in shown]
    today = scope.today
    grants = scope.grants().filter(citizen_id__in=ids).filter(Q(end_date__isnull=True) | Q(end_date__gte=today))
    provisions: dict[str, list[str]] = {}
    for citizen, provision in grants.order_by("provision").values_list("citizen_id", "provision"):
        if provision not in provisions.setdefault(citizen, []):
            provisions[citizen].append(provision)
    groups: dict[str, list[str]] = {}
    belongs = TargetGroup.objects.filter(until__isnull=True, citizen_id__in=ids)
    for citizen, group in belongs.order_by("target_group").values_list("citizen_id", "target_group"):
        if group not in groups.setdefault(citizen, []):
            groups[citizen].append(group)
    return [
        {
            "citizen": citizen,
            "age": age_on(citizen, today),
            "provisions": "|".join(provisions.get(citizen.citizen_id, ())),
            "groups": "|".join(groups.get(citizen.citizen_id, ())),
        }
        for citizen in shown
    ]


def age_on(citizen: Citizen, day: Any) -> int:
    """Whole years on a day, or at death."""
    day = min(day, citizen.death_date or day)
    born = citizen.birth_date
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def citizens_grants(scope: Scope, citizen_id: str) -> list[Grant]:
    """A citizen's grants in scope, the latest to begin first."""
    return list(scope.grants().filter(citizen_id=citizen_id).order_by("-start_date", "grant_id"))
