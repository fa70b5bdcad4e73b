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
    marked as done), the day it is due, what it is about (a code, and the vocabulary list of its word), and the address
    of its page."""

    kind: str
    subject: str
    citizen_id: str
    hangs_on: date
    due_on: date
    about: tuple[str, str]
    address: str


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
    later = CaseEvent.objects.filter(until__isnull=True, case_id=OuterRef("case_id"), stage__in=FOLLOWED)
    plan = _standing(Planned, kind="case", subject=OuterRef("case_id"))
    cases = asked.scope.cases().annotate(due_on=_one(plan, "due_on"), planned_on=_one(plan, "planned_on"))
    cases = cases.filter(due_on__lte=asked.last).exclude(Exists(later.filter(date__gt=OuterRef("planned_on"))))
    cases = cases.annotate(stage=stage_of(asked.scope.today))
    for case, citizen, day, stage in cases.values_list("case_id", "citizen_id", "due_on", "stage"):
        yield Item("follow_up", case, citizen, day, day, (stage, "stage"), reverse("case", args=[case]))


def _waiting_cases(asked: _Asked) -> Iterable[Item]:
    """Cases that have waited past a limit: at a stage, or from the enquiry until they are decided."""
    today, limits = asked.scope.today, asked.limits
    past = Q(pk__in=())
    for of, days in limits.items():
        ago = today - timedelta(days=days)
        if of == "undecided":
            past |= Q(stage__in=UNDECIDED, enquired__lt=ago)
        elif of != "goal":
            past |= Q(stage=of, reached__lt=ago)
    if not past.children[1:]:
        return
    cases = standing(asked.scope.cases(), today).filter(past)
    for case, citizen, stage, reached, enquired in cases.values_list(
        "case_id", "citizen_id", "stage", "reached", "enquired"
    ):
        ends = [reached + timedelta(days=limits[stage])] if stage in limits else []
        if stage in UNDECIDED and "undecided" in limits:
            ends.append(enquired + timedelta(days=limits["undecided"]))
        yield Item("case", case, citizen, reached, min(ends), (stage, "stage"), reverse("case", args=[case]))


def _ending_grants(asked: _Asked) -> Iterable[Item]:
    """Grants that run on though their expected end is near or past."""
    grants = asked.scope.grants().filter(
        end_date__isnull=True, expected_end_date__range=(asked.first, asked.last), start_date__lte=asked.scope.today
    )
    for grant, citizen, day, provision in grants.values_list(
        "grant_id", "citizen_id", "expected_end_date", "provision"
    ):
        yield Item("grant_end", grant, citizen, day, day, (provision, "provision"), reverse("grant", args=[grant]))


def _ending_prices(asked: _Asked) -> Iterable[Item]:
    """Grants that run on after the last of their prices over time."""
    today = asked.scope.today
    grants = asked.scope.grants().filter(Q(end_date__isnull=True) | Q(end_date__gt=today))
    prices = GrantPrice.objects.filter(until__isnull=True, grant_id=OuterRef("grant_id")).order_by("-start_date")
    grants = grants.annotate(priced_until=Subquery(prices.values("end_date")[:1]))
    grants = grants.filter(priced_until__range=(asked.first, asked.last))
    grants = grants.filter(Q(end_date__isnull=True) | Q(end_date__gt=F("priced_until")))
    for grant, citizen, day, provision in grants.values_list("grant_id", "citizen_id", "priced_until", "provision"):
        yield Item("price_end", grant, citizen, day, day, (provision, "provision"), reverse("grant", args=[grant]))


def _goals(asked: _Asked) -> Iterable[Item]:
    """Open goals of citizens with a running grant: planned to be evaluated, or set longer ago than the limit."""
    today, days = asked.scope.today, asked.limits.get("goal")
    running = asked.scope.grants().filter(Q(end_date__isnull=True) | Q(end_date__gte=today))
    plan = _standing(Planned, kind="goal", subject=OuterRef("goal_id"))
    goals = Goal.objects.filter(until__isnull=True, closed_date__isnull=True)
    goals = goals.filter(citizen_id__in=running.values("citizen_id")).annotate(planned=_one(plan, "due_on"))
    near = Q(planned__lte=asked.last)
    if days is not None:
        near |= Q(planned__isnull=True, set_date__lte=asked.last - timedelta(days=days))
    for goal, citizen, planned, since, kind in goals.filter(near).values_list(
        "goal_id", "citizen_id", "planned", "set_date", "kind"
    ):
        hangs_on = planned or since
        due_on = planned or since + timedelta(days=days or 0)
        yield Item("goal", goal, citizen, hangs_on, due_on, (kind, "goal_kind"), reverse("goal", args=[goal]))


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
