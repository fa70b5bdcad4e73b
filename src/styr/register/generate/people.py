# SPDX-License-Identifier: EUPL-1.2
"""The citizens of one municipality and the spells of help they have: all tracks, episodes and childhood put
together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from .country import Country
from .episodes import episodes
from .parameters import FOREVER, OPEN, Floats, Ints, day_of, drawn_keys, numbers_of, parameters, provisions
from .simulation import simulate
from .slots import Usage
from .tracks import GROUPS, People, Spells, first_day, last_day, track

SUPPORT = ("SEL-85", "SEL-107", "SEL-85-botilbud", "SEL-108")
NOWHERE = -1


@dataclass(frozen=True)
class Help:
    """Periods of help as columns, one row a grant to be: person, provision (place in provisions()), first and last
    day (OPEN), department (NOWHERE without), before (place in SUPPORT of the support moved from, -1 when new),
    new (a start with no support before).
    """

    person: Ints
    provision: Ints
    start: Ints
    end: Ints
    department: Ints
    before: Ints

    def of(self, *provisions: str) -> np.ndarray:
        """Which rows are under the provisions."""
        return _listed(provisions)[self.provision]


@dataclass
class Municipality:
    """What one municipality's citizens have had: people (in number order), help, and the support track by itself."""

    people: People
    help: Help
    support: Spells


def build_people(country: Country, usage: Usage, place: int, support_department: int) -> Municipality:
    """All citizens of a municipality and all their help.

    support_department is the department that gives support at home in this municipality, or NOWHERE.
    """
    code = int(country.codes[place])
    support_track = track("support")
    slots = [None, *(usage.slots[key][place] for key in support_track.provisions[1:])]
    people, support = simulate(country, support_track, place, slots, country.stream(code, 1))
    rng = country.stream(code, 2)
    department = np.full(len(support.person), support_department)
    for state, used in enumerate(slots):
        mine = support.state == state
        if used is not None:
            known = mine & (support.slot >= 0)
            department[mine] = NOWHERE
            department[known] = used.department[support.slot[known]]
    parts = [_help(numbers_of(support_track.provisions)[support.state], support, 0, department)]
    parts += _beside(rng, usage, place, support)
    others = track("other_only")
    more, spells = simulate(country, others, place, [None] * len(others.provisions), country.stream(code, 3))
    provision = numbers_of(others.provisions)[spells.state]
    parts.append(_help(provision, spells, len(people.birth), _sent(rng, usage, place, provision)))
    adults, people = len(people.birth), _joined(people, more)
    for number, key in enumerate(parameters()["episodes"]):
        stream = country.stream(code, 4, number)
        visitors, stays = episodes(country, place, key, stream)
        people, part = _received(stream, people, adults, visitors, stays, key, usage, place)
        parts.append(part)
    young = country.stream(code, 5)
    parts.append(_childhood_of(country, place, young, people, support))
    people, part = _children(country, young, people, place)
    parts.append(part)
    everything = Help(*(np.concatenate([getattr(part, name) for part in parts]) for name in Help.__dataclass_fields__))
    return Municipality(people, _within_life(country, people, everything), support)


def _help(provision: Ints, spells: Spells, offset: int, department: Ints) -> Help:
    return Help(spells.person + offset, provision, spells.start, spells.end, department, spells.before)


def _beside(rng: np.random.Generator, usage: Usage, place: int, support: Spells) -> list[Help]:
    """Further grants that come with support: activity, sheltered employment, a companion."""
    parts = []
    shares = parameters()["beside"]
    for provision in ("SEL-104", "SEL-103", "SEL-97"):
        chance = np.array([shares[state].get(provision, 0.0) for state in SUPPORT])
        mine = np.flatnonzero(rng.random(len(support.person)) < chance[support.state])
        start = support.start[mine] + rng.integers(0, 150, len(mine))
        sooner = start + rng.exponential(5 * 365, len(mine)).astype(np.int64)
        end = np.where(rng.random(len(mine)) < 0.25, np.minimum(support.end[mine], sooner), support.end[mine])
        kept = start <= end
        names = np.full(len(mine), numbers_of([provision])[0])
        parts.append(
            Help(
                support.person[mine][kept],
                names[kept],
                start[kept],
                end[kept],
                _sent(rng, usage, place, names)[kept],
                np.full(int(kept.sum()), -1),
            )
        )
    return parts


