# SPDX-License-Identifier: EUPL-1.2
"""One life at a time: when a grant ends, when its citizen dies, what follows, and what the days cost. Compiled."""

from __future__ import annotations

import math

import numpy as np

from styr.forecast.axis import Axis
from styr.forecast.chance import key_of, uniform
from styr.forecast.compiled import compiled, inlined
from styr.forecast.entrants import Entrants, drawn_entrant
from styr.forecast.exposure import NO_EXPECTATION, UNBANDED, Bands, piece, place_in
from styr.forecast.history import NEVER
from styr.forecast.parts import Cells, Following, Leaving
from styr.forecast.periodise import Spread, add_cost, add_days

# What a key's numbers are for; each grant, citizen and newcomer has a key of its own.
END, DEATH, FOLLOWS, WHAT, MARK, _, NEXT = range(7)
_LONGEST_CHAIN = 50


@inlined
def last_day_of(
    bands: Bands, risks: np.ndarray, level: np.ndarray, last: int, key: np.uint64, birth: int, start: int, begin: int,
    expected: int,
) -> int:  # fmt: skip
    """The day a grant ends on, other than by death: where its summed risk passes an exponential number. NEVER when that
    is after the day last. risks: of its provision (age, elapsed, relative); level: this draw's, by year of the axis."""
    target, day = -math.log(uniform(key, END)), begin
    age = since = year = after = 0  # how many edges have been reached, as piece() has it, but walked on
    while day <= last:
        while age < len(bands.ages) and day - birth >= bands.ages[age]:
            age += 1
        while since < len(bands.elapsed) and day - start >= bands.elapsed[since]:
            since += 1
        while year < len(bands.years) and day >= bands.years[year]:
            year += 1
        nxt = start + bands.elapsed[since] if since < len(bands.elapsed) else day + UNBANDED
        if year < len(bands.years):
            nxt = min(nxt, bands.years[year])
        relative = 0
        if expected != NO_EXPECTATION:
            while after < len(bands.relative) and day - expected >= bands.relative[after]:
                after += 1
            relative = after + 1
            if after < len(bands.relative):
                nxt = min(nxt, expected + bands.relative[after])
        risk = risks[age, since - 1, relative] * level[min(year, len(level) - 1)]
        if target < risk * (nxt - day):
            return day + int(target / risk)
        target -= risk * (nxt - day)
        day = nxt
    return NEVER


@compiled
def stretches(
    running: np.ndarray, birth: np.ndarray, bands: Bands, risk: np.ndarray, last: int, made: np.ndarray
) -> int:
    """The stretches (STRETCH) of days up to the day last over which each running grant's risk is the same, written to
    `made` and their bounds to the grants; gives how many there are. They are the same in every draw."""
    count = 0
    for place in range(len(running)):
        run = running[place]
        run.first_stretch = count
        day = run.begin
        while day <= last:
            age, since, relative, year, nxt = piece(bands, day, run.start, birth[run.citizen], run.expected)
            if count < len(made):
                made[count].begin, made[count].stop = day, nxt
                made[count].risk, made[count].year = risk[run.provision, age, since, relative], year
            count += 1
            day = nxt
        run.stop_stretch = count
    return count


@inlined
def last_day_along(stretches: np.ndarray, first: int, stop: int, level: np.ndarray, key: np.uint64) -> int:
    """The same as last_day_of for a running grant, along its stretches."""
    target = -math.log(uniform(key, END))
    for place in range(first, stop):
        one = stretches[place]
        risk = one.risk * level[min(one.year, len(level) - 1)]
        if target < risk * (one.stop - one.begin):
            return int(one.begin + int(target / risk))
        target -= risk * (one.stop - one.begin)
    return NEVER


