# SPDX-License-Identifier: EUPL-1.2
"""The pages on which a provider keeps its offer: places, tariffs, delivered hours and vacancies, each as dated versions
and checked as a delivery."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from styr.register.edit import Said, texts_of
from styr.register.models import DeliveredHours, Department, Places, Tariff, Vacancy, Version
from styr.web.access import needs
from styr.web.forms.asked import Asked
from styr.web.forms.fields import Field, text_problem
from styr.web.forms.history import Change, changes_of, together
from styr.web.forms.saving import day_of, edit, followed, retract
from styr.web.roles import Permission
from styr.web.scope import Scope, scope_of
from styr.web.templatetags.styr import day, month, words
from styr.web.words import say

_CHANGES = needs(Permission.SEE_OFFERS, Permission.CHANGE_OFFERS)
_LONGEST_SERVICE = 100
_MONTHS = 24


@_CHANGES
def places(request: HttpRequest, department_id: str) -> HttpResponse:
    """Say how many places a department has for some provisions from a day on."""
    department = _department(scope_of(request), department_id)
    return _from_a_day(
        request, department, Places, ("provisions", "places", "start_date"), "provisions", "offers.set_places"
    )


@_CHANGES
def tariff(request: HttpRequest, department_id: str) -> HttpResponse:
    """Say what a service costs from a day on."""
    department = _department(scope_of(request), department_id)
    return _from_a_day(
        request, department, Tariff, ("service", "amount", "unit", "start_date"), "service", "offers.set_tariff"
    )


@_CHANGES
def end_places(request: HttpRequest, department_id: str, version: int) -> HttpResponse:
    """Say the last day that places are there."""
    return _end(request, department_id, version, Places, "offers.end_places")


@_CHANGES
def end_tariff(request: HttpRequest, department_id: str, version: int) -> HttpResponse:
    """Say the last day that a tariff holds."""
    return _end(request, department_id, version, Tariff, "offers.end_tariff")


@_CHANGES
def take_places_back(request: HttpRequest, department_id: str, version: int) -> HttpResponse:
    """Take back places that were entered by hand and never were."""
    return _take_back(request, department_id, version, Places, "offers.take_back")


@_CHANGES
def take_tariff_back(request: HttpRequest, department_id: str, version: int) -> HttpResponse:
    """Take back a tariff that was entered by hand and never held."""
    return _take_back(request, department_id, version, Tariff, "offers.take_back")


@_CHANGES
def hours(request: HttpRequest, department_id: str) -> HttpResponse:
    """Report the hours delivered in a month, or report them anew."""
    scope = scope_of(request)
    department = _department(scope, department_id)
    months = _months(scope.today)
    month = Field("month", say("column.month"), "select", True, months[1][0], months)
    asked = Asked(
        request, "offers.set_hours", "delivered_hours", ("kind", "hours"), {"kind": "citizen"}, further=[month]
    )
    key = {"department_id": department_id, "month": day_of(asked.texts["month"]), "kind": asked.texts["kind"]}
    known = asked.texts["month"] in dict(months)
    if asked.answered() and asked.refuse("month", "" if known else say("offers.month_wrong")):
        standing = DeliveredHours.objects.filter(until__isnull=True, **key).first()
        row = {**asked.texts, "department_id": department_id}
        said = Said("delivered_hours", row, standing.pk if standing else None)
        if asked.saved(lambda: edit(request, "hours changed", department.offer_id, [said], asked.why)):
            return _done(request, department)
    return _page(asked, department, DeliveredHours)


@_CHANGES
def vacancy(request: HttpRequest, department_id: str) -> HttpResponse:
    """Publish vacant places from a day on."""
    scope = scope_of(request)
    department = _department(scope, department_id)
    start = {"available_from": str(scope.today), "places": "1"}
    asked = Asked(request, "offers.publish", "vacancies", ("places", "available_from"), start)
    if asked.answered():
        row = {**asked.texts, "department_id": department_id, "published_at": str(scope.today)}
        again = Vacancy.objects.filter(
            until__isnull=True, department_id=department_id, available_from=day_of(row["available_from"]),
            published_at=scope.today,
        ).first()  # fmt: skip
        said = Said("vacancies", row, again.pk if again else None)
        if asked.saved(lambda: edit(request, "vacancy changed", department.offer_id, [said], asked.why)):
            return _done(request, department)
    return _page(asked, department, Vacancy)


@_CHANGES
def withdraw(request: HttpRequest, department_id: str, version: int) -> HttpResponse:
    """Withdraw a vacancy: the places are taken, or not to be had."""
    scope = scope_of(request)
    department = _department(scope, department_id)
    standing = _standing(Vacancy, department_id, version)
    start = {"withdrawn_at": str(scope.today)}
    asked = Asked(request, "offers.withdraw", "vacancies", ("withdrawn_at",), start, seen=standing.pk)
    missing = "" if asked.texts["withdrawn_at"] else say("offers.day_missing")
    if asked.answered() and asked.refuse("withdrawn_at", missing):
        said = Said("vacancies", {**texts_of(standing), **asked.texts}, asked.seen)
        if asked.saved(lambda: edit(request, "vacancy changed", department.offer_id, [said], asked.why)):
            return _done(request, department)
    return _page(asked, department, Vacancy)


def _from_a_day(
    request: HttpRequest, department: Department, model: type[Version], names: tuple[str, ...], same: str, key: str
) -> HttpResponse:
    """The form of what holds from a day on; the row that stands of the same (a column) without end ends the day before.
    Rows of the same that hold later would overlap, and are refused."""
    table = model._meta.verbose_name
    asked = Asked(request, key, table, names, {"start_date": str(scope_of(request).today)})
    rows = model.objects.filter(
        until__isnull=True, department_id=department.department_id, **{same: asked.texts.get(same, "")}
    )
    standing = rows.filter(end_date__isnull=True).order_by("start_date").last()
    if asked.answered() and _fits(asked, rows, same):
        said = followed(table, {**asked.texts, "department_id": department.department_id}, standing)
        action = "places changed" if table == "places" else "tariff changed"
        if asked.saved(lambda: edit(request, action, department.offer_id, said, asked.why)):
            return _done(request, department)
    return _page(asked, department, model)


def _fits(asked: Asked, rows: Any, same: str) -> bool:
    first = day_of(asked.texts["start_date"])
    if same == "service":
        asked.refuse("service", text_problem(asked.texts["service"], _LONGEST_SERVICE))
    if first is not None:
        in_the_way = rows.filter(Q(start_date__gt=first) | Q(start_date__lt=first, end_date__gte=first)).first()
        if in_the_way is not None:
            asked.refuse("start_date", say("offers.overlap", day=day(in_the_way.start_date)))
    return not asked.problems


def _end(request: HttpRequest, department_id: str, version: int, model: type[Version], key: str) -> HttpResponse:
    department = _department(scope_of(request), department_id)
    standing = _standing(model, department_id, version)
    table = model._meta.verbose_name
    start = {"end_date": str(standing.end_date or "")}
    asked = Asked(request, key, table, ("end_date",), start, seen=standing.pk)
    if asked.answered():
        said = Said(table, {**texts_of(standing), **asked.texts}, asked.seen)
        action = "places changed" if table == "places" else "tariff changed"
        if asked.saved(lambda: edit(request, action, department.offer_id, [said], asked.why)):
            return _done(request, department)
    return _page(asked, department, model, _named(standing))


def _take_back(request: HttpRequest, department_id: str, version: int, model: type[Version], key: str) -> HttpResponse:
    department = _department(scope_of(request), department_id)
    standing = _standing(model, department_id, version)
    if not standing.since.edit:
        raise Http404
    asked = Asked(request, key, model._meta.verbose_name, (), seen=standing.pk)
    action = "places changed" if model is Places else "tariff changed"
    if asked.answered() and asked.saved(lambda: retract(request, action, department.offer_id, [standing], asked.why)):
        return _done(request, department)
    return _page(asked, department, model, f"{_named(standing)}, {day(standing.start_date)}")


def _named(standing: Any) -> str:
    return standing.service if isinstance(standing, Tariff) else words(standing.provisions, "provision")


def _department(scope: Scope, department_id: str) -> Department:
    """The department, when it is of the provider's own offer; Http404 when not."""
    found = Department.objects.filter(until__isnull=True, department_id=department_id).first()
    if found is None or not scope.offer_id or found.offer_id != scope.offer_id:
        raise Http404
    return found


