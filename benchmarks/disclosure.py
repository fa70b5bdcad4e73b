# SPDX-License-Identifier: EUPL-1.2
"""What disclosure control costs: processor seconds of counting a table of the generated country, of counting its totals
that are no sums, and of hiding in it; how much it hides, and how it was guarded. Exits 1 when hiding takes longer than
the marks.

Run: python benchmarks/disclosure.py [scale]
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass

from country import country

from styr.register.snapshot import Snapshot
from styr.statistics.count import ask, beside, cells_of, seen
from styr.statistics.disclosure import THRESHOLD
from styr.statistics.disclosure.protect import pattern
from styr.statistics.engines import open_engine
from styr.statistics.estimates.scaling import UNSAID
from styr.vocabulary import parameter

YEARS = (2012, 2024)


@dataclass(frozen=True)
class Table:
    """A table to hide in, and the processor seconds it may take."""

    indicator: str
    by: tuple[str, ...]
    most_seconds: float


TABLES = (
    Table("recipients_on", ("year", "municipality"), 2),
    Table("recipients_on", ("year", "municipality", "provision_group"), 2),
    Table("recipients_on", ("year", "municipality", "age_group", "sex"), 5),
    Table("recipients_on", ("year", "municipality", "provision"), 5),
    Table("full_time_recipients", ("year", "municipality", "provision"), 5),
    Table("individual_expenditure", ("year", "municipality", "provision"), 5),
    Table("full_time_recipients", ("year", "municipality", "provision", "age_group", "sex"), 5),
)


def main(scale: float = 1.0) -> int:
    snapshot = country(scale)
    return max([measured(snapshot, table) for table in TABLES])


def measured(snapshot: Snapshot, table: Table) -> int:
    """Print a line on a table; 1 when it took too long."""
    engine = open_engine("duckdb", snapshot)
    question = ask(engine, table.indicator, table.by, *YEARS, **UNSAID)
    cells_of(engine, question)  # what is prepared of the snapshot is there the second time
    start = time.process_time()
    found_cells = cells_of(engine, question)
    counted = time.process_time() - start
    start = time.process_time()
    totals = [seen(each.question, each.cells) for each in beside(engine, question, found_cells).totals]
    further = time.process_time() - start
    engine.close()
    cells, shape = seen(question, found_cells)
    threshold = int(parameter(THRESHOLD))
    start = time.process_time()
    found = pattern(cells, shape, threshold, totals)
    hidden = time.process_time() - start
    few = int(cells["n"].is_between(1, threshold - 1).sum())
    shown = float(cells.filter(~found.hidden)["n"].sum()) / max(float(cells["n"].sum()), 1.0)
    print(
        f"{table.indicator} by {', '.join(table.by)}: {cells.height:,} cells, {few:,} small, "
        f"{int(found.hidden.sum()):,} hidden, {found.empty.height:,} of none added, {shown:.1%} of persons shown; "
        f"{'attacked' if found.attacked else 'by lines'}, {found.weak} weak; "
        f"counted in {counted:.2f} s, {len(totals)} totals in {further:.2f} s, hidden in {hidden:.2f} s of processor",
        flush=True,
    )
    return int(hidden > table.most_seconds)


if __name__ == "__main__":
    sys.exit(main(*map(float, sys.argv[1:2])))
