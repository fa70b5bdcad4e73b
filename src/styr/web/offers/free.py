# SPDX-License-Identifier: EUPL-1.2
"""Free places, now and to come: a department's places minus those who live there, with what is known of ends, starts
and places that come or go.

A citizen takes one place of a department on a day when a grant there covers the day and the department has places for
the grant's provision that day, as the indicator occupancy counts it (METHODS § 7).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q

from styr.register.models import Grant, Places, Vacancy

DAYS_AHEAD = 180


@dataclass(frozen=True)
class Free:
    """A department's places and how many of them are free: on the day asked for, and after each later day on which the
    number changes within the days ahead (the first day it holds, and the number). Below nought more live there than
    there are places."""

    places: int
    now: int
    later: tuple[tuple[date, int], ...]

    @property
    def most_later(self) -> tuple[date, int] | None:
        """The first later day with the most free, where that is more than now; None when it is not."""
        more = [each for each in self.later if each[1] > self.now]
        return max(more, key=lambda each: (each[1], -each[0].toordinal())) if more else None


def free_places(departments: Collection[str], today: date) -> dict[str, Free]:
    """Free places of departments, by department; those without places now or to come are left out. Two queries."""
    last = today + timedelta(days=DAYS_AHEAD)
    held = _rows(Places.objects.filter(department_id__in=departments), today, last)
    spells: dict[str, list[_Spell]] = {}
    for department, provisions, count, start, end in held.values_list(
        "department_id", "provisions", "places", "start_date", "end_date"
    ):
        spells.setdefault(department, []).append(_Spell(frozenset(provisions.split("|")), count, start, end))
    living = _rows(Grant.objects.filter(department_id__in=list(spells)), today, last)
    taken: dict[str, list[_Stay]] = {}
    for department, citizen, provision, start, end in living.values_list(
        "department_id", "citizen_id", "provision", "start_date", "end_date"
    ):
        taken.setdefault(department, []).append(_Stay(citizen, provision, start, end))
    return {
        department: _free(found, taken.get(department, []), today, last) for department, found in spells.items()
    }  # fmt: skip


def published(departments: Collection[str], today: date) -> list[Vacancy]:
    """Vacancies that departments have published and not withdrawn by today, the earliest available first."""
    standing = Vacancy.objects.filter(
        Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gt=today), until__isnull=True, published_at__lte=today
    )
    return list(standing.filter(department_id__in=departments).order_by("available_from", "department_id"))


@dataclass(frozen=True)
class _Spell:
    """Places for some provisions over time."""

    provisions: frozenset[str]
    places: int
    start: date
    end: date | None


@dataclass(frozen=True)
class _Stay:
    """A citizen's grant at the department."""

    citizen: str
    provision: str
    start: date
    end: date | None


def _free(spells: list[_Spell], stays: list[_Stay], today: date, last: date) -> Free:
    """Counted on today and on each day something begins or ends, which is where the number can change."""
    periods: list[_Spell | _Stay] = [*spells, *stays]
    days = {today, *(each.start for each in periods)}
    days |= {each.end + timedelta(days=1) for each in periods if each.end is not None}
    counted = [(day, *_on(spells, stays, day)) for day in sorted(days) if today <= day <= last]
    places, now = counted[0][1:]
    later: list[tuple[date, int]] = []
    before = now
    for day, _, free in counted[1:]:
        if free != before:
            later.append((day, free))
            before = free
    return Free(places, now, tuple(later))


def _on(spells: Iterable[_Spell], stays: Iterable[_Stay], day: date) -> tuple[int, int]:
    """Places and free places on a day."""
    holding = [each for each in spells if _covers(each, day)]
    provisions = frozenset().union(*(each.provisions for each in holding))
    living = {each.citizen for each in stays if each.provision in provisions and _covers(each, day)}
    places = sum(each.places for each in holding)
    return places, places - len(living)


def _covers(each: _Spell | _Stay, day: date) -> bool:
    return each.start <= day and (each.end is None or day <= each.end)


def _rows(rows: Any, today: date, last: date) -> Any:
    """Current versions of rows with a period that covers some day of a stretch."""
    return rows.filter(
        Q(end_date__isnull=True) | Q(end_date__gte=today), until__isnull=True, start_date__lte=last
    )  # fmt: skip
