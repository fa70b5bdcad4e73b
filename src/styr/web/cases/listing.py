# SPDX-License-Identifier: EUPL-1.2
"""Cases as a table: where each stands, how long the citizen has waited, and what the case is about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db.models import Q, QuerySet

from styr import vocabulary
from styr.register.models import Case, Grant, TargetGroup
from styr.web.cases.limits import limits_of
from styr.web.cases.models import Sought
from styr.web.cases.standing import UNDECIDED, standing
from styr.web.filters import Filters
from styr.web.scope import Scope
from styr.web.tables import Column
from styr.web.templatetags.styr import day, number, word, words
from styr.web.words import say

_TEXT = pl.String()
_FEW = 1000  # cases that are named in a question; of more, those of the whole municipality are asked for
_SCHEMA = {
    "case_id": _TEXT, "citizen_id": _TEXT, "stage": _TEXT, "reached": pl.Date(), "days": pl.Int64(),
    "since_enquiry": pl.Int64(), "past_limit": pl.Int64(), "provisions": _TEXT,
}  # fmt: skip


def case_table(scope: Scope, filters: Filters, state: str) -> pl.DataFrame:
    """The cases of a state in scope, those that have stood longest at their stage first: case_id, citizen_id, stage (in
    words), reached (day of the stage), days at the stage, days since the enquiry, days past the municipality's limit
    (None: within it, or none is set) and provisions (in words: granted in the case, else sought)."""
    chosen = standing(_narrowed(scope, filters), scope.today, state).order_by("reached", "case_id")
    found = list(chosen.values_list("case_id", "citizen_id", "stage", "reached", "enquired"))
    about = _provisions(scope.cases(), [row[0] for row in found])
    limits = limits_of(scope.municipality)
    rows = [
        (
            case,
            citizen,
            word(stage, "stage"),
            reached,
            (scope.today - reached).days,
            (scope.today - enquired).days,
            _past(stage, reached, enquired, limits, scope.today),
            words("|".join(sorted(about.get(case, ()))), "provision"),
        )
        for case, citizen, stage, reached, enquired in found
    ]
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")


def case_columns(state: str) -> list[Column]:
    """The table's columns as shown; those of waiting are left out of cases that are over."""
    waits = [
        Column("days", say("cases.days"), numeric=True, text=number),
        Column("since_enquiry", say("cases.since_enquiry"), numeric=True, text=number),
    ]
    limit = [Column("past_limit", say("cases.past_limit"), numeric=True, text=_past_text)]
    return [
        Column("case_id", say("column.case_id"), link=("case", "case_id")),
        Column("citizen_id", say("citizens.citizen"), link=("citizen", "citizen_id")),
        Column("stage", say("column.stage")),
        Column("reached", say("cases.reached"), text=day),
        *([] if state == "ended" else waits),
        *(limit if state == "waiting" else []),
        Column("provisions", say("column.provision")),
    ]


def _narrowed(scope: Scope, filters: Filters) -> QuerySet[Case]:
    cases = scope.cases()
    if filters.provision:
        granted = Grant.objects.filter(until__isnull=True, provision=filters.provision, case_id__isnull=False)
        sought = Sought.objects.filter(ended_at__isnull=True, provisions__contains=filters.provision)
        cases = cases.filter(Q(case_id__in=granted.values("case_id")) | Q(case_id__in=sought.values("case_id")))
    if filters.target_group:
        groups = vocabulary.codes_below("target_group", [filters.target_group])
        belongs = TargetGroup.objects.filter(until__isnull=True, target_group__in=groups)
        cases = cases.filter(citizen_id__in=belongs.values("citizen_id"))
    return cases


def _provisions(cases: QuerySet[Case], found: Sequence[str]) -> dict[str, set[str]]:
    """What each of the cases found is about: the provisions granted in it, else those sought."""
    about: dict[str, set[str]] = {}
    if len(found) <= _FEW:
        cases = cases.filter(case_id__in=found)
    granted = Grant.objects.filter(until__isnull=True, case_id__in=cases.values("case_id"))
    for case, provision in granted.order_by().values_list("case_id", "provision").distinct():
        about.setdefault(case, set()).add(provision)
    for case, provisions in Sought.objects.filter(ended_at__isnull=True).values_list("case_id", "provisions"):
        if case not in about and provisions:
            about[case] = set(provisions.split("|"))
    return about


def _past(stage: str, reached: date, enquired: date, limits: Any, today: date) -> int | None:
    """Days past the limit that was passed first; None when none is."""
    past = [(today - reached).days - limits[stage]] if stage in limits else []
    if stage in UNDECIDED and "undecided" in limits:
        past.append((today - enquired).days - limits["undecided"])
    return max(past) if past and max(past) > 0 else None


def _past_text(days: int | None) -> str:
    return "" if days is None else number(days)
