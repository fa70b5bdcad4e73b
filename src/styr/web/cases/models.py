# SPDX-License-Identifier: EUPL-1.2
"""What is stated about cases, grants and goals that the exchange format has no column for (docs/adr/0019).

A statement is never changed or removed: a new one takes its place, with who, when and why (styr.web.cases.stating).
None of it is in a snapshot, a delivery or an export of the register.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Statement(models.Model):
    """A statement of something (its key), until another took its place or it was taken back."""

    KEY: ClassVar[tuple[str, ...]] = ()

    at = models.DateTimeField()
    who = models.CharField(max_length=150)
    why = models.CharField(max_length=300)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        ordering = ("pk",)


def _one_stands(name: str, *key: str) -> list[models.UniqueConstraint]:
    return [models.UniqueConstraint(fields=key, condition=models.Q(ended_at__isnull=True), name=f"one_{name}_stands")]


class Sought(Statement):
    """What help a case is about, before any is granted: provisions, joined by |."""

    KEY = ("case_id",)

    case_id = models.CharField(max_length=100)
    provisions = models.CharField(max_length=300, blank=True)

    class Meta(Statement.Meta):
        constraints = _one_stands("sought", "case_id")


class Grounds(Statement):
    """Why a case was decided as it was on a day: the professional grounds and the economic ones (003 l.1495)."""

    KEY = ("case_id", "decided_on")

    case_id = models.CharField(max_length=100)
    decided_on = models.DateField()
    professional = models.CharField(max_length=2000, blank=True)
    economic = models.CharField(max_length=2000, blank=True)

    class Meta(Statement.Meta):
        constraints = _one_stands("grounds", "case_id", "decided_on")


class Planned(Statement):
    """When a case is to be followed up, or a goal evaluated (subject is the case's or the goal's id); planned_on is the
    day of what it was planned at, and what happens after that day may be what was planned. None: nothing is planned."""

    KEY = ("kind", "subject")

    kind = models.CharField(max_length=10, choices=[("case", "case"), ("goal", "goal")])
    subject = models.CharField(max_length=100)
    planned_on = models.DateField()
    due_on = models.DateField(null=True)

    class Meta(Statement.Meta):
        constraints = _one_stands("planned", "kind", "subject")


class Limit(Statement):
    """How many days the municipality lets something last (of is a key of styr.web.cases.limits.LIMITS); None: as long
    as it takes."""

    KEY = ("municipality", "of")

    municipality = models.CharField(max_length=3)
    of = models.CharField(max_length=20)
    days = models.PositiveIntegerField(null=True)

    class Meta(Statement.Meta):
        constraints = _one_stands("limit", "municipality", "of")


class Handled(Statement):
    """Something of the work list that was dealt with: kind of work, its subject's id, and the day it hangs on (the end
    that was expected, the day the stage was reached); done is False when it was put back on the list."""

    KEY = ("kind", "subject", "hangs_on")

    kind = models.CharField(max_length=20)
    subject = models.CharField(max_length=100)
    hangs_on = models.DateField()
    municipality = models.CharField(max_length=3)
    done = models.BooleanField(default=True)

    class Meta(Statement.Meta):
        constraints = _one_stands("handled", "kind", "subject", "hangs_on")
