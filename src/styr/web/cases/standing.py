# SPDX-License-Identifier: EUPL-1.2
"""Where cases stand: the latest stage each has reached, since when, and whether the citizen waits for it to go on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Case as Choice
from django.db.models import IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Value, When

from styr import vocabulary
from styr.register.models import Case, CaseEvent

#: Stages by what a case that stands there does: waits for help to begin, runs, or is over. A case that is reassessed
#: runs on meanwhile: the citizen has the help.
STATES: Mapping[str, tuple[str, ...]] = {
    "waiting": ("enquiry", "early_support", "assessment", "recommendation", "decision", "order"),
    "running": ("start", "follow_up", "reassessment"),
    "ended": ("end",),
}
#: Stages before the decision, counted from the enquiry.
UNDECIDED = ("enquiry", "early_support", "assessment", "recommendation")


def standing(cases: QuerySet[Case], today: date, state: str = "") -> QuerySet[Case]:
    """Cases with `stage` (the latest reached by today; of several on one day the last in the order of the stages),
    `reached` (its day) and `enquired` (the first day of the case): those in a state, or (any other word) all that have
    reached a stage."""
    within = Q(stage__in=STATES[state]) if state in STATES else Q(stage__isnull=False)
    return (
        cases.annotate(stage=stage_of(today))
        .filter(within)
        .annotate(
            reached=Subquery(_latest(today).values("date")[:1]),
            enquired=Subquery(_reached(today).order_by().values("case_id").annotate(first=Min("date")).values("first")),
        )
    )


def stage_of(today: date) -> Subquery:
    """The latest stage a case has reached by today, as an expression on cases."""
    return Subquery(_latest(today).values("stage")[:1])


def state_of(stage: str) -> str:
    """The state of a case that stands at a stage."""
    return next(state for state, stages in STATES.items() if stage in stages)


def _latest(today: date) -> QuerySet[CaseEvent]:
    return _reached(today).order_by("-date", "-rank")


def _reached(today: date) -> QuerySet[CaseEvent]:
    order = [When(stage=code, then=Value(rank)) for rank, code in enumerate(vocabulary.codelist("stage").codes)]
    return CaseEvent.objects.filter(until__isnull=True, case_id=OuterRef("case_id"), date__lte=today).annotate(
        rank=Choice(*order, output_field=IntegerField())
    )
