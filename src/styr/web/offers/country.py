# SPDX-License-Identifier: EUPL-1.2
"""The country as tiles: a measure of places or help for each of the 98 municipalities, with the same as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
import yaml
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from styr import vocabulary
from styr.register.models import Department, Offer
from styr.reporting.theme import DEEP, INK, LIGHT, PALE
from styr.web.access import needs
from styr.web.activity.asked import Question, answered, header_of
from styr.web.activity.pages import indicator_named
from styr.web.filters import filters_of, with_filters
from styr.web.languages import spoken
from styr.web.offers.free import published
from styr.web.roles import Permission
from styr.web.scope import scope_of
from styr.web.snapshots import latest
from styr.web.table_files import table_file
from styr.web.tables import Column, Table, files_at, shown_table
from styr.web.templatetags.styr import number
from styr.web.words import say

TILE, GAP = 72, 4
_SCHEMA = {"code": pl.String(), "municipality": pl.String(), "value": pl.Float64(), "hidden": pl.Boolean()}


@dataclass(frozen=True)
class Measure:
    """What the map shows: its key, the indicator that counts it (empty: the register does), decimals, and whether it is
    a share shown as per cent."""

    key: str
    indicator: str
    places: int
    percent: bool

    def written(self, value: float | None) -> str:
        """A value as it stands on a tile and in the table."""
        if value is None:
            return "–"
        return f"{number(100 * value, self.places)} %" if self.percent else number(value, self.places)


@dataclass(frozen=True)
class Tile:
    """A tile: place and size in the drawing, name, value, the whole in words, colours, and where it leads."""

    x: int
    y: int
    name: str
    value: str
    said: str
    fill: str
    ink: str
    address: str


@needs(Permission.SEE_OFFERS, Permission.SEE_RESULTS)
def country(request: HttpRequest) -> HttpResponse:
    """The map of a measure (measure=), and the same as a table."""
    measure = _measure(request)
    rows, about, problem = _values(request, measure)
    bounds = _bounds(rows)
    said: dict[str, Any] = {
        "measure": measure,
        "measures": measures(),
        "problem": problem,
        "about": about,
        "snapshot": latest().snapshot if measure.indicator else None,
        "tiles": _tiles(request, rows, measure, bounds),
        "width": max(column for _, column in layout().values()) * (TILE + GAP) + TILE,
        "height": max(row for row, _ in layout().values()) * (TILE + GAP) + TILE,
        "size": TILE,
        "legend": _legend(measure, bounds),
        "any_hidden": bool(rows["hidden"].any()),
        "table": shown_table(request, _table(measure, rows, about)),
    }
    return render(request, "offers/map.html", said)


@needs(Permission.SEE_OFFERS, Permission.SEE_RESULTS)
def country_file(request: HttpRequest, form: str) -> HttpResponse:
    """The map's numbers as a file."""
    measure = _measure(request)
    rows, about, _ = _values(request, measure)
    return table_file(request, _table(measure, rows, about), form, f"kort-{measure.key}")


def _table(measure: Measure, rows: pl.DataFrame, about: Mapping[str, Any] | None) -> Table:
    caption, files = say(f"map.measure.{measure.key}"), files_at("map-file")
    return Table("map", caption, _listed(rows), _columns(measure), files, header=about or {})


@cache
def measures() -> Sequence[Measure]:
    """What the map can show."""
    text = files("styr.web.offers").joinpath("map.yaml").read_text(encoding="utf-8")
    return tuple(
        Measure(each["key"], each.get("indicator", ""), each["places"], bool(each.get("percent")))
        for each in yaml.safe_load(text)["measures"]
    )


@cache
def layout() -> Mapping[str, tuple[int, int]]:
    """Where each municipality's tile is: row from the north and column from the west, from nought; in the order they
    are read, line by line."""
    rows = _drawing()["rows"]
    return {
        code: (row, column) for row, line in enumerate(rows) for column, code in enumerate(line.split()) if code != "."
    }


@cache
def _drawing() -> dict[str, Any]:
    drawing: dict[str, Any] = yaml.safe_load(
        files("styr.web.offers").joinpath("tiles.yaml").read_text(encoding="utf-8")
    )
    return drawing


def _measure(request: HttpRequest) -> Measure:
    asked = request.GET.get("measure", "")
    return next((each for each in measures() if each.key == asked), measures()[0])


