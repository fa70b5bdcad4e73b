# SPDX-License-Identifier: EUPL-1.2
"""What is due: follow-ups, grants whose expected end is near or past, prices that run out, goals to be evaluated, cases
that have waited past the municipality's own limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse

from styr.register.models import CaseEvent, Goal, GrantPrice
from styr.web.access import may
from styr.web.cases.limits import limits_of
from styr.web.cases.models import Handled, Planned
from styr.web.cases.standing import UNDECIDED, stage_of, standing
from styr.web.roles import Permission
from styr.web.scope import Scope, scope_for

HORIZON = 30  # days ahead that are looked at unless said
FURTHEST = 365
_LONGEST_PAST = 730  # days: what was due longer ago is a fault of the data rather than work
FOLLOWED = ("follow_up", "reassessment", "end")


@dataclass(frozen=True)
class Item:
    """Something due: its kind (a key of KINDS), its subject's id, the citizen, the day it hangs on (by which it is
    marked as done), the day it is due, and what it is about (a code, and the vocabulary list of its word)."""

    kind: str
    subject: str
    citizen_id: str
    hangs_on: date
    due_on: date
    about: tuple[str, str]

    @property
    def address(self) -> str:
        """Of its subject's page."""
        page = "grant" if self.kind in _OF_GRANTS else "goal" if self.kind == "goal" else "case"
        return reverse(page, args=[self.subject])


@dataclass(frozen=True)
class Due:
    """How much of a kind is due: kind (its words are texts cases.work.kind.KIND, in both languages), how many in all by
    the horizon, how many of them past their day, and the address of the work list that shows them."""

    kind: str
    number: int
    overdue: int
    address: str


def due(user: Any, today: date, days: int = HORIZON) -> list[Due]:
    """What is due for a user within so many days, a Due for each kind (those with nothing due are there with 0), in the
    order of the work list; empty for a user who may not see the work list. One query for each kind, and one each for
    the limits and for what is done (seven in all)."""
    if not may(user, Permission.SEE_WORK):
        return []
    items = work(user, today, days)
    return [
        Due(
            kind,
            sum(item.kind == kind for item in items),
            sum(item.kind == kind and item.due_on < today for item in items),
            f"{reverse('work')}?kind={kind}",
        )
        for kind in kinds_for(user)
    ]


def kinds_for(user: Any) -> list[str]:
    """The kinds of work a user sees: those about cases and goals are for those who may see cases."""
    cases = may(user, Permission.SEE_CASES)
    return [kind for kind in KINDS if cases or kind in _OF_GRANTS]


def work(user: Any, today: date, days: int = HORIZON, kind: str = "", *, done: bool = False) -> list[Item]:
    """What is due for a user within so many days, of one kind or (empty) of all, the longest overdue first; what is
    marked as done is left out, or (done) is all that is given."""
    scope, kinds = scope_for(user, today), kinds_for(user)
    wanted = [each for each in kinds if not kind or each == kind]
    asked = _Asked(scope, today + timedelta(days=days), limits_of(scope.municipality))
    found = [item for each in wanted for item in KINDS[each](asked)]
    handled = set(
        Handled.objects.filter(
            municipality=scope.municipality, ended_at__isnull=True, done=True, kind__in=wanted
        ).values_list("kind", "subject", "hangs_on")
    )
    kept = [item for item in found if ((item.kind, item.subject, item.hangs_on) in handled) == done]
    return sorted(kept, key=lambda item: (item.due_on, item.kind, item.subject))


@dataclass(frozen=True)
class _Asked:
    """What is asked: in which scope, due by which day, and under which limits."""

    scope: Scope
    last: date
    limits: Mapping[str, int]

    @property
    def first(self) -> date:
        return self.scope.today - timedelta(days=_LONGEST_PAST)


def _follow_ups(asked: _Asked) -> Iterable[Item]:
    """Cases planned to be followed up that have not been since."""
    plans = _standing(Planned, kind="case", due_on__lte=asked.last)
    later = CaseEvent.objects.filter(until__isnull=True, case_id=OuterRef("case_id"), stage__in=FOLLOWED)
    plan = plans.filter(subject=OuterRef("case_id"))
    cases = asked.scope.cases().filter(case_id__in=plans.values("subject"))
    cases = cases.annotate(due_on=_one(plan, "due_on"), planned_on=_one(plan, "planned_on"))
    cases = cases.exclude(Exists(later.filter(date__gt=OuterRef("planned_on"))))
    cases = cases.annotate(stage=stage_of(asked.scope.today))
    for case, citizen, day, stage in cases.values_list("case_id", "citizen_id", "due_on", "stage"):
        yield Item("follow_up", case, citizen, day, day, (stage, "stage"))


