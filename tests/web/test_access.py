# SPDX-License-Identifier: EUPL-1.2
"""Every address × every role is held against the table in access.txt, which a reviewer can read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.urls import URLPattern, get_resolver, reverse
from web_users import ROLES, signed_in

TABLE = Path(__file__).with_name("access.txt")
COLUMNS = ("none", *ROLES, "elsewhere")
#: What stands in the table, by what the server answers.
MEANINGS = {200: "yes", 405: "yes", 422: "yes", 302: "yes", 204: "yes", 403: "no", 404: "hidden"}
#: What is filled in where an address has blanks: something of the users' own municipality.
BLANKS = {
    "citizen_id": "anna", "grant_id": "g1", "offer_id": "o1", "indicator": "places", "form": "csv",
    "number": "1", "key": "forecast", "nth": 0, "tool": "kommuner", "listed": "forslag",
    "case_id": "c1", "goal_id": "m2", "version": "1", "decided_on": "2019-01-31", "of": "enquiry",
    "department_id": "d1", "item": "grant_end/2024-01-01/g1",
}  # fmt: skip
#: And of one address alone.
OF_ADDRESS = {
    "citizen-file": {"table": "indsatser"}, "offer-file": {"table": "takster"}, "job-file": {"table": "raekker"},
    "delivery-file": {"table": "filer"}, "forecast-given-file": {"table": "gaeldende"},
    "suggestion-file": {"table": "posteret"},
}  # fmt: skip


def rows() -> Iterator[tuple[str, dict[str, str]]]:
    """The table's rows: name of the address, and what each column may."""
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    header = lines[0].split()
    assert tuple(header[1:]) == COLUMNS
    for line in lines[1:]:
        name, *words = line.split()
        yield name, dict(zip(header[1:], words, strict=True))


def patterns() -> list[URLPattern]:
    """All addresses but those of the API, whose table is api_access.txt."""
    return [each for each in get_resolver("styr.web.urls").url_patterns if isinstance(each, URLPattern)]


def names() -> list[str]:
    """The names of all addresses."""
    return [str(pattern.name) for pattern in patterns()]


def address(name: str) -> str:
    """An address with its blanks filled."""
    (pattern,) = [each for each in patterns() if each.name == name]
    blanks = BLANKS | OF_ADDRESS.get(name, {})
    return reverse(name, kwargs={blank: blanks[blank] for blank in pattern.pattern.converters})


def met(answer: Any) -> str:
    """What the server's answer means to the one who asked."""
    if answer.status_code == 302 and answer.url.startswith("/log-ind/?next="):
        return "sign-in"
    return MEANINGS.get(answer.status_code, str(answer.status_code))


def test_every_address_has_a_row() -> None:
    assert [name for name, _ in rows()] == names()


def test_a_page_that_has_not_said_who_may_open_it_is_refused() -> None:
    from styr.web.access import access_of

    assert [pattern.name for pattern in patterns() if access_of(pattern.callback) is None] == []
    (api,) = [each for each in get_resolver("styr.web.urls").url_patterns if not isinstance(each, URLPattern)]
    assert all(access_of(pattern.callback).by_token for pattern in api.url_patterns)


@pytest.mark.parametrize("who", COLUMNS)
def test_each_may_open_what_the_table_says(filled: Path, who: str) -> None:
    from styr.web.accounts.models import User
    from styr.web.data.models import Job

    Job.objects.create(kind="check", arguments={"upload": "a"}, asked_by=User.objects.get(username="controller"))
    client = signed_in("" if who == "none" else who)
    found: dict[str, str] = {}
    for name in names():
        with transaction.atomic():
            found[name] = met(client.get(address(name)))
            transaction.set_rollback(True)
    assert found == {name: may[who] for name, may in rows()}
