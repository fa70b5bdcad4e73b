# SPDX-License-Identifier: EUPL-1.2
"""What was said of a grant: every version of it and of its prices, with who, when and why, the latest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from styr.register.models import Delivery, Grant, GrantPrice
from styr.vocabulary.exchange import tables
from styr.web.templatetags.styr import as_said, day, kroner, word
from styr.web.words import say

_KNOWN_ANYHOW = ("grant_id", "citizen_id")


@dataclass(frozen=True)
class Change:
    """One delivery's say on a grant: of what kind (new, changed, price, taken_back), and what it said, line by line."""

    delivery: Delivery
    kind: str
    lines: list[str]


def versions_of(grant_id: str) -> list[Change]:
    """The changes of a grant and of its prices, those of one kind in one delivery together."""
    chosen = {"grant_id": grant_id}
    grants = Grant.objects.filter(**chosen).select_related("since", "until").order_by("since__known_at", "pk")
    prices = GrantPrice.objects.filter(**chosen).select_related("since", "until").order_by("start_date", "pk")
    told: dict[tuple[int, str], Change] = {}
    for change in (*_of_grant(list(grants)), *_of_prices(list(prices))):
        kept = told.setdefault((change.delivery.pk, change.kind), Change(change.delivery, change.kind, []))
        kept.lines.extend(change.lines)
    return sorted(told.values(), key=lambda change: (change.delivery.known_at, change.delivery.pk), reverse=True)


def _of_grant(versions: list[Grant]) -> Iterator[Change]:
    before: Grant | None = None
    for version in versions:
        yield Change(version.since, "changed" if before else "new", list(_differences(before, version)))
        before = version
        if _ends(version, versions):
            assert version.until is not None
            yield Change(version.until, "taken_back", [])
            before = None


def _of_prices(versions: list[GrantPrice]) -> Iterator[Change]:
    for version in versions:
        yield Change(version.since, "price", [_price_in_words(version)])
        if _ends(version, [other for other in versions if other.start_date == version.start_date]):
            assert version.until is not None
            yield Change(version.until, "taken_back", [_price_in_words(version)])


def _ends(version: Any, versions: Iterable[Any]) -> bool:
    """Whether a version stands no longer and nothing took its place."""
    return version.until_id is not None and all(other.since_id != version.until_id for other in versions)


def _differences(before: Grant | None, version: Grant) -> Iterator[str]:
    for column in tables()["grants"]:
        was, now = getattr(before, column.name) if before else None, getattr(version, column.name)
        if was == now or column.name in _KNOWN_ANYHOW:
            continue
        earlier = f"{as_said(was, column)} → " if before else ""
        yield f"{say(f'column.{column.name}')}: {earlier}{as_said(now, column)}"


def _price_in_words(price: GrantPrice) -> str:
    until = day(price.end_date) if price.end_date else say("citizens.open")
    return f"{day(price.start_date)} – {until}: {kroner(price.price)} / {word(price.price_unit, 'price_unit').lower()}"
