# SPDX-License-Identifier: EUPL-1.2
"""The pages on which a grant is created, changed, ended, re-priced, or its last change undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from styr.register.delivery.numbers import convention_of, parse_numbers
from styr.register.delivery.take import RowsRejected
from styr.register.edit import Overtaken
from styr.register.models import Grant, GrantPrice
from styr.web.access import needs
from styr.web.citizens import saving
from styr.web.citizens.fields import (
    GRANT,
    PRICE,
    departments,
    fields,
    problems_of,
    reason_problem,
    texts_in,
    texts_shown,
)
from styr.web.citizens.history import versions_of
from styr.web.citizens.yearly import yearly_cost
from styr.web.roles import Permission
from styr.web.scope import Scope, scope_of
from styr.web.words import say

_CHANGES = needs(Permission.SEE_CITIZENS, Permission.CHANGE_GRANTS)


@_CHANGES
def new(request: HttpRequest, citizen_id: str) -> HttpResponse:
    """Create a grant for a citizen."""
    scope = scope_of(request)
    found = scope.citizen(citizen_id)
    asked = _Asked(request, "new", GRANT, {"paying_municipality": scope.municipality})
    if asked.answered(scope):
        made: list[str] = []
        if asked.saved(lambda: made.append(saving.create_grant(request, citizen_id, asked.texts, asked.why))):
            return _done(request, "created", "grant", made[0])
    return asked.page(found.citizen_id)


@_CHANGES
def change(request: HttpRequest, grant_id: str) -> HttpResponse:
    """Change what stands of a grant."""
    scope = scope_of(request)
    grant = scope.grant(grant_id)
    asked = _Asked(request, "change", GRANT, texts_shown(grant, GRANT), grant)
    if asked.answered(scope) and asked.saved(
        lambda: saving.change_grant(request, grant, asked.texts, asked.why, asked.seen)
    ):
        return _done(request, "changed", "grant", grant_id)
    return asked.page(grant.citizen_id)


@_CHANGES
def end(request: HttpRequest, grant_id: str) -> HttpResponse:
    """End a grant."""
    grant = scope_of(request).grant(grant_id)
    asked = _Asked(request, "end", ("end_date",), texts_shown(grant, ("end_date",)), grant)
    if asked.answered():
        if not asked.texts["end_date"]:
            asked.problems["end_date"] = say("citizens.end_missing")
        elif asked.saved(lambda: saving.end_grant(request, grant, asked.texts["end_date"], asked.why, asked.seen)):
            return _done(request, "ended", "grant", grant_id)
    return asked.page(grant.citizen_id)


@_CHANGES
def reprice(request: HttpRequest, grant_id: str) -> HttpResponse:
    """Give a grant a new price from a day on."""
    grant = scope_of(request).grant(grant_id)
    prices = GrantPrice.objects.filter(until__isnull=True, grant_id=grant_id, end_date__isnull=True)
    standing = prices.order_by("start_date").last()
    start = {"price_unit": grant.price_unit or ""}
    asked = _Asked(request, "reprice", PRICE, start, grant, table="grant_prices", seen=standing.pk if standing else 0)
    if asked.answered() and asked.saved(
        lambda: saving.reprice_grant(request, grant, asked.texts, asked.why, standing, asked.seen)
    ):
        return _done(request, "repriced", "grant", grant_id)
    return asked.page(grant.citizen_id)


@_CHANGES
def undo(request: HttpRequest, grant_id: str) -> HttpResponse:
    """Undo the last change made by hand; what was changed is shown first."""
    grant = scope_of(request).grant(grant_id)
    last = saving.last_edit(grant_id)
    asked = _Asked(request, "undo", (), {}, grant)
    told = [change for change in versions_of(grant_id) if last is not None and change.delivery.pk == last.pk]
    if asked.answered() and last is not None and str(last.pk) == request.POST.get("delivery"):
        saving.undo_edit(request, grant, last, asked.why)
        messages.success(request, say("citizens.undone"))
        stands = Grant.objects.filter(until__isnull=True, grant_id=grant_id).exists()
        return redirect("grant", grant_id=grant_id) if stands else redirect("citizen", citizen_id=grant.citizen_id)
    return asked.page(grant.citizen_id, last=last, told=told)


@_CHANGES
@require_POST
def yearly(request: HttpRequest) -> HttpResponse:
    """What the price being written comes to in a year; a piece of a page."""
    return render(request, "citizens/yearly.html", _yearly(request.POST))


class _Asked:
    """A form about a grant: what was written, what is wrong with it, and the page that asks again."""

    def __init__(
        self,
        request: HttpRequest,
        kind: str,
        names: tuple[str, ...],
        start: Mapping[str, str],
        grant: Grant | None = None,
        table: str = "grants",
        seen: int | None = None,
    ) -> None:
        self.request, self.kind, self.names, self.grant, self.table = request, kind, names, grant, table
        posted = request.method == "POST"
        self.texts = texts_in(request, names) if posted else dict(start)
        self.why = request.POST.get("why", "").strip()
        now = seen if seen is not None else grant.pk if grant else 0
        written = request.POST.get("seen", "")
        self.seen = int(written) if posted and written.isdecimal() else now
        self.problems: dict[str, str] = {}
        self.overtaken: Overtaken | None = None

    def answered(self, scope: Scope | None = None) -> bool:
        """Whether the form was sent, with a reason, and about a municipality that is the user's own."""
        if self.request.method != "POST":
            return False
        if problem := reason_problem(self.why):
            self.problems["why"] = problem
        if scope is not None and scope.municipality not in (
            self.texts["paying_municipality"],
            self.texts["acting_municipality"],
        ):
            self.problems["paying_municipality"] = say("citizens.foreign")
        return not self.problems

    def saved(self, save: Callable[[], object]) -> bool:
        """Whether what was asked could be saved; else problems or overtaken say why not."""
        try:
            save()
        except RowsRejected as refused:
            self.problems = problems_of(refused.rejections)
        except Overtaken as overtaken:
            self.overtaken = overtaken
            self.seen = overtaken.now.pk if overtaken.now else 0
        return not self.problems and self.overtaken is None

    def page(self, citizen_id: str, **more: Any) -> HttpResponse:
        """The page with the form, as far as it has come."""
        shown = fields(self.table, self.names, self.texts, self.problems)
        named = {field.name for field in shown}
        grant_id = self.grant.grant_id if self.grant else ""
        said = {
            "kind": self.kind,
            "heading_key": f"citizens.{self.kind}.heading",
            "text_key": f"citizens.{self.kind}.text",
            "save_key": f"citizens.{self.kind}.save",
            "fields": shown,
            "departments": departments() if "department_id" in named else (),
            "citizen_id": citizen_id,
            "grant": self.grant,
            "why": self.why,
            "seen": self.seen,
            "problems": self.problems,
            "other_problems": [text for name, text in self.problems.items() if name not in named | {"why"}],
            "overtaken": versions_of(grant_id)[:1] if self.overtaken else (),
            **_yearly(self.texts),
            **more,
        }
        status = 409 if self.overtaken else 422 if self.problems else 200
        return render(self.request, "citizens/form.html", said, status=status)


def _done(request: HttpRequest, done: str, page: str, grant_id: str) -> HttpResponse:
    messages.success(request, say(f"citizens.done.{done}"))
    return redirect(page, grant_id=grant_id)


def _yearly(texts: Mapping[str, str]) -> dict[str, Any]:
    """The yearly cost of what is written so far, and whether the price is by the hour."""
    price, hours = _number(texts.get("price", "")), _number(texts.get("hours_per_week", ""))
    unit = texts.get("price_unit", "")
    return {"cost": yearly_cost(price, unit, hours), "by_hour": unit == "hour"}


def _number(text: str) -> Any:
    texts = pl.Series([text.strip()])
    if not text.strip():
        return None
    parsed = parse_numbers(texts, convention_of(texts))
    return None if parsed.wrong[0] or parsed.ambiguous[0] else parsed.values[0]
