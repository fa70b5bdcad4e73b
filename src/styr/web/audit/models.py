# SPDX-License-Identifier: EUPL-1.2
"""An entry of the audit log. Entries are added (styr.web.audit.log) and never changed or removed."""

from __future__ import annotations

from typing import Any

from django.db import models


class AppendOnly(models.QuerySet["Entry"]):
    """Entries can be read; changing or removing them is refused."""

    def update(self, **fields: Any) -> int:
        raise TypeError("entries of the audit log are never changed")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("entries of the audit log are never removed")


class Entry(models.Model):
    """One thing someone did: when, who (user's name, and role at the time), what, to whom or what, and with what.

    mark is made of the entry's own content, the mark before it and the store's secret key.
    """

    at = models.DateTimeField(db_index=True)
    who = models.CharField(max_length=150, db_index=True)
    role = models.CharField(max_length=20, blank=True)
    action = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=120, blank=True, db_index=True)
    detail = models.JSONField(default=dict)
    mark = models.CharField(max_length=64)

    objects = AppendOnly.as_manager()

    class Meta:
        ordering = ["id"]  # noqa: RUF012

    def save(self, *arguments: Any, **named: Any) -> None:
        if self.pk is not None:
            raise TypeError("entries of the audit log are never changed")
        super().save(*arguments, **named)

    def delete(self, *arguments: Any, **named: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("entries of the audit log are never removed")
