# SPDX-License-Identifier: EUPL-1.2
"""The fields of a form: what the exchange format says of the columns, as they are asked for on a page, and what the
register's checks say of what was written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import polars as pl
from django.http import HttpRequest

from styr import vocabulary
from styr.register.delivery.findings import message
from styr.register.delivery.pseudonym import FIT_TO_HIDE
from styr.register.models import Version
from styr.vocabulary.exchange import Column, tables
from styr.web.languages import spoken
from styr.web.words import say

LONGEST_REASON = 300
_INPUTS = {"date": "date", "month": "date", "code": "select", "codes": "several", "money": "number",
           "quantity": "number", "integer": "number", "boolean": "select"}  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A field as shown: name, label, kind of input (date, select, several, number, text, long, department), whether it
    must be filled, what stands in it, the choices of a select, what is wrong with it, and a hint."""

    name: str
    label: str
    kind: str
    required: bool
    value: str
    options: Sequence[tuple[str, str]] = ()
    problem: str = ""
    hint: str = ""

    @property
    def values(self) -> list[str]:
        """What stands in a field of several choices."""
        return self.value.split("|")


def fields(table: str, names: Iterable[str], texts: Mapping[str, str], problems: Mapping[str, str]) -> list[Field]:
    """The fields of some columns of a table."""
    columns = tables()[table].columns
    return [_field(columns[name], texts.get(name, ""), problems.get(name, "")) for name in names]


def texts_in(request: HttpRequest, names: Iterable[str]) -> dict[str, str]:
    """What was written in the fields; several choices of one field are joined by |."""
    return {name: "|".join(word.strip() for word in request.POST.getlist(name) if word.strip()) for name in names}


def texts_shown(version: Version, names: Iterable[str]) -> dict[str, str]:
    """A stored row as it stands in the fields: days as browsers want them, numbers as Danes write them."""
    shown = {}
    for name in names:
        value = getattr(version, name)
        if value is None:
            shown[name] = ""
        elif isinstance(value, bool):
            shown[name] = "ja" if value else "nej"
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
    return text_problem(why, LONGEST_REASON) if why else say("forms.reason_missing")


def text_problem(text: str, longest: int) -> str:
    """What is wrong with a text that is kept as it is written: too long, or with digits that may be a civil
    registration number, which is kept nowhere; empty when nothing is."""
    if may_hold_number(text):
        return say("forms.no_cpr")
    return say("forms.too_long", most=longest) if len(text) > longest else ""


def may_hold_number(text: str) -> bool:
    """Whether a text may hold a civil registration number, whole or damaged."""
    return re.search(FIT_TO_HIDE, text) is not None


def choices(kind: str) -> list[tuple[str, str]]:
    """The codes of a vocabulary list and their words; a provision is known by its paragraph as much as by its name."""
    known = vocabulary.codelist(kind)
    return [(term.code, _named(kind, term.code, known.name(term.code, spoken()))) for term in known]


def _field(column: Column, value: str, problem: str) -> Field:
    kind = "department" if column.name == "department_id" else _INPUTS.get(column.type, "text")
    options: list[tuple[str, str]] = []
    if column.list and kind in ("select", "several"):
        options = choices(column.list)
    elif column.type == "boolean":
        options = [("ja", say("forms.yes")), ("nej", say("forms.no"))]
    return Field(column.name, say(f"column.{column.name}"), kind, column.required, value, options, problem)


def _named(kind: str, code: str, name: str) -> str:
    law = vocabulary.codelist(kind)[code].law if kind == "provision" else None
    return f"{law} {name}" if law else name
