# SPDX-License-Identifier: EUPL-1.2
"""Finding a citizen: a list of those in scope, by pseudonym, or by civil registration number, which is never kept."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import polars as pl
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
from styr.web.table_files import table_file
from styr.web.tables import Column, Table, files_at, order_of, shown_page
from styr.web.templatetags.styr import words
from styr.web.words import say

_A_PAGE = 25
#: What the list can be sorted by, as the database calls it: who is youngest was born last.
_ORDERS = {"citizen_id": "citizen_id", "age": "-birth_date"}
_CPR_DIGITS = 10


@needs(Permission.SEE_CITIZENS)
def citizens(request: HttpRequest) -> HttpResponse:
    """The citizens in scope, narrowed by the filters and the beginning of a pseudonym, a page at a time."""
    wanted = request.GET.get("id", "").strip()
    if may_hold_number(wanted):
        return _to_list(request, wanted)
    scope = scope_of(request)
    chosen, counted = _asked_for(request, scope)
    page = _Pages(chosen, counted).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    note(request, "citizens listed", shown=len(shown), filters=filters_of(request).query)
    said = {
        "page": page,
        "table": shown_page(request, _table(_rows(scope, shown, [citizen.citizen_id for citizen in shown])), _ORDERS),
        "wanted": wanted,
        "running": _running(request),
        "today": scope.today,
        "empty_store": not Citizen.objects.exists(),
    }
    return render(request, "citizens/citizens.html", said)


@needs(Permission.SEE_CITIZENS)
def citizens_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same citizens, all of them, as a file; noted as a list that is read."""
    wanted = request.GET.get("id", "").strip()
    if may_hold_number(wanted):
        return _to_list(request, wanted)
    scope = scope_of(request)
    chosen, _ = _asked_for(request, scope)
    rows = _rows(scope, list(chosen), chosen.order_by().values("citizen_id"))
    note(request, "citizens fetched", shown=rows.height, filters=filters_of(request).query, form=form)
    return table_file(request, _table(rows), form, "borgere")


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


def _table(rows: pl.DataFrame) -> Table:
    return Table("found", say("nav.citizens"), rows, _columns(), files_at("citizens-file"))


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


def _running(request: HttpRequest) -> bool:
    return request.GET.get("running", "yes") != "all"


def _asked_for(request: HttpRequest, scope: Scope) -> tuple[QuerySet[Citizen], QuerySet[Any]]:
    """The citizens an address asks for, in its order, and as many rows that are counted at less cost."""
    chosen, counted = _narrowed(scope, filters_of(request), running=_running(request))
    if wanted := request.GET.get("id", "").strip():
        chosen = counted = chosen.filter(citizen_id__startswith=wanted)
    return chosen.order_by(order_of(request, _ORDERS, "citizen_id"), "citizen_id"), counted


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


def _rows(scope: Scope, shown: Sequence[Citizen], ids: Any) -> pl.DataFrame:
    """Citizens with the provisions that run and the target groups, by two further queries: citizen_id, age, groups and
    provisions (in words). ids are their pseudonyms, as a list or a query."""
    today = scope.today
    grants = scope.grants().filter(citizen_id__in=ids).filter(Q(end_date__isnull=True) | Q(end_date__gte=today))
    provisions: dict[str, dict[str, None]] = {}
    for citizen, provision in grants.order_by("provision").values_list("citizen_id", "provision"):
        provisions.setdefault(citizen, {})[provision] = None
    groups: dict[str, dict[str, None]] = {}
    belongs = TargetGroup.objects.filter(until__isnull=True, citizen_id__in=ids)
    for citizen, group in belongs.order_by("target_group").values_list("citizen_id", "target_group"):
        groups.setdefault(citizen, {})[group] = None
    group_words = cache(partial(words, kind="target_group"))
    provision_words = cache(partial(words, kind="provision"))
    rows = [
        (
            citizen.citizen_id,
            age_on(citizen, today),
            group_words("|".join(groups.get(citizen.citizen_id, ()))),
            provision_words("|".join(provisions.get(citizen.citizen_id, ()))),
        )
        for citizen in shown
    ]
    schema = {"citizen_id": pl.String(), "age": pl.Int64(), "groups": pl.String(), "provisions": pl.String()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _columns() -> list[Column]:
    return [
        Column("citizen_id", say("citizens.citizen"), link=("citizen", "citizen_id")),
        Column("age", say("citizens.age"), numeric=True),
        Column("groups", say("citizens.groups")),
        Column("provisions", say("citizens.receives")),
    ]


def age_on(citizen: Citizen, day: Any) -> int:
    """Whole years on a day, or at death."""
    day = min(day, citizen.death_date or day)
    born = citizen.birth_date
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def citizens_grants(scope: Scope, citizen_id: str) -> list[Grant]:
    """A citizen's grants in scope, the latest to begin first."""
    return list(scope.grants().filter(citizen_id=citizen_id).order_by("-start_date", "grant_id"))
