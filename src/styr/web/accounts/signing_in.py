# SPDX-License-Identifier: EUPL-1.2
"""Signing in and out, and the second factor: a code from a device, set up by the user."""

from __future__ import annotations

from base64 import b32encode
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import segno
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_otp import login as verified
from django_otp.plugins.otp_totp.models import TOTPDevice

from styr.web.access import for_everyone, for_signed_in
from styr.web.accounts.models import User
from styr.web.accounts.saving import choose_password
from styr.web.audit.log import note
from styr.web.roles import ROLES
from styr.web.words import say

_DEVICE = "device"


class _SignIn(LoginView):
    """Name and password; goes on to the code where the user has a second factor."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True
    authentication_form = AuthenticationForm

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        note(self.request, "sign in")
        if self.request.user.has_second_factor:
            return redirect(_with_next("code", self.get_redirect_url()))
        return answer

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        users = User.objects.filter(is_active=True) if settings.DEMONSTRATION else ()
        order = list(ROLES)
        shown = sorted(users, key=lambda user: order.index(user.role) if user.role in order else len(order))
        return super().get_context_data(users=shown, providers=_providers(), **more)


class _SignOut(LogoutView):
    """Ends the session."""

    def post(self, request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponse:
        if request.user.is_authenticated:
            note(request, "sign out")
        return super().post(request, *arguments, **named)


sign_in = for_everyone(_SignIn.as_view())
sign_out = for_everyone(_SignOut.as_view())


@for_signed_in
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of the user's device; wrong codes make one wait longer and longer."""
    device = TOTPDevice.objects.filter(user=request.user, confirmed=True).first()
    if device is None or request.user.is_verified():
        return redirect(_next_of(request))
    problem = ""
    if request.method == "POST":
        if device.verify_is_allowed()[0] and device.verify_token(_digits(request)):
            verified(request, device)
            note(request, "second factor shown")
            return redirect(_next_of(request))
        allowed = device.verify_is_allowed()[0]
        problem = say("accounts.code.wrong") if allowed else say("accounts.code.wait")
        note(request, "second factor refused")
    return render(request, "accounts/code.html", {"problem": problem, "next": _next_of(request)})


@for_signed_in
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set up a device: a picture to scan, and a first code to show that it works."""
    if request.user.has_second_factor:
        return redirect("overview")
    device, _ = TOTPDevice.objects.get_or_create(user=request.user, confirmed=False, defaults={"name": _DEVICE})
    problem = ""
    if request.method == "POST":
        if device.verify_token(_digits(request)):
            device.confirmed = True
            device.save()
            del request.user.has_second_factor
            verified(request, device)
            note(request, "second factor set up")
            return redirect("overview")
        problem = say("accounts.code.wrong")
    secret = b32encode(device.bin_key).decode()
    said = {"problem": problem, "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))}
    return render(request, "accounts/second_factor.html", said)


@for_signed_in
def picture(request: HttpRequest) -> HttpResponse:
    """The picture to scan with a device that is being set up."""
    device = TOTPDevice.objects.filter(user=request.user, confirmed=False).first()
    if device is None:
        return HttpResponse(status=404)
    drawing = BytesIO()
    segno.make(device.config_url).save(drawing, kind="svg", scale=5, border=2)
    return HttpResponse(drawing.getvalue(), content_type="image/svg+xml")


@for_signed_in
def password(request: HttpRequest) -> HttpResponse:
    """Choose a new password; the policy's demands are said with the form."""
    form = PasswordChangeForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        choose_password(request, request.user, form.cleaned_data["new_password1"])
        messages.success(request, say("accounts.password.saved"))
        return redirect("overview")
    return render(request, "accounts/password.html", {"form": form})


for view in (code, second_factor, picture):
    view.before_second_factor = True  # type: ignore[attr-defined]


def _providers() -> list[str]:
    """The pages that begin signing in with the municipality's own sign-in, of the ways that are set up."""
    ways = {"provider": settings.OIDC_RP_CLIENT_ID, "saml": settings.SAML_PROVIDER}
    return [reverse(name) for name, set_up in ways.items() if set_up]


def _digits(request: HttpRequest) -> str:
    return "".join(filter(str.isdecimal, request.POST.get("code", "")))[:8]


def _next_of(request: HttpRequest) -> str:
    asked = request.POST.get("next") or request.GET.get("next") or ""
    return asked if url_has_allowed_host_and_scheme(asked, {request.get_host()}) else reverse("overview")


def _with_next(name: str, address: str) -> str:
    return reverse(name) + (f"?{urlencode({'next': address})}" if address else "")
