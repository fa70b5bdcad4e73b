# SPDX-License-Identifier: EUPL-1.2
"""Which database a store lies in, as Django's settings want it said."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import dj_database_url


def database(store: Path, url: str | None = None) -> dict[str, Any]:
    """The settings of the database that url names, or of the SQLite file in the store's folder when there is none."""
    chosen = dict(dj_database_url.parse(url or f"sqlite:///{store.absolute()}/styr.sqlite3"))
    if chosen["ENGINE"] == "django.db.backends.sqlite3":
        chosen["OPTIONS"] = {
            "timeout": seconds_to_wait(),
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-65536;",
        }
    elif chosen["ENGINE"] == "django.db.backends.postgresql":
        # questions of pages are short: compiling them takes longer than answering them
        chosen["OPTIONS"] = {"options": "-c jit=off", **chosen.get("OPTIONS", {})}
    return chosen


def seconds_to_wait() -> float:
    """How long to wait for another program that is writing to the same store."""
    return float(os.environ.get("STYR_LOCK_TIMEOUT", "20"))
