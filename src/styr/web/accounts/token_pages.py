# SPDX-License-Identifier: EUPL-1.2
"""The page where users make tokens for the API and withdraw them; administrators withdraw those of others, on the page
of the user."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import polars as pl
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from styr.web.access import for_signed_in, may
from styr.web.accounts import tokens as kept
from styr.web.accounts.models import Token
from styr.web.forms.fields import Field, text_problem
from styr.web.roles import Permission
from styr.web.table_files import table_file
from styr.web.tables import OVER, Action, Column, Table, files_at, shown_table
from styr.web.templatetags.styr import day, moment, scope_word
from styr.web.words import say

_LONGEST_NAME = 80
_USUAL_DAYS = 90
_TEXT, _MOMENT = pl.String(), pl.Datetime(time_zone="UTC")
_SCHEMA = {
    "name": _TEXT, "scopes": _TEXT, "expires": _MOMENT, "last_used": _MOMENT, "state": _TEXT, "_number": pl.Int64(),
    "_holds": pl.Boolean(), OVER: pl.Boolean(),
}  # fmt: skip


@for_signed_in
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens, and a form to make another, which is shown once."""
    user: Any = request.user
    today = timezone.localdate()
    offered = kept.scopes_for(user)
    last = today + timedelta(days=kept.LONGEST)
    asked: dict[str, Any] = {"name": "", "scopes": [], "until": str(today + timedelta(days=_USUAL_DAYS))}
    problems: dict[str, str] = {}
    shown = ""
    if request.method == "POST":
        asked = {
            "name": request.POST.get("name", "").strip(),
            "scopes": [scope for scope in request.POST.getlist("scopes") if scope in offered],
            "until": request.POST.get("until", "").strip(),
        }
        until = _day(asked["until"])
        problems = _problems(asked, until, today, last)
        if not problems and until:
            shown = kept.make_token(request, asked["name"], asked["scopes"], until)
    said = {
        "table": shown_table(request, _own(request)),
        "offered": offered,
        "asked": asked,
        "problems": problems,
        "name": _field("name", "text", asked, problems),
        "until": _field("until", "date", asked, problems),
        "shown": shown,
    }
    return render(request, "accounts/tokens.html", said, status=422 if problems else 200)


@for_signed_in
def tokens_file(request: HttpRequest, form: str) -> HttpResponse:
    """One's own tokens as a file."""
    return table_file(request, _own(request), form, "noegler")


@for_signed_in
@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Withdraw a token: one's own, or anyone's by one who looks after users."""
    user: Any = request.user
    manages = may(user, Permission.MANAGE_USERS)
    found = get_object_or_404(Token.objects.select_related("user"), pk=number)
    if found.user_id != user.pk and not manages:
        raise Http404
    kept.withdraw(request, [found])
    messages.success(request, say("tokens.withdrawn", name=found.name))
    return redirect("tokens") if found.user_id == user.pk else redirect("change-user", number=found.user_id)


def token_table(made: Iterable[Token], caption: str, files: str) -> Table:
    """Tokens: name, scopes (in words), expires, last_used and state (in words); those that hold can be withdrawn."""
    rows = [
        (
            each.name,
            ", ".join(scope_word(scope) for scope in each.scopes.split()),
            each.expires,
            each.last_used,
            say(f"tokens.state.{each.state}"),
            each.pk,
            each.holds,
            not each.holds,
        )
        for each in made
    ]
    columns = [
        Column("name", say("tokens.name")),
        Column("scopes", say("tokens.scopes")),
        Column("expires", say("tokens.until"), text=day),
        Column("last_used", say("tokens.last_used"), text=lambda at: moment(at) if at else say("tokens.never")),
        Column("state", say("tokens.state_is")),
    ]
    withdrawing = Action(say("tokens.withdraw"), "withdraw-token", ("_number",), "name", where="_holds", at_once=True)
    frame = pl.DataFrame(rows, schema=_SCHEMA, orient="row")
    return Table("tokens", caption, frame, columns, files, part=True, actions=[withdrawing])


def _own(request: HttpRequest) -> Table:
    user: Any = request.user
    return token_table(user.tokens.all(), say("tokens.yours"), files_at("tokens-file"))


def _field(name: str, kind: str, asked: dict[str, Any], problems: dict[str, str]) -> Field:
    label, hint = say(f"tokens.{name}"), say(f"tokens.{name}_hint")
    return Field(name, label, kind, True, asked[name], problem=problems.get(name, ""), hint=hint)


def _problems(asked: dict[str, Any], until: date | None, today: date, last: date) -> dict[str, str]:
    """What is wrong with which field."""
    said = {
        "name": text_problem(asked["name"], _LONGEST_NAME) if asked["name"] else say("tokens.name_missing"),
        "scopes": "" if asked["scopes"] else say("tokens.scopes_missing"),
        "until": "" if until and today <= until <= last else say("tokens.until_wrong"),
    }
    return {name: problem for name, problem in said.items() if problem}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
