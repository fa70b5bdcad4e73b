# SPDX-License-Identifier: EUPL-1.2
"""The API described by OpenAPI: what django-ninja makes of the operations, with the words of each (texts/api.yaml), the
problems it may answer with, and what a token must have been made for. Fields are explained in English, as in the
exchange format."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ninja import NinjaAPI
from ninja.operation import Operation

from styr import __version__
from styr.web.api.problems import KINDS, MEDIA_TYPE, ROOT
from styr.web.roles import SCOPES
from styr.web.words import say

_ALWAYS = ("unreadable", "unauthorised", "denied", "invalid", "too_many", "failed", "busy")
_OF_PATHS = ("not_found", "method")
_OF_BODIES = ("too_large", "media_type")
_OF_WRITING = ("refused",)
_OF_CONDITIONS = ("overtaken", "unconditional")
_METHODS = ("get", "post", "patch")
_ETAG = {"ETag": {"schema": {"type": "string"}, "description": "The grant's version, for If-Match"}}
_LOCATION = {"Location": {"schema": {"type": "string"}, "description": "Where it is found"}}


def described(api: NinjaAPI) -> dict[str, Any]:
    """The description, in the language spoken."""
    made = dict(api.get_openapi_schema(path_prefix=ROOT))
    made["info"] = {"title": "Styr", "version": f"1 (Styr {__version__})", "description": say("api.page.text")}
    made["servers"] = [{"url": "/"}]
    needed = {operation.view_func.__name__: operation for operation in operations(api)}
    for operation in operations_in(made):
        name = operation["operationId"]
        operation["summary"] = say(f"api.op.{name}")
        operation["x-token-scopes"] = scopes_of(needed[name])
        operation["responses"] = {**_answers(operation), **_problems(name, operation)}
    made["components"]["schemas"] = _used({**made["components"]["schemas"], "Problem": _PROBLEM}, made["paths"])
    return made


def operations(api: NinjaAPI) -> Iterator[Operation]:
    """Every operation of the API."""
    for router in api._get_bound_routers():
        for view in router.path_operations.values():
            yield from view.operations


def operations_in(made: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every operation of a description."""
    for path in made["paths"].values():
        yield from (path[method] for method in _METHODS if method in path)


def scopes_of(operation: Operation) -> list[str]:
    """The scopes of a token that open an operation: those that let all through that it needs."""
    bearer: Any = operation.auth_callbacks[0]
    permissions = bearer.access.permissions
    return [scope for scope, through in SCOPES.items() if through.issuperset(permissions)]


def _used(shapes: dict[str, Any], said: Any) -> dict[str, Any]:
    """The shapes that something refers to, and those that they refer to themselves."""
    found: dict[str, Any] = {}
    left = [said]
    while left:
        each = left.pop()
        if isinstance(each, dict):
            name = str(each.get("$ref", "")).rsplit("/", 1)[-1]
            if name in shapes and name not in found:
                found[name] = shapes[name]
                left.append(shapes[name])
            left.extend(each.values())
        elif isinstance(each, list):
            left.extend(each)
    return dict(sorted(found.items()))


def _answers(operation: dict[str, Any]) -> dict[str, Any]:
    """What django-ninja says of the answers, and the headers they have."""
    answers = {str(status): answer for status, answer in operation["responses"].items()}
    for status, answer in answers.items():
        content: dict[str, Any] = next(iter(answer.get("content", {}).values()), {})
        schema = content.get("schema", {})
        headers = dict(_LOCATION) if status in ("201", "202") else {}
        if schema.get("$ref", "").endswith("/GrantWhole"):
            headers |= _ETAG
        if headers:
            answer["headers"] = headers
    return answers


def _problems(name: str, operation: dict[str, Any]) -> dict[str, Any]:
    asked = operation.get("parameters", ())
    kinds = [*_ALWAYS]
    if "requestBody" in operation:
        kinds += _OF_BODIES
    if any(each["in"] == "path" for each in asked) or name == "find_citizen":
        kinds += _OF_PATHS
    if 200 not in operation["responses"] or name == "answer":
        kinds += _OF_WRITING
    if any(each["name"] == "If-Match" for each in asked):
        kinds += [*_OF_CONDITIONS, *_OF_WRITING]
    said: dict[str, list[str]] = {}
    for kind in kinds:
        said.setdefault(str(KINDS[kind]), []).append(say(f"api.problem.{kind}.title"))
    schema = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        status: {"description": "; ".join(dict.fromkeys(titles)), "content": {MEDIA_TYPE: schema}}
        for status, titles in sorted(said.items())
    }


_TEXT = {"type": "string"}
_PROBLEM = {
    "title": "Problem",
    "description": "What went wrong (RFC 9457), in the language of Accept-Language.",
    "type": "object",
    "properties": {
        "type": {"type": "string", "description": "The kind of problem, with an anchor on the readable page"},
        "title": _TEXT,
        "status": {"type": "integer"},
        "detail": _TEXT,
        "errors": {
            "type": "array",
            "description": "What is wrong with which field",
            "items": {
                "type": "object",
                "properties": {"in": _TEXT, "field": _TEXT, "text": _TEXT},
                "required": ["in", "field", "text"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
    "additionalProperties": False,
}
