# SPDX-License-Identifier: EUPL-1.2
"""What questions to a large snapshot keep, made before the first is asked."""

from __future__ import annotations

from contextlib import suppress

from styr.register.snapshot import Snapshot
from styr.statistics.count import count
from styr.statistics.engines import session
from styr.statistics.errors import CannotAnswer

#: Between them these are made of every table that is kept.
MADE_OF_ALL = ("full_time_recipients", "individual_expenditure", "net_expenditure")


def prepare(snapshot: Snapshot) -> None:
    """Make what is kept of a large snapshot (engines/kept.py), so that nobody waits for it; a small one needs none."""
    with session(snapshot):
        for indicator in MADE_OF_ALL:
            with suppress(CannotAnswer):
                count(snapshot, indicator, disclosure_control=False)
