# SPDX-License-Identifier: EUPL-1.2
"""Which postings are for which months of which grants: one posting for one month, by the citizen, the account and the
amount."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

#: How far a posting may lie from what the month should cost and still be for it, DKK: øre rounded away.
TOLERANCE = 1.0
#: Months from the month helped to the month paid for that are usual: the same, or the one after.
USUAL = (0, 1)


def functions_of(lines: pl.DataFrame, postings: pl.DataFrame) -> pl.DataFrame:
    """The account function each provision is mostly posted on, as postings that name their grant show: provision,
    function. A provision that none names has none, and any function will do."""
    known = postings.join(lines.select("grant_id", "provision").unique(), on="grant_id")
    counted = known.group_by("provision", "function").len().sort("len", "function", descending=[True, False])
    return counted.unique("provision", keep="first").select("provision", expected_function="function")


def candidates(lines: pl.DataFrame, postings: pl.DataFrame) -> pl.DataFrame:
    """Every posting beside every line it could be for: of the grant it names, else of its citizen's grants on its
    function. Columns of both, granted and posted (amounts), paid (month of the posting), lag (months from the line's to
    it), right (whether it is on the line's function)."""
    of_line = lines.rename({"amount": "granted"})
    of_posting = postings.rename({"amount": "posted", "month": "paid"})
    named = of_posting.filter(pl.col("grant_id").is_not_null()).join(of_line.drop("citizen_id"), on="grant_id")
    plain = of_posting.filter(pl.col("grant_id").is_null()).drop("grant_id").join(of_line, on="citizen_id")
    both = pl.concat([named, plain.select(named.columns)])
    right = (pl.col("function") == pl.col("expected_function")) | pl.col("expected_function").is_null()
    return both.with_columns(lag=_months("paid") - _months("month"), right=right)


def agreeing(found: pl.DataFrame) -> pl.DataFrame:
    """The pairs of line and posting that agree: on the right function, paid in a usual month, of the same amount. Each
    line and each posting is in one pair at most; the lag by which most amounts agree is tried first."""
    same = found.filter(
        pl.col("right") & pl.col("lag").is_in(USUAL) & ((pl.col("granted") - pl.col("posted")).abs() <= TOLERANCE)
    )
    order = same.group_by("lag").agg(pl.len().alias("often")).sort("often", "lag", descending=[True, False])
    pairs = [same.clear()]
    for lag in order["lag"]:
        left = same.filter(pl.col("lag") == lag)
        for pair in pairs:
            left = left.join(pair, on="line", how="anti").join(pair, on="posting_id", how="anti")
        pairs.append(one_to_one(left, ("month", "posting_id")))
    return pl.concat(pairs)


def habit(pairs: pl.DataFrame) -> int:
    """The lag by which the municipality mostly pays; the month after where nothing shows it."""
    counted = pairs.group_by("lag").len().sort("len", "lag", descending=True)
    return int(counted["lag"][0]) if counted.height else max(USUAL)


def one_to_one(pairs: pl.DataFrame, order: Sequence[str]) -> pl.DataFrame:
    """Of candidate pairs those to be kept, so that each line and each posting is in one: the first in the order, then
    the first of what is left, and so on."""
    left, kept = pairs.sort(*order, "line"), [pairs.clear()]
    while left.height:
        first = left.filter(pl.col("line").is_first_distinct() & pl.col("posting_id").is_first_distinct())
        kept.append(first)
        left = left.join(first, on="line", how="anti").join(first, on="posting_id", how="anti", maintain_order="left")
    return pl.concat(kept)


def _months(name: str) -> pl.Expr:
    return pl.col(name).dt.year().cast(pl.Int32) * 12 + pl.col(name).dt.month().cast(pl.Int32)
