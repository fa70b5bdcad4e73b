# SPDX-License-Identifier: EUPL-1.2
"""Sessions end an hour after the last page, and when a working day has gone since signing in. Read with them: whether
the provider that signed the user in has asked for a second factor."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse

BEGAN, SEEN, BY_PROVIDER = "began", "seen", "second factor by provider"
_SELDOM = 300  # seconds between writes of when a session was last seen


class Expiry:
    """Signs out whose session has run out, and notes now and then that the others were seen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now, session = time.time(), request.session
            request.user.by_provider = bool(session.get(BY_PROVIDER))
            began, seen = session.setdefault(BEGAN, now), session.setdefault(SEEN, now)
            if now - seen > settings.SESSION_COOKIE_AGE or now - began > settings.SESSION_LONGEST:
                logout(request)
            elif now - seen > _SELDOM:
                session[SEEN] = now
        return self.get_response(request)
