# SPDX-License-Identifier: EUPL-1.2
"""What the simulation of one municipality is given: rows as structured arrays, in tuples that compiled code can read.

Few arrays, because compiled code counts references to each one it is handed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from styr.forecast.axis import Axis
from styr.forecast.entries import Marks
from styr.forecast.exposure import Bands
from styr.forecast.successors import Successors

_INT, _REAL, _KEY = np.int64, np.float64, np.uint64

#: Those with a running grant: birth, whether in a residential place, number for their luck.
CITIZEN = np.dtype([("birth", _INT), ("residential", _INT), ("person", _KEY)])

#: A known grant that runs at the known-at day or will begin. citizen: place among the citizens; begin: first day not
#: yet known to be covered; planned: last day as planned (NEVER without); follows: whether something may follow. Its
#: prices are rows first_price to stop_price of PRICE, its stretches of risk rows first_stretch to stop_stretch of
#: STRETCH.
RUNNING = np.dtype(
    [
        ("provision", _INT), ("citizen", _INT), ("start", _INT), ("begin", _INT), ("planned", _INT), ("expected", _INT),
        ("operator", _INT), ("groups", _INT), ("key", _KEY), ("follows", _INT), ("first_price", _INT),
        ("stop_price", _INT), ("first_stretch", _INT), ("stop_stretch", _INT),
    ]
)  # fmt: skip
#: A stretch of days over which a running grant's risk of ending is the same but for the draw's level of the year.
STRETCH = np.dtype([("begin", _INT), ("stop", _INT), ("risk", _REAL), ("year", _INT)])
PRICE = np.dtype([("from_day", _INT), ("rate", _REAL), ("line", _INT)])

#: A grant lately ended that something may follow yet; see successors.may_follow.
ENDED = np.dtype(
    [
        ("provision", _INT), ("end", _INT), ("birth", _INT), ("operator", _INT), ("groups", _INT), ("rate", _REAL),
        ("line", _INT), ("key", _KEY), ("person", _KEY), ("chance", _REAL), ("begin", _INT),
    ]
)  # fmt: skip

#: Named inflow: who is expected, from when, at what price, with what probability.
NAMED = np.dtype(
    [
        ("provision", _INT), ("expected", _INT), ("birth", _INT), ("groups", _INT), ("rate", _REAL), ("line", _INT),
        ("key", _KEY), ("person", _KEY), ("chance", _REAL),
    ]
)  # fmt: skip

#: How newcomers come, by provision; see arrivals.Arrivals.
ARRIVAL = np.dtype(
    [
        ("level", _REAL), ("refill", _REAL), ("slope", _REAL), ("dispersion", _REAL),
        ("doubt", _REAL), ("slope_doubt", _REAL), ("year_spread", _REAL),
    ]
)  # fmt: skip

#: A life in the making, scratch of one draw. ended: the day the grant has ended already (-1 when it is to begin);
#: chance, row: that something follows, and the first of the rows it may be.
LIFE = np.dtype(
    [
        ("key", _KEY), ("provision", _INT), ("operator", _INT), ("groups", _INT), ("line", _INT), ("rate", _REAL),
        ("birth", _INT), ("death", _INT), ("start", _INT), ("expected", _INT), ("ended", _INT), ("chance", _REAL),
        ("row", _INT),
    ]
)  # fmt: skip


class Leaving(NamedTuple):
    """How grants end. bands: see exposure, their years those of the axis; risk: (provision, age, elapsed, relative) a
    day; weight: shape of the gamma each provision's level is drawn from; year_spread: of a year's level, as a
    logarithm; residential: by provision; death_ages, death: (residential or not, age) a day; death_weight;
    worst: the highest rate of dying up to an age in years (residential or not, 0 to the oldest)."""

    bands: Bands
    risk: np.ndarray
    weight: np.ndarray
    year_spread: float
    residential: np.ndarray
    death_ages: np.ndarray
    death: np.ndarray
    death_weight: float
    worst: np.ndarray


class Coming(NamedTuple):
    """How newcomers come. rows: ARRIVAL by provision; season: (provision, 12); unknown: share of a month's newcomers
    not yet known, known: those who are, outflow: net outflow seen (all by provision and month of the axis); whole:
    months of the axis that are over."""

    rows: np.ndarray
    season: np.ndarray
    unknown: np.ndarray
    known: np.ndarray
    outflow: np.ndarray
    whole: int


class Growing(NamedTuple):
    """How prices grow: mean (provision, years after the known-at year), spread common to all, own spread of each
    provision, as logarithms."""

    mean: np.ndarray
    spread: float
    own_spread: float


class Following(NamedTuple):
    """What follows, and what it is like: the municipality's own entries and pooled ones, the chance of the former, the
    share added for helpers' sickness by provision (as a factor), and the user's factor on transitions."""

    found: Successors
    own: Marks
    pooled: Marks
    own_share: np.ndarray
    sickness: np.ndarray
    factor: np.ndarray


class Cells(NamedTuple):
    """Where an amount is counted: row[provision, operator, age group, set of target groups]. A row is a cell and a
    provision, whose prices grow as one: cell_of, provision_of. ages: lower edges of the age groups in days, without
    the lowest; size: how many cells there are."""

    row: np.ndarray
    cell_of: np.ndarray
    provision_of: np.ndarray
    ages: np.ndarray
    size: int


class Parts(NamedTuple):
    """All that a municipality's simulation needs. slip: days that named inflow comes late (below 0: drawn); today: the
    known-at day; person: the municipality's number for its luck."""

    axis: Axis
    citizens: np.ndarray
    running: np.ndarray
    prices: np.ndarray
    stretches: np.ndarray
    ended: np.ndarray
    named: np.ndarray
    leaving: Leaving
    following: Following
    coming: Coming
    growing: Growing
    slip: float
    today: int
    person: np.uint64
