# SPDX-License-Identifier: EUPL-1.2
"""Those a newcomer may be like, ready to be drawn: an entry and how its risk of ending adds up from its start.

The age at the start and the days to the expected end are the entry's own, so the bands its risk runs through are the
same whenever it begins. They are laid out once, and a draw finds where they pass its random number. Compiled.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from styr.forecast.axis import Axis
from styr.forecast.chance import uniform
from styr.forecast.compiled import compiled, inlined
from styr.forecast.entries import Marks
from styr.forecast.exposure import Bands, place_in
from styr.forecast.history import NEVER
from styr.forecast.parts import Following, Leaving

_INT, _REAL = np.int64, np.float64
_FAR = 2**40  # days, after all others

#: An entry (see entries.MARK), helpers' sickness in its rate, and the first of its stretches of risk.
ENTRANT = np.dtype(
    [
        ("rate", _REAL), ("line", _INT), ("operator", _INT), ("groups", _INT), ("age", _INT), ("length", _INT),
        ("stretch", _INT),
    ]
)  # fmt: skip
#: A stretch of days since the start over which the risk is the same: the first, the summed risk before it, and the risk
#: a day. The last of an entry begins after all horizons, its summed risk beyond all numbers.
STRETCH = np.dtype([("begin", _INT), ("passed", _REAL), ("risk", _REAL)])


class Entrants(NamedTuple):
    """Entries of the municipality's own first, then those of all; of each, by provision, the place of the first (and of
    the one after the last); own_share: the chance of the former, by provision."""

    own: np.ndarray
    pooled: np.ndarray
    own_share: np.ndarray
    rows: np.ndarray
    stretches: np.ndarray


def entrants(leaving: Leaving, following: Following, axis: Axis) -> Entrants:
    """The entries of a municipality, and their risks of ending within the axis."""
    own, pooled = following.own, following.pooled
    provision = np.concatenate([_provisions(own), _provisions(pooled)])
    rows = np.zeros(len(provision), dtype=ENTRANT)
    for name in own.rows.dtype.names or ():
        rows[name] = np.concatenate([own.rows[name], pooled.rows[name]])
    rows["rate"] *= following.sickness[provision]
    horizon = axis.last_day - axis.first_day
    count = _laid_out(rows, provision, leaving.bands, leaving.risk, horizon, np.empty(0, dtype=STRETCH))
    stretches = np.empty(count, dtype=STRETCH)
    _laid_out(rows, provision, leaving.bands, leaving.risk, horizon, stretches)
    mine, others = np.diff(own.first) > 0, np.diff(pooled.first) > 0
    share = np.where(mine & others, following.own_share, np.where(mine, 1.0, 0.0))
    return Entrants(own.first, pooled.first + len(own.rows), share, rows, stretches)


def _provisions(marks: Marks) -> np.ndarray:
    return np.repeat(np.arange(len(marks.first) - 1), np.diff(marks.first))


@compiled
def _laid_out(
    rows: np.ndarray, provision: np.ndarray, bands: Bands, risk: np.ndarray, horizon: int, made: np.ndarray
) -> int:
    """The stretches of every entry up to so many days, written to `made` as far as there is room, and their first to
    the rows; gives how many there are."""
    count = 0
    for place in range(len(rows)):
        row, day, passed = rows[place], 0, 0.0
        row.stretch = count
        while day <= horizon:
            age, since = place_in(bands.ages, day + row.age), place_in(bands.elapsed, day)
            relative, nxt = 0, _FAR
            if age < len(bands.ages):
                nxt = math.ceil(bands.ages[age] - row.age)
            if since < len(bands.elapsed):
                nxt = min(nxt, bands.elapsed[since])
            if row.length >= 0:
                after = place_in(bands.relative, day - row.length)
                relative = after + 1
                if after < len(bands.relative):
                    nxt = min(nxt, row.length + bands.relative[after])
            rate = risk[provision[place], age, since - 1, relative]
            if count < len(made):
                made[count].begin, made[count].passed, made[count].risk = day, passed, rate
            count += 1
            passed += rate * (nxt - day)
            day = nxt
        if count < len(made):
            made[count].begin, made[count].passed, made[count].risk = _FAR, math.inf, 0.0
        count += 1
    return count


@inlined
def drawn_entrant(entrants: Entrants, key: np.uint64, number: int, provision: int) -> int:
    """The place of an entry of a provision to be like, by a key's number; NEVER when there is none."""
    even, share = uniform(key, number), entrants.own_share[provision]
    if even < share:
        first, count, even = entrants.own[provision], entrants.own[provision + 1], even / share
    else:
        first, count = entrants.pooled[provision], entrants.pooled[provision + 1]
        even = (even - share) / (1.0 - share)
    count -= first
    return int(first + min(int(even * count), count - 1)) if count > 0 else NEVER


@inlined
def last_day_like(
    stretches: np.ndarray, first: int, axis: Axis, level: np.ndarray, target: float, start: int, year: int
) -> int:
    """The day a grant like an entry ends on, other than by death: where its summed risk, times this draw's level of
    each year, passes the target. NEVER when that is after the axis. year: place of the year of the start."""
    place, wanted = first, target / level[year]
    while True:
        until = axis.year_starts[year + 1] - start
        while stretches[place + 1].begin <= until and stretches[place + 1].passed <= wanted:
            place += 1
        now = stretches[place]
        by_then = now.passed + now.risk * (until - now.begin)
        if wanted < by_then:
            return int(start + now.begin + int((wanted - now.passed) / now.risk))
        year += 1
        if year >= len(level):
            return NEVER
        wanted = by_then + (wanted - by_then) * level[year - 1] / level[year]
