# SPDX-License-Identifier: EUPL-1.2
"""What a year's expenditure is made of: commitments as they stand, and a buffer for each thing that comes or goes
(004 l.1601-1650 has the table; here every buffer is what the simulation makes of it, in the mean).

accounts       months that are accounts already
committed      known grants at the prices known, if each ran to its planned end
ends           what their ends, deaths and reopenings take from it (and late starts)
moves          what follows known grants under other provisions, and grants lately ended
named_inflow   citizens named beforehand
newcomers      grants nobody knows of yet: other inflow, and what is registered late
price_growth   what prices are expected to grow by from New Year on
bridge         what the accounts will be more than the grants
The buffers add up to the mean of the year's net expenditure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa

from styr import vocabulary
from styr.forecast.assumptions import Assumptions
from styr.forecast.explain.ledger import GRANT, MOVES, NAMED, NEWCOMERS, ledger
from styr.forecast.explain.unit_prices import expected_levels, unit_prices
from styr.forecast.forecasting import Asked, prepared
from styr.forecast.months import Month
from styr.forecast.outcome import Outcome
from styr.forecast.result import ForecastHeader
from styr.forecast.said import of_kind
from styr.register.snapshot import Snapshot
from styr.statistics.disclosure import THRESHOLD
from styr.statistics.expressions.calendar_units import EPOCH
from styr.statistics.result import as_arrow

BUFFERS = ("accounts", "committed", "ends", "moves", "named_inflow", "newcomers", "price_growth", "bridge")
_NOTHING = Assumptions()


def buffers(
    snapshot: Snapshot,
    known_at: date,
    first: Month,
    last: Month,
    *,
    municipalities: Sequence[str] | None = None,
    draws: int = 1000,
    seed: int = 1,
    assumptions: Assumptions = _NOTHING,
) -> tuple[pa.Table, ForecastHeader]:
    """The buffers of the municipalities together: year, buffer, amount (DKK), share (of the year's net expenditure).

    Named inflow of fewer citizens than may be shown is counted among the newcomers. Raises what forecast raises.
    """
    asked = Asked(known_at, first, last, draws, seed, assumptions)
    held, found, codes = prepared(snapshot, asked, municipalities)
    outcomes = [asked.outcome(held, found, code, 1) for code in codes]
    sums = np.sum([_amounts(each) for each in outcomes], axis=0)
    named = sum(len(np.unique(each.town.parts.named["person"])) for each in outcomes)
    if 0 < named < int(vocabulary.parameter(THRESHOLD)):
        place, other = BUFFERS.index("named_inflow"), BUFFERS.index("newcomers")
        sums[other] += sums[place]
        sums[place] = 0.0
    of_year = np.array([number // 12 for number in range(first.number, last.number + 1)])
    rows = [
        (int(year), buffer, float(sums[place, of_year == year].sum()), float(sums[:, of_year == year].sum()))
        for year in sorted(set(of_year.tolist()))
        for place, buffer in enumerate(BUFFERS)
    ]
    table = pl.DataFrame(rows, schema=["year", "buffer", "amount", "whole"], orient="row")
    table = table.with_columns(share=pl.col("amount") / pl.col("whole")).drop("whole")
    lacks = [lack for each in outcomes for lack in each.lacks]
    return as_arrow(table), of_kind("buffers", asked.header(snapshot, lacks, "net_expenditure"))


def _amounts(outcome: Outcome) -> np.ndarray:
    """The buffers by month asked for: (buffers, months)."""
    found = ledger(outcome, ("provision",), outcome.town.parts)
    _, net = outcome.money("net_expenditure", ())
    months = np.arange(outcome.first.number, outcome.last.number + 1)
    to_come = months > outcome.over.number
    codes = {code: place for place, code in enumerate(outcome.town.lists.provisions)}
    provision = found.cells["provision"].replace_strict(codes).to_numpy()[found.cell]
    levels = expected_levels(outcome.town.parts)
    ahead = np.clip(months // 12 - outcome.known_at.year, 0, levels.shape[1] - 1)
    before = found.mean / levels[provision][:, ahead]
    result = np.zeros((len(BUFFERS), len(months)))
    kinds = {GRANT: "ends", MOVES: "moves", NAMED: "named_inflow", NEWCOMERS: "newcomers"}
    for kind, name in kinds.items():
        result[BUFFERS.index(name)] = before[found.kind == kind].sum(axis=0)
    result[BUFFERS.index("price_growth")] = (found.mean - before).sum(axis=0)
    committed = _committed(outcome, months) / levels[outcome.town.grants.provision][:, ahead]
    result[BUFFERS.index("committed")] = committed.sum(axis=0)
    result[BUFFERS.index("ends")] -= committed.sum(axis=0)
    result[:, ~to_come] = 0.0
    booked = net.sum(axis=1).mean(axis=0)
    result[BUFFERS.index("accounts")] = np.where(to_come, 0.0, booked)
    result[BUFFERS.index("bridge")] = np.where(to_come, booked - result.sum(axis=0), 0.0)
    return result


def _committed(outcome: Outcome, months: np.ndarray) -> np.ndarray:
    """What known grants cost by month if each runs to its planned end: (grants, months)."""
    grants, today = outcome.town.grants, outcome.town.parts.today
    edges = [(Month.numbered(int(each)).first - EPOCH).days for each in (*months, months[-1] + 1)]
    starts, stops = np.array(edges[:-1]), np.array(edges[1:])
    first = np.maximum(grants.start[:, None], starts[None])
    last = np.minimum(grants.end[:, None] + 1, stops[None])
    share = np.clip(last - first, 0, None) / (stops - starts)[None]
    return np.asarray(unit_prices(outcome, outcome.town.parts) * share * (grants.end > today)[:, None])
