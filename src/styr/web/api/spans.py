# SPDX-License-Identifier: EUPL-1.2
"""Rows that cover a day."""

from __future__ import annotations

from datetime import date

from django.db.models import Q


def covering(day: date, first: str = "start_date", last: str = "end_date") -> Q:
    """Rows whose period covers a day; a first or last day that is not known does not bound it."""
    begun = Q(**{f"{first}__isnull": True}) | Q(**{f"{first}__lte": day})
    return begun & (Q(**{f"{last}__isnull": True}) | Q(**{f"{last}__gte": day}))
