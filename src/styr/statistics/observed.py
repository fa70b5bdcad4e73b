# SPDX-License-Identifier: EUPL-1.2
"""What a snapshot can tell of: from the year its first row begins, to the day it was known."""

from __future__ import annotations

from datetime import date

from styr.statistics.catalogue import Indicator, indicator
from styr.statistics.engines import Engine, require
from styr.statistics.errors import CannotAnswer
from styr.statistics.periods import Observed

#: Table → the column that says when a row begins.
BEGINS = {"grants": "start_date", "postings": "date", "places": "start_date"}


def observed(engine: Engine, chosen: Indicator) -> Observed:
    """From 1 January of the year the first row begins, to the known-at day (for accounts: to the end of the year of
    the last posting, when that is earlier). An indicator made of two tables is observed where both are.

    Raises CannotAnswer when a table is empty, or begins after the known-at day.
    """
    tables = [chosen.subject.table]
    if chosen.ratio and chosen.ratio.by != "inhabitants":
        tables.append(indicator(chosen.ratio.by).subject.table)
    if chosen.key == "occupancy":
        tables.append("grants")
    spans = [_observed(engine, table, chosen.key) for table in dict.fromkeys(tables)]
    first, last = max(span.first for span in spans), min(span.last for span in spans)
    if first > last:
        raise CannotAnswer(
            f"{chosen.key} needs {' and '.join(tables)}, and no year is observed in all of them. "
            "Deliver what is missing."
        )
    return Observed(first, last, " and ".join(dict.fromkeys(tables)))


def _observed(engine: Engine, table: str, wanted_for: str) -> Observed:
    require(engine.snapshot, table, wanted_for)
    rows = engine.table(table)
    begins = rows[BEGINS[table]]
    seen = engine.run(rows.aggregate(first=begins.min(), last=begins.max())).to_pylist()[0]
    known_at = engine.snapshot.known_at
    first, last = date(seen["first"].year, 1, 1), known_at
    if table == "postings":
        last = min(known_at, date(seen["last"].year, 12, 31))
    if first > last:
        raise CannotAnswer(
            f"The first of {table} begins {seen['first']}, after the day the snapshot was known at ({known_at}). "
            "Ask with a later known-at day."
        )
    return Observed(first, last, table)
