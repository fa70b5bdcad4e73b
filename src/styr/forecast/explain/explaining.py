# SPDX-License-Identifier: EUPL-1.2
"""Explain the change since an earlier forecast: both are made, with the same luck for the same grants, and laid side by
side (see causes.py for the order of the parts)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from styr import vocabulary
from styr.forecast.assumptions import Assumptions
from styr.forecast.chance import keys_of_text
from styr.forecast.errors import Refused, part
from styr.forecast.explain.causes import parts_of
from styr.forecast.explain.changes import Change, Parted
from styr.forecast.explain.earlier_model import with_earlier_model
from styr.forecast.explain.ledger import ledger
from styr.forecast.explain.sides import Laid, Side, laid, side
from styr.forecast.forecasting import Asked, chosen, prepared
from styr.forecast.known import Known
from styr.forecast.learn import Learned
from styr.forecast.months import Month
from styr.forecast.outcome import Outcome
from styr.forecast.result import DIMENSIONS, Measure, Total
from styr.register.snapshot import Snapshot

_NOTHING = Assumptions()
_MONEY = ("net_expenditure", "individual_expenditure")
_PLACES = ("municipality", "region")


@dataclass(frozen=True)
class _Moment:
    """A forecast to be made: what was asked, known and learned."""

    asked: Asked
    held: Known
    found: Learned
    codes: list[str]

    def outcome(self, code: str, assumptions: Assumptions) -> Outcome:
        return replace(self.asked, assumptions=assumptions).outcome(self.held, self.found, code, 1)


def explain(
    snapshot: Snapshot,
    known_at: date,
    since: date,
    first: Month,
    last: Month,
    *,
    earlier: Snapshot | None = None,
    by: Sequence[str] = (),
    total: Total = "year",
    measure: Measure = "net_expenditure",
    municipalities: Sequence[str] | None = None,
    draws: int = 1000,
    seed: int = 1,
    assumptions: Assumptions = _NOTHING,
    earlier_assumptions: Assumptions | None = None,
    progress: Callable[[str, int, int], None] | None = None,
) -> Change:
    """Why the forecast known at a day is another than the one known since an earlier day.

    earlier: the snapshot the earlier forecast was made from (None: the same, cut at the day); earlier_assumptions: its
    overrides (None: those of now). The change of each period and cell is divided among CAUSES and adds up exactly.
    measure: net_expenditure or individual_expenditure. Raises CannotAnswer for days out of order, and whatever forecast
    raises.
    """
    _check(known_at, since, by, measure)
    then_told = assumptions if earlier_assumptions is None else earlier_assumptions
    said = progress or (lambda stage, done, of: None)
    said("reading", 0, 0)
    now = _moment(snapshot, Asked(known_at, first, last, draws, seed, assumptions), municipalities)
    then = _moment(earlier or snapshot, Asked(since, first, last, draws, seed, then_told), municipalities)
    inner = tuple(sorted({name for name in by if name not in (*_PLACES, "function")}))
    parted: list[Parted] = []
    lacks: list[str] = []
    for done, code in enumerate(now.codes, 1):
        one, lacking = _of_one(then, now, code, inner, measure)
        parted.append(one)
        lacks += lacking
        said("explaining", done, len(now.codes))
    header = now.asked.header(snapshot, lacks, measure)
    ids = pl.concat([_ids(each.held) for each in (then, now)]).unique("key")
    return Change(tuple(parted), tuple(by), total, measure, header, since, (earlier or snapshot).id, ids)


def _check(known_at: date, since: date, by: Sequence[str], measure: str) -> None:
    if since >= known_at:
        raise Refused("earlier_not_before", since=since, known_at=known_at)
    if measure not in _MONEY:
        raise Refused("explained_of", known=part("and", first=_MONEY[0], second=_MONEY[1]), measure=measure)
    if wrong := [name for name in by if name not in DIMENSIONS]:
        raise Refused("not_split_by", word=wrong[0], known=", ".join(DIMENSIONS))


def _moment(snapshot: Snapshot, asked: Asked, municipalities: Sequence[str] | None) -> _Moment:
    return _Moment(asked, *prepared(snapshot, asked, municipalities))


def _of_one(
    then: _Moment, now: _Moment, code: str, by: tuple[str, ...], measure: Measure
) -> tuple[Parted, tuple[str, ...]]:
    chosen(then.found, [code], then.asked.known_at)
    old_told, told = then.asked.assumptions, now.asked.assumptions
    day = now.asked.known_at
    before = side(then.outcome(code, old_told), by, measure, day)
    after = side(now.outcome(code, old_told), by, measure, day)
    parts = with_earlier_model(after.outcome.town, before.outcome.town, day, then.asked.known_at)
    news = replace(after, parts=parts, ledger=ledger(after.outcome, by, parts))
    sides = [before, news, after]
    lacks = (*before.outcome.lacks, *after.outcome.lacks)
    if told != old_told:
        sides.append(side(now.outcome(code, told), by, measure, day))
    beside = laid(sides)
    parts_found = parts_of(beside, (before, news), accounts=measure == "net_expenditure")
    totals = (beside.total[0], beside.total[-1])
    months = (before.outcome.first, before.outcome.last)
    people = _people(beside, (before, after))
    return Parted(code, vocabulary.region_of(code), beside.cells, parts_found, totals, months, people), lacks


def _people(laid: Laid, sides: Sequence[Side]) -> pl.DataFrame:
    """Citizens behind the rows of grants and named inflow: cell, key, person."""
    known_persons = pl.concat(
        pl.DataFrame({"key": rows_key, "person": rows_person}, schema={"key": pl.UInt64, "person": pl.UInt64})
        for each in sides
        for rows_key, rows_person in (
            (each.outcome.town.grants.key, each.outcome.town.grants.person),
            (each.outcome.town.parts.named["key"], each.outcome.town.parts.named["person"]),
        )
    ).unique("key")
    rows = pl.DataFrame({"cell": laid.cell, "key": pl.Series(laid.key, dtype=pl.UInt64)})
    return rows.join(known_persons, on="key").unique()


def _ids(held: Known) -> pl.DataFrame:
    """The numbers of grants and what they are called: key, grant_id."""
    return held.grants.select(pl.Series("key", keys_of_text(held.grants["grant_id"].to_arrow())), "grant_id")
