# SPDX-License-Identifier: EUPL-1.2
"""Registers and questions drawn at random by Hypothesis, for laws that hold whatever the register and the question.

Registers follow the exchange format as it is declared (types, keys, references, periods that may not overlap), so a new
table is drawn as soon as it is there. Days gather where rules turn: year ends, month ends, leap days, the known-at day.
Questions are of an indicator as the catalogue declares it: some of its dimensions, conditions and options.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import strategies as st

from styr.register.schema import arrow_schema
from styr.register.snapshot import Snapshot, write_snapshot
from styr.statistics.catalogue import Indicator, dimension
from styr.vocabulary import codelist
from styr.vocabulary.exchange import Column, Table, tables

Row = dict[str, Any]
Register = dict[str, list[Row]]

KNOWN_AT = date(2020, 2, 20)
YEARS = (2019, 2020)
#: Fewest and most rows of a table; 1 to 3 where nothing is said.
ROWS = {
    "citizens": (3, 4), "grants": (4, 8), "postings": (3, 8), "places": (2, 5), "target_groups": (2, 6),
    "cases": (2, 4), "case_events": (4, 9), "inspections": (2, 6), "staff": (2, 5), "budgets": (2, 5),
    "diagnoses": (2, 4), "income_bases": (2, 5), "tariffs": (2, 4), "delivered_hours": (2, 4),
}  # fmt: skip
#: A grant that ended long ago, so that a register is known to tell of grants that end, from 2013 on.
ENDED = {"grant_id": "ended", "start_date": date(2013, 3, 1), "end_date": date(2013, 9, 30)}
#: Few codes of each list, so that rows meet: of one group, of two, with a finer and its main group.
CODES = {
    "provision": ("SEL-107", "SEL-108", "SEL-85", "SEL-104", "SEL-52-3-2"),
    "provision_group": ("residential", "temporary_residential", "support_at_home"),
    "municipality": ("101", "461", "810"),
    "region": ("1083", "1084"),
    "target_group": ("mental", "mental.anxiety", "mental.depression", "social", "developmental.autism"),
    "function": ("5.38.50", "5.38.52", "5.38.42", "5.28.21"),
    "grouping": ("001", "002", "092", "999"),
    "diagnosis_group": ("autism", "adhd"),
    "stage": ("enquiry", "assessment", "decision", "start"),
}
#: Columns whose values are drawn from a few, whatever their type says.
VALUES: dict[tuple[str, str], Sequence[Any]] = {
    ("citizens", "birth_date"): (
        date(2001, 12, 31), date(2002, 2, 28), date(1996, 2, 29), date(1950, 6, 6), date(2019, 7, 1), date(2000, 5, 5),
    ),
    ("diagnoses", "icd10"): ("F84", "DF840", "F90.0", "J45"),
    ("diagnoses", "date"): (date(2015, 2, 20), date(2014, 12, 31), date(2015, 1, 1), date(2019, 12, 31), KNOWN_AT),
    ("postings", "amount"): (Decimal("100"), Decimal("-100"), Decimal("0.10"), Decimal("0.20"), Decimal("-0.30"),
                             Decimal("1234.56"), Decimal("0")),
    ("price_indices", "series"): ("pl",),
    ("inspections", "theme"): (1, 2),
    ("tariffs", "service"): ("stay", "extra"),
    ("offers", "operator_code"): ("101", "461", "1084", "12345678"),
}  # fmt: skip
#: Columns that are as often empty as not.
OFTEN_EMPTY = ("death_date", "citizen_id", "closed")
AGES = (0, 17, 18, 24, 30, 64, 65, 66, 67, 80, 110)

turns = st.sampled_from([date(2019, 1, 1), date(2019, 12, 31), date(2020, 1, 31), date(2020, 2, 28), KNOWN_AT])
days = st.one_of(
    st.builds(lambda day, off: day + timedelta(days=off), turns, st.integers(-2, 2)),
    st.dates(date(2018, 6, 1), date(2020, 3, 31)),
    st.dates(date(2014, 1, 1), date(2018, 12, 31)),
)


@st.composite
def registers(draw: st.DrawFn) -> Register:
    """A few rows of every table of the exchange format."""
    register: Register = {}
    for name, table in tables().items():
        if name == "population":
            register[name] = list(_population(draw(st.integers(1, 400))))
        elif name == "price_indices":
            register[name] = [
                {"series": "pl", "year": year, "value": draw(st.sampled_from([95.5, 100.0, 102.0, 110.25]))}
                for year in range(2014, 2021)
            ]
        else:
            fewest, most = ROWS.get(name, (1, 3))
            rows = draw(st.lists(_row(table, register), min_size=fewest, max_size=most))
            register[name] = list(_allowed(table, rows))
    register["grants"].append({**register["grants"][0], **ENDED})
    return register


@st.composite
def questions(draw: st.DrawFn, chosen: Indicator) -> dict[str, Any]:
    """The arguments of count for an indicator: some of its dimensions and options."""
    grants = chosen.subject.municipality in ("payer", "viewpoint")
    others = [key for key in chosen.dimensions if key not in ("year", "month", "date")]
    by = draw(st.lists(st.sampled_from(others), max_size=3, unique=True)) if others else []
    narrowing = draw(st.just([]) | st.lists(st.sampled_from(others), max_size=2, unique=True)) if others else []
    times = [("year",), ("year",), ("month",), ("year", "month"), ()]
    time = [key for key in draw(st.sampled_from(times)) if key in chosen.dimensions]
    groups = draw(st.sampled_from([None, "0-17,18-64,65+", "18-70"]))
    asked: dict[str, Any] = {
        "by": [*time, *by],
        "where": {key: words for key in narrowing if (words := draw(_words(key, groups)))},
        "age_groups": groups,
        "acting": grants and draw(st.booleans()),
        "price_level": draw(st.sampled_from([None, "pl:2019"])) if chosen.money else None,
        "net_of_refund": chosen.subject.table == "postings" and draw(st.sampled_from([False, False, True])),
    }
    years = draw(st.sampled_from([(None, None), YEARS, (2019, 2019), (2020, 2020)]))
    asked |= {"from_year": years[0], "to_year": years[1]}
    if chosen.kind == "stock" and "month" not in time:
        asked["on"] = draw(st.sampled_from([None, "02-20", "01-31"]))
    return asked


def written(register: Register, folder: Path) -> Snapshot:
    """A snapshot of a drawn register, known at KNOWN_AT."""

    def read(name: str) -> pa.Table:
        schema = arrow_schema(name)
        rows = [{column: row.get(column) for column in schema.names} for row in register.get(name, [])]
        return pa.Table.from_pylist(rows, schema=schema)

    return write_snapshot(folder, read, known_at=KNOWN_AT)


@st.composite
def _words(draw: st.DrawFn, key: str, groups: str | None) -> list[str]:
    """One or two values a dimension can be narrowed to."""
    found = dimension(key)
    known: Sequence[str] = found.values or (() if found.list is None else _codes(found.list))
    if key == "age_group":
        known = groups.split(",") if groups else ("18-24", "65-74")
    elif found.number:
        known = ("18", "30", "365")
    elif found.uppermost:
        known = [code for code in known if codelist(found.list or "")[code].parent is None]
    return draw(st.lists(st.sampled_from(known), min_size=1, max_size=3, unique=True)) if known else []


def _row(table: Table, register: Register) -> st.SearchStrategy[Row]:
    columns = {column.name: _values(table, column, register) for column in table}
    rows = st.fixed_dictionaries(columns)
    return rows.map(lambda row: _in_order(table, row))


def _values(table: Table, column: Column, register: Register) -> st.SearchStrategy[Any]:
    if (table.name, column.name) in VALUES:
        values: st.SearchStrategy[Any] = st.sampled_from(VALUES[table.name, column.name])
    elif column.refers:
        named, key = column.refers
        values = st.sampled_from([row[key] for row in register[named]])
    elif table.key == (column.name,):
        return st.none()  # numbered when the rows are there
    else:
        values = _of_type(column)
    if column.required:
        return values
    return st.one_of(st.none(), values) if column.name in OFTEN_EMPTY else st.one_of(values, values, st.none())


@cache
def _of_type(column: Column) -> st.SearchStrategy[Any]:
    low, high = column.min or 0, column.max if column.max is not None else 40
    of_type: dict[str, st.SearchStrategy[Any]] = {
        "code": st.deferred(lambda: st.sampled_from(_codes(column.list or ""))),
        "codes": st.deferred(lambda: _joined(_codes(column.list or "")[:3])),
        "date": days,
        "month": st.sampled_from([date(2019, 1, 1), date(2019, 12, 1), date(2020, 1, 1), date(2020, 2, 1)]),
        "year": st.sampled_from(YEARS),
        "integer": st.integers(int(low), min(int(high), 12)),
        "quantity": st.sampled_from([each for each in (0.0, 1.0, 2.5, 4.0, 20.0, 37.0) if low <= each <= high]),
        "money": st.sampled_from([Decimal("100"), Decimal("0.07")]) | st.decimals(low, 5000, places=2),
        "boolean": st.booleans(),
    }
    return of_type.get(column.type, st.sampled_from(["a", "b"]))


def _joined(codes: Sequence[str]) -> st.SearchStrategy[str]:
    """One code, or two joined as a flexible place has them."""
    some = st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True)
    return some.map(lambda chosen: "|".join(sorted(chosen)))


def _codes(name: str) -> Sequence[str]:
    return CODES.get(name) or codelist(name).codes[:4]


def _in_order(table: Table, row: Row) -> Row:
    """A row whose period begins before it ends."""
    if table.period:
        first, last = table.period
        if row[first] is not None and row[last] is not None and row[first] > row[last]:
            return {**row, first: row[last], last: row[first]}
    return row


def _allowed(table: Table, rows: list[Row]) -> Iterator[Row]:
    """The rows that may stand together: no key twice, no overlap where none is allowed."""
    seen: dict[tuple[Any, ...], Row] = {}
    for number, drawn in enumerate(rows, 1):
        row = {**drawn, table.key[0]: f"{table.name[0]}{number}"} if len(table.key) == 1 else drawn
        key = tuple(row[column] for column in table.key)
        if key not in seen and not any(_overlap(table, row, other) for other in seen.values()):
            seen[key] = row
            yield row


def _overlap(table: Table, row: Row, other: Row) -> bool:
    if not table.no_overlap or any(row[key] != other[key] for key in table.no_overlap):
        return False
    first, last = table.period or ("", "")
    return bool(row[first] <= (other[last] or date.max) and other[first] <= (row[last] or date.max))


def _population(persons: int) -> Iterator[Row]:
    """Inhabitants of every municipality drawn from, in every year and sex, of the ages where age groups turn."""
    for year in range(2014, 2021):
        for place, municipality in enumerate(CODES["municipality"]):
            for age in AGES:
                for sex in ("K", "M"):
                    count = persons * (place + 1) + age + (year - 2014) + (sex == "K")
                    yield {"year": year, "municipality": municipality, "age": age, "sex": sex, "persons": count}