@inlined
def day_of_death(
    leaving: Leaving, residential: int, factor: float, last: int, key: np.uint64, birth: int, begin: int
) -> int:
    """The day a citizen dies, by rates by age; NEVER when that is after the day last. factor: this draw's."""
    even = uniform(key, DEATH)
    oldest = leaving.worst[residential, min(max((last - birth) // 365, 0), leaving.worst.shape[1] - 1)]
    if 1.0 - even > oldest * factor * (last - begin + 1):  # -log(even) is more, so it is not reached
        return NEVER
    ages, rates = leaving.death_ages, leaving.death
    target, day, age = -math.log(even), begin, 0
    while day <= last:
        while age < len(ages) and day - birth >= ages[age]:
            age += 1
        risk = rates[residential, age] * factor
        if target < risk * 365:
            return day + int(target / risk)
        target -= risk * 365
        day += 365
    return NEVER


@inlined
def charge(
    spread: Spread, axis: Axis, cells: Cells, growth: np.ndarray, provision: int, operator: int, birth: int,
    groups: int, line: int, rate: float, priced: int, first: int, last: int, goes_on: bool, counted: bool,
) -> None:  # fmt: skip
    """Add the days first..last of a grant to its row, or where rows have ages to those of its years. growth: prices by
    provision and year of the axis, as factors, which what is added is yet to be multiplied by; priced: the year whose
    prices the rate is in; goes_on: whether its days before are counted already; counted: whether its days are to be
    counted as well as their cost."""
    first, last = max(first, axis.first_day), min(last, axis.last_day)
    if first > last:
        return
    if priced:
        rate /= growth[provision, priced]
    aged = len(cells.ages) > 0
    if not aged:
        add_cost(spread, axis, cells.row[provision, operator, 0, groups], line, rate, first, last)
        if not counted:
            return
    while first <= last:
        year = axis.year_of[axis.month_of[first - axis.first_day]]
        stop = min(last, axis.year_starts[year + 1] - 1)
        age = place_in(cells.ages, axis.year_starts[year + 1] - 1 - birth)
        row = cells.row[provision, operator, age, groups]
        if aged:
            add_cost(spread, axis, row, line, rate, first, stop)
        if counted:
            add_days(spread, axis, row, first, stop)
            if goes_on:
                month = axis.month_of[first - axis.first_day]
                if first > axis.starts[month]:
                    spread.persons[row, month] -= 1.0
                    spread.persons[row, month + 1] += 1.0
            if not (goes_on and first > axis.year_starts[year]):
                spread.in_year[row, year] += 1.0
        goes_on = False
        first = stop + 1


@compiled
def live(
    lives: np.ndarray, count: int, spread: Spread, axis: Axis, cells: Cells, leaving: Leaving, following: Following,
    entrants: Entrants, level: np.ndarray, growth: np.ndarray, flow: np.ndarray, today: int, whole: int, counted: bool,
) -> None:  # fmt: skip
    """Let lives (LIFE) run: each grant from its start to its end, then what follows it, and what follows that.

    flow: net outflow by provision and month, which ends add to and successors are taken from, from the month `whole`
    on."""
    found, bands, last_day = following.found, leaving.bands, axis.last_day
    classes = len(found.ages) + 1
    for place in range(count):
        life = lives[place]
        key, provision, operator, groups = life.key, life.provision, life.operator, life.groups
        line, rate, birth, death = life.line, life.rate, life.birth, life.death
        start, expected, ended = life.start, life.expected, life.ended
        chance, begin = life.chance, life.row
        for _ in range(_LONGEST_CHAIN):
            if ended < 0:
                ended = last_day_of(
                    bands, leaving.risk[provision], level[provision], last_day, key, birth, start, start, expected
                )
                last = min(ended, death)
                charge(
                    spread, axis, cells, growth, provision, operator, birth, groups, line, rate, 0, start, last, False,
                    counted,
                )  # fmt: skip
                if last > last_day:
                    break
                month = axis.month_of[last - axis.first_day]
                if month >= whole:
                    flow[provision, month] += 1.0
                if death <= ended:
                    break
                age = place_in(found.ages, ended - birth)
                chance = found.chance[provision, age] * following.factor[provision]
                begin = found.first[provision * classes + age]
            stop = found.first[provision * classes + place_in(found.ages, ended - birth) + 1]
            if uniform(key, FOLLOWS) >= chance or begin >= stop:
                break
            row = begin + int(uniform(key, WHAT) * (stop - begin))
            start, to = max(ended + found.rows[row, 0], today + 1), found.rows[row, 1]
            if start > last_day or start > death:
                break
            expected = NO_EXPECTATION
            if to != provision:
                mark = drawn_entrant(entrants, key, MARK, to)
                if mark == NEVER:
                    break
                entry = entrants.rows[mark]
                rate, line, operator = entry.rate, entry.line, entry.operator
                if entry.length >= 0:
                    expected = start + entry.length
            provision = to
            flow[provision, axis.month_of[start - axis.first_day]] -= 1.0
            key = key_of(key, NEXT)
            ended = -1
