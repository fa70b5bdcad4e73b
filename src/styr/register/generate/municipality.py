# SPDX-License-Identifier: EUPL-1.2
"""All tables of one municipality, in the columns of the exchange format."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from . import attributes
from .cases import case_events_table, cases_table, named_inflow_table, placement_requests_table
from .frames import day_column, ids, picked
from .grants import decision_days, grant_prices_table, grants_table
from .operations import budgets_table, delivered_hours_table, staff_table
from .outcomes import outcomes
from .parameters import Ints
from .people import Municipality, build_people
from .population import population
from .postings import postings_table
from .prices import priced
from .supply_tables import Supply

# What belongs to the supply of the whole country and is written once, not by municipality.
SUPPLY_TABLES = ("offers", "departments", "department_target_groups", "places", "tariffs", "inspections", "vacancies")


def municipality_tables(supply: Supply, place: int) -> tuple[Mapping[str, pl.DataFrame], Ints]:
    """The tables of one municipality (all but those of supply and price_indices), and the departments its grants refer
    to.
    """
    country = supply.country
    code = country.codes[place]

    def stream(subject: int) -> np.random.Generator:
        return country.stream(int(code), 10 + subject)

    town = build_people(country, supply.usage, place, supply.team(place))
    given = town.help
    prices = priced(supply.book, place, given, stream(0))
    operator = np.full(len(given.person), -1)
    known = given.department >= 0
    operator[known] = supply.operator_toward(place)[given.department[known]]
    decision, case = decision_days(country, town, stream(1))
    postings = postings_table(country, supply.book, place, given, prices, operator, supply.sold(place), stream(2))
    goals, measurements = outcomes(country, town, place, stream(3))
    result = {
        "population": population(code, country.years, country.scale),
        **_citizens(supply, town, place, stream),
        "cases": cases_table(country, place, given.person, case),
        "case_events": case_events_table(country, town, place, decision, case, stream(4)),
        "grants": grants_table(
            country, town, place, prices, decision, case, supply.department_ids, supply.department_lies, stream(5)
        ),
        "grant_prices": grant_prices_table(country, place, given, prices),
        "named_inflow": named_inflow_table(country, supply.book, town, place, stream(6)),
        "postings": postings,
        "budgets": budgets_table(country, place, postings, stream(7)),
        "staff": staff_table(country, place, postings, stream(8)),
        "delivered_hours": delivered_hours_table(supply, place, given, prices, stream(9)),
        "placement_requests": placement_requests_table(country, town, place, decision, case, stream(10)),
        "goals": goals,
        "measurements": measurements,
    }
    used = np.unique(given.department[known])
    return result, used


def _citizens(
    supply: Supply, town: Municipality, place: int, stream: Callable[[int], np.random.Generator]
) -> Mapping[str, pl.DataFrame]:
    """The tables about persons: citizens, residences, target_groups, diagnoses, income_bases; persons with help
    only.
    """
    country, people = supply.country, town.people
    code = country.codes[place]
    present = np.zeros(len(people.birth), dtype=bool)
    present[town.help.person] = True
    lives = attributes.residences(country, town, place, supply.department_lies, stream(20))
    lives = lives.filter(pl.Series(present[lives["person"].to_numpy()]))
    who = np.flatnonzero(present)
    now = np.full(len(people.birth), place)
    now[lives["person"].to_numpy()] = lives["municipality"].to_numpy()  # rows are by start: the last one holds
    groups = _kept(attributes.target_groups(country, town, stream(21)), present)
    registered = _kept(attributes.diagnoses(country, town, stream(22)), present)
    income = _kept(attributes.income_bases(country, town, stream(23)), present)
    guarded = stream(24).random(len(who)) < np.where(people.group[who] == 0, 0.35, 0.03)
    codes = pl.Series(country.codes)
    return {
        "citizens": pl.DataFrame(
            {
                "citizen_id": ids("syn", code, who),
                "birth_date": day_column(people.birth[who]),
                "sex": picked(pl.Series(["M", "K"]), people.sex[who]),
                "municipality": picked(codes, now[who]),
                "death_date": day_column(people.death[who]),
                "guardianship": guarded,
            }
        ),
        "residences": lives.select(
            ids("syn", code, lives["person"].to_numpy()).alias("citizen_id"),
            picked(codes, lives["municipality"].to_numpy()).alias("municipality"),
            day_column(lives["start"].to_numpy()).alias("start_date"),
            day_column(lives["end"].to_numpy()).alias("end_date"),
        ),
        "target_groups": groups.select(
            ids("syn", code, groups["person"].to_numpy()).alias("citizen_id"),
            "target_group",
            day_column(groups["start"].to_numpy()).alias("start_date"),
            pl.lit(None, dtype=pl.Date).alias("end_date"),
        ),
        "diagnoses": registered.select(
            ids("syn", code, registered["person"].to_numpy()).alias("citizen_id"),
            "icd10",
            day_column(registered["day"].to_numpy()).alias("date"),
        ),
        "income_bases": income.select(
            ids("syn", code, income["person"].to_numpy()).alias("citizen_id"),
            "income_basis",
            day_column(income["start"].to_numpy()).alias("start_date"),
            day_column(income["end"].to_numpy()).alias("end_date"),
        ),
    }


def _kept(frame: pl.DataFrame, present: np.ndarray) -> pl.DataFrame:
    return frame.filter(pl.Series(present[frame["person"].to_numpy()]))


__all__ = ["SUPPLY_TABLES", "municipality_tables"]
