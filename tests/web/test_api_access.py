# SPDX-License-Identifier: EUPL-1.2
"""Every operation of the API × every role × every scope is held against the table in api_access.txt."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from web_tokens import Program, program_of
from web_users import ROLES

TABLE = Path(__file__).with_name("api_access.txt")
COLUMNS = ("operation", "scopes", *ROLES, "elsewhere")
MEANINGS = {401: "none", 403: "no", 404: "hidden"}  # anything else: one may, whatever comes of it
BLANKS = {"citizen_id": "anna", "grant_id": "g1", "offer_id": "o1", "key": "places", "number": "1", "id": "fc-1"}
WITH_ONE_SCOPE = {"register.read": "case_worker", "register.write": "case_worker", "results": "analyst",
                  "deliveries": "controller"}  # fmt: skip

#: What is sent where something must be for the one who asks to be let as far as what is asked about.
BODIES: dict[str, dict[str, Any]] = {
    "create_grant": {"provision": "SEL-97", "start_date": "2024-03-01", "paying_municipality": "851", "why": "Prøve"},
    "end_grant": {"end_date": "2025-01-31", "why": "Prøve"},
    "reprice_grant": {"start_date": "2025-07-01", "price": 2600, "price_unit": "day", "why": "Prøve"},
    "undo_grant": {"why": "Prøve"},
    "change_grant": {"price": 2600, "why": "Prøve"},
    "undo_delivery": {"why": "Prøve"},
}


def rows() -> Iterator[dict[str, str]]:
    """The table's rows by column."""
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    assert tuple(lines[0]) == COLUMNS
    for words in lines[1:]:
        yield dict(zip(COLUMNS, words, strict=True))


def operations() -> list[tuple[str, str, str, list[str]]]:
    """Every operation of the API: name, method, address with its blanks filled, and the scopes it says it needs."""
    from styr.web.api.description import described
    from styr.web.api.service import api

    return [
        (
            each["operationId"],
            method,
            re.sub(r"\{(\w+)\}", lambda blank: BLANKS[blank[1]], path),
            each["x-token-scopes"],
        )
        for path, methods in described(api)["paths"].items()
        for method, each in methods.items()
    ]


def met(program: Program, name: str, method: str, address: str) -> str:
    """What the answer means to the one who asks; nothing stays of what was asked."""
    with transaction.atomic():
        ask: Any = getattr(program, method)
        answer = ask(address.removeprefix("/api/v1/"), *([] if method == "get" else [BODIES.get(name, {})]))
        transaction.set_rollback(True)
    return MEANINGS.get(answer.status_code, "yes")


def test_every_operation_has_a_row_with_its_scopes() -> None:
    said = {name: ",".join(scopes) for name, _, _, scopes in operations()}
    assert {row["operation"]: row["scopes"] for row in rows()} == said


@pytest.fixture
def with_job(filled: Path) -> None:
    """The drawn register, and a job of the controller's."""
    from styr.web.accounts.models import User
    from styr.web.data.models import Job

    Job.objects.create(kind="check", arguments={"upload": "a"}, asked_by=User.objects.get(username="controller"))


@pytest.mark.parametrize("who", (*ROLES, "elsewhere"))
def test_each_role_may_ask_what_the_table_says(with_job: None, who: str) -> None:
    program = program_of(who)
    found = {name: met(program, name, method, address) for name, method, address, _ in operations()}
    assert found == {row["operation"]: row[who] for row in rows()}


@pytest.mark.parametrize("scope", WITH_ONE_SCOPE)
def test_a_token_opens_what_it_was_made_for_and_nothing_else(with_job: None, scope: str) -> None:
    role = WITH_ONE_SCOPE[scope]
    program, of_all = program_of(role, scope), {row["operation"]: row[role] for row in rows()}
    expected = {name: of_all[name] if scope in scopes else "no" for name, _, _, scopes in operations()}
    assert {name: met(program, name, method, address) for name, method, address, _ in operations()} == expected


def test_nothing_is_open_without_a_token_or_by_a_session(filled: Path) -> None:
    from web_users import signed_in

    program = Program("")
    for browser in (program.client, signed_in("case_worker")):
        program.client = browser
        assert {met(program, name, method, address) for name, method, address, _ in operations()} == {"none"}
