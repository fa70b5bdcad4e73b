# SPDX-License-Identifier: EUPL-1.2
"""The change from one forecast of a municipality to a later one, divided among what caused it (docs/forecast.md).

In each cell and month the change is divided in this order, each part with what comes after it as it was:
    grants     r₀ · (e₁ − e₀) for every grant and pool: price, stopped, started, moved, named inflow
    model      r₀ · (e₂ − e₁): what the same news costs by what has been learned since
    history    the rest, in months that are accounts by now; all of it in months that were accounts already
    bridge     the rest, in months to come
    override   what the forecast with the overrides of now is more than with those of then: of each grant and pool
               r₂ · (e₃ − e₂), and of the cell what they act on beside (the bridge, and what stays without grants)
where e is expected individual expenditure (0 then, 1 now by the model of then, 2 now, 3 with the overrides of now)
and r₀, r₂ the relation of the measure to it. The parts add up to the change in every cell and month, whatever the
numbers are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from styr.forecast.explain.ledger import GRANT, MOVES, NAMED, NEWCOMERS
from styr.forecast.explain.sides import Laid, Side
from styr.forecast.explain.unit_prices import unit_prices
from styr.forecast.known import one_code
from styr.forecast.months import last_whole_month
from styr.forecast.town import Town

CAUSES = ("price", "stopped", "started", "moved", "named_inflow", "history", "override", "model", "bridge")
_THEN, _NEWS, _NOW, _TOLD = range(4)  # the sides laid beside each other
_NOTHING = 0.005  # DKK of a month under which nothing has changed


@dataclass(frozen=True)
class Parts:
    """Parts of a change: cause, cell, key (of the grant or named citizen, 0 for pools), change (rows, months)."""

    cause: np.ndarray
    cell: np.ndarray
    key: np.ndarray
    change: np.ndarray


def parts_of(laid: Laid, sides: tuple[Side, Side], *, accounts: bool) -> Parts:
    """The parts of a change. laid: the sides then, now by the model of then, now, and where overrides have come since,
    with them; sides: the first and the second; accounts: whether months gone by are accounts."""
    first, last = sides[0].outcome.first.number, sides[0].outcome.last.number
    months = np.arange(first, last + 1)
    known_then, known_now = (last_whole_month(each.outcome.known_at).number for each in sides)
    ratio = _ratio(laid, _NOW, _THEN)
    if accounts:
        ratio[:, months <= known_then] = 0.0
    by_row = ratio[laid.cell]
    news = by_row * (laid.expected[_NEWS] - laid.expected[_THEN])
    learned = by_row * (laid.expected[_NOW] - laid.expected[_NEWS])
    rest = laid.total[_NOW] - laid.total[_THEN] - laid.by_cell(news) - laid.by_cell(learned)
    price = by_row * _of_price(laid, sides)
    over = months <= known_now
    moved = _share_moved(laid, sides)[:, None] * (news - price)
    found = [
        _rows(np.full(len(laid.kind), "price"), laid.cell, laid.key, price),
        _rows(np.full(len(laid.kind), "moved"), laid.cell, laid.key, moved),
        _rows(_causes(laid, sides), laid.cell, laid.key, news - price - moved),
        _rows(np.full(len(laid.kind), "model"), laid.cell, laid.key, learned),
        *(_of_cells(cause, np.where(mine, rest, 0.0)) for cause, mine in (("history", over), ("bridge", ~over))),
        *(_overridden(laid, over if accounts else np.zeros_like(over)) if len(laid.total) > _TOLD else []),
    ]
    return Parts(*(np.concatenate([getattr(each, name) for each in found]) for name in Parts.__dataclass_fields__))


def _ratio(laid: Laid, *sides: int) -> np.ndarray:
    """What the measure is to expected individual expenditure in the last of the sides; where nothing was expected
    there, in the one before."""
    ratio = np.zeros_like(laid.total[_THEN])
    for side in sides:
        spent = laid.by_cell(laid.expected[side])
        ratio = np.where(spent > _NOTHING, laid.total[side] / np.where(spent > _NOTHING, spent, 1.0), ratio)
    return ratio


def _overridden(laid: Laid, accounts: np.ndarray) -> list[Parts]:
    """What overrides have added: by what each grant and pool is expected to cost more, and the rest of the cell. In
    months that are accounts (a mark for each) they change nothing."""
    ratio = np.where(accounts, 0.0, _ratio(laid, _TOLD, _NOW))
    by_row = ratio[laid.cell] * (laid.expected[_TOLD] - laid.expected[_NOW])
    rest = laid.total[_TOLD] - laid.total[_NOW] - laid.by_cell(by_row)
    return [_rows(np.full(len(laid.kind), "override"), laid.cell, laid.key, by_row), _of_cells("override", rest)]


def _of_price(laid: Laid, sides: tuple[Side, Side]) -> np.ndarray:
    """What grants known both then and now cost more for the same days, because a day of theirs does."""
    result = np.zeros_like(laid.expected[_NEWS])
    both = np.flatnonzero((laid.kind == GRANT) & (laid.source[_THEN] >= 0) & (laid.source[_NEWS] >= 0))
    old = unit_prices(sides[0].outcome, sides[0].parts)[laid.source[_THEN][both]]
    new = unit_prices(sides[1].outcome, sides[1].parts)[laid.source[_NEWS][both]]
    share = np.where(new > 0, 1.0 - old / np.where(new > 0, new, 1.0), 0.0)
    lost = np.where(old > 0, laid.expected[_THEN][both], 0.0)
    result[both] = np.where(new > 0, share * laid.expected[_NEWS][both], -lost)
    return result


def _causes(laid: Laid, sides: tuple[Side, Side]) -> np.ndarray:
    """What made each row another, besides its price and moves."""
    then, now = (each.outcome.town for each in sides)
    cause = np.full(len(laid.kind), "stopped", dtype="<U12")
    cause[laid.kind == NEWCOMERS] = "started"
    cause[laid.kind == MOVES] = "moved"
    cause[laid.kind == NAMED] = "named_inflow"
    known = laid.source[_NEWS]
    fresh = np.flatnonzero((laid.kind == GRANT) & (known >= 0) & ~np.isin(laid.key, then.grants.key))
    named = _were_named(now, then, known[fresh], sides)
    cause[fresh] = np.where(named, "named_inflow", np.where(now.grants.after[known[fresh]] != -1, "moved", "started"))
    return cause


def _share_moved(laid: Laid, sides: tuple[Side, Side]) -> np.ndarray:
    """How much of what a known grant costs more or less is counted as a move: all when it has ended and been followed;
    when it has ended lately the chance that it will be, and while it runs the chance that its end will be. So moves,
    like ends, come to nothing when they come as expected."""
    then, news = sides
    town, parts = news.outcome.town, news.parts
    grants, found = town.grants, parts.following.found
    share = np.zeros(len(grants))
    share[grants.after[grants.after >= 0]] = 1.0
    running = np.flatnonzero(grants.end > parts.today)
    age = np.searchsorted(found.ages, parts.today - grants.birth[running], side="right")
    provision = grants.provision[running]
    share[running] = found.chance[provision, age] * parts.following.factor[provision] * parts.running["follows"]
    chances = dict(zip(parts.ended["key"].tolist(), parts.ended["chance"].tolist(), strict=True))
    lately = np.flatnonzero(np.isin(grants.key, parts.ended["key"]))
    share[lately] = [chances[int(key)] for key in grants.key[lately]]
    result = np.zeros(len(laid.kind))
    both = np.flatnonzero(
        (laid.kind == GRANT) & (laid.source[_NEWS] >= 0) & np.isin(laid.key, then.outcome.town.grants.key)
    )
    result[both] = share[laid.source[_NEWS][both]]
    return result


def _were_named(now: Town, then: Town, rows: np.ndarray, sides: tuple[Side, Side]) -> np.ndarray:
    """Whether a grant's citizen was named beforehand for its provision."""
    same = one_code(sides[1].outcome.known_at)
    named = {
        (int(person), same.get(code, code))
        for person, code in zip(
            then.parts.named["person"],
            (then.lists.provisions[each] for each in then.parts.named["provision"]),
            strict=True,
        )
    }
    codes = [now.lists.provisions[each] for each in now.grants.provision[rows]]
    persons = now.grants.person[rows]
    return np.array([(int(who), code) in named for who, code in zip(persons, codes, strict=True)], dtype=bool)


def _rows(cause: np.ndarray, cell: np.ndarray, key: np.ndarray, change: np.ndarray) -> Parts:
    some = np.abs(change).max(axis=1, initial=0.0) > 0
    return Parts(cause[some].astype("<U12"), cell[some], key[some], change[some])


def _of_cells(cause: str, change: np.ndarray) -> Parts:
    cells = np.arange(len(change))
    return _rows(np.full(len(cells), cause), cells, np.zeros(len(cells), dtype=np.uint64), change)
