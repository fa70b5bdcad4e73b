# SPDX-License-Identifier: EUPL-1.2
"""The municipality's cases as a table, and a case's page: its stages over time, what was decided and why, and how long
such cases take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from styr.register.models import Case, CaseEvent
from styr.web.access import needs
from styr.web.audit.log import note
from styr.web.cases.due import FOLLOWED
from styr.web.cases.limits import limits_of
from styr.web.cases.listing import case_columns, case_table
from styr.web.cases.models import Grounds
from styr.web.cases.standing import STATES, UNDECIDED, state_of
from styr.web.cases.stating import Stated
from styr.web.cases.told import Told, told_of
from styr.web.cases.typical import typical
from styr.web.citizens.pages import places_of, row_of
from styr.web.citizens.tables import grants_table
from styr.web.filters import filters_of
from styr.web.roles import Permission
from styr.web.scope import Scope, scope_of
from styr.web.table_files import table_file
from styr.web.tables import Table, files_at, shown_table
from styr.web.words import say

_FIRST_SHOWN = "waiting"


@needs(Permission.SEE_CASES)
def cases(request: HttpRequest) -> HttpResponse:
    """The cases of a state (waiting unless said), narrowed by the filters."""
    scope, filters, state = scope_of(request), filters_of(request), _state(request)
    rows = case_table(scope, filters, state)
    note(request, "cases listed", shown=rows.height, state=state, filters=filters.query)
    said = {
        "table": shown_table(request, _table(rows, state)),
        "any_at_all": rows.height > 0 or scope.cases().exists(),
        "state": state,
        "states": STATES,
    }
    return render(request, "cases/cases.html", said)


@needs(Permission.SEE_CASES)
def cases_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same table as a file."""
    state = _state(request)
    rows = case_table(scope_of(request), filters_of(request), state)
    note(request, "cases listed", shown=rows.height, state=state, form=form)
    return table_file(request, _table(rows, state), form, "sager")


def _table(rows: pl.DataFrame, state: str) -> Table:
    return Table("cases", say("cases.heading"), rows, case_columns(state), files_at("cases-file"))


@dataclass(frozen=True)
class Step:
    """A stage as shown: what and when, days since the stage before (None: the first), whether it is the latest, whether
    it was entered by hand (and may be taken back), and the grounds of a decision."""

    event: CaseEvent
    days: int | None
    latest: bool
    by_hand: bool
    grounds: Grounds | None


@needs(Permission.SEE_CASES)
def case(request: HttpRequest, case_id: str) -> HttpResponse:
    """A case; that the page was read is noted."""
    scope = scope_of(request)
    found = scope.case(case_id)
    note(request, "case read", found.citizen_id, case=case_id)
    told = told_of(found)
    steps = _steps(told)
    at = steps[-1].event if steps else None
    state = state_of(at.stage) if at else ""
    plan = _standing(told.plans)
    done = plan is not None and any(
        step.event.stage in FOLLOWED and step.event.date > plan.planned_on for step in steps
    )  # fmt: skip
    granted = _granted(scope, case_id)
    said = {
        "case": found,
        "steps": steps,
        "at": at,
        "state": state,
        "days": (scope.today - at.date).days if at else 0,
        "all_days": (scope.today - steps[0].event.date).days if steps else 0,
        "over": _over(found, at, steps, scope.today),
        "plan": None if done else plan,
        "today": scope.today,
        "sought": _standing(told.sought),
        "table": shown_table(request, granted),
        "typical": typical(found.municipality, at.stage) if at and state != "ended" else None,
        "told": told.changes,
    }
    return render(request, "cases/case.html", said)


@needs(Permission.SEE_CASES)
def case_file(request: HttpRequest, case_id: str, form: str) -> HttpResponse:
    """What a case has granted as a file; noted as the page is."""
    scope = scope_of(request)
    found = scope.case(case_id)
    note(request, "case read", found.citizen_id, case=case_id, form=form)
    return table_file(request, _granted(scope, case_id), form, "bevilget")


def _granted(scope: Scope, case_id: str) -> Table:
    grants = list(scope.grants().filter(case_id=case_id).order_by("start_date"))
    rows = [row_of(grant, [], scope.today) for grant in grants]
    return grants_table(rows, places_of(grants) if grants else {}, files_at("case-file", case_id), priced=False)


def _state(request: HttpRequest) -> str:
    asked = request.GET.get("state", _FIRST_SHOWN)
    return asked if asked in (*STATES, "all") else _FIRST_SHOWN


def _standing(statements: Sequence[Stated]) -> Stated | None:
    """The statement that stands, of statements of one key."""
    return next((each for each in statements if each.ended_at is None), None)


def _steps(told: Told) -> list[Step]:
    reached = told.reached
    grounds = {each.decided_on: each for each in told.grounds if each.ended_at is None}
    days: list[date | None] = [None, *(each.date for each in reached)]
    return [
        Step(
            event,
            None if before is None else (event.date - before).days,
            event is reached[-1],
            event.since.edit,
            grounds.get(event.date) if event.stage == "decision" else None,
        )
        for event, before in zip(reached, days, strict=False)
    ]


def _over(found: Case, at: CaseEvent | None, steps: list[Step], today: date) -> list[tuple[str, int]]:
    """The municipality's limits that the case has passed, and by how many days."""
    if at is None:
        return []
    limits = limits_of(found.municipality)
    passed = [(at.stage, (today - at.date).days - limits[at.stage])] if at.stage in limits else []
    if at.stage in UNDECIDED and "undecided" in limits:
        passed.append(("undecided", (today - steps[0].event.date).days - limits["undecided"]))
    return [(of, days) for of, days in passed if days > 0]
