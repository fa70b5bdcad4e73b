# SPDX-License-Identifier: EUPL-1.2
"""What follows when a grant ends: another provision (a transition), the same again (a reopening), or nothing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from styr.forecast.exposure import YEAR, place_in
from styr.forecast.history import NEVER, Grants

#: Ages in years at which what follows changes: the child area's end, youth support's end, old age.
AGES = (17.5, 23.0, 65.0)
_WORTH = 25.0  # ends that a provision's own, whatever the age, is worth against those of an age
_YEARS = 5
_SETTLED = 365
_MOST = 1000  # followers kept of each class


class Successors(NamedTuple):
    """chance: that something follows, by (provision, age class). Of each class (provision · classes + age class), what
    followed: rows[first[c]:first[c + 1]] in order of delay: delay (days), provision."""

    ages: np.ndarray
    chance: np.ndarray
    first: np.ndarray
    rows: np.ndarray


def learned(grants: Grants, today: int, provisions: int) -> Successors:
    """What followed grants that ended in the last years, long enough ago for it to be seen."""
    ages = np.array([age * YEAR for age in AGES])
    classes = len(ages) + 1
    followed = np.zeros(len(grants), dtype=np.int64) - 1
    successor = np.flatnonzero(grants.after >= 0)
    followed[grants.after[successor]] = successor
    settled = _SETTLED if (grants.end < today - 2 * _SETTLED).any() else 0
    ended = (grants.end <= today - settled) & (grants.end > today - settled - _YEARS * 365) & ~grants.died
    rows = np.flatnonzero(ended & (grants.end < NEVER))
    age = np.searchsorted(ages, grants.end[rows] - grants.birth[rows], side="right")
    of = grants.provision[rows]
    went = followed[rows] >= 0
    counts = np.zeros((2, provisions, classes))
    np.add.at(counts[0], (of, age), 1.0)
    np.add.at(counts[1], (of[went], age[went]), 1.0)
    whole = counts.sum(axis=2)
    common = (whole[1] + 0.1) / (whole[0] + 1.0)
    chance = (counts[1] + _WORTH * common[:, None]) / (counts[0] + _WORTH)
    pairs = [_pairs(grants, rows[went], followed[rows[went]], age[went], each, classes) for each in range(provisions)]
    flat = [pair for each in pairs for pair in each]
    first = np.concatenate([[0], np.cumsum([pair.shape[1] for pair in flat])])
    together = np.concatenate([np.zeros((2, 0), dtype=np.int64), *flat], axis=1)
    empty = np.diff(first).reshape(provisions, classes) == 0
    return Successors(ages, np.where(empty, 0.0, chance), first, np.ascontiguousarray(together.T))


def _pairs(
    grants: Grants, ended: np.ndarray, successor: np.ndarray, age: np.ndarray, provision: int, classes: int
) -> list[np.ndarray]:
    """Delay and provision of what followed, by age class in order of delay; a class with few has those of all ages."""
    mine = grants.provision[ended] == provision
    delay, to = grants.delay[successor[mine]], grants.provision[successor[mine]]
    order = np.argsort(delay, kind="stable")
    whole = np.stack([delay[order], to[order]])
    of = age[mine][order]
    return [_thinned(whole[:, of == each] if (of == each).sum() >= _WORTH else whole) for each in range(classes)]


def _thinned(pairs: np.ndarray) -> np.ndarray:
    """Evenly chosen pairs, few enough to hand to every process."""
    return pairs[:, :: max(1, -(-pairs.shape[1] // _MOST))]


def may_follow(
    grants: Grants, found: Successors, today: int, late: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Grants ended so lately that something may follow yet, or has and is not registered: their rows, the chance of it
    given that nothing is known to have, and the place in their class's rows of the first delay not yet told of. late:
    days after its start that a grant is known, by provision."""
    followed = np.zeros(len(grants), dtype=bool)
    followed[grants.after[grants.after >= 0]] = True
    open_ = (grants.end <= today) & (grants.end > today - 366) & ~grants.died & ~followed
    rows = np.flatnonzero(open_)
    classes = len(found.ages) + 1
    chance, begin = np.zeros(len(rows)), np.zeros(len(rows), dtype=np.int64)
    for place, row in enumerate(rows):
        age = place_in(found.ages, grants.end[row] - grants.birth[row])
        provision = int(grants.provision[row])
        low, high = found.first[provision * classes + age], found.first[provision * classes + age + 1]
        ahead = low + np.searchsorted(found.rows[low:high, 0], today - late[provision] - grants.end[row], side="right")
        whole = found.chance[provision, age]
        if high > low:
            still = whole * (high - ahead) / (high - low)
            chance[place] = still / max(still + 1.0 - whole, 1e-9)
        begin[place] = ahead
    return rows, chance, begin
