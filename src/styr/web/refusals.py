# SPDX-License-Identifier: EUPL-1.2
"""What is said when a page cannot be had: not allowed, not there, refused by the register, or a fault of Styr's own.

Nothing of a person is said, neither on the page nor in the program's log.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from styr.register.delivery.findings import Refused, masked
from styr.statistics import CannotAnswer
from styr.web.languages import spoken


class Refusals:
    """Makes a page of what the register or the statistics refuse; anything else unforeseen is a fault."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Refused):
            return page(request, "refused", 409, problems=error.problems)
        if isinstance(error, CannotAnswer):
            return page(request, "no_answer", 422, problems=error.said(spoken()).splitlines())
        if isinstance(error, DatabaseError) and ("locked" in str(error) or "lock timeout" in str(error)):
            return page(request, "busy", 503)
        return None


def page(request: HttpRequest, kind: str, status: int, problems: object = ()) -> HttpResponse:
    """The page for a kind of refusal (texts/frame.yaml, refusal.KIND)."""
    said = {"heading_key": f"refusal.{kind}.heading", "text_key": f"refusal.{kind}.text", "problems": problems}
    return render(request, "frame/refusal.html", said, status=status)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not for the user's role."""
    return page(request, "denied", 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Not there, or not there for this user: the two are not told apart."""
    return page(request, "not_found", 404)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address or form that makes no sense."""
    return page(request, "bad_request", 400)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent from elsewhere, or after the session ended."""
    return page(request, "csrf", 403)


def failed(request: HttpRequest) -> HttpResponse:
    """A fault of Styr's own; said without anything that could fail again."""
    return render(request, "frame/failed.html", status=500)


class Masked(logging.Filter):
    """Blots out of the program's log what may be a civil registration number, traces included."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = masked(record.getMessage(), longest=2000), ()
        if record.exc_info:
            trace = logging.Formatter().formatException(record.exc_info)
            record.exc_text = "\n".join(masked(line, longest=400) for line in trace.splitlines())
        return True
