# SPDX-License-Identifier: EUPL-1.2
"""Something to do in the demonstration: cases that wait, limits that some have passed, follow-ups that are near.

Generated deliveries hold no case that is still open when they end, so that lists of who waits would stand empty.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from styr.register import store
from styr.register.edit import Said, take_edit
from styr.register.models import Case, Citizen
from styr.web.audit.log import add
from styr.web.cases.models import Limit, Planned, Sought, Statement
from styr.web.cases.standing import STATES, standing
from styr.web.today import today

_WHO, _WHY = "styr", "Opdigtet til demonstrationen"
_FEWEST = 200  # cases of a municipality that is worth filling
_CASES, _PLANS = 24, 12
_SOUGHT = ("SEL-85", "SEL-107", "SEL-104", "SEL-97", "SEL-108", "SEL-85|SEL-97")
_LIMITS = {"undecided": 60, "assessment": 42, "goal": 180}


def make_work(municipality: str) -> None:
    """Open cases and plan follow-ups in a municipality of generated data where nobody waits; nothing elsewhere."""
    cases, day = Case.objects.filter(until__isnull=True, municipality=municipality), today()
    if cases.count() < _FEWEST or standing(cases, day, "waiting").exists():
        return
    with transaction.atomic():
        _open_cases(municipality, day)
        running = standing(cases, day, "running").order_by("-reached", "case_id")
        for place, case_id in enumerate(running.values_list("case_id", flat=True)[:_PLANS]):
            due = day + timedelta(days=4 * place - 9)
            _state(Planned(kind="case", subject=case_id, planned_on=day, due_on=due))
        for of, days in _LIMITS.items():
            _state(Limit(municipality=municipality, of=of, days=days))
        add(_WHO, "", "case opened", municipality, {"cases": _CASES, "why": _WHY})


def _open_cases(municipality: str, day: date) -> None:
    """Cases spread over the last five months, each as far as its age lets it have come."""
    living = Citizen.objects.filter(until__isnull=True, municipality=municipality, death_date__isnull=True)
    people = list(
        living.order_by("citizen_id").values_list("citizen_id", flat=True)[:: max(living.count() // _CASES, 1)]
    )
    said: list[Said] = []
    for place, citizen in enumerate(people[:_CASES]):
        case_id, enquired = f"venter-{municipality}-{place:02}", day - timedelta(days=3 + 6 * place)
        said.append(Said("cases", {"case_id": case_id, "citizen_id": citizen, "municipality": municipality}, None))
        stages = [stage for stage in STATES["waiting"] if stage != "early_support"][: 1 + place % 5]
        for number, stage in enumerate(stages):
            reached = enquired + (day - enquired) * number // (len(stages) + 1)
            said.append(Said("case_events", {"case_id": case_id, "stage": stage, "date": str(reached)}, None))
        _state(Sought(case_id=case_id, provisions=_SOUGHT[place % len(_SOUGHT)]))
    take_edit(said, who=_WHO, why=_WHY, pseudonyms=store.pseudonyms())


def _state(statement: Statement) -> None:
    statement.at, statement.who, statement.why = timezone.now(), _WHO, _WHY
    statement.save()
