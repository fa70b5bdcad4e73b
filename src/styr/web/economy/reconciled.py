# SPDX-License-Identifier: EUPL-1.2
"""A municipality's reconciliation with what people have said of it laid over: by month, and what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl

from styr.register.snapshot import Snapshot
from styr.statistics.reconciling import Reconciled, reconcile
from styr.web.economy.judging import standing
from styr.web.economy.models import Judgement
from styr.web.keeping import kept

_ACCEPTED, _ALONE = Judgement.Verdict.ACCEPTED, "alone"
#: States of what is granted, by the sum they make.
_STATES = {name: name for name in ("agrees", "explained", "awaited", "own")} | {"not_posted": _ALONE}


@dataclass(frozen=True)
class Judged:
    """granted and posted as in Reconciled, with the state `explained` where a person has accepted what explains them;
    suggested: the suggestions nobody has judged; every: all, with the verdict that stands (null: none)."""

    granted: pl.DataFrame
    posted: pl.DataFrame
    suggested: pl.DataFrame
    every: pl.DataFrame

    def by_month(self) -> pl.DataFrame:
        """DKK by month: month, granted and posted (of citizens named), agrees, explained, not_posted, not_granted,
        awaited, own (granted in own operation, which is posted without citizens)."""
        bought = pl.col("amount").filter(pl.col("state") != "own").sum()
        granted = self.granted.group_by("month").agg(
            bought.alias("granted"),
            *(pl.col("amount").filter(state=state).sum().alias(name) for name, state in _STATES.items()),
        )
        posted = self.posted.group_by("month").agg(
            pl.col("amount").sum().alias("posted"),
            pl.col("amount").filter(state=_ALONE).sum().alias("not_granted"),
        )
        months = granted.join(posted, on="month", how="full", coalesce=True).fill_null(0.0).sort("month")
        names = ("granted", "posted", "agrees", "explained", "not_posted", "not_granted", "awaited", "own")
        return months.select("month", *names)


def reconciled(snapshot: Snapshot, municipality: str, year: int) -> Judged:
    """The reconciliation of a year with what stands of what people have said; raises CannotAnswer."""
    found: Reconciled = kept(
        (snapshot.id, "reconciled", municipality, str(year)), partial(reconcile, snapshot, municipality, year)
    )
    said = dict(standing(municipality).values_list("key", "verdict"))
    verdict = pl.col("key").replace_strict(said, default=None, return_dtype=pl.String)
    every = found.suggested.with_columns(verdict=verdict)
    accepted = every.filter(verdict=_ACCEPTED)
    lines = accepted["lines"].list.explode().drop_nulls()
    postings = accepted["postings"].list.explode().drop_nulls()
    return Judged(
        _explained(found.granted, "line", lines),
        _explained(found.posted, "posting_id", postings),
        every.filter(pl.col("verdict").is_null()).drop("verdict"),
        every,
    )


def _explained(rows: pl.DataFrame, name: str, among: pl.Series) -> pl.DataFrame:
    state = pl.when(pl.col(name).is_in(among.implode())).then(pl.lit("explained")).otherwise("state")
    return rows.with_columns(state=state)
