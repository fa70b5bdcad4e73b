# SPDX-License-Identifier: EUPL-1.2
"""Whose jobs and deliveries a user sees: not those that users of another municipality asked for or handed in. What came
in at the command line is the store owner's, and seen by all who see deliveries."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from styr.register.models import Delivery
from styr.web.accounts.models import User
from styr.web.data.models import Job


def jobs_of(request: HttpRequest) -> QuerySet[Job]:
    """The jobs that the one who asks may see."""
    return Job.objects.select_related("asked_by").exclude(asked_by__in=_of_others(request))


def deliveries_of(request: HttpRequest) -> QuerySet[Delivery]:
    """The deliveries that the one who asks may see."""
    return Delivery.objects.exclude(handed_in_by__in=_of_others(request).values("username"))


def _of_others(request: HttpRequest) -> QuerySet[User]:
    """The users of other municipalities than that of the one who asks; none for a role that is held in no one."""
    user: Any = request.user
    return User.objects.exclude(municipality__in=(user.municipality, "")) if user.municipality else User.objects.none()
