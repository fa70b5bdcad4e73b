# SPDX-License-Identifier: EUPL-1.2
"""What it costs to see whether published figures add up: processor seconds against the size of a table, consistent and
with a number wrong, and for the figures that come with Styr. Exits 1 when a table of 100 × 20 takes more than 2 seconds
or the whole set more than 30.

Run: python benchmarks/figures.py
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from decimal import Decimal

import numpy as np

from styr.evidence.checking import Checked, check
from styr.evidence.published import FigureSet, Line, Number, Place, Table
from styr.evidence.shipped import shipped

SIZES = ((10, 5), (25, 10), (50, 10), (100, 10), (100, 20), (200, 20))
MARKED, MOST_SECONDS, MOST_SECONDS_OF_SET = (100, 20), 2.0, 30.0


def main() -> int:
    late = 0
    print("rows columns  relations  consistent s  one wrong s  two rows swapped s")
    for rows, columns in SIZES:
        right = table(rows, columns)
        taken = [
            measured(FigureSet(tables=(each,)))
            for each in (right, with_a_wrong_number(right), with_rows_swapped(right))
        ]
        found = [len(each.findings) for each, _ in taken]
        if found[0] or not all(found[1:]):
            print(f"{rows} × {columns}: findings {found}, where 0, some, some belong")
            late = 1
        relations = sum(len(template.relations) for template in taken[0][0].templates)
        print(f"{rows:4} {columns:7}  {relations:9}  " + "  ".join(f"{seconds:11.2f}" for _, seconds in taken))
        if (rows, columns) == MARKED and max(seconds for _, seconds in taken) > MOST_SECONDS:
            late = 1
    figures = shipped()
    checked, seconds = measured(figures)
    print(
        f"{len(figures.tables)} tables and {len(figures.figures)} figures: {seconds:.2f} s, "
        f"{len(checked.findings)} findings"
    )
    return 1 if seconds > MOST_SECONDS_OF_SET else late


def measured(figures: FigureSet) -> tuple[Checked, float]:
    """A check and the processor seconds it took."""
    start = time.process_time()
    checked = check(figures)
    return checked, time.process_time() - start


def table(rows: int, columns: int) -> Table:
    """Amounts with totals both ways, rounded each by itself."""
    rng = np.random.default_rng(rows * 1000 + columns)
    body = rng.lognormal(5, 1, (rows - 1, columns - 1))
    body = np.hstack([body, body.sum(axis=1, keepdims=True)])
    body = np.vstack([body, body.sum(axis=0, keepdims=True)])
    cells = tuple(tuple(printed(value) for value in line) for line in body)
    lines = (*(Line(f"Gruppe {index}") for index in range(rows - 1)), Line("I alt"))
    heads = (*(Line(f"Område {index}") for index in range(columns - 1)), Line("Total"))
    return Table("000", "made", Place(1, rows), "Udgifter", lines, heads, cells, unit="mio. kr.")


def printed(value: float) -> Number:
    """A number with one decimal."""
    number = Decimal(f"{value:.1f}")
    return Number(str(number).replace(".", ","), number, Decimal("0.1"))


def with_a_wrong_number(right: Table) -> Table:
    """One number ten times too large."""
    cells = [list(line) for line in right.cells]
    cells[3][2] = printed(float(cells[3][2].value or 0) * 10)
    return replace(right, cells=tuple(map(tuple, cells)))


def with_rows_swapped(right: Table) -> Table:
    """The total and another row changed about."""
    cells = list(right.cells)
    cells[2], cells[-1] = cells[-1], cells[2]
    return replace(right, cells=tuple(cells))


if __name__ == "__main__":
    sys.exit(main())