def _values(request: HttpRequest, measure: Measure) -> tuple[pl.DataFrame, dict[str, Any] | None, str]:
    """code, municipality (in words), value and hidden for all 98; what is said of the numbers; why there are none."""
    about, problem = None, ""
    values: dict[str, tuple[float | None, bool]] = {}
    if measure.indicator:
        snapshot = latest().snapshot
        if snapshot is not None:
            question = _question(request, measure, snapshot.known_at.year)
            result, problem = answered(question, snapshot)
            if result is not None:
                about = header_of(result, spoken())
                rows = pl.DataFrame(pl.from_arrow(result.table))
                for code, value, hidden in rows.select("municipality", "value", "suppressed").iter_rows():
                    values[code] = (value, bool(hidden))
    else:
        values = {code: (float(count), False) for code, count in _vacancies(request).items()}
    names = vocabulary.codelist("municipality")
    rows_shown = [(code, names.name(code, spoken()), *values.get(code, (None, False))) for code in layout()]
    return pl.DataFrame(rows_shown, schema=_SCHEMA, orient="row"), about, problem


def _question(request: HttpRequest, measure: Measure, last: int) -> Question:
    chosen = indicator_named(measure.indicator)
    filters = filters_of(request)
    year = filters.year or last
    where = {
        name: words for name, words in filters.where.items() if name in chosen.dimensions and name != "municipality"
    }
    return Question(chosen, ("municipality",), year, year, None, False, where, ())


def _vacancies(request: HttpRequest) -> dict[str, int]:
    """Places published as vacant and not withdrawn, by where the department lies; nought where they have none."""
    homes = dict(Offer.objects.filter(until__isnull=True).values_list("offer_id", "municipality"))
    departments = Department.objects.filter(until__isnull=True).values_list("department_id", "offer_id", "municipality")
    lies = {number: own or homes.get(offer, "") for number, offer, own in departments}
    found = dict.fromkeys(lies.values(), 0)
    for vacancy in published(list(lies), scope_of(request).today):
        found[lies[vacancy.department_id]] = found.get(lies[vacancy.department_id], 0) + vacancy.places
    return found


def _listed(rows: pl.DataFrame) -> pl.DataFrame:
    """The same as a list: the largest first."""
    return rows.sort("value", "municipality", descending=[True, False], nulls_last=True)


def _bounds(rows: pl.DataFrame) -> list[float]:
    """The lower bound of each shade, from the palest up: the values parted in as many groups as there are shades."""
    values = rows["value"].drop_nulls().sort()
    if values.is_empty():
        return []
    cuts = [float(values[round(at * (len(values) - 1) / len(_SHADES))]) for at in range(len(_SHADES))]
    return sorted(set(cuts))


#: From pale to deep, with the ink that can be read on each (4.5 to 1 at least; the reports' middle shade is too light
#: for small letters).
_SHADES = ((PALE, INK), (LIGHT, INK), ("#3f7580", "#ffffff"), (DEEP, "#ffffff"))


def _shade(value: float | None, bounds: Sequence[float]) -> tuple[str, str]:
    if value is None or not bounds:
        return "#ffffff", INK
    at = max((place for place, bound in enumerate(bounds) if value >= bound), default=0)
    return _SHADES[at + len(_SHADES) - len(bounds)] if len(bounds) < len(_SHADES) else _SHADES[at]


def _tiles(request: HttpRequest, rows: pl.DataFrame, measure: Measure, bounds: Sequence[float]) -> list[Tile]:
    short, filters = _drawing()["short"], filters_of(request)
    tiles = []
    for code, name, value, hidden in rows.iter_rows():
        row, column = layout()[code]
        fill, ink = _shade(value, bounds)
        written = "•" if hidden else measure.written(value)
        whole = say("table.too_few") if hidden else say("map.nothing") if value is None else written
        address = with_filters(reverse("vacant"), replace(filters, municipality=code))
        tiles.append(
            Tile(
                column * (TILE + GAP),
                row * (TILE + GAP),
                short.get(code, name),
                written,
                f"{name}: {whole}",
                fill,
                ink,
                address,
            )
        )
    return tiles


def _legend(measure: Measure, bounds: Sequence[float]) -> list[tuple[str, str]]:
    """The shades in use, from the palest, with what each says."""
    tops = [*bounds[1:], None] if bounds else []
    legend = []
    for bound, top in zip(bounds, tops, strict=True):
        low = measure.written(bound)
        said = say("map.from", low=low) if top is None else say("map.between", low=low, high=measure.written(top))
        legend.append((_shade(bound, bounds)[0], said))
    return legend


def _columns(measure: Measure) -> list[Column]:
    return [
        Column("municipality", say("filter.municipality")),
        Column("value", say(f"map.measure.{measure.key}"), numeric=True, text=measure.written),
        Column("hidden", say("table.hidden"), text=lambda hidden: say("table.too_few") if hidden else ""),
    ]
