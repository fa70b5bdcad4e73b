# SPDX-License-Identifier: EUPL-1.2
"""First use: an empty store shows two ways in, one's own data or the generated municipality."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from styr.web.access import needs_one_of
from styr.web.roles import Permission


@needs_one_of(Permission.IMPORT, Permission.SEE_DELIVERIES)
def first_use(request: HttpRequest) -> HttpResponse:
    """The two ways in."""
    return render(request, "frame/first.html")
