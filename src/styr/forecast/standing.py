# SPDX-License-Identifier: EUPL-1.2
"""Those the simulation begins with: running grants and their citizens, grants lately ended, and named inflow."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from styr import vocabulary
from styr.forecast import registration, successors
from styr.forecast.chance import keys_of_text
from styr.forecast.factors import Factors
from styr.forecast.history import NEVER, Grants
from styr.forecast.known import Known
from styr.forecast.learn import Learned
from styr.forecast.lives import stretches
from styr.forecast.observed import Prices
from styr.forecast.parts import CITIZEN, ENDED, NAMED, PRICE, RUNNING, STRETCH, Leaving
from styr.forecast.prices_known import LINES

#: Provision groups that named inflow comes from.
_YOUTH = ("child_support", "child_contact_person", "child_placement", "youth_support", "special_youth_education")


def running(
    known: Known, grants: Grants, prices: Prices, named: np.ndarray, found: Learned
) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[str]]:
    """Citizens, their running grants, the grants' prices from the known-at day on, and what these lack."""
    rows = np.flatnonzero(grants.end > known.today)
    chosen = grants.of(rows)
    who, first_of, citizen = np.unique(chosen.citizen, return_index=True, return_inverse=True)
    lives_there = np.zeros(len(who), dtype=np.int64)
    np.maximum.at(lives_there, citizen, found.residential[chosen.provision])
    followed = np.zeros(len(grants), dtype=bool)
    followed[grants.after[grants.after >= 0]] = True
    youth = np.array([vocabulary.group_of(code) in _YOUTH for code in found.lists.provisions])
    named_elsewhere = np.isin(chosen.person, named["person"]) & youth[chosen.provision]
    bounds, held = _prices_from(prices, rows, known.today)
    citizens = table(CITIZEN, birth=chosen.birth[first_of], residential=lives_there, person=chosen.person[first_of])
    rows_of = table(
        RUNNING,
        provision=chosen.provision,
        citizen=citizen,
        start=chosen.start,
        begin=np.maximum(chosen.start, known.today + 1),
        planned=chosen.end,
        expected=chosen.expected,
        operator=chosen.operator,
        groups=chosen.groups,
        key=chosen.key,
        follows=~followed[rows] & ~named_elsewhere,
        first_price=bounds[:-1],
        stop_price=bounds[1:],
        first_stretch=np.zeros(len(rows)),
        stop_stretch=np.zeros(len(rows)),
    )
    return citizens, rows_of, held, _lacks(held)


def _lacks(prices: np.ndarray) -> list[str]:
    """What the prices of running grants stand in the way of, as keys of caveats."""
    missing = prices["rate"] == 0
    return [] if not missing.any() else ["no_prices"] if missing.all() else ["unpriced"]


def risk_stretches(running: np.ndarray, citizens: np.ndarray, leaving: Leaving, last: int) -> np.ndarray:
    """The stretches of risk of the running grants, whose bounds are written to them."""
    asked = running, citizens["birth"], leaving.bands, leaving.risk, last
    count = stretches(*asked, np.empty(0, dtype=STRETCH))
    made = np.empty(count, dtype=STRETCH)
    stretches(*asked, made)
    return made


def table(kind: np.dtype[Any], **columns: np.ndarray) -> np.ndarray:
    """Columns as a structured array."""
    made = np.empty(len(next(iter(columns.values()))), dtype=kind)
    for name, values in columns.items():
        made[name] = values
    return made


def _prices_from(prices: Prices, rows: np.ndarray, today: int) -> tuple[np.ndarray, np.ndarray]:
    """The prices (PRICE) of chosen grants that hold after a day: the bounds of each grant's, and all."""
    count = np.diff(prices.first)
    of = np.repeat(np.arange(len(count)), count)
    last_of_grant = np.append(of[1:] != of[:-1], True) if len(of) else np.zeros(0, dtype=bool)
    until = np.where(last_of_grant, NEVER, np.append(prices.from_day[1:], NEVER) - 1)
    wanted = np.zeros(len(count), dtype=bool)
    wanted[rows] = True
    kept = (until > today) & wanted[of]
    sizes = np.bincount(of[kept], minlength=len(count))[rows]
    held = table(PRICE, from_day=prices.from_day[kept], rate=prices.rate[kept], line=prices.line[kept])
    return np.concatenate([[0], np.cumsum(sizes)]), held


def lately_ended(grants: Grants, found: Learned, today: int, factors: Factors) -> np.ndarray:
    rows, chance, begin = successors.may_follow(
        grants, found.successors, today, registration.usual_delay(found.unknown)
    )
    gone = grants.of(rows)
    return table(
        ENDED,
        provision=gone.provision,
        end=gone.end,
        birth=gone.birth,
        operator=gone.operator,
        groups=gone.groups,
        rate=np.nan_to_num(gone.rate),
        line=gone.line,
        key=gone.key,
        person=gone.person,
        chance=chance * factors.each("reopening")[gone.provision],
        begin=begin,
    )


def named_inflow(known: Known, found: Learned, code: str, factors: Factors) -> np.ndarray:
    rows = known.named.filter(pl.col("municipality") == code)
    provisions = {each: place for place, each in enumerate(found.lists.provisions)}
    rows = rows.join(known.citizens, on="citizen_id", how="left", maintain_order="left")
    share = [LINES.get(unit, (0, 0.0)) for unit in rows["price_unit"]]
    chance = [
        each if (own := factors.number("named_inflow", provision)) is None else own
        for each, provision in zip(rows["probability"], rows["provision"], strict=True)
    ]
    groups = {"|".join(each): place for place, each in enumerate(found.lists.groups)}
    text = (rows["citizen_id"] + "/" + rows["provision"] + "/" + rows["expected"].cast(pl.String)).to_arrow()
    expected = rows["expected"].to_numpy().astype(np.int64)
    birth = np.where(rows["birth"].is_null().to_numpy(), expected - 6940, rows["birth"].fill_null(0).to_numpy())
    return table(
        NAMED,
        provision=np.array([provisions[each] for each in rows["provision"]], dtype=np.int64),
        expected=expected,
        birth=birth,
        groups=np.array([groups.get(each or "", 0) for each in rows["groups"]], dtype=np.int64),
        rate=rows["price"].to_numpy() * np.array([part for _, part in share]),
        line=np.array([line for line, _ in share], dtype=np.int64),
        key=keys_of_text(text),
        person=keys_of_text(rows["citizen_id"].to_arrow()),
        chance=np.array(chance, dtype=np.float64),
    )
