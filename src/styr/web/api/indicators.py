# SPDX-License-Identifier: EUPL-1.2
"""The catalogue of indicators, and an indicator asked: on the latest snapshot, always with disclosure control."""

from __future__ import annotations

from functools import partial
from math import isfinite
from typing import Annotated, Any

import pyarrow as pa
from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from styr.register.snapshot import Snapshot
from styr.statistics import Indicator, Result, count
from styr.statistics import indicators as catalogue
from styr.statistics.commands.asking import read_conditions
from styr.web.activity.asked import MOST_DIMENSIONS, header_of
from styr.web.activity.pages import indicator_named
from styr.web.api.bearer import token
from styr.web.api.paging import Paged, Paging, Text, page_of_list
from styr.web.api.problems import Problem
from styr.web.api.shapes import page_shape
from styr.web.keeping import kept
from styr.web.languages import spoken
from styr.web.roles import Permission
from styr.web.snapshots import latest

router = Router()
_RESULTS = token(Permission.SEE_RESULTS)
Cell = str | int | float | bool | None
Year = Annotated[int, Field(ge=1900, le=2200)]
Words = Annotated[list[Text], Field(max_length=10)]


class Described(Schema):
    """An indicator of the catalogue."""

    key: str
    title: str
    unit: str
    rule: str = Field(description="How it is counted")
    not_said: str | None = Field(description="What the number does not say")
    family: str
    kind: str
    dimensions: list[str] = Field(description="What it can be split and narrowed by")


CataloguePage: Any = page_shape("Indicators", Described)


class Asked(Paging):
    """What an indicator is asked."""

    by: Annotated[list[Text], Field(max_length=MOST_DIMENSIONS)] = Field([], description="Dimensions to split by")
    where: Words = Field([], description="Conditions, each DIMENSION=VALUE[,VALUE]")
    from_year: Year | None = Field(None, alias="from", description="First year")
    to_year: Year | None = Field(None, alias="to", description="Last year")
    on: Annotated[str, Field(pattern=r"^([0-1][0-9]-[0-3][0-9])?$")] = Field(
        "", description="Day on which a stock is taken, MM-DD"
    )
    acting: bool = Field(False, description="By acting, not paying, municipality")


class Header(Schema):
    """What the numbers are: without it they say nothing."""

    indicator: str
    title: str
    unit: str
    rule: str
    source: str
    snapshot: str
    known_at: str
    municipality: str
    price_level: str | None
    generated: bool = Field(description="Whether the data is generated, and says nothing of real citizens")
    caveats: list[str]


class Answer(Paged):
    """A page of an indicator's answer: a row for each cell, hidden ones without a value."""

    header: Header
    items: list[dict[str, Cell]] = Field(description="The dimensions, value, n, lower, upper, suppressed and so on")


@router.get("/indicators", auth=_RESULTS, response=CataloguePage)
def indicators(request: HttpRequest, query: Query[Paging]) -> Any:
    return page_of_list(request, [_described(each) for each in catalogue()], query)


@router.get("/indicators/{key}", auth=_RESULTS, response=Described)
def indicator(request: HttpRequest, key: Path[Text]) -> Any:
    return _described(indicator_named(key))


@router.get("/indicators/{key}/answer", auth=_RESULTS, response=Answer)
def answer(request: HttpRequest, key: Path[Text], query: Query[Asked]) -> Any:
    chosen, known = indicator_named(key), latest().snapshot
    if known is None:
        raise Problem("no_snapshot")
    result = _answer(known, chosen.key, query)
    return {**page_of_table(request, result.table, query), "header": header_of(result, spoken())}


def page_of_table(request: HttpRequest, table: pa.Table, paging: Paging) -> dict[str, Any]:
    """A page of a table's rows as JSON has them: what is no number is null, days are texts."""
    page = page_of_list(request, range(table.num_rows), paging)
    wanted = page["items"]
    rows = table.slice(wanted.start, len(wanted)).to_pylist()
    return {**page, "items": [{name: _cell(value) for name, value in row.items()} for row in rows]}


def _answer(known: Snapshot, key: str, query: Asked) -> Result:
    make = partial(
        count, known, key, tuple(dict.fromkeys(query.by)), query.from_year, query.to_year, on=query.on or None,
        where=read_conditions(query.where), acting=query.acting,
    )  # fmt: skip
    asked = query.model_dump(exclude={"limit", "after"})
    return kept(("api", known.id, key, repr(asked)), make)


def _cell(value: Any) -> Cell:
    if isinstance(value, float):
        return value if isfinite(value) else None
    return value if value is None or isinstance(value, (str, int, bool)) else str(value)


def _described(each: Indicator) -> dict[str, Any]:
    language = spoken()
    return {
        "key": each.key,
        "title": each.title[language],
        "unit": each.unit[language],
        "rule": each.rule[language],
        "not_said": each.not_said[language] if each.not_said else None,
        "family": each.family,
        "kind": each.kind,
        "dimensions": list(each.dimensions),
    }
