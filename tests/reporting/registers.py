# SPDX-License-Identifier: EUPL-1.2
"""Snapshots drawn as text: a line is a group of alike citizens with one grant each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
from drawn import cells

from styr.register.schema import arrow_schema
from styr.register.snapshot import DeliveryMark, Snapshot, write_snapshot

KNOWN_AT = date(2019, 12, 31)


def snapshot(folder: Path, groups: str | None, *, generated: bool = False, **tables: str) -> Snapshot:
    """A snapshot of groups (columns citizens, born, payer, provision, start, end, price, and department if any) and
    of further tables, each drawn with the columns of the exchange format."""
    drawn = (_register(groups) if groups else {}) | {name: _frame(drawing) for name, drawing in tables.items()}
    return write_snapshot(
        folder,
        lambda table: _typed(drawn, table),
        known_at=KNOWN_AT,
        generated=generated,
        deliveries=(DeliveryMark(1, "2019-12-31T00:00:00+01:00", "ab" * 32),),
    )


def population(municipalities: Mapping[str, int], years: range = range(2015, 2020)) -> str:
    """So many 40-year-old men in each municipality each year."""
    rows = [f"{year}|{code}|40|M|{persons}" for year in years for code, persons in municipalities.items()]
    return "\n".join(["year|municipality|age|sex|persons", *rows])


def _register(groups: str) -> dict[str, pl.DataFrame]:
    rows = _frame(groups).with_row_index("group")
    people = rows.select(pl.exclude("citizens"), one=pl.int_ranges(pl.col("citizens").cast(pl.Int64))).explode("one")
    people = people.with_columns(
        citizen_id=pl.format("c{}-{}", "group", "one"), grant_id=pl.format("g{}-{}", "group", "one")
    )
    citizens = people.select("citizen_id", birth_date="born", sex=pl.lit("M"), municipality="payer")
    place = {"department_id": "department"} if "department" in people.columns else {}
    grants = people.select(
        "grant_id", "citizen_id", "provision", "price", paying_municipality="payer", price_unit=pl.lit("day"),
        start_date="start", end_date="end", **place,
    )  # fmt: skip
    return {"citizens": citizens, "grants": grants}


def _frame(drawing: str) -> pl.DataFrame:
    head, *rows = cells(drawing)
    rows = [row + [""] * (len(head) - len(row)) for row in rows]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(head, pl.String), orient="row")
    return frame.with_columns(pl.all().replace("", None))


def _typed(drawn: Mapping[str, pl.DataFrame], table: str) -> pa.Table:
    schema = arrow_schema(table)
    if table not in drawn:
        return schema.empty_table()
    rows = drawn[table].to_arrow()
    columns = [
        rows.column(field.name).cast(pa.string()).cast(field.type)
        if field.name in rows.column_names
        else pa.nulls(rows.num_rows, field.type)
        for field in schema
    ]
    return pa.table(columns, schema=schema)
