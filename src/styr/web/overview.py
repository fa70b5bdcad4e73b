# SPDX-License-Identifier: EUPL-1.2
"""Overblik: the year's main numbers for the municipality one belongs to (or has chosen), and where to go from there."""

from __future__ import annotations

from dataclasses import dataclass
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
from styr.web.filters import filters_of
from styr.web.foreseen.made import kept
from styr.web.foreseen.pages import municipality_of
from styr.web.languages import spoken
from styr.web.navigation import entries_for
from styr.web.roles import Permission
from styr.web.snapshots import latest

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
        year = filters.year or _last_whole_year(known.snapshot)
        tiles = [tile for each in _chosen() if (tile := _tile(each, known.snapshot, municipality, year)) is not None]
    said = {
        "tiles": tiles,
        "forecast": _forecast(request, known.snapshot) if tiles else "",
        "municipality": municipality,
        "known": known,
        "shown": [entry for entry in entries_for(request, filters) if entry.key != "overview"],
    }
    return render(request, "frame/overview.html", said)


def _forecast(request: HttpRequest, snapshot: Snapshot | None) -> str:
    """What the forecast says of the year to come, in a sentence; empty where none is made on the snapshot."""
    municipality = municipality_of(request)
    found = kept(snapshot, municipality, spoken()) if snapshot and municipality else None
    return str(found["figures"][0]["headline"]) if found and found["figures"] else ""


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
