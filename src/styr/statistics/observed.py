# SPDX-License-Identifier: EUPL-1.2
"""What a snapshot can tell of: from the year its first row begins, to the day it was known."""

from __future__ import annotations

from datetime import date

from styr.statistics.catalogue import Indicator, indicator
from styr.statistics.engines import Engine, require
from styr.statistics.errors import CannotAnswer
from styr.statistics.periods import Observed

#: Tables an indicator may need beside its own, and the column that says when a row begins.
BEGINS = {"grants": "start_date", "places": "start_date", "postings": "date"}
#: Tables whose rows happen and are over: nothing is known after the year of the last one.
FLOWS = ("postings", "staff", "delivered_hours", "inspections")


def observed(engine: Engine, chosen: Indicator) -> Observed:
    """From 1 January of the year the first row begins, to the known-at day (for accounts: to the end of the year of
    the last posting, when that is earlier). An indicator made of two tables is observed where both are.

    Raises CannotAnswer when a table is empty, or begins after the known-at day.
    """
    begins = {chosen.subject.table: chosen.subject.begins}
    if chosen.ratio and chosen.ratio.by != "inhabitants":
        divisor = indicator(chosen.ratio.by).subject
        begins[divisor.table] = divisor.begins
    begins |= {table: BEGINS[table] for table in chosen.needs if table in BEGINS}
    tables = list(begins)
    spans = [_observed(engine, table, column, chosen.key) for table, column in begins.items() if column]
    first, last = max(span.first for span in spans), min(span.last for span in spans)
    if first > last:
        raise CannotAnswer(
            f"{chosen.key} needs {' and '.join(tables)}, and no year is observed in all of them. "
            "Deliver what is missing."
        )
    return Observed(first, last, " and ".join(tables))


def _observed(engine: Engine, table: str, begins: str, wanted_for: str) -> Observed:
    require(engine.snapshot, table, wanted_for)
    rows = engine.table(table)
    seen = engine.run(rows.aggregate(first=rows[begins].min(), last=rows[begins].max())).to_pylist()[0]
    years = {when: day if isinstance(day, int) else day.year for when, day in seen.items()}
    known_at = engine.snapshot.known_at
    first, last = date(years["first"], 1, 1), known_at
    if table in FLOWS:
        last = min(known_at, date(years["last"], 12, 31))
    if first > last:
        raise CannotAnswer(
            f"The first of {table} begins {seen['first']}, after the day the snapshot was known at ({known_at}). "
            "Ask with a later known-at day."
        )
    return Observed(first, last, table)
