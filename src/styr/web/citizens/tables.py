# SPDX-License-Identifier: EUPL-1.2
"""The tables on the pages of a citizen, a grant, a goal and a case: rows in codes, written in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from styr.register.models import Goal, Grant, GrantPrice, Measurement
from styr.web.tables import OVER, Column, Table
from styr.web.templatetags.styr import NOTHING, day, kroner, number, word
from styr.web.words import say

_TEXT, _DAY, _NUMBER, _YES = pl.String(), pl.Date(), pl.Float64(), pl.Boolean()
_GRANTS = {
    "grant_id": _TEXT, "provision": _TEXT, "department_id": _TEXT, "place": _TEXT, "_offer": _TEXT, "start_date": _DAY,
    "end_date": _DAY, "price": _NUMBER, "price_unit": _TEXT, "_price": _TEXT, "yearly": _NUMBER, OVER: _YES,
}  # fmt: skip
_PRICES = {"start_date": _DAY, "end_date": _DAY, "price": _NUMBER, "price_unit": _TEXT, "_price": _TEXT}
_CASES = {"case_id": _TEXT, "stage": _TEXT, "reached": _DAY, OVER: _YES}
_GOALS = {
    "goal_id": _TEXT, "kind": _TEXT, "set_date": _DAY, "next_on": _DAY, "closed_date": _DAY, "attained": _YES,
    OVER: _YES,
}  # fmt: skip
_MEASUREMENTS = {"date": _DAY, "instrument": _TEXT, "value": _NUMBER}


def grants_table(
    rows: Iterable[Mapping[str, Any]], places: Mapping[str, Mapping[str, str]], files: str, *, priced: bool = True
) -> Table:
    """Grants with where they are delivered, and what they cost (priced): rows and places as
    styr.web.citizens.pages.row_of and places_of give them."""
    frame = pl.DataFrame([_grant(row, places) for row in rows], schema=_GRANTS, orient="row")
    costs = [
        Column("price", say("column.price"), numeric=True, written="_price"),
        Column("yearly", say("citizens.a_year"), numeric=True, text=kroner),
    ]
    columns = [
        Column("provision", say("column.provision"), text=lambda code: word(code, "provision"),
               link=("grant", "grant_id")),
        Column("place", say("citizens.place"), link=("offer", "_offer")),
        Column("start_date", say("column.start_date"), text=day),
        Column("end_date", say("column.end_date"), text=_open_day),
        *(costs if priced else []),
    ]  # fmt: skip
    shown = frame if priced else frame.drop("price", "price_unit", "yearly")
    return Table("grants", say("citizens.grants"), shown, columns, files, part=True)


def prices_table(prices: Iterable[GrantPrice], files: str) -> Table:
    """The prices of a grant over time."""
    rows = [
        (each.start_date, each.end_date, _float(each.price), each.price_unit, price_text(each.price, each.price_unit))
        for each in prices
    ]
    columns = [
        Column("start_date", say("column.start_date"), text=day),
        Column("end_date", say("column.end_date"), text=_open_day),
        Column("price", say("column.price"), numeric=True, written="_price"),
    ]
    frame = pl.DataFrame(rows, schema=_PRICES, orient="row")
    return Table("prices", say("citizens.prices"), frame, columns, files, part=True)


def cases_table(cases: Iterable[Any], files: str) -> Table:
    """Cases and where they stand, as styr.web.cases.standing.standing gives them."""
    rows = [(each.case_id, each.stage, each.reached, each.stage == "end") for each in cases]
    columns = [
        Column("case_id", say("column.case_id"), link=("case", "case_id")),
        Column("stage", say("cases.stands_at"), text=lambda code: word(code, "stage")),
        Column("reached", say("cases.reached"), text=day),
    ]
    frame = pl.DataFrame(rows, schema=_CASES, orient="row")
    return Table("cases", say("cases.heading"), frame, columns, files, part=True)


def goals_table(goals: Sequence[Goal], plans: Mapping[str, date], files: str) -> Table:
    """Goals set with a citizen, and when each is evaluated next."""
    rows = [
        (
            each.goal_id,
            each.kind,
            each.set_date,
            None if each.closed_date else plans.get(each.goal_id),
            each.closed_date,
            each.attained,
            each.closed_date is not None,
        )
        for each in goals
    ]
    columns = [
        Column("kind", say("citizens.goal_kind"), text=lambda code: word(code, "goal_kind"), link=("goal", "goal_id")),
        Column("set_date", say("citizens.goal_set"), text=day),
        Column("next_on", say("goals.next_on"), text=day),
        Column("closed_date", say("citizens.goal_closed"), text=day),
        Column("attained", say("citizens.goal_attained"), text=_yes_or_no),
    ]
    frame = pl.DataFrame(rows, schema=_GOALS, orient="row")
    return Table("goals", say("citizens.goals"), frame, columns, files, part=True)


def measurements_table(measured: Iterable[Measurement], files: str) -> Table:
    """What was measured of a goal."""
    rows = [(each.date, each.instrument, _float(each.value)) for each in measured]
    columns = [
        Column("date", say("column.date"), text=day),
        Column("instrument", say("column.instrument")),
        Column("value", say("column.value"), numeric=True, text=lambda value: number(value, 1)),
    ]
    frame = pl.DataFrame(rows, schema=_MEASUREMENTS, orient="row")
    return Table("measurements", say("goals.measurements"), frame, columns, files, part=True)


def price_text(price: Any, unit: str | None) -> str:
    """A price with what it is for: 2.000 kr. / døgn."""
    return NOTHING if price is None else f"{kroner(price)} / {word(unit, 'price_unit').lower()}"


def _grant(row: Mapping[str, Any], places: Mapping[str, Mapping[str, str]]) -> tuple[Any, ...]:
    grant: Grant = row["grant"]
    place = places.get(grant.department_id or "")
    return (
        grant.grant_id,
        grant.provision,
        grant.department_id,
        f"{place['offer']}, {place['department']}" if place else None,
        place["offer_id"] if place else None,
        grant.start_date,
        grant.end_date,
        _float(row["price"]),
        row["unit"],
        price_text(row["price"], row["unit"]),
        row["yearly"],
        row["state"] == "ended",
    )


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _open_day(value: date | None) -> str:
    return day(value) if value else say("citizens.open")


def _yes_or_no(value: bool | None) -> str:
    return NOTHING if value is None else say("citizens.yes" if value else "citizens.no")
