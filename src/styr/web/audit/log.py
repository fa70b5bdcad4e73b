# SPDX-License-Identifier: EUPL-1.2
"""Adding to the audit log, and holding it against itself.

Each entry's mark is a keyed hash (HMAC-SHA-256) of its content and of the mark before it. Who changes, removes or slips
in an entry without the store's secret key breaks the chain from there on; who cuts off its end is found out by the
last mark, which is worth writing down elsewhere (`styr audit verify` prints it, and `--expect` asks for it).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from styr.register import store
from styr.web.audit.models import Entry

_LOCK = 7_982_390_117  # any number; one entry at a time on PostgreSQL
_FIRST = ""


def note(request: HttpRequest, action: str, subject: str = "", **detail: Any) -> Entry:
    """Note what the one who asked for a page did, and by which token where it was a program that asked."""
    user: Any = request.user
    who = user.username if user.is_authenticated else ""
    if by_token := getattr(user, "by_token", None):
        detail = {**detail, "by_token": by_token}
    return add(who, getattr(user, "role", ""), action, subject, detail)


def add(who: str, role: str, action: str, subject: str = "", detail: Mapping[str, Any] | None = None) -> Entry:
    """Add an entry; within a transaction it stands or falls with it."""
    with transaction.atomic():
        _one_at_a_time()
        last = Entry.objects.order_by("-pk").values_list("mark", flat=True).first()
        entry = Entry(at=timezone.now(), who=who, role=role, action=action, subject=subject, detail=dict(detail or {}))
        entry.mark = _mark(entry, last or _FIRST, store.secret())
        entry.save()
        return entry


@dataclass(frozen=True)
class Verdict:
    """What came of holding the log against itself: entries gone through, the last mark, and the first entry that does
    not fit (None: all fit)."""

    entries: int
    last: str
    broken_at: int | None


def verify(entries: Iterable[Entry] | None = None) -> Verdict:
    """Go through the chain from its beginning."""
    key, before, count = store.secret(), _FIRST, 0
    for entry in entries if entries is not None else Entry.objects.order_by("pk").iterator(chunk_size=5000):
        if not hmac.compare_digest(entry.mark, _mark(entry, before, key)):
            return Verdict(count, before, entry.pk)
        before, count = entry.mark, count + 1
    return Verdict(count, before, None)


def _mark(entry: Entry, before: str, key: bytes) -> str:
    said = [before, entry.at.isoformat(), entry.who, entry.role, entry.action, entry.subject, entry.detail]
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, default=str)
    return hmac.digest(key, b"styr audit " + text.encode(), "sha256").hex()


def _one_at_a_time() -> None:
    """SQLite's transaction holds the only writing lock; on PostgreSQL entries queue for one of their own."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
