# SPDX-License-Identifier: EUPL-1.2
"""How long it takes before a grant is known: from its start to its decision or registration, learned from grants old
enough for the slow ones to have come in (a chain ladder read backwards).

The delay is negative for grants decided before they begin. So one curve tells of both: of grants begun some days before
the known-at day, how many are not yet known; and of those that will begin some days after it, how many are not decided.
"""

from __future__ import annotations

import numpy as np

#: Days on either side of the start that are told apart.
REACH = 400
_SETTLED = 365  # days after which a grant that is going to be known is
_WORTH = 20.0  # starts that the curve of all provisions is worth


def unknown_share(
    provision: np.ndarray, start: np.ndarray, registered: np.ndarray, today: int, provisions: int
) -> np.ndarray:
    """The share not yet known at a day, by provision and days from the start to that day: (provisions, 2·REACH + 1),
    where column REACH + d tells of grants begun d days before it (d negative: after it)."""
    old = (start <= today - _SETTLED) & (start > today - _SETTLED - 5 * 365)
    delay = np.clip(registered[old] - start[old], -REACH, REACH)
    counts = np.zeros((provisions, 2 * REACH + 1))
    np.add.at(counts, (provision[old], delay + REACH), 1.0)
    everyone = counts.sum(axis=0)
    if everyone.sum() == 0:  # nothing old enough: known on the day it begins
        everyone[REACH] = 1.0
    counts += _WORTH * everyone / everyone.sum()
    known = np.cumsum(counts, axis=1) / counts.sum(axis=1, keepdims=True)
    return np.asarray(np.maximum(1.0 - known, 0.0))


def usual_delay(share: np.ndarray) -> np.ndarray:
    """Days after its start that half the grants of a provision are known; 0 where half are known when they begin."""
    return np.asarray((share[:, REACH:] > 0.5).sum(axis=1))


def unknown_by_month(share: np.ndarray, starts: np.ndarray, today: int) -> np.ndarray:
    """The mean of unknown_share over the days of each month, as seen from a day: (provisions, months); starts are the
    first days of the months and of the one after."""
    ahead = np.concatenate([np.zeros((len(share), 1)), np.cumsum(share, axis=1)], axis=1)
    newest = np.clip(today - starts[:-1], -REACH - 1, REACH)  # days since the first day of the month
    oldest = np.clip(today - starts[1:], -REACH - 1, REACH)
    days = np.maximum(newest - oldest, 1)
    mean = (ahead[:, newest + REACH + 1] - ahead[:, oldest + REACH + 1]) / days
    mean = np.where((newest - oldest)[None] > 0, mean, np.where(starts[:-1] > today, 1.0, 0.0)[None])
    return np.clip(mean, 0.0, 1.0)
