# SPDX-License-Identifier: EUPL-1.2
"""What changes cases: opening one, reaching a stage, taking a stage back, deciding with grounds, planning follow-up.

Stages are edits of the register, checked as any delivery; grounds and plans are statements beside it. What belongs
together is stored together or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest
from django.utils.crypto import get_random_string

from styr.register.delivery.take import one_at_a_time
from styr.register.edit import Said
from styr.register.models import Case, CaseEvent
from styr.web.cases.models import Grounds, Planned, Sought
from styr.web.cases.stating import stands, state
from styr.web.forms.asked import Meanwhile
from styr.web.forms.saving import edit, retract

_LETTERS = "abcdefghijklmnopqrstuvwxyz"  # an id without digits is never taken for a civil registration number


def open_case(request: HttpRequest, citizen_id: str, municipality: str, texts: Mapping[str, str], why: str) -> str:
    """Open a case for a citizen at its first stage (stage, date), about the provisions sought; gives its id."""
    case_id = "styr-" + get_random_string(14, _LETTERS)
    case = {"case_id": case_id, "citizen_id": citizen_id, "municipality": municipality}
    event = {"case_id": case_id, "stage": texts["stage"], "date": texts["date"]}
    with transaction.atomic():
        said = [Said("cases", case, None), Said("case_events", event, None)]
        edit(request, "case opened", citizen_id, said, why, case=case_id)
        if texts["provisions"]:
            sought = {"provisions": texts["provisions"]}
            state(request, Sought, {"case_id": case_id}, sought, why, action="case opened", about=citizen_id)
    return case_id


def reach_stage(request: HttpRequest, case: Case, texts: Mapping[str, str], why: str, seen: int) -> None:
    """Take a case to a stage (stage, date); with follow_up_on the next follow-up is planned, and with professional and
    economic grounds are given for a decision. Raises Meanwhile when the case was changed since it was seen (mark_of).
    """
    event = {"case_id": case.case_id, "stage": texts["stage"], "date": texts["date"]}
    with transaction.atomic():
        _refuse_changed(case, seen)
        edit(
            request, "case stage reached", case.citizen_id, [Said("case_events", event, None)], why, case=case.case_id
        )  # fmt: skip
        day = date.fromisoformat(texts["date"])
        if texts.get("professional") or texts.get("economic"):
            give_grounds(request, case, day, texts, why)
        if texts.get("follow_up_on"):
            plan_follow_up(request, case, day, date.fromisoformat(texts["follow_up_on"]), why)


def take_stage_back(request: HttpRequest, case: Case, event: CaseEvent, why: str) -> None:
    """Take back a stage that was never reached."""
    retract(request, "case stage taken back", case.citizen_id, [event], why, case=case.case_id, stage=event.stage)


def give_grounds(
    request: HttpRequest, case: Case, decided_on: date, texts: Mapping[str, str], why: str, seen: int | None = None
) -> None:
    """Give the grounds of a decision, or give them anew."""
    key = {"case_id": case.case_id, "decided_on": decided_on}
    values = {name: texts.get(name, "") for name in ("professional", "economic")}
    state(request, Grounds, key, values, why, action="grounds given", about=case.citizen_id, seen=seen)


def plan_follow_up(
    request: HttpRequest, case: Case, planned_on: date, due_on: date | None, why: str, seen: int | None = None
) -> None:
    """Plan when a case is followed up next; None: not at all."""
    key = {"kind": "case", "subject": case.case_id}
    values = {"due_on": due_on, "planned_on": planned_on}
    state(request, Planned, key, values, why, action="follow-up planned", about=case.citizen_id, seen=seen)


def mark_of(case: Case) -> int:
    """The number of the latest delivery or edit that spoke of a case's stages: it is another when they are changed."""
    spoke = CaseEvent.objects.filter(case_id=case.case_id).aggregate(since=Max("since_id"), until=Max("until_id"))
    return max(spoke["since"] or 0, spoke["until"] or 0)


def follow_up_of(case: Case) -> Planned | None:
    """The follow-up that is planned for a case, done or not."""
    return stands(Planned, {"kind": "case", "subject": case.case_id})


def _refuse_changed(case: Case, seen: int) -> None:
    one_at_a_time()
    if mark_of(case) != seen:
        raise Meanwhile(mark_of(case))
