# SPDX-License-Identifier: EUPL-1.2
"""The audit log: only ever added to, and broken when anything in it was altered."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from web_users import said

As = Callable[..., Client]


def noted(times: int = 4) -> list[int]:
    """Note some reading; gives the entries' numbers."""
    from styr.web.audit.log import add

    return [add("anna", "case_worker", "citizen read", f"c{number}", {"grant": "g"}).pk for number in range(times)]


def altered(statement: str, *values: object) -> None:
    """Alter the log behind the application's back."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_unaltered_log_is_whole(filled: Path) -> None:
    from styr.web.audit.log import verify

    noted()
    verdict = verify()
    assert (verdict.entries, verdict.broken_at) == (4, None)
    assert len(verdict.last) == 64


@pytest.mark.parametrize(
    ("column", "value"),
    [("who", "bent"), ("subject", "c9"), ("action", "sign in"), ("detail", json.dumps({})), ("at", "2020-01-01")],
)
def test_an_altered_entry_breaks_the_chain_where_it_is(filled: Path, column: str, value: str) -> None:
    from styr.web.audit.log import verify

    numbers = noted()
    altered(f'UPDATE audit_entry SET "{column}" = %s WHERE id = %s', value, numbers[1])
    assert verify().broken_at == numbers[1]


def test_a_removed_entry_breaks_the_chain_at_the_next(filled: Path) -> None:
    from styr.web.audit.log import verify

    numbers = noted()
    altered("DELETE FROM audit_entry WHERE id = %s", numbers[1])
    assert verify().broken_at == numbers[2]


def test_the_application_can_neither_change_nor_remove_an_entry(filled: Path) -> None:
    from styr.web.audit.models import Entry

    noted()
    entry = Entry.objects.last()
    assert entry is not None
    for attempt in (entry.save, entry.delete, Entry.objects.all().delete, lambda: Entry.objects.update(who="x")):
        with pytest.raises(TypeError, match="never"):
            attempt()


def test_a_log_cut_off_at_its_end_lacks_the_mark_written_down(filled: Path) -> None:
    from styr.web.audit import log
    from styr.web.audit.models import Entry

    numbers = noted()
    mark = log.verify().last
    altered("DELETE FROM audit_entry WHERE id = %s", numbers[-1])
    assert log.verify().broken_at is None
    assert not Entry.objects.filter(mark=mark).exists()


def test_an_auditor_finds_who_read_about_a_citizen(as_user: As) -> None:
    as_user("case_worker").get("/borgere/borger/anna/")
    auditor = as_user("auditor")
    page = said(auditor.get("/administration/log/?subject=anna&action=citizen+read"))
    assert "læste om borger" in page and "case_worker" in page
    assert "Ingen rækker" in said(auditor.get("/administration/log/?subject=bent"))
    assert "kæden er hel" in said(auditor.post("/administration/log/"))
