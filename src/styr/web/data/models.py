# SPDX-License-Identifier: EUPL-1.2
"""A job: work that takes longer than a page may, done by the worker (styr.web.data.worker)."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Job(models.Model):
    """Something to do, who asked for it, and what came of it. Its progress is in a file while it runs, as SQLite lets
    nobody write while a delivery is taken (docs/adr/0013)."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    kind = models.CharField(max_length=20, help_text="A key of styr.web.data.work.KINDS")
    arguments = models.JSONField(default=dict)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING, db_index=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    result = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]  # noqa: RUF012

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in (self.State.DONE, self.State.FAILED, self.State.CANCELLED)
