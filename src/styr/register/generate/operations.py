# SPDX-License-Identifier: EUPL-1.2
"""The tables budgets, staff and delivered_hours: what a municipality planned, whom it employed, and what its
departments did.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from .country import Country, price_level
from .frames import constant, day_column, picked
from .parameters import Ints, decimal_year, month_starts, parameters
from .people import NOWHERE, Help
from .prices import Priced
from .slots import RESIDENTIAL
from .supply_tables import Supply


def budgets_table(country: Country, place: int, postings: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Adopted and revised budgets by account: near what came to be posted, the adopted a little too low."""
    yearly = (
        postings.group_by(pl.col("date").dt.year().alias("year"), "function", "grouping", "dranst")
        .agg(pl.col("amount").sum())
        .sort("year", "function", "grouping", "dranst")
        .filter(pl.col("amount").abs() > 500)
    )
    size = yearly.height
    adopted = yearly["amount"].to_numpy() * (0.983 + rng.standard_normal(size) * 0.03)
    revised = yearly["amount"].to_numpy() * (0.996 + rng.standard_normal(size) * 0.012)
    frames = [
        yearly.select(
            pl.col("year").cast(pl.Int32),
            constant(country.codes[place], size).alias("municipality"),
            "function",
            "grouping",
            "dranst",
            pl.Series(np.round(amount, -3)).alias("amount"),
            constant(version, size).alias("version"),
        )
        for version, amount in (("adopted", adopted), ("revised", revised))
    ]
    return pl.concat(frames)


def staff_table(country: Country, place: int, postings: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """Full-time equivalents by account and group: what own operation was paid, at a cost per full-time equivalent."""
    spec = parameters()["staff"]
    own = postings.filter(
        pl.col("grant_id").is_null()
        & (pl.col("dranst") == 1)
        & (pl.col("amount") > 0)
        & (pl.col("operator_type") == "municipal")
    )
    yearly = (
        own.group_by(pl.col("date").dt.year().alias("year"), "function")
        .agg(pl.col("amount").sum())
        .filter(pl.col("function").str.starts_with("5.38.") & ~pl.col("function").is_in(["5.38.41"]))
        .sort("year", "function")
    )
    level = {year: price_level(year) for year in country.years}
    cost = yearly["year"].replace_strict(level, return_dtype=pl.Float64).to_numpy() * spec["cost"]
    fte = yearly["amount"].to_numpy() * spec["payroll_share"] / cost
    groups = list(spec["groups"])
    shares = np.array([spec["groups"][group] for group in groups]) / sum(spec["groups"].values())
    drift = np.exp(rng.standard_normal(len(groups)) * 0.05)
    shares = shares * drift / (shares * drift).sum()
    size = len(groups)
    return pl.DataFrame(
        {
            "year": pl.Series(np.repeat(yearly["year"].to_numpy(), size).astype(np.int32)),
            "municipality": constant(country.codes[place], yearly.height * size),
            "function": pl.Series(np.repeat(yearly["function"].to_numpy(), size)),
            "staff_group": pl.Series(groups * yearly.height, dtype=pl.String),
            "fte": np.round((fte[:, None] * shares).reshape(-1), 1),
        }
    ).filter(pl.col("fte") > 0)


def delivered_hours_table(
    supply: Supply, place: int, given: Help, prices: Priced, rng: np.random.Generator
) -> pl.DataFrame:
    """Hours by own department and month: residential ones by their places in use, the support team by the hours
    granted.
    """
    country = supply.country
    starts = month_starts(country.from_year, country.to_year)
    days = np.diff(starts)
    year = np.floor(decimal_year(starts[:-1] + 3)).astype(np.int64) - country.from_year
    operator = supply.operator_toward(place)[: len(supply.offers.type)]
    parts: list[tuple[Ints, Ints, np.ndarray]] = []
    for provision in RESIDENTIAL:
        mine = supply.offers.of_provision(provision)
        mine = mine[operator[mine] == -1]
        if not len(mine):
            continue
        spec = parameters()["money"][provision]["hours"] * parameters()["supply"]["occupancy"][provision]
        places = np.stack([supply.places_in(provision, y)[mine] for y in country.years])
        rate = np.exp(rng.standard_normal(len(mine)) * 0.07 - 0.03)
        hours = (
            places[year]
            * (days / 7)[:, None]
            * spec
            * rate
            * np.exp(rng.standard_normal((len(days), len(mine))) * 0.04)
        )
        month = np.repeat(np.arange(len(days)), len(mine))
        parts.append((np.tile(mine, len(days)), month, hours.reshape(-1)))
    team = supply.team(place)
    if team != NOWHERE:
        hours = _granted_hours(given, prices, team, starts) * 0.95 * np.exp(rng.standard_normal(len(days)) * 0.03)
        parts.append((np.full(len(days), team), np.arange(len(days)), hours))
    if not parts:
        return pl.DataFrame(
            schema={"department_id": pl.String, "month": pl.Date, "kind": pl.String, "hours": pl.Float64}
        )
    department, month, hours = (np.concatenate([part[i] for part in parts]) for i in range(3))
    kept = hours > 0
    department, month, hours = department[kept], month[kept], hours[kept]
    size = len(hours)
    other = hours * 0.45 * np.exp(rng.standard_normal(size) * 0.08)
    return pl.DataFrame(
        {
            "department_id": picked(supply.department_ids, np.tile(department, 2)),
            "month": day_column(np.tile(starts[month], 2)),
            "kind": pl.concat([constant("citizen", size), constant("other", size)]),
            "hours": np.round(np.concatenate([hours, other]), 1),
        }
    )


def _granted_hours(given: Help, prices: Priced, team: int, starts: Ints) -> np.ndarray:
    """Hours granted in every month of grants the team delivers: hours a week times covered days over seven."""
    mine = np.flatnonzero((given.department == team) & ~np.isnan(prices.hours))
    hours = prices.hours[mine] / 7
    # Hours a day as a step function: up on the first day, down after the last; summed by month through its integral.
    when = np.concatenate([given.start[mine], given.end[mine] + 1])
    step = np.concatenate([hours, -hours])
    order = np.argsort(when, kind="stable")
    when, step = when[order], step[order]
    before = np.searchsorted(when, starts, side="left")
    slope, moment = np.append(0, np.cumsum(step)), np.append(0, np.cumsum(step * when))
    integral = slope[before] * starts - moment[before]
    return np.asarray(np.diff(integral))
