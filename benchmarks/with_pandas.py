# SPDX-License-Identifier: EUPL-1.2
"""Full-time recipients and individual expenditure with pandas, written the way the rules are said: year by year, and
citizen by citizen where days may overlap. What counting.py is measured against."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from datetime import date

import pandas as pd

from styr.register.snapshot import Snapshot

CELL = ["municipality", "provision", "age_group", "sex"]
AGES = {"0-17": 0, "18-24": 18, "25-34": 25, "35-44": 35, "45-54": 45, "55-64": 55, "65-74": 65, "75+": 75}
DAY = pd.Timedelta(days=1)
Cells = dict[tuple[int, str, str, str, str], float]


def full_time_recipients(snapshot: Snapshot, years: tuple[int, int]) -> Cells:
    """Citizen-days of the year over its days; a citizen's day counts once in a cell."""
    grants = _grants(snapshot)
    cells: Cells = {}
    for year in range(years[0], years[1] + 1):
        rows = _in_year(grants, year)
        by_citizen = rows.groupby([*CELL, "citizen_id"], observed=True)
        days = by_citizen[["start", "end"]].apply(_days_covered)
        for key, total in days.groupby(level=CELL, observed=True).sum().items():
            cells[(year, *key)] = total / (366 if calendar.isleap(year) else 365)
    return cells


def individual_expenditure(snapshot: Snapshot, years: tuple[int, int]) -> Cells:
    """Price times covered units of every spell of one price."""
    spells = _spells_of_one_price(_grants(snapshot), pd.read_parquet(snapshot.path("grant_prices")))
    cells: Cells = {}
    for year in range(years[0], years[1] + 1):
        rows = _in_year(spells, year)
        amounts = [
            float(price) * _units(start.date(), end.date(), unit, hours)
            for price, unit, hours, start, end in zip(
                rows.price, rows.price_unit, rows.hours_per_week, rows.start, rows.end, strict=True
            )
        ]
        for key, total in rows.assign(amount=amounts).groupby(CELL, observed=True)["amount"].sum().items():
            cells[(year, *key)] = total
    return cells


def _grants(snapshot: Snapshot) -> pd.DataFrame:
    """Grants with their citizen, to the known-at day and to death."""
    grants = pd.read_parquet(snapshot.path("grants"))
    citizens = pd.read_parquet(snapshot.path("citizens"), columns=["citizen_id", "birth_date", "sex", "death_date"])
    rows = grants.merge(citizens, on="citizen_id", how="left").rename(columns={"paying_municipality": "municipality"})
    for column in ("start_date", "end_date", "birth_date", "death_date"):
        rows[column] = pd.to_datetime(rows[column])
    known_at = pd.Timestamp(snapshot.known_at)
    rows["start"] = rows.start_date
    rows["end"] = rows[["end_date", "death_date"]].fillna(known_at).min(axis=1).clip(upper=known_at)
    return rows[rows.start <= rows.end]


def _in_year(rows: pd.DataFrame, year: int) -> pd.DataFrame:
    """The rows that cover a day of the year, cut to it, with the age group on 31 December."""
    first, last = pd.Timestamp(year, 1, 1), pd.Timestamp(year, 12, 31)
    rows = rows[(rows.start <= last) & (rows.end >= first)].copy()
    rows["start"], rows["end"] = rows.start.clip(lower=first), rows.end.clip(upper=last)
    rows["age_group"] = pd.cut(
        year - rows.birth_date.dt.year, [*AGES.values(), 200], right=False, labels=list(AGES)
    ).astype(str)
    return rows


def _days_covered(spans: pd.DataFrame) -> int:
    """Days in at least one of the spans."""
    days, reached = 0, None
    for start, end in sorted(zip(spans.start, spans.end, strict=True)):
        begins = start if reached is None else max(start, reached + DAY)
        days += max((end - begins).days + 1, 0)
        reached = end if reached is None else max(reached, end)
    return days


def _spells_of_one_price(grants: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """Every grant cut where its price changes: a day costs what the grant price covering it says, else the grant's."""
    prices = prices.sort_values(["grant_id", "start_date"])
    repriced = dict(list(prices.groupby("grant_id")[["start_date", "end_date", "price", "price_unit"]]))
    found = []
    for grant in grants.itertuples():
        day, own = grant.start, (grant.price, grant.price_unit)
        cuts = repriced.get(grant.grant_id)
        for from_day, to_day, price, unit in (
            zip(*(cuts[name] for name in cuts), strict=True) if cuts is not None else ()
        ):
            begins = max(pd.Timestamp(from_day), grant.start)
            ends = grant.end if pd.isna(to_day) else min(pd.Timestamp(to_day), grant.end)
            if begins > ends:
                continue
            if day < begins:
                found.append((grant.Index, day, begins - DAY, *own))
            found.append((grant.Index, begins, ends, price, unit))
            day = ends + DAY
        if day <= grant.end:
            found.append((grant.Index, day, grant.end, *own))
    spells = pd.DataFrame(found, columns=["grant", "start", "end", "price", "price_unit"]).set_index("grant")
    return spells.join(grants.drop(columns=["start", "end", "price", "price_unit"]))


def _units(start: date, end: date, unit: str, hours: float) -> float:
    """Covered units: a month price is for the covered share of each month's days, a year price of the year's."""
    days = (end - start).days + 1
    if unit in ("day", "week", "hour"):
        return days * {"day": 1.0, "week": 1 / 7, "hour": hours / 7}[unit]
    if unit == "year":
        return days / (366 if calendar.isleap(start.year) else 365)
    months = 0.0
    for month in range(start.month, end.month + 1):
        length = calendar.monthrange(start.year, month)[1]
        first = start.day if month == start.month else 1
        last = end.day if month == end.month else length
        months += (last - first + 1) / length
    return months


#: Indicator → the cells by year, municipality, provision, age group and sex.
WITH_PANDAS: Mapping[str, Callable[[Snapshot, tuple[int, int]], Cells]] = {
    "full_time_recipients": full_time_recipients,
    "individual_expenditure": individual_expenditure,
}
