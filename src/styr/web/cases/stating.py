# SPDX-License-Identifier: EUPL-1.2
"""Stating something: what stood of it ends, the new statement stands, and the audit log says so; all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from styr.register.delivery.take import one_at_a_time
from styr.web.audit.log import note
from styr.web.cases.models import Statement
from styr.web.forms.asked import Meanwhile
from styr.web.forms.saving import who

Stated = TypeVar("Stated", bound=Statement)


def state(
    request: HttpRequest,
    model: type[Stated],
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    why: str,
    *,
    action: str,
    about: str,
    seen: int | None = None,
) -> Stated | None:
    """State something; None when it is what stands already.

    seen is the number of the statement that was seen to stand (0: none); Meanwhile is raised when another stands by
    now. Left out, the statement holds whatever stood. about is whom or what the audit log is told it is about.
    """
    with transaction.atomic():
        one_at_a_time()
        standing = stands(model, key)
        if seen is not None and (standing.pk if standing else 0) != seen:
            raise Meanwhile(standing.pk if standing else 0)
        if standing is not None and all(getattr(standing, name) == value for name, value in values.items()):
            return None
        now = timezone.now()
        model._default_manager.filter(pk=standing.pk if standing else None).update(ended_at=now)
        made = model._default_manager.create(**key, **values, at=now, who=who(request), why=why)
        note(request, action, about, of=" ".join(str(value) for value in key.values()), why=why)
        return made


def stands(model: type[Stated], key: Mapping[str, Any]) -> Stated | None:
    """The statement of a key that stands."""
    return model._default_manager.filter(ended_at__isnull=True, **key).first()
