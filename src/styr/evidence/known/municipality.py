# SPDX-License-Identifier: EUPL-1.2
"""Which groups of provisions weigh most in a municipality, so that what is known to work can be shown for them."""

from __future__ import annotations

import polars as pl

from styr.register.snapshot import Snapshot
from styr.statistics.estimates.answers import answer

SHOWN = 3


def largest_groups(snapshot: Snapshot, municipality: str, year: int | None = None) -> tuple[str, ...]:
    """The codes of the three groups of provisions with most full-time recipients in a year; in the last whole year of
    the snapshot when none is named. Groups too small to show are left out.

    Raises CannotAnswer with what is missing and where it would come from.
    """
    year = year or snapshot.known_at.year - 1
    where = {"municipality": [municipality]}
    result = answer(snapshot, "full_time_recipients", by=["provision_group"], from_year=year, to_year=year, where=where)
    rows = result.to_polars().filter(pl.col("value") > 0).sort("value", descending=True)
    return tuple(rows["provision_group"].to_list()[:SHOWN])
