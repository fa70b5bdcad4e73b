# SPDX-License-Identifier: EUPL-1.2
"""Departments to choose among: the municipality's own to begin with, any in the country by some letters of its name."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from styr.register.models import Department, Offer
from styr.web.access import needs
from styr.web.roles import Permission
from styr.web.scope import scope_of

#: The most that a search shows: who sees so many writes a letter more.
MOST = 40
Choices = Sequence[tuple[str, str]]


@needs(Permission.SEE_CITIZENS, Permission.CHANGE_GRANTS)
def find_departments(request: HttpRequest) -> HttpResponse:
    """The choices whose names hold every word of department_search, and the one chosen (department_id); a piece of a
    page."""
    text, chosen = request.GET.get("department_search", ""), request.GET.get("department_id", "")
    looked_for = bool(text.strip())
    found = named_like(text) if looked_for else own(scope_of(request).municipality)
    most = MOST if looked_for else len(found)
    said = {
        "departments": with_chosen(found[:most], chosen),
        "chosen": chosen,
        "looked_for": looked_for,
        "found": len(found),
        "more": max(len(found) - most, 0),
    }
    return render(request, "forms/departments.html", said)


def own(municipality: str) -> Choices:
    """The departments of the offers in a municipality: id, and the names of offer and department."""
    return _named(Offer.objects.filter(until__isnull=True, municipality=municipality))


def named_like(text: str) -> Choices:
    """The departments of the country whose names (offer and department) hold every word of a text."""
    words = text.casefold().split()
    every = _named(Offer.objects.filter(until__isnull=True))
    return [each for each in every if all(word in each[1].casefold() for word in words)]


def with_chosen(choices: Choices, chosen: str) -> Choices:
    """The choices, with the one chosen before them when it is not among them: a form that is saved unchanged keeps it,
    even where its offer or the department itself is no longer in the register."""
    if not chosen or any(number == chosen for number, _ in choices):
        return choices
    department = Department.objects.filter(until__isnull=True, department_id=chosen).first()
    if department is None:
        return [(chosen, chosen), *choices]
    offer = Offer.objects.filter(until__isnull=True, offer_id=department.offer_id).first()
    return [(chosen, f"{offer.name}, {department.name}" if offer else department.name), *choices]


def _named(offers: QuerySet[Offer]) -> list[tuple[str, str]]:
    names = dict(offers.values_list("offer_id", "name"))
    rows = Department.objects.filter(until__isnull=True).values_list("department_id", "offer_id", "name")
    found = [(number, f"{names[offer]}, {name}") for number, offer, name in rows if offer in names]
    return sorted(found, key=lambda each: each[1])
