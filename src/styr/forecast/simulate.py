# SPDX-License-Identifier: EUPL-1.2
"""The simulation of one municipality: every draw is a possible course of events for every grant, known or to come.

Events are drawn one after another, not day by day: a grant's end is where its summed risk passes a random number, and
its cost is added to the months between at once. Draw d is a function of (seed, municipality, d) alone. Compiled.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from styr.forecast.axis import Axis
from styr.forecast.chance import gamma, key_of, mixed, normal, uniform
from styr.forecast.compiled import compiled
from styr.forecast.entrants import Entrants, drawn_entrant, entrants
from styr.forecast.exposure import NO_EXPECTATION, place_in
from styr.forecast.history import NEVER
from styr.forecast.lives import FOLLOWS, MARK, charge, day_of_death, last_day_along, live
from styr.forecast.newcomers import newcomers
from styr.forecast.parts import LIFE, Cells, Coming, Growing, Leaving, Parts
from styr.forecast.periodise import Spread, empty_spread, gather

# What the keys below a draw's are for.
_PEOPLE, _GRANTS, _LEVELS, _GROWTH, _DEATHS, _INFLOW, _ARRIVALS = range(7)  # the last and on: one a provision
# Numbers of a key beside those of lives.py.
_COMES, _LATE = 9, 10
_SLIP_DAYS = 30.0  # mean delay of named inflow, where the user does not say another
_ROOM = 16384  # newcomers in a month at most


class Simulated(NamedTuple):
    """Draws of a municipality as float32: cost, days, persons are (draws, cells, months), in_year (draws, cells,
    years); the last three are empty where activity was not asked for."""

    cost: np.ndarray
    days: np.ndarray
    persons: np.ndarray
    in_year: np.ndarray


class Scratch(NamedTuple):
    """What a draw works with: level of the rates of ending, prices (provision, year); level and slope of newcomers and
    what each year makes of them (provision, 2 + year); net outflow (provision, month); days of death; keys of the
    newcomers by provision; cost, days and persons (cell, month), persons (cell, year)."""

    level: np.ndarray
    growth: np.ndarray
    inflow: np.ndarray
    flow: np.ndarray
    deaths: np.ndarray
    keys: np.ndarray
    cost: np.ndarray
    days: np.ndarray
    persons: np.ndarray
    in_year: np.ndarray


def simulated(
    parts: Parts, cells: Cells, draws: int, seed: int, *, activity: bool, threads: int = 1, first: int = 0
) -> Simulated:
    """Draws of what the grants cost from the day after the known-at day (late-registered ones from their start), those
    numbered first and on."""
    months, years = parts.axis.months, len(parts.axis.year_starts) - 1
    shape = (draws, cells.size, months)
    none = (draws, 0, months)
    made = Simulated(
        np.empty(shape, dtype=np.float32),
        np.empty(shape if activity else none, dtype=np.float32),
        np.empty(shape if activity else none, dtype=np.float32),
        np.empty((draws, cells.size if activity else 0, years), dtype=np.float32),
    )
    found = entrants(parts.leaving, parts.following, parts.axis)
    bounds = np.linspace(0, draws, threads + 1).astype(int)

    def block(number: int) -> None:
        begin, end = int(bounds[number]), int(bounds[number + 1])
        spread = empty_spread(len(cells.cell_of), parts.axis)
        lives = np.empty(max(_ROOM, len(parts.running) + len(parts.ended) + len(parts.named)), dtype=LIFE)
        scratch = _scratch(parts, cells)
        _block(parts, found, cells, spread, lives, scratch, begin, end, np.uint64(seed), first, activity, *made)

    _in_threads(block, threads)
    return made


def _scratch(parts: Parts, cells: Cells) -> Scratch:
    years, whole = len(parts.axis.year_starts) - 1, (cells.size, parts.axis.months)
    provisions = len(parts.leaving.weight)
    return Scratch(
        np.empty((provisions, years)),
        np.empty((provisions, years)),
        np.empty((provisions, 2 + years)),
        np.empty((provisions, parts.axis.months)),
        np.empty(len(parts.citizens), dtype=np.int64),
        np.empty(provisions, dtype=np.uint64),
        np.empty(whole),
        np.empty(whole),
        np.empty(whole),
        np.empty((cells.size, years)),
    )


def _in_threads(work: Callable[[int], None], threads: int) -> None:
    if threads == 1:
        work(0)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))


@compiled
def _block(
    parts: Parts, entrants: Entrants, cells: Cells, spread: Spread, lives: np.ndarray, scratch: Scratch, begin: int,
    end: int, seed: np.uint64, first: int, activity: bool, cost: np.ndarray, days: np.ndarray, persons: np.ndarray,
    in_year: np.ndarray,
) -> None:  # fmt: skip
    axis, leaving, following, coming = parts.axis, parts.leaving, parts.following, parts.coming
    months, provisions = len(axis.year_of), len(leaving.weight)
    level, growth, inflow, flow, deaths, keys, own_cost, own_days, own_persons, own_in_year = scratch
    for draw in range(begin, end):
        key = key_of(key_of(mixed(seed), parts.person), first + draw)
        _copy(coming.outflow, flow)
        mortality = _draw_levels(leaving, key, level)
        _draw_growth(parts.growing, key, growth)
        _draw_inflow(coming, axis, key, inflow)
        count = _known_grants(parts, cells, spread, lives, key, mortality, level, growth, deaths, flow, activity)
        count = _lately_ended(parts, lives, count, key, mortality)
        count = _named_ones(parts, entrants, lives, count, key, mortality, flow)
        live(
            lives, count, spread, axis, cells, leaving, following, entrants, level, growth, flow, parts.today,
            coming.whole, activity,
        )  # fmt: skip
        for provision in range(provisions):
            keys[provision] = key_of(key, _ARRIVALS + provision)
        for month in range(months):
            count = 0
            for provision in range(provisions):
                if coming.unknown[provision, month] > 0.0:
                    count = newcomers(
                        coming, axis, leaving, following, entrants, cells, spread, lives, count, keys[provision],
                        mortality, level, growth, inflow, flow, provision, month, activity,
                    )  # fmt: skip
            live(
                lives, count, spread, axis, cells, leaving, following, entrants, level, growth, flow, parts.today,
                coming.whole, activity,
            )  # fmt: skip
        gather(spread, axis, cells, growth, own_cost, own_days, own_persons, own_in_year)
        _copy(own_cost, cost[draw])
        if activity:
            _copy(own_days, days[draw])
            _copy(own_persons, persons[draw])
            _copy(own_in_year, in_year[draw])


@compiled
def _copy(source: np.ndarray, target: np.ndarray) -> None:
    for row in range(source.shape[0]):
        for column in range(source.shape[1]):
            target[row, column] = source[row, column]


@compiled
def _draw_levels(leaving: Leaving, key: np.uint64, level: np.ndarray) -> float:
    """This draw's level of the rates of ending (provision, year), and its factor on mortality."""
    own, spread = key_of(key, _LEVELS), leaving.year_spread
    for provision in range(level.shape[0]):
        shape = leaving.weight[provision]
        base = gamma(key_of(own, provision), shape) / shape
        for year in range(level.shape[1]):
            chance = normal(key_of(own, 1000 + provision * 64 + year), 0)
            level[provision, year] = base * math.exp(spread * chance - spread * spread / 2)
    return gamma(key_of(key, _DEATHS), leaving.death_weight) / leaving.death_weight