def _sent(rng: np.random.Generator, usage: Usage, place: int, provision: Ints) -> Ints:
    """The department for each, where the provision is given in departments."""
    department = np.full(len(provision), NOWHERE)
    for key, used in usage.day.items():
        mine = np.flatnonzero(provision == numbers_of([key])[0])
        if len(mine):
            candidates, weights = used[place]
            department[mine] = rng.choice(candidates, len(mine), p=weights)
    return department


def _joined(first: People, second: People) -> People:
    pairs = ((getattr(first, name), getattr(second, name)) for name in ("birth", "sex", "group", "death"))
    return People(*(np.concatenate(pair) for pair in pairs))


def _received(
    rng: np.random.Generator,
    people: People,
    adults: int,
    visitors: People,
    stays: Spells,
    provision: str,
    usage: Usage,
    place: int,
) -> tuple[People, Help]:
    """People and help of an episode: some are persons who have other help already, the rest are new."""
    size = len(stays.person)
    shared = rng.random(size) < parameters()["episodes"][provision]["shared"]
    candidate = rng.integers(0, max(adults, 1), size)
    fits = np.zeros(size, dtype=bool)
    if adults:
        age = (stays.start - people.birth[candidate]) / 365.25
        low, high = (23, 75) if provision != "STU" else (18.1, 23)
        fits = shared & (age > low - 4.9) & (age < high) & (people.death[candidate] > stays.start)
        fits &= age > 18.05
        fits &= (visitors.sex == people.sex[candidate]) | (provision != "SEL-109")
    new = ~fits
    person = np.where(fits, candidate, 0)
    person[new] = len(people.birth) + np.arange(int(new.sum()))
    fresh = People(*(getattr(visitors, name)[new] for name in ("birth", "sex", "group", "death")))
    names = np.full(size, numbers_of([provision])[0])
    part = Help(person, names, stays.start, stays.end, _sent(rng, usage, place, names), np.full(size, -1))
    return _joined(people, fresh), part


def _childhood_of(country: Country, place: int, rng: np.random.Generator, people: People, support: Spells) -> Help:
    """Earlier children's interventions of those who came to support at 18-22 (004 l.863)."""
    age = (support.start - people.birth[support.person]) / 365.25
    young = np.flatnonzero((age < 23) & (support.before < 0))
    who, first = np.unique(support.person[young], return_index=True)
    chance = np.array([parameters()["children"]["before"][key] for key in SUPPORT])
    # Drawn at even distances in the order they came, at home and in places apart: those present at any time then have
    # close to the share, which few persons would miss by chance.
    came = support.start[young[first]]
    offsets = country.spread_offsets(9, place, 2)
    had = np.zeros(len(who), dtype=bool)
    for side, mine in enumerate((support.state[young[first]] == 0, support.state[young[first]] > 0)):
        rows = np.flatnonzero(mine)
        rows = rows[np.argsort(came[rows], kind="stable")]
        running = np.cumsum(chance[support.state[young[first]][rows]]) + offsets[side]
        had[rows] = np.diff(np.floor(running), prepend=0) >= 1
    who = who[had]
    eighteen = people.birth[who] + 6575
    end = eighteen - 1 - rng.integers(0, 20, len(who))
    start = end - 120 - rng.exponential(700, len(who)).astype(np.int64)
    start = np.maximum(start, people.birth[who] + 30)
    part = _childhood(rng, who, start, end)
    after = rng.random(len(who)) < parameters()["children"]["aftercare_share"]
    begin = eighteen[after] + 1
    finish = begin + 90 + rng.integers(0, 900, int(after.sum()))
    return _both(part, _aftercare(rng, who[after], begin, finish))


