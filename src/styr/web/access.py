# SPDX-License-Identifier: EUPL-1.2
"""Who may open which page: each says what it needs, and one that says nothing is refused.

@needs(Permission.SEE_CITIZENS)
def citizen(request, citizen_id): ...

An address of the API is opened by a token instead (styr.web.api.bearer), which the session plays no part in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from styr.web.roles import Permission, role_of

View = TypeVar("View", bound=Callable[..., HttpResponse])
_SAID = "styr_access"


class Access:
    """What a page needs: permissions (all of them), or only that one is signed in, or nothing; or a token, which the
    API asks for itself."""

    def __init__(
        self, *permissions: Permission, signed_in: bool = True, any_of: bool = False, by_token: bool = False
    ) -> None:
        self.permissions, self.signed_in, self.any_of, self.by_token = permissions, signed_in, any_of, by_token

    def allows(self, held: frozenset[Permission]) -> bool:
        """Whether one who holds these permissions may open the page."""
        met = (permission in held for permission in self.permissions)
        return not self.permissions or (any(met) if self.any_of else all(met))


def needs(*permissions: Permission) -> Callable[[View], View]:
    """A page for those who hold all of these permissions."""
    return _with(Access(*permissions))


def needs_one_of(*permissions: Permission) -> Callable[[View], View]:
    """A page for those who hold one of these permissions."""
    return _with(Access(*permissions, any_of=True))


def for_signed_in(view: View) -> View:
    """A page for everyone who is signed in."""
    return _with(Access())(view)


def for_everyone(view: View) -> View:
    """A page for those who are not signed in too."""
    return _with(Access(signed_in=False))(view)


def for_tokens(view: View) -> View:
    """An address of the API: whoever comes is who the token says, whatever a session says."""
    return _with(Access(by_token=True))(view)


def access_of(view: Callable[..., Any]) -> Access | None:
    """What a page has said it needs; None when it has said nothing."""
    return getattr(view, _SAID, None)


def may(user: Any, permission: Permission) -> bool:
    """Whether a user holds a permission and has shown the second factor where the role demands one."""
    return user.is_authenticated and permission in permissions_of(user) and not lacks_second_factor(user)


def permissions_of(user: Any) -> frozenset[Permission]:
    """What a user's role may do, and no more of it than the token that one comes with."""
    held, limit = role_of(user.role).permissions, getattr(user, "limited_to", None)
    return held if limit is None else held & limit


def lacks_second_factor(user: Any) -> bool:
    """Whether the user still has to show a second factor: where the role demands one, or the user has set one up. Who
    signs in with this very request has shown none."""
    verified = getattr(user, "is_verified", lambda: False)
    if not user.is_authenticated or verified() or getattr(user, "by_provider", False):
        return False
    return bool(user.has_second_factor or (settings.SECOND_FACTOR_DEMANDED and role_of(user.role).second_factor))


class DenyByDefault:
    """Refuses every page that has not said who may open it, and those it has not said it to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], arguments: Any, named: Any
    ) -> HttpResponse | None:
        said = access_of(view)
        if said is None:
            raise PermissionDenied(f"{request.path} has not said who may open it")
        if said.by_token:
            from django.contrib.auth.models import AnonymousUser

            request.user = AnonymousUser()
            return None
        if not said.signed_in:
            return None
        user: Any = request.user
        if not user.is_authenticated:
            return _to_sign_in(request)
        if lacks_second_factor(user) and not getattr(view, "before_second_factor", False):
            return HttpResponseRedirect(reverse("code" if user.has_second_factor else "second-factor"))
        if not said.allows(role_of(user.role).permissions):
            raise PermissionDenied
        return None


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back again; a fragment of a page sends the whole page there."""
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Redirect"] = reverse("sign-in")
        return answer
    back = quote(request.get_full_path()) if request.method == "GET" else ""
    return HttpResponseRedirect(reverse("sign-in") + (f"?next={back}" if back else ""))


def _with(access: Access) -> Callable[[View], View]:
    def said(view: View) -> View:
        setattr(view, _SAID, access)
        return view

    return said
