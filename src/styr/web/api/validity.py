# SPDX-License-Identifier: EUPL-1.2
"""What is wrong with which part of what was sent, in words (texts/api.yaml, api.invalid); it is not itself repeated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from styr.web.words import say, texts

#: Kinds of fault, as Pydantic names them, by the words that say them; the others are said to be not valid.
_SAID_AS = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "less_than_equal": "most",
    "greater_than_equal": "least",
    "string_too_long": "long",
    "too_long": "many",
    "string_too_short": "missing",
    "too_short": "missing",
    "literal_error": "choice",
}
_BY_KIND = (("int", "number"), ("decimal", "number"), ("date", "date"), ("bool", "truth"), ("string", "text"))


def errors_of(faults: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """in (path, query, body, file), field and text of each fault that django-ninja found."""
    return [_error(fault) for fault in faults]


def wrong(where: str, field: str, kind: str, **values: object) -> dict[str, str]:
    """The same of a fault found otherwise; kind as in texts/api.yaml, api.invalid."""
    return {"in": where, "field": field, "text": say(f"api.invalid.{kind}", **values)}


def _error(fault: Mapping[str, Any]) -> dict[str, str]:
    where, *place = (str(part) for part in fault["loc"])
    if where == "body" or place[:1] == ["query"]:
        place = place[1:]  # the first names the operation's argument
    context = fault.get("ctx", {})
    values = {"most": context.get("le", context.get("max_length")), "least": context.get("ge"),
              "expected": context.get("expected")}  # fmt: skip
    return wrong(where, ".".join(place), _kind(fault["type"]), **values)


def _kind(fault: str) -> str:
    found = _SAID_AS.get(fault) or next((said for begins, said in _BY_KIND if fault.startswith(begins)), "other")
    assert f"api.invalid.{found}" in texts()
    return found
