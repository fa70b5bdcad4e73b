# SPDX-License-Identifier: EUPL-1.2
"""Where the uncertainty of a year's total comes from: which cases, and what beside the known grants.

A draw's total is the sum of what each grant costs in it, carried over to the accounts by the mean relation, and what
the bridge to the accounts adds. The share of a source is the covariance of its sum with the total, as a share of the
total's variance: the shares of all sources make up the whole. A case's own share is the variance of its cost, so that
cases can be put in order without the noise of all others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa

from styr.forecast.assumptions import Assumptions
from styr.forecast.errors import Refused
from styr.forecast.explain.ledger import GRANT, MOVES, NAMED, NEWCOMERS, Numbered, blocks, numbered, seen
from styr.forecast.forecasting import Asked, prepared
from styr.forecast.guard import hidden
from styr.forecast.known import Known
from styr.forecast.months import Month
from styr.forecast.outcome import Outcome
from styr.forecast.result import ForecastHeader
from styr.forecast.said import of_kind
from styr.forecast.simulate import simulated
from styr.register.snapshot import Snapshot
from styr.statistics.result import as_arrow

_NOTHING = Assumptions()
#: Where uncertainty comes from: known grants, named citizens, what follows grants, newcomers, the bridge to accounts.
SOURCES = {GRANT: "grants", NAMED: "named_inflow", MOVES: "moves", NEWCOMERS: "newcomers"}
BRIDGE = "bridge"


@dataclass(frozen=True)
class Uncertainty:
    """Where the uncertainty of a year's net expenditure comes from.

    cases: municipality, year, grant_id, provision, function, citizen (a number), mean, p10, p90 (DKK of the year as
    the accounts will have it), share (of the total's variance); sources: municipality, year, source, share, spread
    (standard deviation of the total, DKK).
    """

    cases: pl.DataFrame = field(repr=False)
    sources: pl.DataFrame = field(repr=False)
    header: ForecastHeader

    def table(self) -> pa.Table:
        """The sources, known grants by provision, without what rests on few citizens: municipality, year, source,
        provision, citizens, share (per cent of the variance; of a provision's grants their own shares together), spread
        (DKK, of the total)."""
        keys = ["municipality", "year"]
        spread = self.sources.select(*keys, "spread").unique()
        by = [*keys, "provision"]
        grants = self.cases.group_by(by).agg(pl.col("citizen").n_unique().alias("citizens"), pl.col("share").sum())
        rows = [_without_few(part) for part in grants.partition_by("year", maintain_order=True)]
        some = pl.concat(rows).with_columns(source=pl.lit("grants by provision")).join(spread, on=keys)
        whole = self.sources.with_columns(provision=pl.lit(None, pl.String))
        table = pl.concat([whole, some], how="diagonal").with_columns(pl.col("share") * 100)
        order = table["source"].unique(maintain_order=True).to_list()
        place = pl.col("source").replace_strict({name: at for at, name in enumerate(order)})
        marked = ["suppressed"] if table["suppressed"].any() else []
        table = table.with_columns(pl.col("suppressed").fill_null(False))
        table = table.sort(*keys, place, pl.col("share").fill_null(-1), descending=[False, False, False, True])
        return as_arrow(table.select(*keys, "source", "provision", "citizens", "share", "spread", *marked))

    def largest(self, most: int = 20) -> pa.Table:
        """The cases that contribute most, for those who may see them: municipality, year, grant_id, provision,
        function, mean, p10, p90, share (per cent)."""
        shown = ["municipality", "year", "grant_id", "provision", "function", "mean", "p10", "p90", "share"]
        rows = self.cases.with_columns(pl.col("share") * 100).sort("share", descending=True)
        rows = rows.group_by("municipality", "year", maintain_order=True).head(most)
        return as_arrow(rows.sort("municipality", "year", "share", descending=[False, False, True]).select(shown))


def uncertainty(
    snapshot: Snapshot,
    known_at: date,
    first: Month,
    last: Month,
    *,
    municipalities: Sequence[str] | None = None,
    draws: int = 1000,
    seed: int = 1,
    assumptions: Assumptions = _NOTHING,
    progress: Callable[[str, int, int], None] | None = None,
) -> Uncertainty:
    """Where the uncertainty of each municipality's and year's net expenditure comes from.

    Raises what forecast raises, and CannotAnswer when nothing is still to come.
    """
    asked = Asked(known_at, first, last, draws, seed, assumptions)
    held, found, codes = prepared(snapshot, asked, municipalities)
    cases, sources, lacks = [], [], []
    for done, code in enumerate(codes, 1):
        outcome = asked.outcome(held, found, code, 1)
        one, whole = _of_one(outcome, held)
        cases.append(one)
        sources.append(whole)
        lacks += list(outcome.lacks)
        if progress:
            progress("simulating", done, len(codes))
    header = of_kind("uncertainty", asked.header(snapshot, lacks, "net_expenditure"))
    return Uncertainty(pl.concat(cases), pl.concat(sources), header)


def _of_one(outcome: Outcome, held: Known) -> tuple[pl.DataFrame, pl.DataFrame]:
    made = numbered(outcome, (), outcome.town.parts)
    years = sorted({month.year for month in _months(outcome)})
    whole = outcome.draws("net_expenditure", (), "year").values[0]
    ratio, known_so_far = _relation(outcome, made)
    drawn = _drawn(outcome, made, ratio, years)
    town = outcome.town
    ids = held.grants.filter(pl.col("municipality") == town.code)["grant_id"]
    cases, sources = [], []
    for place, year in enumerate(years):
        total = whole[place]
        variance = float(total.var())
        if variance == 0:
            continue
        own = drawn[place]
        apart = own - own.mean(axis=0)
        shares = {
            name: float((apart[:, made.kind == kind].sum(axis=1) * (total - total.mean())).mean()) / variance
            for kind, name in SOURCES.items()
        }
        shares[BRIDGE] = 1.0 - sum(shares.values())
        sources.append(
            pl.DataFrame(
                {
                    "municipality": town.code,
                    "year": year,
                    "source": list(shares),
                    "share": list(shares.values()),
                    "spread": float(np.sqrt(variance)),
                },
                schema_overrides={"year": pl.Int64},
            )
        )
        mine = np.flatnonzero((made.kind == GRANT) & (own.var(axis=0) > 0))
        rows, costs = made.source[mine], own[:, mine].astype(np.float64) + known_so_far[place][mine]
        low, high = np.quantile(costs, [0.1, 0.9], axis=0)
        provision = town.grants.provision[rows]
        cases.append(
            pl.DataFrame(
                {
                    "municipality": [town.code] * len(mine),
                    "year": [year] * len(mine),
                    "grant_id": ids.gather(rows),
                    "provision": [town.lists.provisions[each] for each in provision],
                    "function": [town.functions[each] for each in provision],
                    "citizen": town.grants.citizen[rows],
                    "mean": costs.mean(axis=0),
                    "p10": low,
                    "p90": high,
                    "share": costs.var(axis=0) / variance,
                },
                schema_overrides={"municipality": pl.String, "year": pl.Int64},
            )
        )
    if not cases:
        raise Refused("nothing_uncertain", first=outcome.first, last=outcome.last, known_at=outcome.known_at)
    return pl.concat(cases), pl.concat(sources)


def _months(outcome: Outcome) -> list[Month]:
    return [Month.numbered(each) for each in range(outcome.first.number, outcome.last.number + 1)]


def _relation(outcome: Outcome, made: Numbered) -> tuple[np.ndarray, np.ndarray]:
    """The mean relation of accounts to grants by cell of sources and month, and what cells have cost so far by year."""
    labels, individual = outcome.money("individual_expenditure", ())
    _, net = outcome.money("net_expenditure", ())
    spent, booked = individual.mean(axis=0), net[:, : labels.height].mean(axis=0)
    ratio = np.where(spent > 0, booked / np.where(spent > 0, spent, 1.0), 0.0)[made.cell]
    begin, cost = seen(outcome, made)
    months = outcome.last.number - outcome.first.number + 1
    so_far = np.zeros((len(made.cell), months))
    width = min(cost.shape[1], months)
    so_far[:, begin - outcome.first.number : begin - outcome.first.number + width] = cost[:, :width]
    of_year = [month.year for month in _months(outcome)]
    years = sorted(set(of_year))
    sums = [(so_far * ratio)[:, [each == year for each in of_year]].sum(axis=1) for year in years]
    return ratio, np.stack(sums)


def _drawn(outcome: Outcome, made: Numbered, ratio: np.ndarray, years: Sequence[int]) -> np.ndarray:
    """What each cell of sources costs in the months to come, by year and draw: (years, draws, cells)."""
    axis = made.parts.axis
    result = np.zeros((len(years), outcome.size, made.cells.size), dtype=np.float32)
    numbers = axis.first_number + np.arange(axis.months)
    inside = (numbers >= outcome.first.number) & (numbers <= outcome.last.number)
    relation = ratio[:, numbers[inside] - outcome.first.number]
    for begin, end in blocks(outcome.size, made.cells.size * axis.months):
        cost = simulated(made.parts, made.cells, end - begin, outcome.seed, activity=False, first=begin).cost
        carried = cost[:, :, inside] * relation[None].astype(np.float32)
        for place, year in enumerate(years):
            mine = numbers[inside] // 12 == year
            result[place, begin:end] = carried[:, :, mine].sum(axis=2)
    return result


def _without_few(rows: pl.DataFrame) -> pl.DataFrame:
    """Provisions of one year without what rests on few citizens."""
    by = ("municipality", "provision")
    amounts = rows.select(*by, amount="share")
    counts = rows.select(*by, persons="citizens")
    behind = {by: counts, ("municipality",): counts.group_by("municipality").agg(pl.col("persons").sum())}
    cells = hidden(amounts, behind, by, "net_expenditure")
    marked = rows.join(cells, on=list(by), how="left")
    return marked.with_columns(
        pl.when(~pl.col("suppressed")).then(pl.col(name)).alias(name) for name in ("citizens", "share")
    )
