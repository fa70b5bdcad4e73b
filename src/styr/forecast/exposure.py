# SPDX-License-Identifier: EUPL-1.2
"""Days at risk and ends of grants, by what the risk of ending depends on: provision, age, time since the start, and
where the day lies against the expected end.

A day covered is a day at risk, the last one included. Days before the register began to be kept are not at risk
(left truncation): of those who left before, nothing is known.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from styr.forecast.compiled import compiled, inlined

NO_EXPECTATION = -(2**31)
YEAR = 365.25
_OF_YEAR = -1  # in place of a municipality: by the year of each day
UNBANDED = 366  # days after which age is looked at again where no other band ends
#: Lower edges of the bands: age in years; days since the start; days after the expected end.
AGES = (0, 18, 23, 30, 40, 50, 60, 67, 75, 85)
ELAPSED = (0, 7, 14, 30, 60, 90, 180, 365, 730, 1096, 1826, 3652)
RELATIVE = (-180, -60, -14, 2, 31, 91, 366)


class Bands(NamedTuple):
    """Edges of the bands as arrays: ages in days (lowest left out), elapsed days (first is 0), relative days, and the
    first days of calendar years."""

    ages: np.ndarray
    elapsed: np.ndarray
    relative: np.ndarray
    years: np.ndarray


class Risk(NamedTuple):
    """Days at risk and ends other than by death, over (municipality or calendar year, provision, age, elapsed,
    relative), where relative 0 means without an expected end."""

    days: np.ndarray
    ends: np.ndarray


def bands(year_starts: np.ndarray, ages: tuple[int, ...] = AGES, elapsed: tuple[int, ...] = ELAPSED) -> Bands:
    """The bands with the first days of the calendar years they are refreshed at."""
    return Bands(
        np.array([age * YEAR for age in ages[1:]]),
        np.array(elapsed, dtype=np.int64),
        np.array(RELATIVE, dtype=np.int64),
        np.asarray(year_starts, dtype=np.int64),
    )


@inlined
def place_in(edges: np.ndarray, value: float) -> int:
    """How many edges a value has reached."""
    place = 0
    while place < len(edges) and value >= edges[place]:
        place += 1
    return place


@compiled
def piece(edges: Bands, day: int, start: int, birth: int, expected: int) -> tuple[int, int, int, int, int]:
    """The bands of a day (age, elapsed, relative, year) and the first day on which one of them may change."""
    since = place_in(edges.elapsed, day - start)
    nxt = start + edges.elapsed[since] if since < len(edges.elapsed) else day + UNBANDED
    relative = 0
    if expected != NO_EXPECTATION:
        after = place_in(edges.relative, day - expected)
        relative = after + 1
        if after < len(edges.relative):
            nxt = min(nxt, expected + edges.relative[after])
    year = place_in(edges.years, day)
    if year < len(edges.years):
        nxt = min(nxt, edges.years[year])
    return place_in(edges.ages, day - birth), since - 1, relative, year, nxt


def risk(
    edges: Bands,
    municipality: np.ndarray | None,
    provision: np.ndarray,
    birth: np.ndarray,
    start: np.ndarray,
    first: np.ndarray,
    last: np.ndarray,
    expected: np.ndarray,
    ended: np.ndarray,
    shape: tuple[int, int],
) -> Risk:
    """Days at risk and ends of grants given as columns (days as numbers; expected is NO_EXPECTATION without one): first
    and last are the days at risk, ended whether the grant ended on the last of them. shape: municipalities, provisions.
    Without municipality the first axis is calendar years, the one before the first of the bands' years first.
    """
    across = len(edges.years) + 1 if municipality is None else shape[0]
    whole = (across, shape[1], len(edges.ages) + 1, len(edges.elapsed), len(edges.relative) + 2)
    days, ends = np.zeros(whole), np.zeros(whole)
    of_row = np.full(len(start), _OF_YEAR) if municipality is None else municipality
    _walk(edges, of_row, provision, birth, start, first, last, expected, ended, days, ends)
    return Risk(days, ends)


@compiled
def _walk(
    edges: Bands,
    municipality: np.ndarray,
    provision: np.ndarray,
    birth: np.ndarray,
    start: np.ndarray,
    first: np.ndarray,
    last: np.ndarray,
    expected: np.ndarray,
    ended: np.ndarray,
    days: np.ndarray,
    ends: np.ndarray,
) -> None:
    for row in range(len(start)):
        day = first[row]
        while day <= last[row]:
            age, since, relative, year, nxt = piece(edges, day, start[row], birth[row], expected[row])
            across = year if municipality[row] == _OF_YEAR else municipality[row]
            stop = min(nxt, last[row] + 1)
            days[across, provision[row], age, since, relative] += stop - day
            if stop > last[row] and ended[row]:
                ends[across, provision[row], age, since, relative] += 1.0
            day = stop
