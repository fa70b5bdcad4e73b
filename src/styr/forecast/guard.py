# SPDX-License-Identifier: EUPL-1.2
"""Disclosure control of a forecast's table: cells on few citizens are hidden, and enough else that neither they nor
anything hidden can be worked out from what is shown, by the rules that counts are guarded by (METHODS § 9, ADR 7).

The citizens behind a cell are those with a grant in it before the known-at day. They are the same in every period, so
the same cells are hidden in all of them, and no period tells of another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import polars as pl

from styr import vocabulary
from styr.forecast.result import Measure
from styr.statistics.catalogue import indicator
from styr.statistics.disclosure import THRESHOLD, controlled, shape_of

#: The indicator a measure adds up as; dimensions of an account add up as those of a grant.
_LIKE: Mapping[str, str] = {
    "net_expenditure": "individual_expenditure",
    "individual_expenditure": "individual_expenditure",
    "full_time_recipients": "full_time_recipients",
    "persons": "recipients_in",
}
#: A citizen may stand in several rows of these, so their totals are counted by themselves.
_SEVERAL = ("function", "provision", "provision_group", "provision_area", "operator_type", "target_group")
_MOST_TOTALS = 12

#: Citizens by the groupings of some dimensions: the dimensions and `persons`.
Behind = Mapping[tuple[str, ...], pl.DataFrame]


def groupings(by: Sequence[str]) -> list[tuple[str, ...]]:
    """The dimensions asked for, and those left when some that a citizen stands in several rows of are left out: what
    citizens must be counted by for `hidden`."""
    several = [name for name in by if name in _SEVERAL]
    gone = [set(some) for count in range(len(several) + 1) for some in combinations(several, count)]
    kept = gone if len(gone) <= _MOST_TOTALS + 1 else [gone[0], gone[-1]]
    return [tuple(name for name in by if name not in left) for left in kept]


def hidden(amounts: pl.DataFrame, behind: Behind, by: Sequence[str], measure: Measure) -> pl.DataFrame:
    """The dimensions and `suppressed`, whether a cell is hidden. amounts: the dimensions and `amount`, a row a cell.

    Cells of accounts that no grant is behind rest on no one, and are shown unless others need them; rows may be added
    for cells of no one that others need hidden.
    """
    if not by:
        fewest = int(vocabulary.parameter(THRESHOLD))
        few = 1 <= int(behind[()]["persons"].sum() or 0) < fewest
        return pl.DataFrame({"suppressed": [few]})
    amounts = amounts.sort(by, nulls_last=True)  # of cells that would do as well the first is hidden
    tables = [(_counted(amounts, behind[way], way), shape_of(indicator(_LIKE[measure]), way)) for way in groupings(by)]
    cells, shape = tables[0]
    return controlled(cells.with_columns(method=pl.lit("")), shape, tables[1:]).select(*by, "suppressed")


def without_hidden(table: pl.DataFrame, cells: pl.DataFrame, by: Sequence[str], period: Sequence[str]) -> pl.DataFrame:
    """A table (periods, dimensions, numbers) without the numbers of hidden cells, marked in a column `suppressed`,
    which is there only where something is hidden."""
    if not cells["suppressed"].any():
        return table
    rows = table.select(period).unique(maintain_order=True)
    whole = rows.join(cells, how="cross")
    keys = [*period, *by]
    found = table.join(whole, on=keys, how="full", coalesce=True, nulls_equal=True)
    found = found.with_columns(pl.col("suppressed").fill_null(False))
    known = table.select(keys).with_columns(_there=pl.lit(True))
    found = found.join(known, on=keys, how="left", nulls_equal=True).filter(pl.col("_there") | pl.col("suppressed"))
    numbers = [name for name in table.columns if name not in keys]
    return found.drop("_there").with_columns(
        pl.when(~pl.col("suppressed")).then(pl.col(name)).alias(name) for name in numbers
    )


def _counted(amounts: pl.DataFrame, persons: pl.DataFrame, by: tuple[str, ...]) -> pl.DataFrame:
    """Cells of a grouping as disclosure control reads them: the dimensions, n, numerator."""
    if not by:
        many = int(persons["persons"].sum() or 0)
        return amounts.select(pl.col("amount").sum().alias("numerator"), n=pl.lit(many))
    sums = amounts.group_by(by, maintain_order=True).agg(pl.col("amount").sum().alias("numerator"))
    counts = persons.group_by(by).agg(pl.col("persons").sum().alias("n"))
    found = sums.join(counts, on=list(by), how="left", nulls_equal=True, maintain_order="left")
    return found.with_columns(pl.col("n").fill_null(0))
