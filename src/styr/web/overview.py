# SPDX-License-Identifier: EUPL-1.2
"""Overblik: the year's money, activity, places and waiting of the municipality one belongs to (or has chosen), what the
numbers rest on, what is due, and where to go from there; each a link to its page, and to each role what it may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
import yaml
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from styr.register.models import Delivery
from styr.register.snapshot import Snapshot
from styr.statistics import indicators
from styr.web.access import for_signed_in, may
from styr.web.activity.asked import Question, answered
from styr.web.cases.due import due
from styr.web.data.whose import deliveries_of
from styr.web.filters import filters_of
from styr.web.foreseen.made import kept
from styr.web.foreseen.pages import municipality_of
from styr.web.languages import spoken
from styr.web.navigation import entries_for
from styr.web.roles import Permission
from styr.web.snapshots import latest
from styr.web.today import today

_YEARS = 5


@dataclass(frozen=True)
class Tile:
    """A number of the year: which indicator, its words, the latest whole year's value and the one before, and the
    values of the years for a small curve (points of a polyline)."""

    key: str
    title: str
    unit: str
    year: int | None
    value: float | None
    before: float | None
    hidden: bool
    curve: str
    divisor: float


@dataclass(frozen=True)
class Money:
    """The year forecast: its year, the mean and what it lies between 8 times in 10, the budget and the chance of
    keeping it (None: no budget), and last year's accounts (None: unknown or hidden); DKK."""

    year: int
    mean: float
    low: float
    high: float
    budget: float | None
    within: float | None
    last_year: float | None


@dataclass(frozen=True)
class Handed:
    """The last delivery: its number, day, and how many rows were rejected and how many tables it had."""

    number: int
    known_at: datetime
    rejected: int
    tables: int


@for_signed_in
def overview(request: HttpRequest) -> HttpResponse:
    """The overview; of an empty store, the way in."""
    user: Any = request.user
    if may(user, Permission.IMPORT) and not Delivery.objects.filter(outcome=Delivery.Outcome.TAKEN).exists():
        return redirect("first-use")
    filters = filters_of(request)
    municipality = filters.municipality or user.municipality or None
    known = latest()
    tiles: list[Tile] = []
    if may(user, Permission.SEE_RESULTS) and known.snapshot is not None:
        tiles = tiles_of(known.snapshot, municipality, filters.year)
    said = {
        "tiles": tiles,
        "money": _money(request, known.snapshot, tiles),
        "handed": _handed(request),
        "due": due(user, today()),
        "municipality": municipality,
        "known": known,
        "shown": [entry for entry in entries_for(request, filters) if entry.key != "overview"],
    }
    return render(request, "frame/overview.html", said)


def tiles_of(snapshot: Snapshot, municipality: str | None, year: int | None = None) -> list[Tile]:
    """The numbers of a municipality (None: the country) that the overview shows, in a year (None: the last whole)."""
    at = year or _last_whole_year(snapshot)
    return [tile for each in _chosen() if (tile := _tile(each, snapshot, municipality, at)) is not None]


def _money(request: HttpRequest, snapshot: Snapshot | None, tiles: list[Tile]) -> Money | None:
    """The forecast that is made on the snapshot; None where none is, or the one who asks may not see it."""
    municipality = municipality_of(request)
    if not tiles or snapshot is None or not municipality:
        return None
    found = kept(snapshot, municipality, spoken())
    if not found or "target" not in found:
        return None
    year, target = found["year"], int(found["target"])
    accounts = _tile({"indicator": "net_expenditure", "unit": {"da": "", "en": ""}}, snapshot, municipality, target - 1)
    last_year = accounts.value if accounts is not None and accounts.year == target - 1 else None
    return Money(target, year["mean"], year["p10"], year["p90"], found["budget"], found["within"], last_year)


def _handed(request: HttpRequest) -> Handed | None:
    """The last delivery of files that was taken; None where there is none, or the one who asks may not see it."""
    if not may(request.user, Permission.SEE_DELIVERIES):
        return None
    taken = deliveries_of(request).filter(outcome=Delivery.Outcome.TAKEN, edit=False, undoes=None)
    last = taken.order_by("-pk").first()
    if last is None:
        return None
    rejected = sum(int(table.get("rejected", 0)) for table in last.tables.values())
    return Handed(last.pk, last.known_at, rejected, len(last.tables))


def _tile(chosen: dict[str, Any], snapshot: Snapshot, municipality: str | None, year: int) -> Tile | None:
    found = next(each for each in indicators() if each.key == chosen["indicator"])
    where = {"municipality": [municipality]} if municipality and "municipality" in found.dimensions else {}
    question = Question(found, ("year",), year - _YEARS + 1, year, None, False, where, ())
    result, _ = answered(question, snapshot)
    if result is None:
        return None
    rows = pl.DataFrame(pl.from_arrow(result.table)).sort("year")
    values = dict(zip(rows["year"].to_list(), rows["value"].to_list(), strict=True))
    if not values:
        return None
    last = max(values)
    hidden = bool(rows.filter(pl.col("year") == last)["suppressed"].any())
    language = spoken()
    return Tile(
        found.key, found.title[language], chosen["unit"][language], last, values[last], values.get(last - 1), hidden,
        _curve([value for value in values.values() if value is not None]), float(chosen.get("divisor", 1)),
    )  # fmt: skip


def _curve(values: list[float]) -> str:
    """The values as points in a box of 120 by 32, from zero up."""
    if len(values) < 2:
        return ""
    top = max(values) or 1.0
    step = 120 / (len(values) - 1)
    return " ".join(f"{at * step:.1f},{30 - 28 * value / top:.1f}" for at, value in enumerate(values))


def _last_whole_year(snapshot: Snapshot) -> int:
    """The last year that the snapshot knows to its end."""
    day = snapshot.known_at
    return day.year if (day.month, day.day) == (12, 31) else day.year - 1


@cache
def _chosen() -> list[dict[str, Any]]:
    text = files("styr.web").joinpath("overview.yaml").read_text(encoding="utf-8")
    chosen: list[dict[str, Any]] = yaml.safe_load(text)
    return chosen
