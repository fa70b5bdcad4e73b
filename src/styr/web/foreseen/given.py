# SPDX-License-Identifier: EUPL-1.2
"""The page of a municipality's overrides: what stands, one more, and what was taken back; and the overrides as a file
for the command line."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from styr import vocabulary
from styr.forecast.assumptions import BUFFERS
from styr.web.access import may, needs
from styr.web.filters import options_of
from styr.web.foreseen import overrides
from styr.web.foreseen.pages import municipality_of
from styr.web.forms.fields import reason_problem, texts_in
from styr.web.languages import spoken
from styr.web.roles import Permission
from styr.web.table_files import one_file
from styr.web.tables import shown_tables
from styr.web.words import say


@needs(Permission.SEE_RESULTS)
def given(request: HttpRequest) -> HttpResponse:
    """The overrides that stand and those that were taken back; those who may give one more or take one back."""
    municipality = municipality_of(request)
    if not municipality:
        return redirect("forecast")
    texts, problems = dict.fromkeys(overrides.FIELDS, ""), dict[str, str]()
    if request.method == "POST":
        _refuse_others(request)
        if request.POST.get("do") == "take_back":
            problems = _taken_back(request, municipality)
        else:
            texts = texts_in(request, overrides.FIELDS)
            problems = overrides.give(request, municipality, texts)
            if not problems:
                messages.success(request, say("foreseen.given"))
        if not problems:
            return redirect("forecast-overrides")
    said: dict[str, Any] = {
        "municipality": municipality,
        "standing": [(each, overrides.in_words(each)) for each in overrides.standing(municipality)],
        "tables": shown_tables(request, overrides.tables(municipality)),
        "buffers": [(name, say(f"foreseen.buffer.{name}"), say(f"foreseen.takes.{name}")) for name in BUFFERS],
        "provisions": options_of("provision"),
        "functions": [(term.code, f"{term.code} {term.da if spoken() == 'da' else term.en}") for term in _functions()],
        "texts": texts,
        "problems": problems,
        "gives": may(request.user, Permission.OVERRIDE_FORECAST),
    }
    return render(request, "foreseen/overrides.html", said, status=422 if problems else 200)


@needs(Permission.SEE_RESULTS)
def given_table(request: HttpRequest, table: str, form: str) -> HttpResponse:
    """The overrides that stand, or those taken back, as a table in a file."""
    municipality = municipality_of(request)
    if not municipality:
        raise Http404
    return one_file(request, overrides.tables(municipality), table, form, f"antagelser-{municipality}")


@needs(Permission.SEE_RESULTS)
def given_file(request: HttpRequest) -> HttpResponse:
    """The overrides that stand, as `styr forecast --assumptions` reads them."""
    municipality = municipality_of(request)
    if not municipality:
        raise Http404
    answer = HttpResponse(overrides.as_file(overrides.standing(municipality)), content_type="application/yaml")
    answer["Content-Disposition"] = f'attachment; filename="antagelser-{municipality}.yaml"'
    return answer


def _refuse_others(request: HttpRequest) -> None:
    user: Any = request.user
    if not may(user, Permission.OVERRIDE_FORECAST) or not user.municipality:
        raise PermissionDenied


def _taken_back(request: HttpRequest, municipality: str) -> dict[str, str]:
    number, why = request.POST.get("override", ""), request.POST.get("why", "").strip()
    if problem := reason_problem(why):
        return {f"why-{number}": problem}
    if overrides.take_back(request, municipality, int(number) if number.isdecimal() else 0, why):
        messages.success(request, say("foreseen.taken_back"))
    return {}


def _functions() -> list[vocabulary.Term]:
    return list(vocabulary.codelist("function"))
