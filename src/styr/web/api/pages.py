# SPDX-License-Identifier: EUPL-1.2
"""The API for people: a page of what can be asked, and the description for programs. The description tells nothing that
the source does not, and is open to all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from styr.reporting.numbers import Language
from styr.web.access import for_everyone, for_signed_in
from styr.web.api.description import described
from styr.web.api.problems import KINDS
from styr.web.api.service import TAGS, api
from styr.web.languages import spoken

_OBJECT = "{…}"


@for_everyone
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description."""
    return JsonResponse(_description(spoken()), json_dumps_params={"ensure_ascii": False})


@for_signed_in
def readable(request: HttpRequest) -> HttpResponse:
    """The same as a page."""
    made = _description(spoken())
    operations = sorted(_operations(made), key=lambda each: each["path"])
    said = {
        "groups": [(tag, [each for each in operations if each["tag"] == tag]) for tag in TAGS],
        "shapes": [(name, _fields(shape)) for name, shape in made["components"]["schemas"].items()],
        "problems": KINDS.items(),
        "root": request.build_absolute_uri("/api/v1/"),
    }
    return render(request, "api/api.html", said)


@cache
def _description(language: Language) -> dict[str, Any]:
    """The description in the language spoken; made once of each, as it takes a while."""
    return described(api)


def _operations(made: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each operation as shown: tag, id, method, path, summary, scopes, parameters, body and answers."""
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            yield {
                "tag": operation["tags"][0],
                "id": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"],
                "scopes": operation["x-token-scopes"],
                "parameters": [{**each, "type": _type(each["schema"])[0]} for each in operation.get("parameters", ())],
                "body": _contents(operation.get("requestBody", {})),
                "answers": [(status, *_content(answer)) for status, answer in operation["responses"].items()],
            }


def _contents(body: dict[str, Any]) -> tuple[str, str, str] | None:
    """The media type of a body, its type, and the shape that is of."""
    return (next(iter(body["content"])), *_content(body)) if body else None


def _content(answer: dict[str, Any]) -> tuple[str, str]:
    """The type of an answer, and the shape it is of."""
    for content in answer.get("content", {}).values():
        return _type(content["schema"])
    return "", ""


def _fields(shape: dict[str, Any]) -> list[dict[str, Any]]:
    """The fields of a shape: name, type, the shape it is of, whether it must be there, what it means."""
    required = shape.get("required", ())
    return [
        {
            "name": name,
            "type": _type(field),
            "required": name in required,
            "description": field.get("description", ""),
        }
        for name, field in shape.get("properties", {}).items()
    ]


def _type(schema: dict[str, Any]) -> tuple[str, str]:
    """A type in a word or two, and the shape it is of (empty: none)."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return name, name
    if "anyOf" in schema:
        known = [_type(each) for each in schema["anyOf"]]
        return " | ".join(dict.fromkeys(each for each, _ in known)), next((name for _, name in known if name), "")
    if schema.get("type") == "array":
        word, name = _type(schema.get("items", {}))
        return f"[{word}]", name
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"])), ""
    word = str(schema.get("format") or schema.get("type") or _OBJECT)
    return (_OBJECT if word == "object" else word), ""
