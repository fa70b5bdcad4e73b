# SPDX-License-Identifier: EUPL-1.2
"""Kept forecasts (styr forecast … --store-as): what each was asked and says of itself, and its table. A forecast is the
steering of one's own municipality: who belongs to one sees that one's rows alone."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pyarrow.compute as pc
from django.http import Http404, HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from styr.forecast.stored import Shelf, Stored
from styr.register import store
from styr.web.api.bearer import token
from styr.web.api.indicators import Cell, page_of_table
from styr.web.api.paging import Paged, Paging, Text, page_of_list
from styr.web.api.shapes import page_shape
from styr.web.languages import spoken
from styr.web.roles import Permission

router = Router()
_RESULTS = token(Permission.SEE_RESULTS)


class Forecast(Schema):
    """A kept forecast."""

    id: str
    name: str
    made: str = Field(description="When it was made")
    snapshot: str
    known_at: str
    first: str = Field(description="First month")
    last: str = Field(description="Last month")
    draws: int
    seed: int
    municipalities: list[str] | None = Field(description="Those it is of; null for all")
    overrides: list[dict[str, Any]] = Field(description="Assumptions put in place of what was learnt, with reasons")
    header: dict[str, Any] = Field(description="What it says of itself: measure, unit, method, caveats")


ForecastPage: Any = page_shape("Forecasts", Forecast)


class ForecastTable(Paged):
    """A page of a forecast's table: a row for each period and cell, hidden ones without amounts."""

    header: dict[str, Any]
    items: list[dict[str, Cell]]


class Split(Paging):
    """How a forecast is split."""

    by: Annotated[list[Literal["municipality", "region", "function"]], Field(max_length=3)] = Field(
        [], description="Dimensions to split by; municipality is always among them for who belongs to one"
    )
    total: Literal["month", "year"] = Field("month", description="Months, or years summed draw by draw")


@router.get("/forecasts", auth=_RESULTS, response=ForecastPage)
def forecasts(request: HttpRequest, query: Query[Paging]) -> Any:
    own = _own(request)
    shown = [each for each in _shelf().all() if not own or each.municipalities is None or own in each.municipalities]
    return page_of_list(request, [_told(each) for each in reversed(shown)], query)


@router.get("/forecasts/{id}", auth=_RESULTS, response=Forecast)
def forecast(request: HttpRequest, id: Path[Text]) -> Any:
    return _told(_named(request, id))


@router.get("/forecasts/{id}/table", auth=_RESULTS, response=ForecastTable)
def forecast_table(request: HttpRequest, id: Path[Text], query: Query[Split]) -> Any:
    found, own = _named(request, id), _own(request)
    by = list(dict.fromkeys([*(["municipality"] if own else []), *query.by]))
    table = found.table(by, query.total)
    if own:
        table = table.filter(pc.equal(table["municipality"], own))
    return {**page_of_table(request, table, query), "header": dict(found.headers[spoken()])}


def _shelf() -> Shelf:
    return Shelf(store.folder() / "forecasts")


def _named(request: HttpRequest, id: str) -> Stored:
    """The forecast of an id, when it is of the municipality of the one who asks."""
    own = _own(request)
    for each in _shelf().all():
        if each.id == id and (not own or each.municipalities is None or own in each.municipalities):
            return each
    raise Http404


def _own(request: HttpRequest) -> str:
    user: Any = request.user
    return str(user.municipality)


def _told(each: Stored) -> dict[str, Any]:
    asked = each.asked
    return {
        "id": each.id,
        "name": each.name,
        "made": each.made,
        "snapshot": each.snapshot,
        "known_at": asked.known_at.isoformat(),
        "first": str(asked.first),
        "last": str(asked.last),
        "draws": asked.draws,
        "seed": asked.seed,
        "municipalities": None if each.municipalities is None else list(each.municipalities),
        "overrides": [override.to_mapping() for override in asked.assumptions.overrides],
        "header": dict(each.headers[spoken()]),
    }
