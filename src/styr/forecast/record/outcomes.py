# SPDX-License-Identifier: EUPL-1.2
"""What came: the accounts (or the activity) by cell and period, which a forecast is held against.

Counted by the statistics' own rules: net expenditure is Σ postings with dranst 1 by the month of the posting's date
(METHODS § 2), individual expenditure and activity are what the grants say. So late invoices are outcomes of the month
they are booked in, as in the accounts a budget is followed by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import polars as pl

from styr.forecast.errors import Refused
from styr.forecast.months import Month, last_whole_month
from styr.forecast.record.scores import Bools, Floats
from styr.forecast.result import Measure, Total
from styr.register.snapshot import Snapshot
from styr.statistics import count

#: The indicator a measure of the forecast is counted by afterwards.
INDICATORS: dict[Measure, str] = {
    "net_expenditure": "net_expenditure",
    "individual_expenditure": "individual_expenditure",
    "full_time_recipients": "full_time_recipients",
    "persons": "recipients_in",
}
#: Days after a period has ended before it counts as final. A month's postings bear dates of the month, but the books of
#: a year stay open into the next spring, and grants are registered late.
SETTLED: dict[Total, int] = {"month": 31, "year": 90}
Version = Literal["adopted", "revised"]


@dataclass(frozen=True)
class Outcomes:
    """Values of cells in consecutive periods.

    labels: a row per cell, columns the dimensions; first: the number of the first period (a month's number or a year);
    values: (cells, periods); hidden: where a value must not be shown (disclosure control).
    """

    labels: pl.DataFrame
    total: Total
    first: int
    values: Floats
    hidden: Bools

    @property
    def last(self) -> int:
        """The number of the last period."""
        return self.first + int(self.values.shape[1]) - 1

    def at(self, labels: pl.DataFrame, periods: Sequence[int]) -> tuple[Floats, Bools]:
        """Values and hidden of other cells and periods: (cells, periods). A cell without a row is 0 in the periods
        that are known; periods outside are nan."""
        row = places(self.labels, labels)
        column = np.asarray(periods, dtype=int) - self.first
        known = (column >= 0) & (column < self.values.shape[1])
        values = np.zeros((len(row), len(column)))
        hidden = np.zeros(values.shape, dtype=bool)
        mine = np.flatnonzero(row >= 0)
        inside = np.flatnonzero(known)
        values[np.ix_(mine, inside)] = self.values[np.ix_(row[mine], column[inside])]
        hidden[np.ix_(mine, inside)] = self.hidden[np.ix_(row[mine], column[inside])]
        values[:, ~known] = np.nan
        return values, hidden


def outcomes(
    snapshot: Snapshot,
    measure: Measure,
    by: Sequence[str],
    total: Total,
    municipalities: Sequence[str] | None = None,
    *,
    from_year: int | None = None,
    control: bool = True,
) -> Outcomes:
    """The outcomes of a measure (DKK, or persons) by dimensions in every month or year wholly observed.

    from_year is the first year that is wanted (None: all); control: find what must not be shown, which takes a while
    where cells are many. Raises CannotAnswer when the snapshot does not hold what the measure is counted from.
    """
    observed = _observed(snapshot, measure)
    if from_year is not None:
        from_year = min(max(from_year, observed[0].year), observed[1].year)
    asked = (snapshot, INDICATORS[measure], (total, *by), from_year)
    where = _of(municipalities)
    rows = count(*asked, where=where, disclosure_control=False).to_polars()
    hidden = count(*asked, where=where).to_polars() if by and control else rows
    rows = rows.join(hidden.select(total, *by, hidden="suppressed"), on=[total, *by], nulls_equal=True, how="left")
    number = pl.col(total) if total == "year" else _month_number(pl.col(total))
    last = min(last_whole_month(snapshot.known_at), Month.of(observed[1]))
    return _arranged(
        rows.with_columns(period=number), by, total, last.number if total == "month" else last.later(1).year - 1
    )


def budgets(
    snapshot: Snapshot, by: Sequence[str], municipalities: Sequence[str] | None = None, version: Version = "adopted"
) -> Outcomes | None:
    """The budgets of years in the dimensions of the accounts; None where none are delivered, or the dimensions are
    not those of an account."""
    if not snapshot.rows("budgets") or set(by) - {"municipality", "function"}:
        return None
    where: dict[str, list[str]] = {"version": [version], **(_of(municipalities) or {})}
    rows = count(snapshot, "budget", ("year", *by), where=where, disclosure_control=False).to_polars()
    rows = rows.with_columns(period=pl.col("year"), hidden=pl.lit(False))
    return _arranged(rows, by, "year", rows["year"].max()) if rows.height else None  # type: ignore[arg-type]


def is_final(period_last: date, total: Total, snapshot: Snapshot) -> bool:
    """Whether what is known of a period that ends on a day will not change any more (see SETTLED)."""
    return snapshot.known_at >= period_last + timedelta(days=SETTLED[total])


def places(labels: pl.DataFrame, wanted: pl.DataFrame) -> np.ndarray:
    """For each row of wanted, its row number in labels; -1 where it has none. Without columns there is one cell."""
    if not labels.width:
        return np.zeros(max(wanted.height, 1), dtype=int)
    names = labels.columns
    found = wanted.select(names).join(
        labels.with_row_index("_row"), on=names, how="left", maintain_order="left", nulls_equal=True
    )
    return found["_row"].cast(pl.Int64).fill_null(-1).to_numpy()


def _of(municipalities: Sequence[str] | None) -> dict[str, list[str]] | None:
    return {"municipality": list(municipalities)} if municipalities else None


def _month_number(month: pl.Expr) -> pl.Expr:
    """The number of a month (see Month.number) written YYYY-MM."""
    return month.str.slice(0, 4).cast(pl.Int64) * 12 + month.str.slice(5, 2).cast(pl.Int64) - 1


def _arranged(rows: pl.DataFrame, by: Sequence[str], total: Total, last: int) -> Outcomes:
    """Counted rows (period, the dimensions, value, hidden) of periods up to the last, as outcomes; what has no row
    is 0."""
    rows = rows.filter(pl.col("period") <= last)
    if not rows.height:
        raise Refused("no_whole_period")
    labels = rows.select(by).unique(maintain_order=True)
    first = int(rows["period"].min())  # type: ignore[arg-type]
    shape = (max(labels.height, 1), last - first + 1)
    values, hidden = np.zeros(shape), np.zeros(shape, dtype=bool)
    at = (places(labels, rows.select(by)) if by else 0, rows["period"].to_numpy() - first)
    values[at] = rows["value"].fill_null(0.0).to_numpy()
    hidden[at] = rows["hidden"].fill_null(False).to_numpy()
    return Outcomes(labels, total, first, values, hidden)


def _observed(snapshot: Snapshot, measure: Measure) -> tuple[date, date]:
    """The first and last day a measure can be counted on: of accounts from the first to the last posting, of grants
    from the first start to the known-at day."""
    if measure == "net_expenditure":
        days = pl.scan_parquet(snapshot.path("postings")).select(first=pl.col("date").min(), last=pl.col("date").max())
    else:
        days = pl.scan_parquet(snapshot.path("grants")).select(first=pl.col("start_date").min())
        days = days.with_columns(last=pl.lit(snapshot.known_at))
    first, last = days.collect().row(0)
    if first is None:
        table = "postings" if measure == "net_expenditure" else "grants"
        raise Refused("nothing_to_hold_against", table=table)
    return first, last
