# SPDX-License-Identifier: EUPL-1.2
"""Lists a page at a time: how many there are in all, those of this page, and the address of the next.

A page goes on after the last row of the one before (`after`), not by a number of pages: so it is found as fast in a
million rows as in ten, and rows that come in between shift nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Schema
from pydantic import ConfigDict, Field

from styr.register.delivery.findings import masked
from styr.web.api.problems import Problem
from styr.web.api.validity import wrong

MOST = 1000
_USUAL = 100
_LARGEST_NUMBER = 2**63 - 1

Text = Annotated[str, Field(pattern=r"^[^\x00]*$", max_length=300)]


class Strict(Schema):
    """What is sent, of which nothing unknown is passed over."""

    model_config = ConfigDict(extra="forbid")


class Paging(Strict):
    """How much of a list is wanted, and from where on."""

    limit: int = Field(_USUAL, ge=1, le=MOST, description=f"Rows on the page, {MOST} at most")
    after: Text = Field("", description="Where the page before ended; next of that page has it")


class Paged(Schema):
    """A page of a list."""

    total: int = Field(description="Rows in the whole list")
    next: str | None = Field(description="Address of the next page; null on the last")


def page_of(
    request: HttpRequest, rows: QuerySet[Any], paging: Paging,
    shape: Callable[[Sequence[Any]], Iterable[Any]] = tuple, key: str = "pk", *, latest_first: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """A page of rows in the order of key, which tells rows apart; shape makes what is shown of the rows of a page."""
    chosen = rows
    if paging.after:
        after = _number(paging.after) if key == "pk" else paging.after
        chosen = rows.filter(**{f"{key}__{'lt' if latest_first else 'gt'}": after})
    found = list(chosen.order_by(f"-{key}" if latest_first else key)[: paging.limit + 1])
    shown = found[: paging.limit]
    last = getattr(shown[-1], key) if len(found) > len(shown) else None
    return {"items": list(shape(shown)), "total": rows.count(), "next": _next(request, last)}


def page_of_list(request: HttpRequest, rows: Sequence[Any], paging: Paging) -> dict[str, Any]:
    """A page of rows that are at hand."""
    first = _number(paging.after) if paging.after else 0
    end = first + paging.limit
    return {"items": rows[first:end], "total": len(rows), "next": _next(request, end if end < len(rows) else None)}


def words_of(request: HttpRequest) -> str:
    """The words of an address as the audit log has them: what may be a civil registration number is blotted out."""
    return "&".join(f"{name}={masked(value)}" for name, values in request.GET.lists() for value in values)


def _number(after: str) -> int:
    if after.isascii() and after.isdecimal() and int(after) <= _LARGEST_NUMBER:
        return int(after)
    raise Problem("invalid", errors=[wrong("query", "after", "after")])


def _next(request: HttpRequest, last: Any) -> str | None:
    if last is None:
        return None
    words = request.GET.copy()
    words["after"] = str(last)
    return f"{request.path}?{words.urlencode()}"
