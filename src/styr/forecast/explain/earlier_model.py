# SPDX-License-Identifier: EUPL-1.2
"""What is known now, forecast with what had been learned at an earlier day: what separates the news from the model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from styr.forecast.entries import Marks
from styr.forecast.known import one_code
from styr.forecast.parts import Coming, Following, Growing, Leaving, Parts
from styr.forecast.standing import risk_stretches
from styr.forecast.successors import Successors
from styr.forecast.town import Town


def with_earlier_model(now: Town, earlier: Town, day: date, earlier_day: date) -> Parts:
    """The parts of a town now, with the rates, successors, entries, arrivals and growth learned earlier. A provision
    nothing was known of then keeps what has been learned since. day, earlier_day: the known-at days."""
    same = one_code(day)
    codes = [same.get(code, code) for code in earlier.lists.provisions]
    then = np.array([codes.index(code) if code in codes else -1 for code in now.lists.provisions])
    parts, old = now.parts, earlier.parts
    leaving = _leaving(parts.leaving, old.leaving, then)
    running = parts.running.copy()
    return parts._replace(
        running=running,
        stretches=risk_stretches(running, parts.citizens, leaving, parts.axis.last_day),
        leaving=leaving,
        following=_following(now, earlier, then),
        coming=_coming(parts.coming, old.coming, then),
        growing=_growing(parts.growing, old.growing, then, day.year - earlier_day.year),
    )


def _picked(new: np.ndarray, old: np.ndarray, then: np.ndarray) -> np.ndarray:
    """The rows of old at the places of then, those of new where there is none."""
    result = np.array(new)
    result[then >= 0] = old[then[then >= 0]]
    return result


def _leaving(new: Leaving, old: Leaving, then: np.ndarray) -> Leaving:
    return new._replace(
        risk=_picked(new.risk, old.risk, then),
        weight=_picked(new.weight, old.weight, then),
        year_spread=old.year_spread,
        death=old.death,
        death_weight=old.death_weight,
        worst=old.worst,
    )


def _following(now: Town, earlier: Town, then: np.ndarray) -> Following:
    new, old = now.parts.following, earlier.parts.following
    groups = _places(earlier.lists.groups, now.lists.groups)
    return Following(
        _successors(new.found, old.found, then),
        _marks(new.own, old.own, then, groups),
        _marks(new.pooled, old.pooled, then, groups),
        _picked(new.own_share, old.own_share, then),
        new.sickness,
        _picked(new.factor, old.factor, then),
    )


def _successors(new: Successors, old: Successors, then: np.ndarray) -> Successors:
    back = {int(place): now for now, place in enumerate(then) if place >= 0}
    classes = len(new.ages) + 1
    rows, sizes = [], []
    for now, place in enumerate(then):
        for age in range(classes):
            source, at = (old, int(place)) if place >= 0 else (new, now)
            begin = at * classes + age
            mine = source.rows[source.first[begin] : source.first[begin + 1]]
            if place >= 0:
                to = np.array([back.get(int(code), -1) for code in mine[:, 1]], dtype=np.int64)
                mine = np.stack([mine[:, 0], to], axis=1)[to >= 0]
            rows.append(mine)
            sizes.append(len(mine))
    together = np.concatenate(rows) if rows else new.rows
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(new.first.dtype)
    return Successors(new.ages, _picked(new.chance, old.chance, then), first, np.ascontiguousarray(together))


def _marks(new: Marks, old: Marks, then: np.ndarray, groups: np.ndarray) -> Marks:
    parts = []
    for now, place in enumerate(then):
        source, at = (old, int(place)) if place >= 0 else (new, now)
        mine = source.rows[source.first[at] : source.first[at + 1]].copy()
        if place >= 0:
            mine["groups"] = groups[mine["groups"]]
        parts.append(mine)
    sizes = [len(each) for each in parts]
    rows = np.concatenate(parts) if parts else new.rows
    return Marks(np.concatenate([[0], np.cumsum(sizes)]).astype(new.first.dtype), rows)


def _coming(new: Coming, old: Coming, then: np.ndarray) -> Coming:
    return new._replace(rows=_picked(new.rows, old.rows, then), season=_picked(new.season, old.season, then))


def _growing(new: Growing, old: Growing, then: np.ndarray, years: int) -> Growing:
    """Growth expected earlier, of the years that are still to come; of years beyond the earlier's last, as of that."""
    if new.mean.shape[1] == 0 or old.mean.shape[1] == 0:
        return new
    ahead = np.minimum(np.arange(new.mean.shape[1]) + years, old.mean.shape[1] - 1)
    mean = _picked(new.mean, old.mean[:, ahead], then)
    return Growing(np.ascontiguousarray(mean), old.spread, old.own_spread)


def _places(old: Sequence[tuple[str, ...]], new: Sequence[tuple[str, ...]]) -> np.ndarray:
    """The place in a new list of each of an old one; the first where it is not there."""
    of = {each: place for place, each in enumerate(new)}
    return np.array([of.get(each, 0) for each in old] or [0], dtype=np.int64)
