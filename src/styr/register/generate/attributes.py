# SPDX-License-Identifier: EUPL-1.2
"""What is known of the citizens beside their help: target groups, diagnoses, income bases, residences.

On 1 January of every year the recipients of support are looked at, and as many get a diagnosis, a further target
group or another income as the paths in parameters.yaml ask for; between the dates chance decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from .country import Country
from .frames import picked
from .parameters import FOREVER, OPEN, Ints, along, day_of, drawn_keys, growing, parameters
from .people import SUPPORT, Help, Municipality
from .tracks import GROUPS, Spells, last_day

_WINDOW = 1826  # days a diagnosis counts (004 l.524: five years)
INCOME = (
    "cash_benefit",
    "disability_pension",
    "old_age_pension",
    "employment",
    "flex_job",
    "education",
    "sickness_benefit",
    "other",
    "none",
)


@dataclass(frozen=True)
class Present:
    """Recipients of support on 1 January of a year: person, whether in housing (else at home), first day of their
    spell.
    """

    year: int
    person: Ints
    housing: np.ndarray
    start: Ints


def presences(country: Country, support: Spells) -> Iterator[Present]:
    """The recipients of support on 1 January of every year written."""
    for year in country.years:
        day = day_of(year)
        here = np.flatnonzero((support.start <= day) & (support.end >= day))
        yield Present(year, support.person[here], support.state[here] > 0, support.start[here])


def diagnoses(country: Country, town: Municipality, rng: np.random.Generator) -> pl.DataFrame:
    """Columns person, icd10, day: registrations in hospital psychiatry, and brain injuries."""
    spec = parameters()["diagnoses"]
    kinds = tuple(spec["icd10"])
    seen = np.full((len(kinds), len(town.people.birth)), -FOREVER)
    offsets = rng.random((2, len(kinds) + 1))
    who, what, when = [], [], []

    def register(present: Present, kind: int, chosen: Ints) -> None:
        person, first = present.person[chosen], present.start[chosen]
        day = day_of(present.year)
        spread = 1400 if present.year == country.from_year else 200
        date = np.where(day - first < 366, first, day) - 1 - rng.integers(0, spread, len(person))
        date = np.maximum(date, town.people.birth[person] + 17 * 365)
        seen[kind, person] = np.maximum(seen[kind, person], date)
        who.append(person)
        what.append(np.full(len(person), kind))
        when.append(date)

    for present in presences(country, town.support):
        for side, name in enumerate(("home", "housing")):
            mine = np.flatnonzero(present.housing == bool(side))
            held = seen[:, present.person[mine]]
            before, covered = held > -FOREVER, held + _WINDOW >= day_of(present.year + 1)
            for kind in spec["controlled"][name]:
                row = kinds.index(kind)
                wanted = _controlled_share(country, name, kind, present.year) * len(mine) + offsets[side, row]
                chosen = _chosen(rng, covered[row], before[row], _any(covered), int(wanted))
                covered[row, chosen] = True
                register(present, row, mine[chosen])
            wanted = _path_at(spec["any"][name], present.year) * len(mine) + offsets[side, -1]
            none = np.zeros(len(mine), dtype=bool)
            chosen = mine[_chosen(rng, _any(covered), _any(before), none, int(wanted))]
            kind_of = drawn_keys(rng, spec["rest"], kinds, len(chosen))
            for row in np.unique(kind_of):
                register(present, int(row), chosen[kind_of == row])
    injured = _brain_injuries(town, rng)
    everyone = np.concatenate([*who, injured[0]]) if who else injured[0]
    codes = [
        np.array(spec["icd10"][kinds[int(k[0])]])[rng.integers(0, len(spec["icd10"][kinds[int(k[0])]]), len(k))]
        for k in what
        if len(k)
    ]
    code = np.concatenate([*codes, injured[1]])
    date = np.concatenate([*when, injured[2]])
    return pl.DataFrame({"person": everyone, "icd10": code, "day": date}).unique(maintain_order=True)


@cache
def _controlled_share(country: Country, side: str, kind: str, year: int) -> float:
    """Share with a diagnosis: as in 2015, its count growing by the printed rate to 2018, the same pace for two years
    on.
    """
    goal = parameters()["diagnoses"]["controlled"][side][kind]
    states = SUPPORT[:1] if side == "home" else SUPPORT[1:]
    stock = {y: float(sum(country.stock(s, np.array([float(y)]))[0] for s in states)) for y in (2015, 2018)}
    rate = goal["growth"] / (stock[2018] / stock[2015])
    path = {
        2012: goal["share"] * rate**-1.0,
        2015: goal["share"],
        2018: goal["share"] * rate,
        2020: goal["share"] * rate**1.4,
    }
    return float(growing(path, year))


def _any(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows.any(axis=0))


def _path_at(path: Mapping[int, float], year: int) -> float:
    return float(along(path, year))


def _chosen(rng: np.random.Generator, covered: np.ndarray, before: np.ndarray, other: np.ndarray, wanted: int) -> Ints:
    """Whom to give what `wanted` persons should have: first those who had it before, then rather those with another."""
    missing = wanted - int(covered.sum())
    if missing <= 0:
        return np.empty(0, dtype=np.int64)
    order = rng.random(len(covered)) + np.where(covered, 99.0, 0.0) - 2.0 * before - 0.7 * other
    return np.argsort(order, kind="stable")[: min(missing, int((~covered).sum()))]


def _brain_injuries(town: Municipality, rng: np.random.Generator) -> tuple[Ints, np.ndarray, Ints]:
    spec = parameters()["diagnoses"]["brain_injury"]
    physical = np.flatnonzero(town.people.group == GROUPS.index("physical"))
    first = _first_start(town.help, len(town.people.birth))
    who = physical[(rng.random(len(physical)) < spec["share"]) & (first[physical] < FOREVER)]
    code = np.array(spec["icd10"])[rng.integers(0, len(spec["icd10"]), len(who))]
    when = np.maximum(first[who] - rng.integers(30, 1500, len(who)), town.people.birth[who] + 1)
    return who, code, when


def target_groups(country: Country, town: Municipality, rng: np.random.Generator) -> pl.DataFrame:
    """Columns person, target_group, start (null: from the beginning): the main group, finer ones, and those found with
    time.
    """
    people = town.people
    size = len(people.birth)
    names = np.array(GROUPS, dtype=object)[people.group]
    finer = rng.random(size)
    for main, fine in parameters()["fine_groups"].items():
        low = 0.0
        for code, share in fine.items():
            names[(people.group == GROUPS.index(main)) & (finer >= low) & (finer < low + share)] = code
            low += share
    frames = [
        pl.DataFrame({"person": np.arange(size), "target_group": names.astype(str), "start": np.full(size, -FOREVER)})
    ]
    for goal, path in parameters()["further_groups"].items():
        has = people.group == GROUPS.index(goal)
        offset = rng.random()
        for present in presences(country, town.support):
            wanted = int(float(along(path, present.year)) * len(present.person) + offset)
            none = np.zeros(len(present.person), dtype=bool)
            chosen = _chosen(rng, has[present.person], none, none, wanted)
            who = present.person[chosen]
            has[who] = True
            day = np.maximum(day_of(present.year) - rng.integers(1, 360, len(who)), present.start[chosen])
            frames.append(
                pl.DataFrame(
                    {
                        "person": who,
                        "target_group": np.full(len(who), goal),
                        "start": np.minimum(day, day_of(present.year)),
                    }
                )
            )
    return pl.concat(frames)


def income_bases(country: Country, town: Municipality, rng: np.random.Generator) -> pl.DataFrame:
    """Columns person, income_basis, start, end (OPEN): what adults live on, one basis at a time."""
    spec = parameters()["income"]
    people, support = town.people, town.support
    first = _first_start(town.help, len(people.birth))
    basis = _first_basis(rng, town, first)
    events = [
        (
            np.arange(len(basis)),
            basis.copy(),
            np.maximum(first - rng.integers(750, 2500, len(first)), people.birth + 16 * 365),
        )
    ]
    starts = _new_starts(support)
    year = starts[1].astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970
    cash = along(spec["cash_new"], year)
    order = np.argsort(starts[1] + rng.random(len(year)), kind="stable")
    on_cash = np.zeros(len(year), dtype=bool)
    on_cash[order] = np.diff(np.floor(np.cumsum(cash[order]) + rng.random()), prepend=0) >= 1
    age = (starts[1] - people.birth[starts[0]]) / 365.25
    kind = np.where(
        age < 26,
        drawn_keys(rng, spec["others_young"], INCOME, len(age)),
        drawn_keys(rng, spec["others_adult"], INCOME, len(age)),
    )
    kind = np.where(on_cash, 0, np.where(age >= 67, 2, kind))
    day = starts[1] - 400 - rng.integers(0, 300, len(age))
    events.append((starts[0], kind, np.maximum(day, people.birth[starts[0]] + 16 * 365)))
    current = basis
    offset = rng.random(2)
    begins = np.argsort(events[1][2], kind="stable")
    held = 0
    for present in presences(country, support):
        while held < len(begins) and events[1][2][begins[held]] < day_of(present.year):
            current[starts[0][begins[held]]] = kind[begins[held]]
            held += 1
        for side, name in enumerate(("home", "housing")):
            mine = np.flatnonzero(present.housing == bool(side))
            who = present.person[mine]
            wanted = int(float(along(spec["cash_stock"][name], present.year)) * len(mine) + offset[side])
            settled = day_of(present.year) - present.start[mine] > 400
            excess = int((current[who] == 0).sum()) - wanted
            pool = np.flatnonzero(settled & ((current[who] == 0) if excess > 0 else (current[who] != 0)))
            taken = who[rng.permutation(pool)[: abs(excess)]]
            changed = (
                drawn_keys(rng, spec["after_cash"], INCOME, len(taken))
                if excess > 0
                else np.zeros(len(taken), dtype=np.int64)
            )
            current[taken] = changed
            when = day_of(present.year - 1) + rng.integers(10, 150, len(taken))
            events.append((taken, changed, when))
    return _as_spells(country, town, events)


def _first_basis(rng: np.random.Generator, town: Municipality, first: Ints) -> Ints:
    """What each person lives on at first, by age and kind of help."""
    spec = parameters()["income"]
    age = (first - town.people.birth) / 365.25
    size = len(first)
    basis = np.where(
        age < 26,
        drawn_keys(rng, spec["others_young"], INCOME, size),
        drawn_keys(rng, spec["others_adult"], INCOME, size),
    )
    housed = np.zeros(size, dtype=bool)
    housed[town.support.person[town.support.state > 1]] = True
    basis = np.where(housed, drawn_keys(rng, spec["others_housing"], INCOME, size), basis)
    troubled = np.isin(town.people.group, [GROUPS.index("social"), GROUPS.index("substance")])
    basis = np.where(troubled & (rng.random(size) < 0.6), 0, basis)
    return np.where(age >= 67, 2, basis)


def _new_starts(support: Spells) -> tuple[Ints, Ints]:
    """Persons and first days of new support at home or in a temporary place."""
    new = (support.before < 0) & (support.state < 2)
    return support.person[new], support.start[new]


def _as_spells(country: Country, town: Municipality, events: list[tuple[Ints, Ints, Ints]]) -> pl.DataFrame:
    who, kind, day = (np.concatenate(column) for column in zip(*events, strict=True))
    birth = town.people.birth
    adult = day - birth[who] >= 16 * 365
    pension = np.unique(who)
    turns = birth[pension] + 24472  # the day of turning 67
    old = (turns <= last_day(country)) & (turns < town.people.death[pension])
    who = np.concatenate([who[adult], pension[old]])
    kind = np.concatenate([kind[adult], np.full(int(old.sum()), 2)])
    day = np.concatenate([day[adult], turns[old]])
    kind = np.where(day >= birth[who] + 24472, 2, kind)
    sequence = np.lexsort((day, who))
    who, kind, day = who[sequence], kind[sequence], day[sequence]
    # Of several changes on one day the last holds; a change to what already holds is none.
    last = ~_same_as_before(who, day, back=-1)
    who, kind, day = who[last], kind[last], day[last]
    real = ~_same_as_before(who, kind, back=1)
    who, kind, day = who[real], kind[real], day[real]
    kept = (day <= last_day(country)) & (day < town.people.death[who])
    who, kind, day = who[kept], kind[kept], day[kept]
    following = _same_as_before(who, who, back=-1)
    end = np.where(following, np.roll(day, -1) - 1, np.minimum(town.people.death[who], OPEN))
    return pl.DataFrame({"person": who, "income_basis": picked(pl.Series(INCOME), kind), "start": day, "end": end})


def _same_as_before(who: Ints, what: Ints, back: int) -> np.ndarray:
    """Which rows have the person and value of the row before (back 1) or after (back -1); at the edge none has."""
    same = np.asarray((who == np.roll(who, back)) & (what == np.roll(what, back)))
    same[slice(0, 1) if back > 0 else slice(-1, None)] = False
    return same


def residences(country: Country, town: Municipality, place: int, lies: Ints, rng: np.random.Generator) -> pl.DataFrame:
    """Columns person, municipality (place in country.codes), start, end (OPEN): own municipality, and the one moved
    to with housing that resembles botilbud elsewhere, where the resident is a tenant (003 l.2084). lies: where
    departments lie.
    """
    people, given = town.people, town.help
    size = len(people.birth)
    first = np.minimum(_first_start(given, size), last_day(country))
    start = np.maximum(people.birth, first - rng.integers(200, 6000, size))
    away = np.flatnonzero(given.of("SEL-85-botilbud") & (given.department >= 0))
    away = away[lies[given.department[away]] != place]
    away = away[np.argsort(given.start[away], kind="stable")]
    who, index = np.unique(given.person[away], return_index=True)
    moved = away[index]
    day = given.start[moved]
    fits = day > start[who] + 30
    who, moved, day = who[fits], moved[fits], day[fits]
    end = np.minimum(people.death, OPEN)
    until = end.copy()
    until[who] = day - 1
    return pl.DataFrame(
        {
            "person": np.concatenate([np.arange(size), who]),
            "municipality": np.concatenate([np.full(size, place), lies[given.department[moved]]]),
            "start": np.concatenate([start, day]),
            "end": np.concatenate([until, end[who]]),
        }
    ).sort("person", "start", maintain_order=True)


def _first_start(given: Help, size: int) -> Ints:
    """The first day of any help for every person (FOREVER without)."""
    first = np.full(size, FOREVER)
    np.minimum.at(first, given.person, given.start)
    return first
