# SPDX-License-Identifier: EUPL-1.2
"""Forecasts of many municipalities one after another, over several processes; only what was asked for is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa

from styr.forecast.adding import added
from styr.forecast.assumptions import Assumptions
from styr.forecast.budget import budget_of, held_against, whole_years
from styr.forecast.errors import Refused
from styr.forecast.forecasting import Asked, prepared
from styr.forecast.guard import groupings, hidden, without_hidden
from styr.forecast.known import Known
from styr.forecast.learn import Learned
from styr.forecast.months import Month
from styr.forecast.outcome import Engine
from styr.forecast.result import Draws, ForecastHeader, Measure, Total, summary
from styr.processes import cores, processes
from styr.register.snapshot import Snapshot
from styr.statistics.result import as_arrow

_ALONE = 2  # municipalities up to which no processes are started
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Question:
    """What is wanted of each municipality's forecast."""

    measure: Measure = "net_expenditure"
    by: tuple[str, ...] = ()
    total: Total = "month"


@dataclass(frozen=True)
class Part:
    """One municipality's answers: draws (float32) by question, keys of what stood in the way, and how many citizens are
    behind the cells of each question, by the groupings that guard.hidden needs."""

    code: str
    found: tuple[Draws, ...]
    lacks: tuple[str, ...]
    behind: tuple[Mapping[tuple[str, ...], pl.DataFrame], ...]


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
    budget: str | None = None,
    engine: Engine = "local",
    disclosure_control: bool = True,
    beside: tuple[Question, Callable[[Part], None]] | None = None,
    progress: Progress | None = None,
) -> tuple[pa.Table, ForecastHeader]:
    """The table forecast(...).table(by, total, measure) gives, and its header, without keeping the draws of all.

    budget: a version of the snapshot's budgets or a file (see budget_of), for whole years of net expenditure; adds the
    columns budget and probability_within. engine: see outcome.ENGINES;
    it changes no number. With disclosure control, cells with fewer citizens behind than may be shown,
    and those they could be worked out from, have no numbers, and a column `suppressed` marks them. beside: a question
    to answer as well, and who is handed each municipality's part (its second answer). progress: (stage, done, of).
    """
    asked = Asked(known_at, first, last, draws, seed, assumptions or Assumptions(), engine)
    question = Question(measure, tuple(by), total)
    held = _budget(snapshot, asked, question, budget, municipalities) if budget else None
    gathered = _Gathered(question, held)
    for part in answered(snapshot, asked, [question, *([beside[0]] if beside else [])], municipalities, progress):
        gathered.take(part)
        if beside:
            beside[1](part)
    table, lacks = gathered.table(disclosure_control), gathered.lacks
    if "suppressed" in table.columns:
        lacks = [*lacks, "suppressed"]
    return as_arrow(table), asked.header(snapshot, lacks, measure)


def answered(
    snapshot: Snapshot,
    asked: Asked,
    questions: Sequence[Question],
    municipalities: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Iterator[Part]:
    """Each municipality's answers to questions, one after another; see forecast for what is raised."""
    said = progress or (lambda stage, done, of: None)
    said("reading", 0, 0)
    held, found, codes = prepared(snapshot, asked, municipalities)
    for done, part in enumerate(_parts(asked, held, found, codes, tuple(questions)), 1):
        yield part
        said("simulating", done, len(codes))


class _Gathered:
    """The first answers of the parts, added up unless municipalities are kept apart, and then only their summaries."""

    def __init__(self, question: Question, budget: pl.DataFrame | None) -> None:
        self.question, self.budget = question, budget
        self.lacks: list[str] = []
        self._behind: list[Mapping[tuple[str, ...], pl.DataFrame]] = []
        self._sums: Draws | None = None
        self._tables: list[pl.DataFrame] = []

    def take(self, part: Part) -> None:
        self.lacks += part.lacks
        self._behind.append(part.behind[0])
        if "municipality" in self.question.by:
            self._tables.append(self._summed(part.found[0]))
        else:
            self._sums = part.found[0] if self._sums is None else added([self._sums, part.found[0]], self.question.by)

    def table(self, disclosure_control: bool) -> pl.DataFrame:
        by, total = self.question.by, self.question.total
        table = pl.concat(self._tables) if self._sums is None else self._summed(self._sums)
        if disclosure_control:
            amounts = table.group_by(by).agg(amount=pl.col("mean").sum()) if by else table.select(amount="mean").sum()
            behind = {way: pl.concat([each[way] for each in self._behind]) for way in groupings(by)}
            table = without_hidden(table, hidden(amounts, behind, by, self.question.measure), by, [total])
        return table.sort(total, *by, nulls_last=True)

    def _summed(self, found: Draws) -> pl.DataFrame:
        table = pl.DataFrame(pl.from_arrow(summary(found, self.question.total)))
        if self.budget is None:
            return table
        held = held_against(found, self.budget).rename({"probability": "probability_within"})
        held = held.select("year", *self.question.by, "budget", "probability_within")
        return table.join(held, on=["year", *self.question.by], how="left", nulls_equal=True, maintain_order="left")


def _budget(
    snapshot: Snapshot, asked: Asked, question: Question, choice: str, municipalities: Sequence[str] | None
) -> pl.DataFrame:
    if question.total != "year" or question.measure != "net_expenditure":
        raise Refused("budget_of_years", measure=question.measure, total=question.total)
    return budget_of(snapshot, choice, question.by, whole_years(asked.first, asked.last), municipalities)


def _parts(
    asked: Asked, held: Known, found: Learned, codes: Sequence[str], questions: tuple[Question, ...]
) -> Iterator[Part]:
    if len(codes) <= _ALONE or cores() == 1 or asked.engine == "spark":
        for code in codes:
            yield _one(asked, *_of_one(held, found, code), questions, cores())
        return
    with processes(cores()) as pool:
        waiting = [pool.submit(_one, asked, *_of_one(held, found, code), questions, 1) for code in codes]
        for task in waiting:
            yield task.result()


def _one(asked: Asked, held: Known, found: Learned, questions: tuple[Question, ...], threads: int) -> Part:
    (code,) = found.lists.municipalities
    outcome = asked.outcome(held, found, code, threads)
    made = [outcome.draws(each.measure, each.by, each.total) for each in questions]
    counted = [{way: outcome.behind(way, each.total) for way in groupings(each.by)} for each in questions]
    small = tuple(replace(each, values=each.values.astype(np.float32)) for each in made)
    return Part(code, small, outcome.lacks, tuple(counted))


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
