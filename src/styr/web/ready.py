# SPDX-License-Identifier: EUPL-1.2
"""What those who come in the morning ask first, made before they come: the overview's numbers of each municipality with
users, and all that is kept beside a snapshot, as soon as there is a new one."""

from __future__ import annotations

import logging
import threading
from functools import partial

from django.db import DatabaseError, close_old_connections

from styr.statistics.prepare import prepare
from styr.web.accounts.models import User
from styr.web.keeping import kept
from styr.web.overview import tiles_of
from styr.web.snapshots import latest

_log = logging.getLogger(__name__)
_LOOKS_EVERY = 30.0  # seconds between looks for a new snapshot
_MOST = 40  # municipalities: what is kept in memory has its bounds


def begin() -> None:
    """Watch for snapshots in a thread of its own, as long as the process lives."""
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    pause = threading.Event()
    made = ""
    while True:
        try:
            made = make_ready(made)
        except (DatabaseError, OSError):
            _log.warning("could not make the overview ready", exc_info=True)
        close_old_connections()
        pause.wait(_LOOKS_EVERY)


def make_ready(made: str) -> str:
    """Make what is asked first of the latest snapshot, unless it is the one it was made for (its id); gives the id of
    that for which it is made now."""
    snapshot = latest().snapshot
    if snapshot is None or snapshot.id == made:
        return made
    kept((snapshot.id, "prepared"), partial(prepare, snapshot))
    for municipality in _municipalities():
        tiles_of(snapshot, municipality)
    return snapshot.id


def _municipalities() -> list[str]:
    """Those with users who can sign in."""
    active = User.objects.filter(is_active=True).exclude(municipality="")
    return list(active.order_by("municipality").values_list("municipality", flat=True).distinct()[:_MOST])
