# SPDX-License-Identifier: EUPL-1.2
"""The API does what its description says: schemathesis asks every operation much that fits and much that does not, as
programs that may most and as one that may little, and holds each answer against the description."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from drawn import write_delivery
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from web_register import TABLES
from web_tokens import make_token
from web_users import make_users

MEDIA_TYPE = "application/problem+json"
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
#: Who asks: a role that may most of what stands under a tag, and one that may little of anything.
MOST = {"register": "case_worker", "indicators": "analyst", "forecasts": "analyst", "deliveries": "controller"}
LITTLE = "auditor"
#: What stands in the drawn register, so that not everything asked for is unknown.
KNOWN = {"citizen_id": "anna", "grant_id": "g2", "offer_id": "o1", "key": "places", "number": 1}
VERSION = '"2-0"'  # of that grant
ASKED = {
    "what fits, of what is there": (GenerationMode.POSITIVE, KNOWN),
    "what fits, of anything": (GenerationMode.POSITIVE, None),
    "what does not fit": (GenerationMode.NEGATIVE, KNOWN),
}


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, site: None) -> Iterator[Any]:
    """The API on the drawn register, as its description has it."""
    from django.core.handlers.wsgi import WSGIHandler

    from styr.register import store
    from styr.register.delivery.take import take_delivery

    folder = tmp_path_factory.mktemp("contract") / "store"
    store.open_store(folder)
    delivery = write_delivery(folder.with_name("delivery"), TABLES)
    known_at = datetime(2024, 12, 31, tzinfo=UTC)
    take_delivery(delivery, store.pseudonyms(), known_at=known_at, rejected_folder=folder / "rejected")
    store.snapshot()
    make_users()
    around = (request_started, request_finished)
    for signal in around:
        signal.disconnect(close_old_connections)  # as Django's own test client does: the test's transaction goes on
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    for signal in around:
        signal.connect(close_old_connections)
    connection.close()


def operations(api: Any) -> list[Any]:
    """Every operation of the description."""
    return [found.ok() for found in api.get_all_operations()]


def ask(operation: Any, mode: GenerationMode, known: dict[str, Any] | None, check: Callable[[Any], None]) -> None:
    """Ask an operation some examples, the same each time, and check each."""
    named = {each["name"] for each in operation.definition.raw.get("parameters", ()) if each["in"] == "path"}
    path = {name: value for name, value in (known or {}).items() if name in named}
    some = settings(max_examples=4, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck))  # fmt: skip
    seen = {"If-Match": VERSION} if "grant_id" in path else None
    strategy = operation.as_strategy(mode, path_parameters=path or None, headers=seen)
    some(given(strategy)(check))()


@pytest.mark.parametrize("what", ASKED)
def test_every_operation_answers_as_it_is_described(api: Any, subtests: pytest.Subtests, what: str) -> None:
    mode, known = ASKED[what]
    for operation in operations(api):
        with subtests.test(operation=operation.label):
            if mode.is_positive or may_be_wrong(operation):
                ask(operation, mode, known, as_described)


def as_described(case: Any) -> None:
    """Ask as one who may most and as one who may little; nothing stays of what was asked."""
    (tag,) = case.operation.definition.raw["tags"]
    for username in (MOST[tag], LITTLE):
        with transaction.atomic():
            answer = case.call(headers={"Authorization": f"Bearer {make_token(username)}"})
            transaction.set_rollback(True)
        case.validate_response(answer, checks=CHECKS)
        if answer.status_code >= 400:
            assert answer.headers["content-type"] == [MEDIA_TYPE]


def may_be_wrong(operation: Any) -> bool:
    """Whether anything is sent that could be wrong."""
    raw = operation.definition.raw
    return "requestBody" in raw or any(each["in"] != "path" for each in raw.get("parameters", ()))


def test_no_operation_is_open_without_a_token(api: Any, subtests: pytest.Subtests) -> None:
    def refused(case: Any) -> None:
        answer = case.call()
        case.validate_response(answer, checks=CHECKS)
        assert answer.status_code == 401 and answer.headers["www-authenticate"] == ["Bearer"]

    for operation in operations(api):
        with subtests.test(operation=operation.label):
            ask(operation, GenerationMode.POSITIVE, KNOWN, refused)
