# SPDX-License-Identifier: EUPL-1.2
"""The tables cases, case_events, placement_requests and named_inflow: how grants come about, and which are expected."""

from __future__ import annotations

import numpy as np
import polars as pl

from .country import Country
from .frames import constant, day_column, ids, picked
from .grants import HOUSED
from .parameters import OPEN, Ints, day_of, parameters, provisions
from .people import Municipality
from .prices import UNITS, PriceBook
from .tracks import last_day

OUTCOMES = ("placed", "withdrawn", "other_help")


def cases_table(country: Country, place: int, given_person: Ints, case: Ints) -> pl.DataFrame:
    """One case for every grant that was assessed."""
    cased = np.flatnonzero(case >= 0)
    code = country.codes[place]
    return pl.DataFrame(
        {
            "case_id": ids("c", code, case[cased]),
            "citizen_id": ids("syn", code, given_person[cased]),
            "municipality": constant(code, len(cased)),
        }
    )


def case_events_table(
    country: Country, town: Municipality, place: int, decision: Ints, case: Ints, rng: np.random.Generator
) -> pl.DataFrame:
    """Stages of the cases with their days; what lies after the last day is not known yet."""
    given, last = town.help, last_day(country)
    cased = np.flatnonzero(case >= 0)
    size = len(cased)
    waiting = parameters()["waiting"]
    before = np.full(size, float(waiting["other"][0]))
    for key, (mean, _) in waiting.items():
        if key != "other":
            before[given.of(key)[cased]] = mean
    birth = town.people.birth[given.person[cased]]
    decided, start, end = decision[cased], given.start[cased], given.end[cased]
    enquiry = np.maximum(decided - 1 - np.minimum(rng.gamma(2.0, before / 2.0), 500).astype(np.int64), birth)
    span = np.maximum(decided - enquiry, 0)
    early = given.of("SEL-85")[cased] & (start >= day_of(2018)) & (rng.random(size) < 0.12)
    stages = [
        ("enquiry", enquiry, np.ones(size, dtype=bool)),
        ("early_support", enquiry + span // 4, early),
        ("assessment", enquiry + span // 2, rng.random(size) < 0.7),
        ("recommendation", decided - span // 10, rng.random(size) < 0.4),
        ("decision", decided, np.ones(size, dtype=bool)),
        ("order", np.minimum(decided + 2, start), rng.random(size) < 0.6),
        ("start", start, np.ones(size, dtype=bool)),
        ("follow_up", start + rng.integers(80, 200, size), rng.random(size) < 0.75),
        ("reassessment", start + rng.integers(330, 800, size), rng.random(size) < 0.35),
        ("end", end, end != OPEN),
    ]
    frames = []
    for name, day, kept in stages:
        known = kept & (day <= np.minimum(end, last)) & (day != OPEN)
        frames.append(
            pl.DataFrame(
                {
                    "case_id": ids("c", country.codes[place], case[cased][known]),
                    "stage": constant(name, int(known.sum())),
                    "date": day_column(day[known]),
                }
            )
        )
    return pl.concat(frames)


def placement_requests_table(
    country: Country, town: Municipality, place: int, decision: Ints, case: Ints, rng: np.random.Generator
) -> pl.DataFrame:
    """Requests for residential places: those that led to one, and some that did not."""
    given, last = town.help, last_day(country)
    mine = np.flatnonzero(given.of(*HOUSED) & (case >= 0))
    mine = mine[rng.random(len(mine)) < 0.6]
    size = len(mine)
    created = decision[mine]
    wanted = np.minimum(created + rng.integers(0, 45, size), given.start[mine])
    fate = rng.random(size)
    outcome = np.where(fate < 0.9, 0, np.where(fate < 0.96, 1, 2))
    closed = np.where(fate < 0.9, given.start[mine], created + rng.integers(10, 120, size))
    waiting = closed > last
    both = given.of("SEL-107", "SEL-108")[mine] & (rng.random(size) < 0.2)
    asked = pl.Series([*provisions(), "SEL-107|SEL-108"])
    distance = np.where(rng.random(size) < 0.5, rng.choice([15.0, 25.0, 40.0, 60.0, 100.0], size), np.nan)
    known = created <= last
    code = country.codes[place]
    return pl.DataFrame(
        {
            "request_id": ids("r", code, np.arange(size)),
            "citizen_id": ids("syn", code, given.person[mine]),
            "provisions": picked(asked, np.where(both, len(asked) - 1, given.provision[mine])),
            "wanted_from": day_column(wanted),
            "created": day_column(created),
            "closed": day_column(np.where(waiting, OPEN, np.maximum(closed, created))),
            "outcome": picked(pl.Series(OUTCOMES), np.where(waiting, -1, outcome)),
            "max_distance_km": pl.Series(distance).fill_nan(None),
        }
    ).filter(pl.Series(known))


def named_inflow_table(
    country: Country, book: PriceBook, town: Municipality, place: int, rng: np.random.Generator
) -> pl.DataFrame:
    """Citizens expected to need a grant: young people with help before 18 or in STU, and a few from hospital."""
    given, last = town.help, last_day(country)
    running = given.end == OPEN
    age = (last - town.people.birth[given.person]) / 365.25
    childhood = running & (age > 16.3) & (age < 18)
    stu = running & given.of("STU") & (last - given.start > 600)
    hospital = running & given.of("SEL-99") & (rng.random(len(age)) < 0.03)
    source_of = np.select([childhood, stu, hospital], ["child_area", "stu", "hospital"], "")
    rows = np.flatnonzero(source_of != "")
    rows = rows[np.unique(given.person[rows], return_index=True)[1]]
    source = source_of[rows]
    size = len(rows)
    person = given.person[rows]
    provision = np.where(rng.random(size) < 0.55, "SEL-107", "SEL-85")
    eighteen = town.people.birth[person] + 6575
    start = np.where(
        source == "child_area",
        np.maximum(eighteen + rng.integers(0, 120, size), last + 5),
        last + rng.integers(20, 330, size),
    )
    column = len(country.years) - 1
    place_price = book.yearly[book.index["SEL-107"], column] / 365.25
    home_price = book.yearly[book.index["SEL-85"], column] / 12
    price = np.where(provision == "SEL-107", place_price, home_price) * np.exp(rng.standard_normal(size) * 0.3)
    code = country.codes[place]
    return pl.DataFrame(
        {
            "citizen_id": ids("syn", code, person),
            "provision": pl.Series(provision),
            "expected_start_date": day_column(start),
            "price": np.round(price, 2),
            "price_unit": pl.Series(np.where(provision == "SEL-107", UNITS[0], UNITS[1])),
            "source": pl.Series(source.astype(str)),
            "probability": np.round(rng.choice([0.3, 0.5, 0.7, 0.9, 1.0], size), 2),
        }
    )
