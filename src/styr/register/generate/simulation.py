# SPDX-License-Identifier: EUPL-1.2
"""Lives of recipients, step by step: newcomers, moves between provisions, ends and deaths, such that stocks follow a
path.

In every step persons leave, move and die by their hazards, and as many newcomers come as the path of the stock
asks for. So the number of recipients is what the parameters say at every step, while who they are, and how long,
is chance.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .country import Country
from .parameters import FOREVER, OPEN, Floats, Ints, along, decimal_year, drawn_days, month_starts, parameters, rounded
from .slots import Slots
from .tracks import AGES, GROUPS, WOMEN, Bands, People, Spells, Track

# Rows of the table of active persons: one column a running spell.
_PERSON, _STATE, _SINCE, _SLOT, _BEFORE, _BIRTH, _GROUP, _FATED = range(8)


def simulate(
    country: Country, track: Track, place: int, slots: Sequence[Slots | None], rng: np.random.Generator
) -> tuple[People, Spells]:
    """The persons and spells of one municipality from the first day to the last that is written.

    Spells begun before the first day carry their true start; nothing that ends after the last day is known.
    """
    return _Simulation(country, track, place, slots, rng).run()


class _Simulation:
    """The state of one run: running spells in a table, finished ones in a list of tables, persons in growing
    columns.
    """

    def __init__(
        self, country: Country, track: Track, place: int, slots: Sequence[Slots | None], rng: np.random.Generator
    ) -> None:
        self.track, self.rng = track, rng
        self.slots = {state: used for state, used in enumerate(slots) if used is not None and len(used.department)}
        self.taken = {state: np.zeros(len(used.department), dtype=bool) for state, used in self.slots.items()}
        months = month_starts(country.from_year, country.to_year)
        self.days = months[:: track.step_months]
        self.new_years = frozenset(int(day) for day in months[::12])
        target = track.stock(country, place, decimal_year(self.days))
        # Offsets of rounding and of the yearly choice of who dies are spread evenly over the municipalities, so that
        # neither adds up in the country.
        self.target = rounded(target, country.spread_offsets(8, place, target.shape[1]))
        self.active: Ints = np.empty((8, 0), dtype=np.int64)
        self.finished: list[Ints] = []
        self.died: list[Ints] = []
        self.people: Ints = np.empty((3, 1024), dtype=np.int64)  # birth, sex, group
        self.size = 0
        self.left = np.empty(0, dtype=np.int64)
        death = parameters()["mortality"]
        self.tilt_path = {int(year): float(value) for year, value in death["tilt"].items()}
        self.tilt_groups = np.isin(GROUPS, death["tilted_groups"])
        self.offsets = country.spread_offsets(7, place, 200)

    def run(self) -> tuple[People, Spells]:
        self._begin()
        for step in range(len(self.days) - 1):
            self._step(int(self.days[step]), int(self.days[step + 1]) - 1, self.target[step + 1])
        self._finish(self.active, np.full(self.active.shape[1], OPEN))
        done = np.concatenate(self.finished, axis=1)
        birth, sex, group = self.people[:, : self.size]
        death = np.full(self.size, FOREVER)
        died = np.concatenate([np.empty((2, 0), dtype=np.int64), *self.died], axis=1)
        death[died[0]] = died[1]
        return People(birth, sex, group, death), Spells(*done)

    def _begin(self) -> None:
        """Those who already have a grant on the first day."""
        first = int(self.days[0])
        states = np.repeat(np.arange(self.target.shape[1]), self.target[0])
        who = self._newborn(states, first, self.track.ages_stock)
        elapsed = self.rng.exponential(1 / (self.track.leaving[states] + 0.03)) * 365.25
        adult = first - self.people[0, who] - 18 * 365.25
        start = first - 1 - np.minimum(elapsed, np.maximum(adult - 1, 0)).astype(np.int64)
        self._enter(who, states, start, first)

    def _step(self, first: int, last: int, target: Ints) -> None:
        rng, track, now = self.rng, self.track, self.active
        state = now[_STATE]
        age = np.clip(((first - now[_BIRTH]) / 365.25).astype(np.int64), 0, 120)
        dying = track.die[state, age]
        if track.tilted.any():
            tilted = track.tilted[state] & self.tilt_groups[now[_GROUP]]
            if first in self.new_years:
                self._foretell(first, np.flatnonzero(tilted), age)
            dying = np.where(tilted, 0.0, dying)
        late = (first - now[_SINCE] >= 365).astype(np.int64)
        chance: Floats = np.asarray(rng.random(now.shape[1]))
        fated: np.ndarray = now[_FATED] <= last
        hit = np.flatnonzero((chance < dying + track.out[late, state]) | fated)
        gone, doomed = now[:, hit], fated[hit]
        when = np.where(doomed, gone[_FATED], rng.integers(first, last + 1, len(hit)))
        when = np.maximum(when, gone[_SINCE])
        dead = (chance[hit] < dying[hit]) | doomed
        to = (rng.random(len(hit))[:, None] >= track.toward[late[hit], gone[_STATE]]).sum(axis=1)
        ends = len(track.provisions)
        to = np.where(dead, ends, np.minimum(to, ends))
        self._finish(gone, when)
        self.died.append(np.stack([gone[_PERSON][dead], when[dead]]))
        self._drop(hit)
        moving = to < ends
        movers = gone[:, moving]
        self._enter(movers[_PERSON], to[moving], when[moving] + 1, first, movers[_STATE], movers[_FATED])
        leaving = np.concatenate([gone[_PERSON][~moving & ~dead], self._surplus(first, last, target)])
        self._newcomers(first, last, target)
        self.left = np.concatenate([self.left, leaving])

    def _foretell(self, first: int, who: Ints, age: Ints) -> None:
        """Who of those expected to stay for life dies in the year that begins, and on which day.

        Chosen at even distances along the sum of their hazards in order of age: the number and mean age of the
        dead then vary less than by chance alone, which few deaths a year would make too much of.
        """
        year = round(float(decimal_year(first)))
        tilt = float(along(self.tilt_path, year))
        factor = np.clip(np.exp(tilt * (AGES - 62) / 10), 0.3, 3.0)
        yearly = self.track.die[self.active[_STATE, who], age[who]] * factor[age[who]] * 12 / self.track.step_months
        order = np.argsort(-self.active[_BIRTH, who], kind="stable")
        total = np.cumsum(np.minimum(yearly[order], 0.95)) + self.offsets[year % 200]
        chosen = who[order[np.diff(np.floor(total), prepend=0) >= 1]]
        self.active[_FATED, chosen] = drawn_days(
            self.rng, np.full(len(chosen), first), np.full(len(chosen), first + 364)
        )

    def _surplus(self, first: int, last: int, target: Ints) -> Ints:
        """End the help of as many as a state has above its path (small places, falling stocks); returns the persons."""
        above = np.bincount(self.active[_STATE], minlength=len(target)) - target
        if not (above > 0).any():
            return np.empty(0, dtype=np.int64)
        chosen = []
        for state in np.flatnonzero(above > 0):
            settled = np.flatnonzero((self.active[_STATE] == state) & (self.active[_SINCE] < first))
            chosen.append(self.rng.permutation(settled)[: above[state]])
        index = np.concatenate(chosen)
        gone = self.active[:, index]
        self._finish(gone, self.rng.integers(first, last + 1, len(index)))
        self._drop(index)
        return np.asarray(gone[_PERSON])

    def _newcomers(self, first: int, last: int, target: Ints) -> None:
        missing = np.maximum(target - np.bincount(self.active[_STATE], minlength=len(target)), 0)
        states = np.repeat(np.arange(len(target)), missing)
        if not len(states):
            return
        self.rng.shuffle(states)
        start = self.rng.integers(first, last + 1, len(states))
        back = min(int(len(states) * self.track.reentry_share + self.rng.random()), len(self.left))
        chosen = self.rng.choice(len(self.left), back, replace=False) if back else np.empty(0, dtype=np.int64)
        returned = self.left[chosen]
        self.left = np.delete(self.left, chosen)
        fresh = self._newborn(states[back:], first, self.track.ages_new)
        self._enter(np.concatenate([returned, fresh]), states, start, first)

    def _newborn(self, states: Ints, day: int, ages: Bands) -> Ints:
        """New persons for the given states: their numbers; birth, sex and main group are drawn."""
        size = len(states)
        while self.size + size > self.people.shape[1]:
            self.people = np.concatenate([self.people, np.empty_like(self.people)], axis=1)
        dice = self.rng.random((4, size))
        age = ages.drawn(states, dice[0], dice[1])
        who = np.arange(self.size, self.size + size)
        self.people[0, who] = day - np.ceil(age * 365.25).astype(np.int64) - 1
        self.people[1, who] = dice[2] < WOMEN
        self.people[2, who] = (dice[3][:, None] >= self.track.groups[states]).sum(axis=1)
        self.size += size
        return who

    def _enter(
        self, who: Ints, states: Ints, start: Ints, day: int, before: Ints | None = None, fated: Ints | None = None
    ) -> None:
        """Begin spells; those in provisions with slots take one."""
        rows = np.empty((8, len(who)), dtype=np.int64)
        rows[_PERSON], rows[_STATE], rows[_SINCE] = who, states, start
        rows[_SLOT] = -1
        for state, used in self.slots.items():
            mine = np.flatnonzero(states == state)
            if len(mine):
                rows[_SLOT, mine] = self._places(used, self.taken[state], len(mine), day)
        rows[_BEFORE] = -1 if before is None else before
        rows[_BIRTH], rows[_GROUP] = self.people[0, who], self.people[2, who]
        rows[_FATED] = FOREVER if fated is None else fated
        self.active = np.concatenate([self.active, rows], axis=1)

    def _places(self, used: Slots, taken: np.ndarray, wanted: int, day: int) -> Ints:
        """A free slot for each; when none is free, one too many in an open one."""
        opened = (used.opens <= day) & (used.closes > day)
        free = np.flatnonzero(opened & ~taken)
        chosen = self.rng.permutation(free)[:wanted]
        if len(chosen) < wanted:
            instead = np.flatnonzero(opened)
            instead = instead if len(instead) else np.arange(len(taken))
            chosen = np.concatenate([chosen, self.rng.choice(instead, wanted - len(chosen))])
        taken[chosen] = True
        return chosen

    def _finish(self, gone: Ints, end: Ints) -> None:
        """Keep finished spells in the order of Spells, and free their slots."""
        self.finished.append(np.stack([gone[_PERSON], gone[_STATE], gone[_SINCE], end, gone[_SLOT], gone[_BEFORE]]))
        for state, taken in self.taken.items():
            slot = gone[_SLOT][gone[_STATE] == state]
            taken[slot[slot >= 0]] = False

    def _drop(self, index: Ints) -> None:
        keep = np.ones(self.active.shape[1], dtype=bool)
        keep[index] = False
        self.active = self.active[:, keep]
