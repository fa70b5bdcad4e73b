# SPDX-License-Identifier: EUPL-1.2
"""Who asks the API: the user of the token in the Authorization header, who may then do what the token was made for, of
what the role may. A session is no proof here, so a page of others can make a browser do nothing.

Each operation says what it needs as a page does: @router.get("/citizens", auth=token(Permission.SEE_CITIZENS)).
"""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from ninja.security import HttpBearer

from styr.web.access import Access, lacks_second_factor, permissions_of
from styr.web.accounts.models import Token
from styr.web.accounts.tokens import token_shown
from styr.web.api.problems import Problem
from styr.web.roles import Permission

_WINDOW = 60  # seconds


class Bearer(HttpBearer):
    """Asks for a token, and for what an operation needs; access None: it has said nothing, and is refused."""

    def __init__(self, access: Access | None) -> None:
        super().__init__()
        self.access = access

    def authenticate(self, request: HttpRequest, token: str) -> Token:
        found = token_shown(token.strip())
        if found is None:
            raise Problem("unauthorised")
        _count(found)
        user: Any = found.user
        user.limited_to, user.by_token = found.permissions, found.pk
        user.is_verified = lambda: found.second_factor
        request.user = user
        if lacks_second_factor(user):
            raise Problem("second_factor")
        if self.access is None or not self.access.allows(permissions_of(user)):
            raise Problem("denied")
        return found


def token(*permissions: Permission) -> Bearer:
    """An operation for those who hold all of these permissions."""
    return Bearer(Access(*permissions))


def _count(found: Token) -> None:
    """Count what a token asks for in a minute, and refuse more than so many. Counted in the process: `styr serve` is
    one, and what runs beside others of its kind counts for itself."""
    now = time.time()
    key = f"styr-api-{found.pk}-{int(now // _WINDOW)}"
    cache.add(key, 0, 2 * _WINDOW)
    if cache.incr(key) > settings.API_REQUESTS_A_MINUTE:
        raise Problem("too_many", headers={"Retry-After": str(int(_WINDOW - now % _WINDOW) + 1)})
