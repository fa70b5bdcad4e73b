# SPDX-License-Identifier: EUPL-1.2
"""What the pages are narrowed to: municipality, year, provision and target group. They live in the address, are kept as
one moves, and can be shared with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone

from styr import vocabulary
from styr.vocabulary import UnknownWord
from styr.web.languages import spoken

#: The filters by the dimension they narrow, in the order shown, with the vocabulary list of their words.
LISTS = {"municipality": "municipality", "provision": "provision", "target_group": "target_group"}
NAMES = ("municipality", "year", "provision", "target_group")
_FIRST_YEAR, _LAST_YEAR = 1970, 2100
_YEARS_OFFERED = 15


@dataclass(frozen=True)
class Filters:
    """The filters of an address: codes and a year, each None when not narrowed. Words that are no code are dropped."""

    municipality: str | None = None
    year: int | None = None
    provision: str | None = None
    target_group: str | None = None

    @cached_property
    def query(self) -> str:
        """The filters as they stand in an address, without a question mark; empty when there are none."""
        return urlencode([(name, getattr(self, name)) for name in NAMES if getattr(self, name)])

    @property
    def where(self) -> dict[str, list[str]]:
        """The filters as a question's conditions (the year is said otherwise)."""
        return {name: [getattr(self, name)] for name in LISTS if getattr(self, name)}


def filters_of(request: HttpRequest) -> Filters:
    """The filters in the address of a request."""
    return Filters(
        **{name: _code(kind, request.GET.get(name, "")) for name, kind in LISTS.items()},
        year=_year(request.GET.get("year", "")),
    )


def options_of(name: str) -> list[tuple[Any, str]]:
    """What a filter can be narrowed to: codes (or years, the latest first) and their words."""
    if name == "year":
        this = timezone.localdate().year
        return [(year, str(year)) for year in range(this, this - _YEARS_OFFERED, -1)]
    known = vocabulary.codelist(LISTS[name])
    shown = [(term.code, known.name(term.code, spoken())) for term in known]
    return sorted(shown, key=lambda each: each[1]) if name == "municipality" else shown


def with_filters(address: str, filters: Filters) -> str:
    """An address with the filters kept."""
    return f"{address}?{filters.query}" if filters.query else address


def _code(kind: str, word: str) -> Any:
    if not word.strip():
        return None
    try:
        return vocabulary.codelist(kind).parse(word)
    except UnknownWord:
        return None


def _year(word: str) -> int | None:
    year = int(word) if word.isdecimal() and len(word) == 4 else 0
    return year if _FIRST_YEAR <= year <= _LAST_YEAR else None
