# SPDX-License-Identifier: EUPL-1.2
"""What every page is given: who asks, in which language, the navigation, the filters, and whether it is a
demonstration."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest

from styr import __version__
from styr.web.filters import filters_of
from styr.web.languages import spoken
from styr.web.navigation import entries_for
from styr.web.today import today


def frame(request: HttpRequest) -> Mapping[str, Any]:
    """The names that base.html uses."""
    user = getattr(request, "user", None)
    filters = filters_of(request)
    return {
        "user": user,
        "language": spoken(),
        "filters": filters,
        "navigation": entries_for(request, filters) if user is not None and user.is_authenticated else (),
        "demonstration": settings.DEMONSTRATION,
        "demonstration_day": today() if settings.DEMONSTRATION else None,
        "messages": get_messages(request),
        "version": __version__,
    }