@compiled
def _draw_growth(growing: Growing, key: np.uint64, growth: np.ndarray) -> None:
    """This draw's prices by provision and year of the axis as factors, 1 up to the known-at year."""
    own = key_of(key, _GROWTH)
    ahead = growing.mean.shape[1]
    past = growth.shape[1] - ahead
    for provision in range(growth.shape[0]):
        for year in range(past):
            growth[provision, year] = 1.0
    for year in range(ahead):
        common = growing.spread * normal(key_of(own, year), 0)
        for provision in range(growth.shape[0]):
            apart = growing.own_spread * normal(key_of(own, 1000 + provision * 64 + year), 0)
            rise = math.exp(growing.mean[provision, year] + common + apart)
            growth[provision, past + year] = growth[provision, past + year - 1] * rise


@compiled
def _draw_inflow(coming: Coming, axis: Axis, key: np.uint64, inflow: np.ndarray) -> None:
    """This draw's level and slope of newcomers by provision, and what chance makes of each year."""
    own = key_of(key, _INFLOW)
    for provision in range(inflow.shape[0]):
        row, one = coming.rows[provision], key_of(own, provision)
        inflow[provision, 0] = row.level + row.doubt * normal(one, 0)
        inflow[provision, 1] = row.slope + row.slope_doubt * normal(one, 1)
        for year in range(inflow.shape[1] - 2):
            shock = row.year_spread * normal(key_of(one, axis.first_year + year), 0)
            inflow[provision, 2 + year] = math.exp(shock - row.year_spread * row.year_spread / 2)


