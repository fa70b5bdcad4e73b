# SPDX-License-Identifier: EUPL-1.2
"""Grants nobody knows of yet, begun but not registered or to come: how many there are of each provision and month, what
each is like, and how long it lasts. Compiled."""

from __future__ import annotations

import math

import numpy as np

from styr.forecast.arrivals import WINDOW
from styr.forecast.axis import Axis
from styr.forecast.chance import dispersed, key_of, uniform
from styr.forecast.compiled import inlined
from styr.forecast.entrants import Entrants, drawn_entrant, last_day_like
from styr.forecast.exposure import NO_EXPECTATION, place_in
from styr.forecast.history import NEVER
from styr.forecast.lives import END, FOLLOWS, MARK, charge, day_of_death
from styr.forecast.parts import Cells, Coming, Following, Leaving
from styr.forecast.periodise import Spread

_DAY = 8  # a number of a key beside those of lives.py
_LONGEST_TREND = 24.0  # months of a trend that are believed in, in all; it fades


@inlined
def newcomers(
    coming: Coming, axis: Axis, leaving: Leaving, following: Following, entrants: Entrants, cells: Cells,
    spread: Spread, lives: np.ndarray, count: int, below: np.uint64, mortality: float, level: np.ndarray,
    growth: np.ndarray, inflow: np.ndarray, flow: np.ndarray, provision: int, month: int, counted: bool,
) -> int:  # fmt: skip
    """Let those of one provision and month live until their grant ends; those that something follows are put among the
    lives after the first `count` of them. below: the key of the provision; others: see simulate and lives."""
    own_key = key_of(below, axis.first_number + month)
    wanted = _how_many(coming, axis, own_key, inflow, flow, provision, month)
    found, begins, year = following.found, axis.starts[month], axis.year_of[month]
    length, residential = axis.starts[month + 1] - begins, leaving.residential[provision]
    classes = len(found.ages) + 1
    for one in range(min(wanted, len(lives) - count)):
        key = key_of(own_key, 10 + one)
        place = drawn_entrant(entrants, key, MARK, provision)
        if place == NEVER:
            break
        like = entrants.rows[place]
        start = begins + int(uniform(key, _DAY) * length)
        birth = start - like.age
        ended = last_day_like(
            entrants.stretches, like.stretch, axis, level[provision], -math.log(uniform(key, END)), start, year
        )
        death = day_of_death(leaving, residential, mortality, min(ended, axis.last_day), key, birth, start)
        last = min(ended, death)
        charge(
            spread, axis, cells, growth, provision, like.operator, birth, like.groups, like.line, like.rate, 0, start,
            last, False, counted,
        )  # fmt: skip
        if last > axis.last_day:
            continue
        gone = axis.month_of[last - axis.first_day]
        if gone >= coming.whole:
            flow[provision, gone] += 1.0
        if death <= ended:
            continue
        age = place_in(found.ages, ended - birth)
        chance = found.chance[provision, age] * following.factor[provision]
        if uniform(key, FOLLOWS) >= chance:
            continue
        life = lives[count]
        life.key, life.provision, life.operator, life.groups = key, provision, like.operator, like.groups
        life.line, life.rate, life.birth = like.line, like.rate, birth
        life.death = day_of_death(leaving, residential, mortality, axis.last_day, key, birth, start)
        life.start, life.expected, life.ended = start, NO_EXPECTATION, ended
        life.chance, life.row = chance, found.first[provision * classes + age]
        count += 1
    return count


@inlined
def _how_many(
    coming: Coming, axis: Axis, key: np.uint64, inflow: np.ndarray, flow: np.ndarray, provision: int, month: int
) -> int:
    """As many as there is room for and chance has it, of those not known."""
    row = coming.rows[provision]
    mean = inflow[provision, 0]
    if inflow[provision, 1] != 0.0:
        gone = (month - coming.whole + 1) / _LONGEST_TREND
        mean += inflow[provision, 1] * _LONGEST_TREND * (1.0 - math.exp(-gone))
    mean = (
        max(mean, 0.0)
        * inflow[provision, 2 + axis.year_of[month]]
        * coming.season[provision, (axis.first_number + month) % 12]
    )
    if row.refill > 0.0:
        out = 0.0
        for back in range(WINDOW):
            out += flow[provision, max(month - back, 0)]
        mean += row.refill * out / WINDOW
    if mean <= 0.0:
        return 0
    phi, unknown, seen = row.dispersion, coming.unknown[provision, month], coming.known[provision, month]
    slope = unknown * (phi - 1.0) / ((1.0 - unknown) * phi + unknown)
    aim = unknown * mean + slope * (seen - (1.0 - unknown) * mean)
    variance = unknown * mean * (unknown * phi + 1.0 - unknown - slope * (1.0 - unknown) * (phi - 1.0))
    return dispersed(key, aim, max(variance, 0.0))
