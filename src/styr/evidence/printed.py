# SPDX-License-Identifier: EUPL-1.2
"""A printed number by its reference: `000/modtagere-2017`, or a cell `003/tabel-2-1[Personlig støtte;Ændring]`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from styr.evidence.errors import Refused, not_found
from styr.evidence.published import Number
from styr.evidence.shipped import figure, tables

_CELL = re.compile(r"(?P<table>[^\[]+)\[(?P<row>[^;]*);(?P<column>[^\]]*)\]")


@dataclass(frozen=True)
class Printed:
    """What those who hold something against a printed number need: value and the weight of its last digit that counts,
    in the number's own unit; the hedge (about, nearly, just_over, more_than, …; empty when there is none); document
    and line."""

    value: float
    digit: float
    hedge: str
    source: str


def printed(reference: str) -> Printed:
    """The shipped number a reference names. Raises Refused with the nearest references, or when it is missing."""
    found = _CELL.fullmatch(reference)
    if found:
        number, document, line = _cell(found)
    else:
        named = figure(reference)
        number, document, line = named.number, named.document, named.line
    if number.value is None:
        raise Refused("not_printed", reference=reference, missing=number.missing)
    return Printed(float(number.value), float(number.step), number.hedge or "", f"{document} l.{line}")


def _cell(found: re.Match[str]) -> tuple[Number, str, int]:
    if found["table"] not in tables():
        raise not_found("unknown_table", found["table"], tables())
    table = tables()[found["table"]]
    rows = {line.label: place for place, line in enumerate(table.rows)}
    columns = {line.label: place for place, line in enumerate(table.columns)}
    for key, label, known in (("unknown_row", found["row"], rows), ("unknown_column", found["column"], columns)):
        if label not in known:
            raise not_found(key, label, known, table=found["table"])
    row = table.rows[rows[found["row"]]]
    place = row.place or table.place
    return table.cells[rows[found["row"]]][columns[found["column"]]], table.document, place.first
