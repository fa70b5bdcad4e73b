# SPDX-License-Identifier: EUPL-1.2
"""What the API says when something cannot be done: application/problem+json (RFC 9457), in the language asked for.

A problem's type is an address on the readable page, /api/#KIND, its words are texts/api.yaml, api.problem.KIND. Nothing
that was sent is repeated but with what may be a civil registration number blotted out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from styr.register.delivery.findings import masked
from styr.web.words import say

HOME = "/api/"
ROOT = "/api/v1/"
MEDIA_TYPE = "application/problem+json"
_LONGEST = 600

#: The kinds of problems, and the status each is said with.
KINDS: Mapping[str, int] = {
    "unreadable": 400,
    "unauthorised": 401,
    "denied": 403,
    "second_factor": 403,
    "not_found": 404,
    "method": 405,
    "refused": 409,
    "no_snapshot": 409,
    "overtaken": 412,
    "too_large": 413,
    "media_type": 415,
    "invalid": 422,
    "no_answer": 422,
    "unconditional": 428,
    "too_many": 429,
    "failed": 500,
    "busy": 503,
}
_KIND_OF = {status: kind for kind, status in reversed(list(KINDS.items()))}


class Problem(Exception):
    """Raised by an operation: the kind (of KINDS), what there is to say beside its words, what is wrong with which
    field (in, field, text), and headers."""

    def __init__(
        self,
        kind: str,
        detail: Iterable[str] = (),
        errors: Iterable[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(kind)
        self.kind, self.detail, self.errors, self.headers = kind, tuple(detail), tuple(errors), dict(headers or {})

    def answer(self) -> HttpResponse:
        """The answer that says it."""
        status = KINDS[self.kind]
        said: dict[str, Any] = {
            "type": f"{HOME}#{self.kind}",
            "title": say(f"api.problem.{self.kind}.title"),
            "status": status,
            "detail": masked(" ".join((say(f"api.problem.{self.kind}.text"), *self.detail)), longest=_LONGEST),
        }
        if self.errors:
            said["errors"] = [
                {name: masked(text, longest=_LONGEST) for name, text in error.items()} for error in self.errors
            ]
        headers = {"WWW-Authenticate": "Bearer"} | self.headers if status == HTTPStatus.UNAUTHORIZED else self.headers
        content = json.dumps(said, ensure_ascii=False).encode()
        return HttpResponse(content, status=status, content_type=MEDIA_TYPE, headers=headers)


class Problems:
    """Says as a problem whatever else goes wrong at the API's addresses: not there, not that method, a fault."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(ROOT):
            return self.get_response(request)
        if "\0" in request.path_info or any(
            "\0" in word for pair in request.GET.lists() for word in (pair[0], *pair[1])
        ):
            return Problem("unreadable").answer()  # no database takes it
        answer = self._said(request)
        patch_vary_headers(answer, ["Accept-Language", "Authorization"])
        return answer

    def _said(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if answer.status_code < HTTPStatus.BAD_REQUEST or answer.get("Content-Type") == MEDIA_TYPE:
            return answer
        kind = _KIND_OF.get(answer.status_code, "failed" if answer.status_code >= 500 else "unreadable")
        said = Problem(kind).answer()
        for name in ("Allow", "Retry-After"):
            if name in answer:
                said[name] = answer[name]
        return said
