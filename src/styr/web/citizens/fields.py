# SPDX-License-Identifier: EUPL-1.2
"""The fields of a grant's form: what the exchange format says of the columns, as they are asked for on a page, and what
the register's checks say of what was written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl
from django.http import HttpRequest

from styr import vocabulary
from styr.register.delivery.findings import message
from styr.register.models import Department, Offer, Version
from styr.vocabulary.exchange import Column, tables
from styr.web.languages import spoken
from styr.web.words import say

GRANT = (
    "provision", "start_date", "end_date", "expected_end_date", "purpose", "department_id", "hours_per_week", "price",
    "price_unit", "paying_municipality", "acting_municipality", "decision_date",
)  # fmt: skip
PRICE = ("start_date", "price", "price_unit")
LONGEST_REASON = 300
_INPUTS = {"date": "date", "code": "select", "money": "number", "quantity": "number"}


@dataclass(frozen=True)
class Field:
    """A field as shown: name, label, kind of input (date, select, number, text, department), whether it must be filled,
    what stands in it, the choices of a select, and what is wrong with it."""

    name: str
    label: str
    kind: str
    required: bool
    value: str
    options: Sequence[tuple[str, str]]
    problem: str


def fields(table: str, names: Iterable[str], texts: Mapping[str, str], problems: Mapping[str, str]) -> list[Field]:
    """The fields of some columns of a table."""
    columns = tables()[table].columns
    return [_field(columns[name], texts.get(name, ""), problems.get(name, "")) for name in names]


def texts_in(request: HttpRequest, names: Iterable[str]) -> dict[str, str]:
    """What was written in the fields."""
    return {name: request.POST.get(name, "").strip() for name in names}


def texts_shown(version: Version, names: Iterable[str]) -> dict[str, str]:
    """A stored row as it stands in the fields: days as browsers want them, numbers as Danes write them."""
    shown = {}
    for name in names:
        value = getattr(version, name)
        if value is None:
            shown[name] = ""
        elif tables()[version._meta.verbose_name].columns[name].type in ("money", "quantity"):
            shown[name] = format(Decimal(str(value)).normalize(), "f").replace(".", ",")
        else:
            shown[name] = str(value)
    return shown


def problems_of(rejections: pl.DataFrame) -> dict[str, str]:
    """What the register's checks said, by column; the first of each."""
    said: dict[str, str] = {}
    for column, kind, expected in rejections.select("column", "kind", "expected").iter_rows():
        said.setdefault(column, message(kind, spoken()).format(expected=expected))
    return said


def reason_problem(why: str) -> str:
    """What is wrong with the reason given; empty when nothing is."""
    if not why:
        return say("citizens.reason_missing")
    return say("citizens.reason_long", most=LONGEST_REASON) if len(why) > LONGEST_REASON else ""


def departments() -> list[tuple[str, str]]:
    """Departments to choose among, by the offer they belong to: id, and names of offer and department."""
    offers = dict(Offer.objects.filter(until__isnull=True).values_list("offer_id", "name"))
    known = Department.objects.filter(until__isnull=True).values_list("department_id", "offer_id", "name")
    named = [(number, f"{offers.get(offer, '')}, {name}") for number, offer, name in known]
    return sorted(named, key=lambda each: each[1])


def _field(column: Column, value: str, problem: str) -> Field:
    kind = "department" if column.name == "department_id" else _INPUTS.get(column.type, "text")
    options: list[tuple[str, str]] = []
    if kind == "select" and column.list:
        language = spoken()
        known = vocabulary.codelist(column.list)
        options = [(term.code, _named(column.list, term.code, known.name(term.code, language))) for term in known]
    return Field(column.name, say(f"column.{column.name}"), kind, column.required, value, options, problem)


def _named(kind: str, code: str, name: str) -> str:
    """A provision is known by its paragraph as much as by its name."""
    law = vocabulary.codelist(kind)[code].law if kind == "provision" else None
    return f"{law} {name}" if law else name
