# SPDX-License-Identifier: EUPL-1.2
"""Signing in with the municipality's own sign-in by SAML 2.0. As with OpenID Connect, users are opened here as all are;
the provider only says who it is that comes.

Told by the environment: STYR_SAML_PROVIDER (file with the provider's metadata), STYR_SAML_ADDRESS (where Styr is found,
https://styr.example.dk), STYR_SAML_NAME (what Styr goes by there; else the address of its metadata), STYR_SAML_CLAIM
(which attribute is the user name; else the NameID), STYR_SAML_SECOND_FACTOR=provider, and STYR_SAML_KEY with
STYR_SAML_CERTIFICATE (files) where the provider wants requests signed or sends assertions encrypted.

An answer is believed when its assertion is signed by the provider (not with SHA-1), meant for Styr, not run out, and
answers a question that this browser was sent with; a question is answered once.
"""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from styr.register.delivery.findings import Refused
from styr.web.access import for_everyone
from styr.web.accounts.expiry import BY_PROVIDER
from styr.web.accounts.models import User
from styr.web.audit.log import add, note
from styr.web.words import say

_log = logging.getLogger(__name__)
_PROGRAM = "xmlsec1"
_COOKIE = "styr_saml"
_PATIENCE = 600  # seconds in which a question is to be answered
_CLOCKS = 60  # seconds that the clocks may differ
_BACKEND = "django.contrib.auth.backends.ModelBackend"  # what finds the user again in the session


def refuse_unready() -> None:
    """Raises Refused when SAML is set up and cannot work: the program that checks signatures is missing, or a file."""
    if not settings.SAML_PROVIDER:
        return
    if shutil.which(_PROGRAM) is None:
        raise Refused(
            f"STYR_SAML_PROVIDER is set, and the program {_PROGRAM}, which checks SAML's signatures, is not there. On "
            f"Debian: apt-get install {_PROGRAM}"
        )
    if not settings.SAML_ADDRESS:
        raise Refused("STYR_SAML_PROVIDER is set, and STYR_SAML_ADDRESS, where Styr is found, is not")
    for name, file in (("PROVIDER", settings.SAML_PROVIDER), ("KEY", settings.SAML_KEY)):
        if file and not Path(file).is_file():
            raise Refused(f"STYR_SAML_{name}: there is no file {file}")
    if not _client().metadata.identity_providers():
        raise Refused(f"STYR_SAML_PROVIDER: {settings.SAML_PROVIDER} is no provider's metadata")


@for_everyone
@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Sends one to the provider with a question, which is kept until it is answered."""
    _refuse_unset()
    asked, sent = _client().prepare_for_authenticate(relay_state="")
    SessionStore.clear_expired()  # of those sent to the provider, not all come back
    kept = SessionStore()
    kept.set_expiry(_PATIENCE)
    kept.update({"asked": asked, "next": _next_of(request)})
    kept.create()
    answer = HttpResponseRedirect(dict(sent["headers"])["Location"])
    answer.set_cookie(
        _COOKIE,
        kept.session_key,
        max_age=_PATIENCE,
        path=reverse("saml-answer"),
        secure=not settings.PLAIN_HTTP,
        httponly=True,
        samesite="Lax" if settings.PLAIN_HTTP else "None",  # the answer is a form sent from the provider's page
    )
    return answer


@csrf_exempt  # sent from the provider's page; the question it answers stands in its place
@for_everyone
@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """Takes one back from the provider."""
    _refuse_unset()
    if request.content_type != "application/x-www-form-urlencoded":
        raise BadRequest("an answer is a form without files")  # none of a stranger's are taken
    asked = _taken(request.COOKIES.get(_COOKIE, ""))
    user = _user_in(request.POST.get("SAMLResponse", ""), asked.get("asked", "")) if asked else None
    if user is None:
        add("", "", "sign in refused", detail={"by": "provider"})
        messages.error(request, say("accounts.provider.refused"))
        return redirect("sign-in")
    login(request, user, backend=_BACKEND)
    request.session[BY_PROVIDER] = settings.SAML_SECOND_FACTOR_BY_PROVIDER
    note(request, "sign in", by="provider")
    back = redirect(asked["next"])
    back.delete_cookie(_COOKIE, path=reverse("saml-answer"), samesite="Lax" if settings.PLAIN_HTTP else "None")
    return back


@for_everyone
@require_safe
def metadata(request: HttpRequest) -> HttpResponse:
    """What the provider has to know of Styr."""
    from saml2.metadata import entity_descriptor

    _refuse_unset()
    return HttpResponse(str(entity_descriptor(_client().config)), content_type="application/samlmetadata+xml")


def _user_in(response: str, asked: str) -> User | None:
    """The user an answer speaks of; None when the answer is no proof of anyone that may sign in."""
    from saml2 import BINDING_HTTP_POST

    try:
        said = _client().parse_authn_request_response(response, BINDING_HTTP_POST, outstanding={asked: ""})
        if said is None or said.in_response_to != asked or not _strongly_signed(said.assertion):
            return None
        told = said.ava.get(settings.SAML_CLAIM, [""])[0] if settings.SAML_CLAIM else said.name_id.text
    except Exception as error:  # whatever the provider or the way to it does wrong is a sign-in that failed
        _log.warning("sign-in by SAML failed: %s", type(error).__name__)
        return None
    found = list(User.objects.filter(username__iexact=told, is_active=True)) if told else []
    return found[0] if len(found) == 1 else None


def _strongly_signed(assertion: Any) -> bool:
    """Whether an assertion is signed by other than SHA-1, which can be forged."""
    signed = assertion.signature.signed_info
    used = [signed.signature_method, *(reference.digest_method for reference in signed.reference)]
    return not any(each.algorithm.endswith("sha1") for each in used)


def _taken(key: str) -> dict[str, Any]:
    """The question this browser was sent with; it is taken away, so that it is answered once."""
    kept = SessionStore(key).load() if key else {}
    taken, _ = Session.objects.filter(session_key=key).delete()
    return dict(kept) if taken and "asked" in kept else {}


def _client() -> Any:
    from saml2 import BINDING_HTTP_POST
    from saml2.client import Saml2Client
    from saml2.config import SPConfig

    own = {"key_file": settings.SAML_KEY, "cert_file": settings.SAML_CERTIFICATE} if settings.SAML_KEY else {}
    found = SPConfig()
    found.load(
        {
            "entityid": settings.SAML_NAME or settings.SAML_ADDRESS + reverse("saml-metadata"),
            "xmlsec_binary": shutil.which(_PROGRAM),
            "metadata": {"local": [settings.SAML_PROVIDER]},
            "allow_unknown_attributes": True,
            "accepted_time_diff": _CLOCKS,
            "service": {
                "sp": {
                    "endpoints": {
                        "assertion_consumer_service": [
                            (settings.SAML_ADDRESS + reverse("saml-answer"), BINDING_HTTP_POST)
                        ]
                    },
                    "allow_unsolicited": False,
                    "want_assertions_signed": True,
                    "want_response_signed": False,
                    "authn_requests_signed": bool(own),
                }
            },
            **own,
            **({"encryption_keypairs": [own]} if own else {}),
        }
    )
    return Saml2Client(config=found)


def _refuse_unset() -> None:
    if not settings.SAML_PROVIDER:
        raise Http404


def _next_of(request: HttpRequest) -> str:
    asked = request.GET.get("next", "")
    fit = url_has_allowed_host_and_scheme(asked, {request.get_host()}, require_https=request.is_secure())
    return asked if fit else reverse("overview")