def _children(country: Country, rng: np.random.Generator, people: People, place: int) -> tuple[People, Help]:
    """Children with interventions who may or may not become adult recipients."""
    spec = parameters()["children"]
    first, last = first_day(country), last_day(country)
    share = country.scale * country.shares[place]
    low, high = (stock * share for stock in spec["stock"])
    running = int(low + rng.random())
    arrivals = int((low + high) / 2 / spec["days"] * (last - first + 1) + rng.random())
    # Arrivals grow from the first stock to the last: the inverse of a line's running total.
    late = rng.random(arrivals)
    part = late if high == low else (np.sqrt(low**2 + late * (high**2 - low**2)) - low) / (high - low)
    early = first - 1 - rng.exponential(spec["days"], running).astype(np.int64)
    start = np.concatenate([early, first + np.floor(part * (last - first + 1)).astype(np.int64)])
    length = np.maximum(rng.exponential(spec["days"], len(start)), 30).astype(np.int64)
    length[:running] += first - start[:running]
    age = rng.triangular(0.5, 14.0, 17.5, len(start))
    birth = start - (age * 365.25).astype(np.int64)
    end = np.minimum(start + length, birth + 6574)
    end = np.where(end > last, OPEN, np.maximum(end, start))
    size = len(start)
    group = drawn_keys(rng, {"social": 0.45, "developmental": 0.35, "intellectual": 0.1, "mental": 0.1}, GROUPS, size)
    children = People(birth, (rng.random(size) < 0.45).astype(np.int64), group, np.full(size, FOREVER))
    who = len(people.birth) + np.arange(size)
    return _joined(people, children), _childhood(rng, who, start, end)


def _childhood(rng: np.random.Generator, who: Ints, start: Ints, end: Ints) -> Help:
    spec = parameters()["children"]
    kinds = spec["provisions"]
    return _by_law(rng, who, start, end, kinds, np.array([kind[2] for kind in kinds]))


def _aftercare(rng: np.random.Generator, who: Ints, start: Ints, end: Ints) -> Help:
    kinds = parameters()["children"]["aftercare"]
    return _by_law(rng, who, start, end, kinds, np.array([kind[2] for kind in kinds]))


def _by_law(
    rng: np.random.Generator, who: Ints, start: Ints, end: Ints, kinds: list[list[str]], chance: Floats
) -> Help:
    """Serviceloven before 1 January 2024 and barnets lov from then on, by the day the grant starts."""
    kind = rng.choice(len(kinds), len(who), p=chance / chance.sum())
    old, new = (numbers_of([str(row[i]) for row in kinds]) for i in (0, 1))
    switch = day_of(2024)
    names = np.where(start < switch, old[kind], new[kind])
    none = np.full(len(who), -1)
    return Help(who, names, start, end, np.full(len(who), NOWHERE), none)


def _both(first: Help, second: Help) -> Help:
    return Help(*(np.concatenate([getattr(first, n), getattr(second, n)]) for n in Help.__dataclass_fields__))


def _within_life(country: Country, people: People, given: Help) -> Help:
    """Help cut to the life of the person and to what is known on the last day; what had ended before the first is
    left out, but for children's interventions, which later counts look back to.
    """
    last, first = last_day(country), first_day(country)
    death = people.death[given.person]
    end = np.minimum(given.end, death)
    end = np.where(end > last, OPEN, end)
    childhood = people.birth[given.person] + 6575 > given.start
    kept = (given.start <= np.minimum(end, last)) & (given.start >= people.birth[given.person])
    kept &= (end >= first) | (childhood & (given.start >= first - 8 * 366))
    columns = {name: getattr(given, name)[kept] for name in Help.__dataclass_fields__}
    columns["end"] = end[kept]
    return Help(**columns)


def years_of(days: Ints) -> Ints:
    """The calendar year of every day."""
    return (np.asarray(days).astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)) + 1970


@cache
def _listed(names: tuple[str, ...]) -> np.ndarray:
    """Which of provisions() are among the names."""
    return np.isin(np.arange(len(provisions())), numbers_of(names))
