# SPDX-License-Identifier: EUPL-1.2
"""Reconcile a municipality's grants with its postings in a year."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import polars as pl

from styr.register.snapshot import Snapshot
from styr.statistics.errors import CannotAnswer
from styr.statistics.reconciling.lines import granted_lines, posted_lines
from styr.statistics.reconciling.match import agreeing, candidates, functions_of, habit
from styr.statistics.reconciling.suggest import REACH, suggestions


@dataclass(frozen=True)
class Reconciled:
    """Grants and postings of a year held against one another.

    granted: a row for each grant and month with line, grant_id, citizen_id, provision, expected_function, month (first
    day), amount (DKK), start, end (of the grant), own, posting_id (of what agrees with it) and state: agrees, own (own
    operation: posted without the citizen), awaited (of the last month known; it may still be posted), unpriced, or
    alone.
    posted: a row for each posting that names a citizen, with posting_id, citizen_id, grant_id, function, grouping,
    date, month, amount and state: agrees or alone.
    suggested: what may explain those that stand alone (see suggest.suggestions).
    """

    year: int
    granted: pl.DataFrame = field(repr=False)
    posted: pl.DataFrame = field(repr=False)
    suggested: pl.DataFrame = field(repr=False)


def reconcile(snapshot: Snapshot, municipality: str, year: int) -> Reconciled:
    """The municipality's grants in the months of a year that are known, and its postings dated in it.

    A posting agrees with a month of a grant when it names the grant (or, naming none, its citizen), is on the function
    that the provision is mostly posted on, is dated in the month or the next, and is of the amount the month should
    cost, to a krone. Postings half a year to each side are looked at too, as a year's first postings are often for the
    year before. Raises CannotAnswer when the snapshot has no grants, or no postings that name a citizen.
    """
    first, last = date(year, 1, 1), min(date(year, 12, 1), snapshot.known_at.replace(day=1))
    if last < first:
        raise CannotAnswer("reconciling_nothing_known", year=year, known_at=snapshot.known_at)
    before, after = _moved(first, -REACH), _moved(last, REACH)
    lines = granted_lines(snapshot, municipality, before, min(after, snapshot.known_at.replace(day=1)))
    postings = posted_lines(snapshot, municipality, before, after)
    if not lines.height or not postings.height:
        raise CannotAnswer("reconciling_missing", year=year, municipality=municipality)
    lines = lines.join(functions_of(lines, postings), on="provision", how="left", maintain_order="left")
    found = candidates(lines, postings)
    pairs = agreeing(found)
    lines = _with_states(lines, pairs, postings, snapshot.known_at.replace(day=1))
    states = pl.when(pl.col("posting_id").is_in(pairs["posting_id"].implode()))
    postings = postings.with_columns(state=states.then(pl.lit("agrees")).otherwise(pl.lit("alone")))
    alone = postings.filter(state="alone")
    open_lines = lines.filter(pl.col("state").is_in(["alone", "awaited", "own"]))
    found = found.join(open_lines, on="line", how="semi").join(alone, on="posting_id", how="semi")
    found = found.with_columns(far=(pl.col("lag") - habit(pairs)).abs())
    suggested = suggestions(found, open_lines, alone, lines)
    in_year = pl.col("month").is_between(first, last)
    posted = postings.filter(in_year)
    granted = lines.filter(in_year)
    mine = pl.col("postings").list.set_intersection(posted["posting_id"].implode()).list.len() > 0
    ours = pl.col("lines").list.set_intersection(granted["line"].implode()).list.len() > 0
    return Reconciled(year, granted, posted, suggested.filter(mine | ours))


def _with_states(lines: pl.DataFrame, pairs: pl.DataFrame, postings: pl.DataFrame, last: date) -> pl.DataFrame:
    """The lines with the posting that agrees, and their state. A grant that a posting names is no own operation."""
    lines = lines.join(pairs.select("line", "posting_id"), on="line", how="left", maintain_order="left")
    named = pl.col("grant_id").is_in(postings["grant_id"].drop_nulls().unique().implode())
    state = (
        pl.when(pl.col("posting_id").is_not_null())
        .then(pl.lit("agrees"))
        .when(pl.col("own") & ~named)
        .then(pl.lit("own"))
        .when(pl.col("amount").is_null())
        .then(pl.lit("unpriced"))
        .when(pl.col("month") >= last)
        .then(pl.lit("awaited"))
        .otherwise(pl.lit("alone"))
    )
    return lines.with_columns(state=state)


def _moved(month: date, by: int) -> date:
    number = month.year * 12 + month.month - 1 + by
    return date(number // 12, number % 12 + 1, 1)
