# SPDX-License-Identifier: EUPL-1.2
"""Which version of a grant a program has seen: the answer's ETag, which a change has to show in If-Match. A grant's
version is that of its row and of the price that stands without end."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from styr.register.models import Grant, GrantPrice
from styr.web.api.problems import Problem
from styr.web.citizens.saving import standing_price

#: What an operation that changes a grant says of itself beside.
CONDITIONAL = {
    "parameters": [
        {
            "in": "header",
            "name": "If-Match",
            "required": True,
            "schema": {"type": "string"},
            "description": "The version the change is made on: the ETag of the grant as it was read",
        }
    ]
}


@dataclass(frozen=True)
class Seen:
    """The versions that were seen: of the grant, and of the price that stood without end (0: none did)."""

    grant: int
    price: int


def etag(grant: Grant) -> str:
    """The version of a grant as it stands."""
    return _tag(grant, standing_price(grant.grant_id))


def seen_in(request: HttpRequest, grant: Grant) -> Seen:
    """The version that a change was made on. Raises Problem when none is said, or another stands by now; between here
    and the storing of the change the register asks once more."""
    said = request.headers.get("If-Match", "").strip()
    if not said:
        raise Problem("unconditional")
    price = standing_price(grant.grant_id)
    if _tag(grant, price) not in [word.strip() for word in said.split(",")]:
        raise Problem("overtaken")
    return Seen(grant.pk, price.pk if price else 0)


def _tag(grant: Grant, price: GrantPrice | None) -> str:
    return f'"{grant.pk}-{price.pk if price else 0}"'
