# SPDX-License-Identifier: EUPL-1.2
"""The tables goals and measurements: what support aims at and how it goes."""

from __future__ import annotations

import numpy as np
import polars as pl

from .country import Country
from .frames import constant, day_column, ids, picked
from .parameters import OPEN, Ints, day_of
from .people import Municipality
from .tracks import last_day

INSTRUMENT = "Funktionsevne 1-5"
_KINDS = ("progression", "maintenance", "degression")


def outcomes(
    country: Country, town: Municipality, place: int, rng: np.random.Generator
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Goals and measurements of part of the citizens in support at home and in places, from 2016 on."""
    given, last = town.help, last_day(country)
    mine = np.flatnonzero(given.of("SEL-85", "SEL-107", "SEL-85-botilbud", "SEL-108") & (given.start >= day_of(2016)))
    mine = mine[rng.random(len(mine)) < 0.4]
    person, start = given.person[mine], given.start[mine]
    end = np.minimum(given.end[mine], last)
    age = (start - town.people.birth[person]) / 365.25
    forward = np.where(given.of("SEL-85", "SEL-107")[mine], 0.7, 0.3) + np.where(age < 30, 0.15, 0.0)
    dice = rng.random(len(mine))
    kind = np.where(dice < forward, 0, np.where(dice < forward + 0.24, 1, 2))
    number = np.arange(len(mine))
    chosen = start + rng.integers(14, 90, len(mine))
    kept = chosen <= end
    number, person, chosen, end, kind = number[kept], person[kept], chosen[kept], end[kept], kind[kept]
    closed = chosen + rng.integers(150, 600, len(number))
    finished = closed <= end
    attained = rng.random(len(number)) < np.array([0.44, 0.71, 0.55])[kind]
    code = country.codes[place]
    goals = pl.DataFrame(
        {
            "goal_id": ids("m", code, number),
            "citizen_id": ids("syn", code, person),
            "kind": pl.Series(np.array(_KINDS)[kind]),
            "set_date": day_column(chosen),
            "closed_date": day_column(np.where(finished, closed, OPEN)),
            "attained": picked(pl.Series([False, True]), np.where(finished, attained.astype(np.int64), -1)),
        }
    )
    stop = np.where(finished, np.minimum(closed, end), end)
    return goals, _measurements(code, number, person, chosen, stop, kind, attained, rng)


def _measurements(
    code: str,
    number: Ints,
    person: Ints,
    chosen: Ints,
    stop: Ints,
    kind: Ints,
    attained: np.ndarray,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """A measurement when the goal is set and every half year after, on a scale from 1 to 5."""
    counts = 1 + np.maximum((stop - chosen) // 183, 0)
    row = np.repeat(np.arange(len(number)), counts)
    turn = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
    level = np.clip(2.6 + rng.standard_normal(len(number)) * 0.7, 1.2, 4.4)
    slope = np.array([0.16, 0.01, -0.12])[kind] + np.where(attained, 0.09, -0.07)
    value = np.clip(level[row] + slope[row] * turn + rng.standard_normal(len(row)) * 0.25, 1, 5)
    day = chosen[row] + turn * 183
    frame = pl.DataFrame(
        {
            "citizen_id": ids("syn", code, person[row]),
            "instrument": constant(INSTRUMENT, len(row)),
            "date": day_column(day),
            "value": np.round(value, 1),
            "goal_id": ids("m", code, number[row]),
        }
    )
    return frame.unique(subset=["citizen_id", "instrument", "date"], keep="first", maintain_order=True)
