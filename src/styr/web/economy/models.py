# SPDX-License-Identifier: EUPL-1.2
"""What a person has said of a suggestion of the reconciliation; it is undone and never removed, and changes neither
grants nor postings."""

from __future__ import annotations

from django.db import models


class Judgement(models.Model):
    """A suggestion accepted or rejected: what it said (kind, citizen, grant, postings, months, amounts) as it was
    judged, who judged it, when and why, and who undid that, when and why. key is the suggestion's own
    (styr.statistics.reconciling)."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted"
        REJECTED = "rejected"

    municipality = models.CharField(max_length=3, db_index=True)
    year = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=16)
    kind = models.CharField(max_length=20)
    citizen_id = models.CharField(max_length=120, blank=True)
    grant_id = models.CharField(max_length=120, blank=True)
    postings = models.JSONField(default=list)
    months = models.JSONField(default=list)
    granted = models.FloatField()
    posted = models.FloatField()
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.CharField(max_length=300)
    judged_by = models.CharField(max_length=150)
    judged_at = models.DateTimeField(auto_now_add=True)
    undone_by = models.CharField(max_length=150, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]  # noqa: RUF012
        constraints = [  # noqa: RUF012
            models.UniqueConstraint(
                fields=["municipality", "key"], condition=models.Q(undone_at=None), name="judged_once_at_a_time"
            )
        ]