def _standing(model: type[Version], department_id: str, version: int) -> Any:
    found = model.objects.filter(until__isnull=True, department_id=department_id, pk=version).first()
    if found is None:
        raise Http404
    return found


def _page(asked: Asked, department: Department, model: type[Version], more: str = "") -> HttpResponse:
    about = f"{say('column.department_id')} {department.name}" + (f" · {more}" if more else "")
    told: Callable[[], list[Change]] = lambda: told_of(model, department.department_id)  # noqa: E731
    return asked.page(reverse("offer", args=[department.offer_id]), about, told)


def told_of(model: type[Version], department_id: str) -> list[Change]:
    """What was said of a department's rows of one table, the latest first."""
    rows = model.objects.filter(department_id=department_id).select_related("since", "until")
    return together(changes_of(list(rows), "offers.said", ("department_id",)))


def _done(request: HttpRequest, department: Department) -> HttpResponse:
    messages.success(request, say("offers.saved"))
    return redirect("offer", offer_id=department.offer_id)


def _months(today: date) -> list[tuple[str, str]]:
    """The months that hours can be reported for, the latest first: first day, and the month in words."""
    numbers = (today.year * 12 + today.month - 1 - back for back in range(_MONTHS))
    days = [date(number // 12, number % 12 + 1, 1) for number in numbers]
    return [(str(first), month(first)) for first in days]
