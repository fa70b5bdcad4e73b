# SPDX-License-Identifier: EUPL-1.2
"""The language of a page: Danish, unless English was chosen. What the browser prefers is not asked, as a municipality's
machines are often set to English; a program that asks the API says in Accept-Language what it wants."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_POST

from styr.reporting.numbers import Language
from styr.web.access import for_everyone

_API = "/api/v1/"
_YEAR = 365 * 24 * 3600


class ChosenLanguage:
    """Speaks the language of the cookie that `choose` sets, or that a program asks for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = _preferred(request) if request.path_info.startswith(_API) else _chosen(request)
        with translation.override(chosen):
            answer = self.get_response(request)
        answer.headers.setdefault("Content-Language", chosen)
        return answer


def _chosen(request: HttpRequest) -> Language:
    return "en" if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) == "en" else "da"


def _preferred(request: HttpRequest) -> Language:
    """What Accept-Language puts first of the two; a program that says nothing is spoken to in Danish."""
    for word, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if (language := word[:2]) in ("da", "en"):
            return "en" if language == "en" else "da"
    return "da"


def spoken() -> Language:
    """The language being spoken: "da" or "en"."""
    return "en" if translation.get_language() == "en" else "da"


@for_everyone
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Choose a language and go back to the page one came from."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    answer = HttpResponseRedirect(back)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        "en" if request.POST.get("language") == "en" else "da",
        max_age=_YEAR,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        samesite="Lax",
    )
    return answer
