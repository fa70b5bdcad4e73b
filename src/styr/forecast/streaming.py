# SPDX-License-Identifier: EUPL-1.2
"""Forecasts of many municipalities one after another, over several processes; only what was asked for is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa

from styr import vocabulary
from styr.forecast.adding import added
from styr.forecast.assumptions import Assumptions
from styr.forecast.forecasting import Asked, chosen
from styr.forecast.known import Known, known
from styr.forecast.learn import Learned, learned
from styr.forecast.months import Month
from styr.forecast.result import QUANTILES, Draws, ForecastHeader, Measure, Total, summary
from styr.processes import cores, processes
from styr.register.snapshot import Snapshot
from styr.statistics.result import as_arrow

_Part = tuple[Draws, tuple[str, ...], pl.DataFrame]
_ALONE = 2  # municipalities up to which no processes are started


def forecast_table(
    snapshot: Snapshot,
    known_at: date,
    first: Month,
    last: Month,
    *,
    by: Sequence[str] = (),
    total: Total = "month",
    measure: Measure = "net_expenditure",
    municipalities: Sequence[str] | None = None,
    draws: int = 1000,
    seed: int = 1,
    assumptions: Assumptions | None = None,
    disclosure_control: bool = True,
    progress: Callable[[str, int, int], None] | None = None,
) -> tuple[pa.Table, ForecastHeader]:
    """The table forecast(...).table(by, total, measure) gives, and its header, without keeping the draws of all.

    With disclosure control, cells with fewer citizens behind than may be shown have no numbers and a column
    `suppressed` more.

    progress is called with (stage, done, of).
    """
    asked = Asked(known_at, first, last, draws, seed, assumptions or Assumptions())
    said = progress or (lambda stage, done, of: None)
    said("reading", 0, 0)
    held = known(snapshot, known_at, municipalities)
    found = learned(held, last)
    asked.check(found)
    codes = chosen(found, municipalities, known_at)
    lacks: list[str] = []
    persons: list[pl.DataFrame] = []
    sums: Draws | None = None
    tables: list[pl.DataFrame] = []
    for done, (part, lacking, behind) in enumerate(_parts(asked, held, found, codes, (measure, tuple(by), total)), 1):
        lacks += lacking
        persons.append(behind)
        if "municipality" in by:
            tables.append(pl.DataFrame(pl.from_arrow(summary(part, total))))
        else:
            sums = part if sums is None else added([sums, part], by)
        said("simulating", done, len(codes))
    table = pl.concat(tables) if sums is None else pl.DataFrame(pl.from_arrow(summary(sums, total)))
    table = table.sort(total, *by, nulls_last=True)
    if disclosure_control:
        table = _without_small_cells(table, pl.concat(persons), by)
        lacks += ["suppressed"] if "suppressed" in table.columns else []
    return as_arrow(table), asked.header(snapshot, lacks, measure)


def _without_small_cells(table: pl.DataFrame, persons: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """The table without the numbers of cells with fewer citizens behind than may be shown, which `suppressed` marks;
    the column is there only where there is such a cell. Cells of accounts that no grant is behind are shown."""
    fewest = int(vocabulary.parameter("disclosure_threshold"))
    counts = persons.group_by(list(by)).agg(pl.col("persons").sum()) if by else persons.select(pl.col("persons").sum())
    joined = table.join(counts, on=list(by), how="left", nulls_equal=True) if by else table.join(counts, how="cross")
    small = pl.col("persons").is_between(1, fewest - 1).fill_null(False)
    marked = joined.with_columns(small.alias("suppressed"))
    if not marked["suppressed"].any():
        return table
    shown = [pl.when(~pl.col("suppressed")).then(pl.col(name)).alias(name) for name in ("mean", *QUANTILES)]
    order = [name for name in table.columns if name in by or name not in ("mean", *QUANTILES)]
    return marked.with_columns(shown).drop("persons").sort(order, nulls_last=True)


def _parts(
    asked: Asked, held: Known, found: Learned, codes: Sequence[str], question: tuple[Measure, tuple[str, ...], Total]
) -> Iterator[_Part]:
    """The draws of each municipality, what stood in its way, and how many citizens are behind each cell."""
    if len(codes) <= _ALONE or cores() == 1:
        for code in codes:
            yield _one(asked, *_of_one(held, found, code), question, cores())
        return
    with processes(cores()) as pool:
        waiting = [pool.submit(_one, asked, *_of_one(held, found, code), question, 1) for code in codes]
        for task in waiting:
            yield task.result()


def _one(
    asked: Asked, held: Known, found: Learned, question: tuple[Measure, tuple[str, ...], Total], threads: int
) -> _Part:
    (code,) = found.lists.municipalities
    outcome = asked.outcome(held, found, code, threads)
    made = outcome.draws(*question)
    _, by, total = question
    return replace(made, values=made.values.astype(np.float32)), outcome.lacks, outcome.behind(by, total)


def _of_one(held: Known, found: Learned, code: str) -> tuple[Known, Learned]:
    """What is known and learned, with the rows of one municipality only."""
    place = found.lists.municipalities.index(code)
    low, high = (int(each) for each in np.searchsorted(found.grants.municipality, [place, place + 1]))
    own = pl.col("municipality") == code
    grants = found.grants.of(slice(low, high))
    inside = (grants.after >= low) & (grants.after < high)
    after = np.where(inside, grants.after - low, np.where(grants.after == -1, -1, -2))
    citizens = held.grants.slice(low, high - low).select("citizen_id").unique()
    named = held.named.filter(own)
    citizens = pl.concat([citizens, named.select("citizen_id")]).unique()
    rows = held.prices["row"].to_numpy()
    begin, end = (int(each) for each in np.searchsorted(rows, [low, high]))
    known_here = replace(
        held,
        grants=held.grants.clear(),
        prices=held.prices.slice(begin, end - begin).with_columns(pl.col("row") - low),
        citizens=held.citizens.join(citizens, on="citizen_id", how="semi"),
        named=named,
        accounts=held.accounts.filter(own),
        booked=held.booked,
    )
    learned_here = replace(
        found,
        grants=replace(grants, after=after, municipality=np.zeros_like(grants.municipality)),
        lists=replace(found.lists, municipalities=(code,)),
        rates=replace(found.rates, rates=found.rates.rates[[place]], weight=found.rates.weight[[place]]),
        deaths=found.deaths[[place]],
    )
    return known_here, learned_here
