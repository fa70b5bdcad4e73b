# SPDX-License-Identifier: EUPL-1.2
"""Rows and columns from their labels and what the file says of them: roles, codes, places."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from styr.evidence.errors import Refused
from styr.evidence.published import Code, Line, Place, Role

_YEAR = re.compile(r"(?:19|20)\d\d")
ATTRIBUTES = ("en", "code", "unit", "role", "of", "level", "line", "step", "exact", "dash", "filling")


def line(label: str, said: Mapping[str, Any]) -> Line:
    """A row or column from its label and what is said of it; a year is coded as one. Raises Refused."""
    role = str(said.get("role") or "").strip()
    if role and role not in (each.value for each in Role):
        raise Refused("role_unknown", role=role, roles=", ".join(each.value for each in Role))
    level = str(said.get("level") or "0").strip()
    if not level.isdigit():
        raise Refused("level_unknown", level=level)
    return Line(
        label,
        str(said.get("en") or ""),
        _code(str(said.get("code") or ""), label),
        str(said.get("unit") or ""),
        Role(role) if role else None,
        str(said.get("of") or ""),
        int(level),
        place(said["line"]) if said.get("line") else None,
    )


def place(text: object) -> Place:
    """»52-102« or »52«, or several such after each other (the first to the last). Raises Refused."""
    ends = [int(end) for end in re.findall(r"\d+", str(text))]
    if not ends or not re.fullmatch(r"[\d\s,–-]+", str(text)):
        raise Refused("lines_unknown", text=text)
    return Place(min(ends), max(ends))


def twice(labels: Sequence[str]) -> list[str]:
    """Labels that stand more than once."""
    return sorted({label for label in labels if labels.count(label) > 1})


def _code(text: str, label: str) -> Code | None:
    if text:
        dimension, equals, code = text.partition("=")
        if not equals:
            raise Refused("code_unknown", code=text)
        return Code(dimension.strip(), code.strip())
    return Code("year", label) if _YEAR.fullmatch(label) else None
