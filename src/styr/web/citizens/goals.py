# SPDX-License-Identifier: EUPL-1.2
"""Goals set with a citizen: a goal's page with its measurements, setting one, and evaluating it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import get_random_string

from styr.register.edit import Said, texts_of
from styr.register.models import Goal, Measurement
from styr.web.access import needs
from styr.web.audit.log import note
from styr.web.cases.models import Planned
from styr.web.cases.stating import stands, state
from styr.web.citizens.tables import measurements_table
from styr.web.forms.asked import Asked
from styr.web.forms.fields import Field, text_problem, texts_shown
from styr.web.forms.history import Change, changes_of, together
from styr.web.forms.saving import day_of, edit
from styr.web.roles import Permission
from styr.web.scope import Scope, scope_of
from styr.web.table_files import table_file
from styr.web.tables import Table, files_at, shown_table
from styr.web.templatetags.styr import day, word
from styr.web.words import say

_CHANGES = needs(Permission.SEE_CITIZENS, Permission.CHANGE_CASES)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_MEASURED = ("instrument", "value")
_LONGEST_INSTRUMENT = 60


@needs(Permission.SEE_CITIZENS)
def goal(request: HttpRequest, goal_id: str) -> HttpResponse:
    """A goal: what stands, its measurements, and what was said of it when, by whom and why."""
    scope = scope_of(request)
    found = _goal(scope, goal_id)
    note(request, "citizen read", found.citizen_id, goal=goal_id)
    said = {
        "goal": found,
        "plan": _plan(goal_id),
        "today": scope.today,
        "table": shown_table(request, _measured(found)),
        "told": _told(goal_id),
    }
    return render(request, "citizens/goal.html", said)


@needs(Permission.SEE_CITIZENS)
def goal_file(request: HttpRequest, goal_id: str, form: str) -> HttpResponse:
    """What was measured of a goal as a file; noted as the page is."""
    found = _goal(scope_of(request), goal_id)
    note(request, "citizen read", found.citizen_id, goal=goal_id, form=form)
    return table_file(request, _measured(found), form, "maalinger")


def _measured(goal: Goal) -> Table:
    known = Measurement.objects.filter(until__isnull=True, goal_id=goal.goal_id, citizen_id=goal.citizen_id)
    return measurements_table(known.order_by("date"), files_at("goal-file", goal.goal_id))


@_CHANGES
def new_goal(request: HttpRequest, citizen_id: str) -> HttpResponse:
    """Set a goal with a citizen."""
    scope = scope_of(request)
    citizen = scope.citizen(citizen_id)
    start = {"set_date": str(scope.today)}
    asked = Asked(request, "goals.new", "goals", ("kind", "set_date"), start, further=[_next_field()])
    if asked.answered() and _later(asked, "set_date"):
        goal_id = "styr-" + get_random_string(14, _LETTERS)
        if asked.saved(lambda: _set(request, citizen.citizen_id, goal_id, asked.texts, asked.why)):
            messages.success(request, say("goals.done.set"))
            return redirect("goal", goal_id=goal_id)
    return asked.page(reverse("citizen", args=[citizen_id]), f"{say('citizens.citizen')} {citizen_id}")


@_CHANGES
def evaluate(request: HttpRequest, goal_id: str) -> HttpResponse:
    """Evaluate a goal: what was measured, whether it is attained and closed, and when it is evaluated next."""
    scope = scope_of(request)
    found = _goal(scope, goal_id)
    further = [
        Field("date", say("goals.evaluated_on"), "date", True, str(scope.today)),
        Field("instrument", say("column.instrument"), "text", False, "", hint=say("goals.instrument_hint")),
        Field("value", say("column.value"), "number", False, ""),
        _next_field(),
    ]
    start = texts_shown(found, ("attained", "closed_date"))
    asked = Asked(
        request, "goals.evaluate", "goals", ("attained", "closed_date"), start, seen=found.pk, further=further
    )  # fmt: skip
    if (
        asked.answered()
        and _evaluated(asked, found, scope.today)
        and asked.saved(lambda: _evaluate(request, found, asked.texts, asked.why, asked.seen))
    ):
        messages.success(request, say("goals.done.evaluated"))
        return redirect("goal", goal_id=goal_id)
    about = f"{say('citizens.citizen')} {found.citizen_id} · {word(found.kind, 'goal_kind')}, {day(found.set_date)}"
    return asked.page(reverse("goal", args=[goal_id]), about, lambda: _told(goal_id))


def plans_of(goals: list[Goal]) -> dict[str, date]:
    """When each of some goals is to be evaluated."""
    planned = Planned.objects.filter(
        kind="goal", subject__in=[goal.goal_id for goal in goals], ended_at__isnull=True, due_on__isnull=False
    )
    return dict(planned.values_list("subject", "due_on"))


def _goal(scope: Scope, goal_id: str) -> Goal:
    """The goal, when its citizen is in scope; Http404 when not."""
    found = Goal.objects.filter(until__isnull=True, goal_id=goal_id).first()
    if found is None:
        raise Http404
    scope.citizen(found.citizen_id)
    return found


def _set(request: HttpRequest, citizen_id: str, goal_id: str, texts: Mapping[str, str], why: str) -> None:
    row = {"goal_id": goal_id, "citizen_id": citizen_id, "kind": texts["kind"], "set_date": texts["set_date"]}
    with transaction.atomic():
        edit(request, "goal set", citizen_id, [Said("goals", row, None)], why, goal=goal_id)
        if texts["next_on"]:
            _plan_next(request, goal_id, citizen_id, texts["set_date"], texts["next_on"], why)


def _evaluate(request: HttpRequest, goal: Goal, texts: Mapping[str, str], why: str, seen: int) -> None:
    row = {**texts_of(goal), "attained": texts["attained"], "closed_date": texts["closed_date"]}
    saying = [Said("goals", row, seen)]
    if texts["instrument"]:
        measured = {"citizen_id": goal.citizen_id, "goal_id": goal.goal_id, "date": texts["date"]}
        measured |= {name: texts[name] for name in _MEASURED}
        saying.append(Said("measurements", measured, None))
    with transaction.atomic():
        edit(request, "goal evaluated", goal.citizen_id, saying, why, goal=goal.goal_id)
        next_on = "" if texts["closed_date"] else texts["next_on"]
        _plan_next(request, goal.goal_id, goal.citizen_id, texts["date"], next_on, why)


def _plan_next(request: HttpRequest, goal_id: str, citizen_id: str, on: str, next_on: str, why: str) -> None:
    values: dict[str, Any] = {
        "planned_on": date.fromisoformat(on),
        "due_on": date.fromisoformat(next_on) if next_on else None,
    }  # fmt: skip
    key = {"kind": "goal", "subject": goal_id}
    state(request, Planned, key, values, why, action="follow-up planned", about=citizen_id)


def _plan(goal_id: str) -> Planned | None:
    return stands(Planned, {"kind": "goal", "subject": goal_id})


def _told(goal_id: str) -> list[Change]:
    goals = Goal.objects.filter(goal_id=goal_id).select_related("since", "until")
    measured = Measurement.objects.filter(goal_id=goal_id).select_related("since", "until")
    hidden = ("goal_id", "citizen_id")
    plans = [
        Change(plan.at, plan.who, plan.why, 0, True, say("goals.said.planned"), [day(plan.due_on)])
        for plan in Planned.objects.filter(kind="goal", subject=goal_id, due_on__isnull=False)
    ]
    return together(
        (*changes_of(list(goals), "goals.said", hidden), *changes_of(list(measured), "goals.measured", hidden), *plans)
    )


def _next_field() -> Field:
    return Field("next_on", say("goals.next_on"), "date", False, "", hint=say("goals.next_hint"))


def _evaluated(asked: Asked, goal: Goal, today: date) -> bool:
    """Whether an evaluation says something, on a day that has been, of a goal that was set by then."""
    texts = asked.texts
    on = day_of(texts["date"])
    asked.refuse("date", "" if on and goal.set_date <= on <= today else say("goals.day_wrong", day=day(goal.set_date)))
    asked.refuse("instrument", text_problem(texts["instrument"], _LONGEST_INSTRUMENT))
    if bool(texts["instrument"]) != bool(texts["value"]):
        asked.refuse("value" if texts["instrument"] else "instrument", say("goals.half_measured"))
    if texts["attained"] and not texts["closed_date"]:
        asked.refuse("closed_date", say("goals.close_missing"))
    if not any(texts[name] for name in ("closed_date", "instrument", "next_on")):
        asked.refuse("next_on", say("goals.says_nothing"))
    return not asked.problems and _later(asked, "date")


def _later(asked: Asked, than: str) -> bool:
    """Whether the next evaluation, where one is planned, lies after a day."""
    first, next_on = day_of(asked.texts[than]), day_of(asked.texts["next_on"])
    early = bool(asked.texts["next_on"]) and not (first and next_on and next_on > first)
    return asked.refuse("next_on", say("goals.next_early") if early else "")