@compiled
def _known_grants(
    parts: Parts, cells: Cells, spread: Spread, lives: np.ndarray, key: np.uint64, mortality: float, level: np.ndarray,
    growth: np.ndarray, deaths: np.ndarray, flow: np.ndarray, activity: bool,
) -> int:  # fmt: skip
    """Grants that run or are decided, until they end; those that something may follow are put among the lives."""
    axis, leaving, found = parts.axis, parts.leaving, parts.following.found
    classes = len(found.ages) + 1
    people, below, count = key_of(key, _PEOPLE), key_of(key, _GRANTS), 0
    for who in range(len(deaths)):
        one = parts.citizens[who]
        deaths[who] = day_of_death(
            leaving, one.residential, mortality, axis.last_day, key_of(people, one.person), one.birth, parts.today + 1
        )
    for place in range(len(parts.running)):
        run = parts.running[place]
        if run.begin > axis.last_day:
            continue
        own_key, provision = key_of(below, run.key), run.provision
        birth, death, sickness = (
            parts.citizens[run.citizen].birth,
            deaths[run.citizen],
            parts.following.sickness[provision],
        )
        ended = last_day_along(parts.stretches, run.first_stretch, run.stop_stretch, level[provision], own_key)
        ended = min(ended, run.planned)
        last = min(ended, death)
        for price in range(run.first_price, run.stop_price):
            first, until = max(run.begin, parts.prices[price].from_day), last
            if price + 1 < run.stop_price:
                until = min(last, parts.prices[price + 1].from_day - 1)
            if first > until or first > axis.last_day:
                continue
            year = 0
            if parts.prices[price].from_day > parts.today:
                year = axis.year_of[axis.month_of[first - axis.first_day]]
            charge(
                spread, axis, cells, growth, provision, run.operator, birth, run.groups, parts.prices[price].line,
                parts.prices[price].rate * sickness, year, first, until, run.start < first, activity,
            )  # fmt: skip
        if last > axis.last_day:
            continue
        flow[provision, axis.month_of[last - axis.first_day]] += 1.0
        if death <= ended or run.follows == 0:
            continue
        age, final = place_in(found.ages, ended - birth), parts.prices[run.stop_price - 1]
        life = lives[count]
        life.key, life.provision, life.operator, life.groups = own_key, provision, run.operator, run.groups
        life.line, life.rate, life.birth, life.death = final.line, final.rate * sickness, birth, death
        life.start, life.expected, life.ended = run.start, NO_EXPECTATION, ended
        life.chance = found.chance[provision, age] * parts.following.factor[provision]
        life.row = found.first[provision * classes + age]
        count += 1
    return count


@compiled
def _lately_ended(parts: Parts, lives: np.ndarray, count: int, key: np.uint64, mortality: float) -> int:
    """Grants that ended before the known-at day and are opened again or followed by another."""
    below, people = key_of(key, _GRANTS), key_of(key, _PEOPLE)
    for place in range(len(parts.ended)):
        gone = parts.ended[place]
        own_key = key_of(below, gone.key)
        if uniform(own_key, FOLLOWS) >= gone.chance:
            continue
        life = lives[count]
        life.key, life.provision, life.operator, life.groups = own_key, gone.provision, gone.operator, gone.groups
        life.line, life.rate, life.birth = gone.line, gone.rate, gone.birth
        life.death = day_of_death(
            parts.leaving, 0, mortality, parts.axis.last_day, key_of(people, gone.person), gone.birth, parts.today + 1
        )
        life.start, life.expected, life.ended = gone.end, NO_EXPECTATION, gone.end
        life.chance, life.row = gone.chance, gone.begin
        count += 1
    return count


@compiled
def _named_ones(
    parts: Parts, entrants: Entrants, lives: np.ndarray, count: int, key: np.uint64, mortality: float, flow: np.ndarray
) -> int:
    """Citizens named beforehand, when they come."""
    axis, leaving, following = parts.axis, parts.leaving, parts.following
    below, people = key_of(key, _GRANTS), key_of(key, _PEOPLE)
    for place in range(len(parts.named)):
        one = parts.named[place]
        own_key = key_of(below, one.key)
        if uniform(own_key, _COMES) >= one.chance:
            continue
        late = parts.slip if parts.slip >= 0.0 else -_SLIP_DAYS * math.log(uniform(own_key, _LATE))
        start = max(one.expected + int(late), parts.today + 1)
        if start > axis.last_day:
            continue
        flow[one.provision, axis.month_of[start - axis.first_day]] -= 1.0
        mark = drawn_entrant(entrants, own_key, MARK, one.provision)
        life = lives[count]
        life.operator = entrants.rows[mark].operator if mark != NEVER else 0
        life.key, life.provision, life.groups, life.line = own_key, one.provision, one.groups, one.line
        life.rate, life.birth = one.rate * following.sickness[one.provision], one.birth
        life.death = day_of_death(
            leaving, leaving.residential[one.provision], mortality, axis.last_day, key_of(people, one.person),
            one.birth, parts.today + 1,
        )  # fmt: skip
        life.start, life.expected, life.ended = start, NO_EXPECTATION, -1
        count += 1
    return count
