# SPDX-License-Identifier: EUPL-1.2
"""Signing in with the municipality's own sign-in (OpenID Connect). Users are opened here as all are; the provider only
says who it is that comes.

Told by the environment: STYR_OIDC_ISSUER, STYR_OIDC_AUTHORIZATION, STYR_OIDC_TOKEN, STYR_OIDC_USERINFO, STYR_OIDC_KEYS
(addresses, as the provider's /.well-known/openid-configuration has them), STYR_OIDC_CLIENT, STYR_OIDC_CLIENT_SECRET;
STYR_OIDC_CLAIM (which of what it says is the user name: preferred_username); STYR_OIDC_SECOND_FACTOR=provider when the
provider itself demands a second factor of everyone, so that Styr need not.
"""

from __future__ import annotations

import logging
from typing import Any

import jwt
import requests
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from styr.web.access import for_everyone
from styr.web.accounts.expiry import BY_PROVIDER
from styr.web.audit.log import add, note
from styr.web.words import say

_log = logging.getLogger(__name__)


class Backend(OIDCAuthenticationBackend):
    """Finds the user a provider speaks of. Besides the signature and the nonce, the token's issuer and audience must be
    the ones agreed: another client's token is no proof."""

    def verify_token(self, token: str, **more: Any) -> dict[str, Any]:
        said: dict[str, Any] = super().verify_token(token, **more)
        audience = said.get("aud")
        meant = audience if isinstance(audience, list) else [audience]
        if said.get("iss") != settings.OIDC_ISSUER or settings.OIDC_RP_CLIENT_ID not in meant:
            raise SuspiciousOperation("the token was issued by another provider, or for another client")
        return said

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> Any:
        told = self.get_userinfo(access_token, id_token, payload)
        if told.get("sub") != payload.get("sub"):
            raise SuspiciousOperation("the provider speaks of two different persons")
        name = str({**payload, **told}.get(settings.OIDC_CLAIM, ""))
        found = list(self.UserModel.objects.filter(username__iexact=name, is_active=True)) if name else []
        return found[0] if len(found) == 1 else None

    def authenticate(self, request: HttpRequest | None, **more: Any) -> Any:
        """The user, or None: whatever the provider or the way to it does wrong is a sign-in that failed."""
        if not settings.OIDC_RP_CLIENT_ID:
            return None
        try:
            return super().authenticate(request, **more)
        except (SuspiciousOperation, jwt.PyJWTError, requests.RequestException, KeyError, ValueError) as error:
            _log.warning("sign-in by provider failed: %s", type(error).__name__)
            return None


class _Begin(OIDCAuthenticationRequestView):
    """Sends one to the provider."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not settings.OIDC_RP_CLIENT_ID:
            raise Http404
        return super().get(request)


class _Answer(OIDCAuthenticationCallbackView):
    """Takes one back from the provider."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not settings.OIDC_RP_CLIENT_ID:
            raise Http404
        return super().get(request)

    def login_success(self) -> HttpResponse:
        answer = super().login_success()
        self.request.session[BY_PROVIDER] = settings.OIDC_SECOND_FACTOR_BY_PROVIDER
        note(self.request, "sign in", by="provider")
        return answer

    def login_failure(self) -> HttpResponse:
        add("", "", "sign in refused", detail={"by": "provider"})
        messages.error(self.request, say("accounts.provider.refused"))
        return super().login_failure()


begin = for_everyone(_Begin.as_view())
answer = for_everyone(_Answer.as_view())
