# SPDX-License-Identifier: EUPL-1.2
"""The one navigation: the order of the work, of which each user is shown what the role may open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import resolve, reverse

from styr.web.access import access_of, lacks_second_factor
from styr.web.filters import Filters, with_filters
from styr.web.roles import role_of

#: The pages of the navigation by their name in urls.py; their words are texts/frame.yaml, nav.NAME. Where a role may
#: not open the first page of an entry, the next it may is the entry's.
ENTRIES: Sequence[tuple[str, ...]] = (
    ("overview",),
    ("citizens",),
    ("offers",),
    ("activity",),
    ("economy",),
    ("analysis",),
    ("deliveries",),
    ("users", "log"),
)


@dataclass(frozen=True)
class Entry:
    """An entry as shown: key of its words, address with the filters kept, whether one is within it."""

    key: str
    address: str
    here: bool


def entries_for(request: HttpRequest, filters: Filters) -> list[Entry]:
    """The entries the user's role may open."""
    user: Any = request.user
    if lacks_second_factor(user):
        return []
    held = role_of(user.role).permissions
    here = _section(request.path)
    shown = []
    for names in ENTRIES:
        for name in names:
            address = reverse(name)
            said = access_of(resolve(address).func)
            if said is not None and said.allows(held):
                shown.append(Entry(names[0], with_filters(address, filters), _section(address) == here))
                break
    return shown


def _section(address: str) -> str:
    """The first part of an address, which all pages of an entry share."""
    return address.split("/")[1]
