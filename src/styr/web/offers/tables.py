# SPDX-License-Identifier: EUPL-1.2
"""The tables on an offer's page: places of a department, tariffs, hours and inspections; what begins last comes first.
Rows that the provider keeps (own) can be ended, and taken back where they were entered by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
from django.db.models import QuerySet

from styr.register.models import DeliveredHours, Inspection, Places, Tariff
from styr.web.tables import OVER, Action, Column, Table
from styr.web.templatetags.styr import day, kroner, month, number, word, words
from styr.web.words import say

_TEXT, _DAY, _NUMBER, _YES = pl.String(), pl.Date(), pl.Float64(), pl.Boolean()
_HELD = {"start_date": _DAY, "end_date": _DAY, "department_id": _TEXT, "_version": pl.Int64(), "_by_hand": _YES,
         "_about": _TEXT, OVER: _YES}  # fmt: skip
_PLACES = {"provisions": _TEXT, "places": pl.Int64(), **_HELD}
_TARIFFS = {"department": _TEXT, "service": _TEXT, "amount": _NUMBER, "unit": _TEXT, "_amount": _TEXT, **_HELD}
_THEME = "theme_"
_HOURS = {"month": _DAY, "department_id": _TEXT, "department": _TEXT, "kind": _TEXT, "hours": _NUMBER}


def places_of(departments: Sequence[str]) -> dict[str, list[Places]]:
    """The places of departments over time, by department."""
    held: dict[str, list[Places]] = {}
    for each in _over_time(Places.objects.all(), departments, "provisions"):
        held.setdefault(each.department_id, []).append(each)
    return held


def places_table(name: str, caption: str, places: Sequence[Places], today: date, files: str, *, own: bool) -> Table:
    """The places of a department over time."""
    rows = [(each.provisions, each.places, *_held(each, today, day(each.start_date))) for each in places]
    columns = [
        Column("provisions", say("offers.provisions"), text=lambda codes: words(codes, "provision")),
        Column("places", say("offers.places"), numeric=True, text=number),
        *_period(),
    ]
    actions = _changes("end-places", "take-places-back") if own else ()
    frame = pl.DataFrame(rows, schema=_PLACES, orient="row")
    return Table(name, caption, frame, columns, files, part=True, actions=actions)


def tariffs_table(names: Mapping[str, str], today: date, files: str, *, own: bool) -> Table:
    """The tariffs of departments over time; names of departments by their id."""
    rows = [
        (
            names[each.department_id],
            each.service,
            float(each.amount),
            each.unit,
            f"{kroner(each.amount)} / {word(each.unit, 'price_unit').lower()}",
            *_held(each, today, f"{each.service} {day(each.start_date)}"),
        )
        for each in _over_time(Tariff.objects.all(), list(names), "department_id", "service")
    ]
    columns = [
        Column("department", say("column.department_id")),
        Column("service", say("offers.service")),
        Column("amount", say("offers.amount"), numeric=True, written="_amount"),
        *_period(),
    ]
    actions = _changes("end-tariff", "take-tariff-back") if own else ()
    frame = pl.DataFrame(rows, schema=_TARIFFS, orient="row")
    return Table("tariffs", say("offers.tariffs"), frame, columns, files, part=True, actions=actions)


def hours_table(names: Mapping[str, str], files: str) -> Table:
    """The hours that departments have reported, the latest months first."""
    known = DeliveredHours.objects.filter(until__isnull=True, department_id__in=list(names))
    rows = [
        (each.month, each.department_id, names[each.department_id], each.kind, float(each.hours))
        for each in known.order_by("-month", "department_id", "kind")
    ]
    columns = [
        Column("month", say("column.month"), text=month),
        Column("department", say("column.department_id")),
        Column("kind", say("column.kind"), text=lambda code: word(code, "hour_kind")),
        Column("hours", say("column.hours"), numeric=True, text=number),
    ]
    frame = pl.DataFrame(rows, schema=_HOURS, orient="row")
    return Table("hours", say("offers.hours"), frame, columns, files, part=True)


def inspections_table(offer_id: str, files: str) -> Table:
    """The visits, the latest first: the day, the mean, and the score of each theme there is."""
    known = Inspection.objects.filter(until__isnull=True, offer_id=offer_id)
    rows = visits_frame([(each.date, str(each.theme), float(each.score)) for each in known])
    themes = [name.removeprefix(_THEME) for name in rows.columns if name.startswith(_THEME)]
    columns = [
        Column("date", say("offers.date"), text=day),
        Column("mean", say("offers.mean_score"), numeric=True, text=_score),
        *(Column(_THEME + each, word(each, "quality_theme"), numeric=True, text=_score) for each in themes),
    ]
    return Table("inspections", say("offers.inspections"), rows, columns, files, part=True)


def visits_frame(scores: Iterable[tuple[Any, str, float]]) -> pl.DataFrame:
    """Scores (day, theme, score) as a row for each visit, the latest first: date, mean, and theme_T for each theme T
    that any has (null where this visit has no score of it)."""
    frame = pl.DataFrame(list(scores), schema=["date", "theme", "score"], orient="row")
    themes = frame["theme"].unique().sort().to_list()
    of_theme = [pl.col("score").filter(theme=theme).first().alias(_THEME + theme) for theme in themes]
    return frame.group_by("date").agg(pl.col("score").mean().alias("mean"), *of_theme).sort("date", descending=True)


def _over_time(known: QuerySet[Any], departments: Sequence[str], *order: str) -> QuerySet[Any]:
    """What departments have had over time, with the delivery each version came in."""
    rows = known.filter(until__isnull=True, department_id__in=departments).select_related("since")
    return rows.order_by(*order, "-start_date")


def _held(each: Any, today: date, about: str) -> tuple[Any, ...]:
    over = each.end_date is not None and each.end_date < today
    return each.start_date, each.end_date, each.department_id, each.pk, each.since.edit, about, over


def _period() -> list[Column]:
    return [
        Column("start_date", say("column.start_date"), text=day),
        Column("end_date", say("column.end_date"), text=lambda last: day(last) if last else say("offers.still")),
    ]


def _changes(ending: str, taking_back: str) -> tuple[Action, ...]:
    keys = ("department_id", "_version")
    return (
        Action(say("offers.end_places.short"), ending, keys, "_about"),
        Action(say("cases.take_back.short"), taking_back, keys, "_about", where="_by_hand"),
    )


def _score(value: float | None) -> str:
    return number(value, 1)
