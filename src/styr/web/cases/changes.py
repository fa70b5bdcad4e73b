# SPDX-License-Identifier: EUPL-1.2
"""The pages on which a case is opened, reaches a stage, is decided or closed, is given grounds or a follow-up, and a
stage is taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from styr.register.models import Case, CaseEvent
from styr.web.access import needs
from styr.web.cases import saving
from styr.web.cases.models import Grounds
from styr.web.cases.stating import stands
from styr.web.cases.told import told_of
from styr.web.forms.asked import Asked
from styr.web.forms.fields import Field, choices, text_problem
from styr.web.forms.saving import day_of
from styr.web.roles import Permission
from styr.web.scope import scope_of
from styr.web.templatetags.styr import day, word
from styr.web.words import say

_CHANGES = needs(Permission.SEE_CASES, Permission.CHANGE_CASES)
_LONGEST_GROUNDS = 2000
_NOT_REACHED_SO = ("decision", "end")  # these have forms of their own


@_CHANGES
def new_case(request: HttpRequest, citizen_id: str) -> HttpResponse:
    """Open a case for a citizen."""
    scope = scope_of(request)
    citizen = scope.citizen(citizen_id)
    sought = Field("provisions", say("cases.sought"), "several", False, "", choices("provision"))
    start = {"stage": "enquiry", "date": str(scope.today)}
    asked = Asked(request, "cases.new", "case_events", ("stage", "date"), start, further=[sought])
    if asked.answered() and _past(asked, scope.today):
        made: list[str] = []
        if asked.saved(
            lambda: made.append(
                saving.open_case(request, citizen.citizen_id, scope.municipality, asked.texts, asked.why)
            )
        ):
            return _done(request, "opened", made[0])
    return asked.page(reverse("citizen", args=[citizen_id]), f"{say('citizens.citizen')} {citizen_id}")


@_CHANGES
def stage(request: HttpRequest, case_id: str) -> HttpResponse:
    """Take a case to a further stage."""
    return _reached(request, case_id, "cases.stage", ("stage", "date"), [_follow_up_field()])


@_CHANGES
def decide(request: HttpRequest, case_id: str) -> HttpResponse:
    """Decide a case, with grounds and the day it is followed up."""
    return _reached(request, case_id, "cases.decide", ("date",), [*_grounds_fields(), _follow_up_field()], "decision")


@_CHANGES
def close(request: HttpRequest, case_id: str) -> HttpResponse:
    """Close a case."""
    return _reached(request, case_id, "cases.close", ("date",), [], "end")


@_CHANGES
def grounds(request: HttpRequest, case_id: str, decided_on: str) -> HttpResponse:
    """Give the grounds of a decision that has none yet, or give them anew."""
    case = scope_of(request).case(case_id)
    day_decided = day_of(decided_on)
    decisions = CaseEvent.objects.filter(until__isnull=True, case_id=case_id, stage="decision", date=day_decided)
    if day_decided is None or not decisions.exists():
        raise Http404
    now = stands(Grounds, {"case_id": case_id, "decided_on": day_decided})
    start = {"professional": now.professional, "economic": now.economic} if now else {}
    seen = now.pk if now else 0
    asked = Asked(request, "cases.grounds_given", "case_events", (), start, seen=seen, further=_grounds_fields())
    if (
        asked.answered()
        and _grounded(asked)
        and asked.saved(lambda: saving.give_grounds(request, case, day_decided, asked.texts, asked.why, asked.seen))
    ):
        return _done(request, "grounded", case_id)
    return _page(asked, case, f"{word('decision', 'stage')} {day(day_decided)}")


@_CHANGES
def plan(request: HttpRequest, case_id: str) -> HttpResponse:
    """Plan when a case is followed up next."""
    scope = scope_of(request)
    case = scope.case(case_id)
    now = saving.follow_up_of(case)
    start = {"follow_up_on": str(now.due_on) if now and now.due_on else ""}
    seen = now.pk if now else 0
    asked = Asked(request, "cases.plan", "case_events", (), start, seen=seen, further=[_follow_up_field()])
    if asked.answered() and asked.saved(
        lambda: saving.plan_follow_up(
            request, case, scope.today, day_of(asked.texts["follow_up_on"]), asked.why, asked.seen
        )
    ):
        return _done(request, "planned", case_id)
    return _page(asked, case)


@_CHANGES
def take_stage_back(request: HttpRequest, case_id: str, version: int) -> HttpResponse:
    """Take back a stage that was entered by hand and never reached."""
    case = scope_of(request).case(case_id)
    standing = CaseEvent.objects.filter(until__isnull=True, case_id=case_id, pk=version, since__edit=True).first()
    if standing is None:
        raise Http404
    asked = Asked(request, "cases.take_back", "case_events", (), seen=saving.mark_of(case))
    if asked.answered() and asked.saved(lambda: saving.take_stage_back(request, case, standing, asked.why)):
        return _done(request, "taken_back", case_id)
    return _page(asked, case, f"{word(standing.stage, 'stage')} {day(standing.date)}")


def _reached(
    request: HttpRequest, case_id: str, key: str, names: Sequence[str], further: list[Field], to: str = ""
) -> HttpResponse:
    """The form of a stage: the one given, or (empty) one that is chosen."""
    scope = scope_of(request)
    case = scope.case(case_id)
    start = {"date": str(scope.today)}
    asked = Asked(request, key, "case_events", names, start, seen=saving.mark_of(case), further=further)
    texts = {**asked.texts, **({"stage": to} if to else {})}
    if (
        asked.answered()
        and _past(asked, scope.today)
        and _new(asked, case, texts)
        and _grounded(asked)
        and asked.saved(lambda: saving.reach_stage(request, case, texts, asked.why, asked.seen))
    ):
        return _done(request, "closed" if to == "end" else "reached", case_id)
    return _page(asked, case)


def _past(asked: Asked, today: date) -> bool:
    """Whether the day of a stage is a day that has been: what is to come is planned, not reached."""
    reached = day_of(asked.texts["date"])
    asked.refuse("date", say("cases.no_day") if reached is None else "")
    return asked.refuse("date", say("cases.not_yet") if reached is not None and reached > today else "") and not (
        asked.problems
    )


def _new(asked: Asked, case: Case, texts: dict[str, str]) -> bool:
    """Whether the stage is news, lies after the case began, and comes before the follow-up planned."""
    events = CaseEvent.objects.filter(until__isnull=True, case_id=case.case_id)
    first = events.order_by("date").values_list("date", flat=True).first()
    reached = day_of(texts["date"])
    again = events.filter(stage=texts["stage"], date=reached).exists()
    asked.refuse("date", say("cases.before_case", day=day(first)) if first and reached and reached < first else "")
    asked.refuse("date" if "stage" not in asked.names else "stage", say("cases.reached_before") if again else "")
    if planned := texts.get("follow_up_on"):
        late = day_of(planned)
        asked.refuse("follow_up_on", "" if late and reached and late > reached else say("cases.follow_up_early"))
    return not asked.problems


def _grounded(asked: Asked) -> bool:
    """Whether grounds, where they are asked for, are given and fit to keep."""
    named = [name for name in ("professional", "economic") if name in {field.name for field in asked.further}]
    for name in named:
        asked.refuse(name, text_problem(asked.texts[name], _LONGEST_GROUNDS))
    if named and not asked.texts["professional"]:
        asked.refuse("professional", say("cases.grounds_missing"))
    return not asked.problems


def _grounds_fields() -> list[Field]:
    return [
        Field(
            name,
            say(f"cases.grounds.{name}"),
            "long",
            name == "professional",
            "",
            hint=say(f"cases.grounds.{name}_hint"),
        )
        for name in ("professional", "economic")
    ]


def _follow_up_field() -> Field:
    return Field("follow_up_on", say("cases.follow_up_on"), "date", False, "", hint=say("cases.follow_up_hint"))


def _page(asked: Asked, case: Case, more: str = "") -> HttpResponse:
    about = f"{say('column.case_id')} {case.case_id}" + (f" · {more}" if more else "")
    return asked.page(reverse("case", args=[case.case_id]), about, lambda: told_of(case).changes)


def _done(request: HttpRequest, done: str, case_id: str) -> HttpResponse:
    messages.success(request, say(f"cases.done.{done}"))
    return redirect("case", case_id=case_id)
