# SPDX-License-Identifier: EUPL-1.2
"""What was said of a grant: every version of it and of its prices, with who, when and why, the latest first."""

from __future__ import annotations

from collections.abc import Iterator

from styr.register.models import Grant, GrantPrice
from styr.web.forms.history import Change, changes_of, ends, said_by, together
from styr.web.templatetags.styr import day, kroner, word
from styr.web.words import say

_KNOWN_ANYHOW = ("grant_id", "citizen_id")


def versions_of(grant_id: str) -> list[Change]:
    """The changes of a grant and of its prices, those of one kind in one delivery together."""
    chosen = {"grant_id": grant_id}
    grants = list(Grant.objects.filter(**chosen).select_related("since", "until"))
    prices = GrantPrice.objects.filter(**chosen).select_related("since", "until").order_by("start_date", "pk")
    return together((*changes_of(grants, "citizens.said", _KNOWN_ANYHOW), *_of_prices(list(prices))))


def _of_prices(versions: list[GrantPrice]) -> Iterator[Change]:
    for version in versions:
        yield said_by(version.since, say("citizens.said.price"), [_price_in_words(version)])
        if ends(version, [other for other in versions if other.start_date == version.start_date]):
            yield said_by(version.until, say("citizens.said.taken_back"), [_price_in_words(version)])


def _price_in_words(price: GrantPrice) -> str:
    until = day(price.end_date) if price.end_date else say("citizens.open")
    return f"{day(price.start_date)} – {until}: {kroner(price.price)} / {word(price.price_unit, 'price_unit').lower()}"
