# SPDX-License-Identifier: EUPL-1.2
"""The API put together: its operations, what is said when one fails, and its addresses."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn, get_type_hints

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.operation import Operation
from ninja.parser import Parser

from styr.register.delivery.findings import Refused
from styr.register.delivery.take import RowsRejected
from styr.register.edit import Overtaken
from styr.statistics import CannotAnswer
from styr.web.access import for_tokens
from styr.web.api import deliveries, forecasts, grants, indicators, register, supply
from styr.web.api.bearer import Bearer
from styr.web.api.problems import Problem
from styr.web.api.validity import errors_of, wrong
from styr.web.forms.fields import problems_of
from styr.web.languages import spoken

JSON, FORM = "application/json", "multipart/form-data"


class _OnlyJson(Parser):
    """Reads bodies that are said to be JSON, and no others; numbers that JSON does not know are none."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != JSON:
            raise ValueError
        return json.loads(request.body, parse_constant=_no_number)


class _Service(NinjaAPI):
    """The API; an operation goes by its function's name."""

    def get_openapi_operation_id(self, operation: Operation) -> str:
        return str(operation.view_func.__name__)


def _only_known_words(view: Callable[..., Any]) -> Callable[..., Any]:
    """Refuses words of the address that an operation does not know: a filter that is misspelt narrows nothing."""
    asked = get_type_hints(view).get("query")
    known = {field.alias or name for name, field in asked.model_fields.items()} if asked else set()

    @wraps(view)
    def asked_view(request: HttpRequest, *arguments: Any, **named: Any) -> Any:
        if unknown := sorted(set(request.GET) - known):
            raise Problem("invalid", errors=[wrong("query", name, "unknown") for name in unknown])
        return view(request, *arguments, **named)

    return asked_view


api = _Service(title="Styr", version="1", openapi_url=None, docs_url=None, auth=Bearer(None), parser=_OnlyJson())
api.add_decorator(_only_known_words)
for tag, router in (
    ("register", grants.router),  # before the next, whose addresses are the beginnings of its own
    ("register", register.router),
    ("register", supply.router),
    ("indicators", indicators.router),
    ("forecasts", forecasts.router),
    ("deliveries", deliveries.router),
):
    api.add_router("", router, tags=[tag])
TAGS = ("register", "indicators", "forecasts", "deliveries")


def addresses() -> list[URLPattern]:
    """The API's addresses; each asks for a token itself."""
    patterns: list[URLPattern] = api.urls[0]
    for pattern in patterns:
        for_tokens(pattern.callback)
    return patterns


def _no_number(word: str) -> NoReturn:
    raise ValueError(word)


def _said(kind: str) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, error: Problem(kind).answer()


@api.exception_handler(Problem)
def _problem(request: HttpRequest, error: Problem) -> HttpResponse:
    return error.answer()


@api.exception_handler(ValidationError)
def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    if any(each["loc"][0] == "file" for each in error.errors) and request.content_type != FORM:
        return Problem("media_type").answer()
    return Problem("invalid", errors=errors_of(error.errors)).answer()


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What django-ninja itself says: a body that cannot be read."""
    return Problem("unreadable" if request.content_type == JSON else "media_type").answer()


@api.exception_handler(RowsRejected)
def _rejected(request: HttpRequest, error: RowsRejected) -> HttpResponse:
    said = problems_of(error.rejections).items()
    return Problem("invalid", errors=[{"in": "body", "field": name, "text": text} for name, text in said]).answer()


@api.exception_handler(Refused)
def _refused(request: HttpRequest, error: Refused) -> HttpResponse:
    return Problem("refused", error.problems).answer()


@api.exception_handler(CannotAnswer)
def _no_answer(request: HttpRequest, error: CannotAnswer) -> HttpResponse:
    return Problem("no_answer", error.said(spoken()).splitlines()).answer()


@api.exception_handler(DatabaseError)
def _busy(request: HttpRequest, error: DatabaseError) -> HttpResponse:
    if "locked" in str(error) or "lock timeout" in str(error):
        return Problem("busy", headers={"Retry-After": "5"}).answer()
    raise error


_FAULTS: tuple[tuple[type[Exception], str], ...] = (
    (AuthenticationError, "unauthorised"),
    (Http404, "not_found"),
    (PermissionDenied, "denied"),
    (Overtaken, "overtaken"),
    (RequestDataTooBig, "too_large"),
)
for fault, kind in _FAULTS:
    api.add_exception_handler(fault, _said(kind))