def _waiting_cases(asked: _Asked) -> Iterable[Item]:
    """Cases that have waited past a limit: at a stage, or from the enquiry until they are decided."""
    today, limits = asked.scope.today, {of: timedelta(days=days) for of, days in asked.limits.items() if of != "goal"}
    if not limits:
        return
    cases = standing(asked.scope.cases(), today, "waiting")
    for case, citizen, stage, reached, enquired in cases.values_list(
        "case_id", "citizen_id", "stage", "reached", "enquired"
    ):
        ends = [reached + limits[stage]] if stage in limits else []
        if stage in UNDECIDED and "undecided" in limits:
            ends.append(enquired + limits["undecided"])
        if ends and min(ends) < today:
            yield Item("case", case, citizen, reached, min(ends), (stage, "stage"))


def _ending_grants(asked: _Asked) -> Iterable[Item]:
    """Grants that run on though their expected end is near or past."""
    grants = asked.scope.grants().filter(
        end_date__isnull=True, expected_end_date__range=(asked.first, asked.last), start_date__lte=asked.scope.today
    )
    for grant, citizen, day, provision in grants.values_list(
        "grant_id", "citizen_id", "expected_end_date", "provision"
    ):
        yield Item("grant_end", grant, citizen, day, day, (provision, "provision"))


def _ending_prices(asked: _Asked) -> Iterable[Item]:
    """Grants that run on after the last of their prices over time."""
    runs = Q(end_date__isnull=True) | Q(end_date__gt=asked.scope.today)
    prices = GrantPrice.objects.filter(until__isnull=True, grant_id=OuterRef("grant_id")).order_by("-start_date")
    runs_on = Q(end_date__isnull=True) | Q(end_date__gt=F("priced_until"))
    grants = asked.scope.grants().filter(runs).annotate(priced_until=Subquery(prices.values("end_date")[:1]))
    ending = grants.filter(priced_until__range=(asked.first, asked.last)).filter(runs_on)
    for grant, citizen, day, provision in ending.values_list("grant_id", "citizen_id", "priced_until", "provision"):
        yield Item("price_end", grant, citizen, day, day, (provision, "provision"))


def _goals(asked: _Asked) -> Iterable[Item]:
    """Open goals of citizens with a running grant: planned to be evaluated, or set longer ago than the limit."""
    days = asked.limits.get("goal")
    running = asked.scope.granted_ids(Q(end_date__isnull=True) | Q(end_date__gte=asked.scope.today))
    goals = Goal.objects.filter(until__isnull=True, closed_date__isnull=True, citizen_id__in=running)
    plans = _standing(Planned, kind="goal", due_on__isnull=False)
    planned = dict(plans.filter(due_on__lte=asked.last).values_list("subject", "due_on"))
    near = Q(goal_id__in=list(planned))
    if days is not None:
        unplanned = ~Q(goal_id__in=plans.values("subject"))
        near |= Q(set_date__lte=asked.last - timedelta(days=days)) & unplanned
    for goal, citizen, since, kind in goals.filter(near).values_list("goal_id", "citizen_id", "set_date", "kind"):
        plan = planned.get(goal)
        due_on = plan or since + timedelta(days=days or 0)
        yield Item("goal", goal, citizen, plan or since, due_on, (kind, "goal_kind"))


def _standing(model: type[Model], **key: Any) -> QuerySet[Any]:
    return model._default_manager.filter(ended_at__isnull=True, **key)


def _one(rows: QuerySet[Any], column: str) -> Any:
    return Subquery(rows.order_by().values(column)[:1])


#: The kinds of work in the order they are shown, and what finds them.
KINDS: Mapping[str, Callable[[_Asked], Iterable[Item]]] = {
    "case": _waiting_cases,
    "follow_up": _follow_ups,
    "grant_end": _ending_grants,
    "price_end": _ending_prices,
    "goal": _goals,
}
_OF_GRANTS = ("grant_end", "price_end")
