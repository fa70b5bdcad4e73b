# SPDX-License-Identifier: EUPL-1.2
"""Taking rows into the history of a table: which are new, which say something else than before, which nothing new.

Everything is decided in columns; the store is only told the outcome.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO

import polars as pl
from django.db.models import Max

from styr.register.columns import close_versions, insert_rows, read_columns
from styr.register.models import STORED, Confirmation, Delivery
from styr.vocabulary.exchange import Table


@dataclass(frozen=True)
class Counts:
    """What came of a table's rows."""

    new: int
    changed: int
    unchanged: int


def take_rows(table: Table, rows: pl.DataFrame, delivery: Delivery, standing: pl.DataFrame | None = None) -> Counts:
    """Add a delivery's rows to a table's history as of its known-at moment, in the current transaction.

    rows has the delivered columns of the table, one row per key. Columns not delivered are unknown. Rows that the
    delivery does not name stay as they were. standing may give the versions that stand of the rows' keys (id and the
    table's columns), when they are known: then the table is not read for them.
    """
    rows = _with_all_columns(table, rows).sort(table.key)
    name = STORED[table.name]._meta.db_table
    if _is_latest(delivery):
        if standing is None:
            stored = read_columns(name, list(table), extra=["id"], where="until_id IS NULL")
            standing = pl.DataFrame(pl.from_arrow(stored))
        parted = _part(table, rows, standing)
        insert_rows(name, _versions(parted.new, delivery.pk))
        close_versions(name, parted.changed["id"], delivery.pk)
        insert_rows(name, _versions(parted.changed.drop("id"), delivery.pk))
    else:
        parted = _take_late(table, rows, delivery)
    _confirm(table, delivery, parted.unchanged)
    return Counts(parted.new.height, parted.changed.height, len(parted.unchanged))


def polars_schema(table: Table, columns: Iterable[str]) -> dict[str, pl.DataType]:
    """The types in which columns of a table are taken in, as Polars names them."""
    return {name: _POLARS[table.columns[name].type]() for name in columns}


def known_rows_where(deliveries: Iterable[int]) -> str:
    """The SQL condition for the versions that are known from the deliveries of these numbers and no others."""
    listed = ",".join(map(str, deliveries)) or "-1"
    return f"since_id IN ({listed}) AND (until_id IS NULL OR until_id NOT IN ({listed}))"


@dataclass(frozen=True)
class _Parted:
    new: pl.DataFrame
    changed: pl.DataFrame  # with the id of the version each replaces
    unchanged: pl.Series  # ids of the versions that say the same


def _part(table: Table, rows: pl.DataFrame, versions: pl.DataFrame) -> _Parted:
    """Part rows by what the versions, at most one per key, say of the same key."""
    if versions.is_empty():
        return _Parted(rows, rows.clear().with_columns(id=pl.lit(0, pl.Int64)), pl.Series("id", [], pl.Int64))
    values = [column.name for column in table if column.name not in table.key]
    kinds = rows.schema
    versions = versions.with_columns(pl.col(name).cast(kinds[name]) for name in table.columns)
    met = rows.join(versions, on=list(table.key), how="left", nulls_equal=True, suffix="_was", maintain_order="left")
    same = pl.all_horizontal(pl.lit(True), *(pl.col(name).eq_missing(pl.col(f"{name}_was")) for name in values))
    was_known = pl.col("id").is_not_null()
    return _Parted(
        new=met.filter(~was_known).select(rows.columns),
        changed=met.filter(was_known & ~same).select(*rows.columns, "id"),
        unchanged=met.filter(was_known & same)["id"],
    )


def _take_late(table: Table, rows: pl.DataFrame, delivery: Delivery) -> _Parted:
    """Take a delivery older than others already taken: it speaks until the next one that spoke of the same row."""
    name = STORED[table.name]._meta.db_table
    versions = pl.DataFrame(pl.from_arrow(read_columns(name, list(table), extra=["id", "since_id", "until_id"])))
    order = _order_of_deliveries()
    here = order[delivery.pk]
    versions = versions.with_columns(
        since=pl.col("since_id").replace_strict(order, return_dtype=pl.Int64),
        until=pl.col("until_id").replace_strict(order, default=None, return_dtype=pl.Int64).fill_null(len(order)),
    )
    key = list(table.key)
    holding = versions.filter((pl.col("since") <= here) & (pl.col("until") > here))
    later = versions.filter(pl.col("since") > here).group_by(key).agg(pl.col("since").min().alias("next"))
    parted = _part(table, rows, holding.select("id", *table.columns))
    by_place = {place: pk for pk, place in order.items()}

    def ended(frame: pl.DataFrame, at: str) -> pl.DataFrame:
        ends = pl.col(at).replace_strict(by_place, default=None, return_dtype=pl.Int64)
        return frame.with_columns(until_id=ends)

    new = ended(parted.new.join(later, on=key, how="left", nulls_equal=True, maintain_order="left"), "next")
    insert_rows(name, _versions(new.select(*table.columns, "until_id"), delivery.pk))

    confirmed = _next_confirmations(table, versions, order, here)
    changed = parted.changed.join(holding.select("id", "until", "until_id"), on="id")
    changed = changed.join(confirmed, on=key, how="left", nulls_equal=True)
    resumed = changed.filter(pl.col("confirmed").is_not_null() & (pl.col("confirmed") < pl.col("until")))
    close_versions(name, changed["id"], delivery.pk)
    middle = ended(changed.with_columns(end=pl.min_horizontal("confirmed", "until")), "end")
    insert_rows(name, _versions(middle.select(*table.columns, "until_id"), delivery.pk))
    again = resumed.select("id", "confirmed", "until_id").join(holding.select("id", *table.columns), on="id")
    again = again.with_columns(since_id=pl.col("confirmed").replace_strict(by_place, return_dtype=pl.Int64))
    insert_rows(name, again.select(*table.columns, "since_id", "until_id"))
    return parted


def _next_confirmations(table: Table, versions: pl.DataFrame, order: Mapping[int, int], here: int) -> pl.DataFrame:
    """For each key, the place in order of the first later delivery that found it as it says itself.

    By key and not by version: where a late delivery has cut a version in two, both halves are what was confirmed.
    """
    parts = [pl.DataFrame(schema={"id": pl.Int64, "confirmed": pl.Int64})]
    for confirmation in Confirmation.objects.filter(table=table.name):
        place = order[confirmation.delivery_id]
        if place > here:
            ids = pl.read_ipc(BytesIO(bytes(confirmation.versions)))["id"]
            parts.append(pl.DataFrame({"id": ids, "confirmed": pl.Series([place]).new_from_index(0, len(ids))}))
    key = list(table.key)
    return pl.concat(parts).join(versions.select("id", *key), on="id").group_by(key).agg(pl.col("confirmed").min())


def _confirm(table: Table, delivery: Delivery, unchanged: pl.Series) -> None:
    if unchanged.is_empty():
        return
    packed = BytesIO()
    unchanged.sort().alias("id").to_frame().write_ipc(packed, compression="zstd")
    Confirmation.objects.create(delivery=delivery, table=table.name, versions=packed.getvalue())


def _order_of_deliveries() -> dict[int, int]:
    """The place of each taken delivery in the order of what was known when."""
    taken = Delivery.objects.filter(outcome=Delivery.Outcome.TAKEN).order_by("known_at", "pk")
    return {pk: place for place, pk in enumerate(taken.values_list("pk", flat=True))}


def _is_latest(delivery: Delivery) -> bool:
    others = Delivery.objects.filter(outcome=Delivery.Outcome.TAKEN).exclude(pk=delivery.pk)
    latest = others.aggregate(Max("known_at"))["known_at__max"]
    return latest is None or latest <= delivery.known_at


def _with_all_columns(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    missing = [
        pl.lit(column.default).cast(pl.Float64).alias(column.name)
        if column.default is not None
        else pl.lit(None, _POLARS[column.type]).alias(column.name)
        for column in table
        if column.name not in rows.columns
    ]
    return rows.with_columns(missing).select(list(table.columns))


_POLARS: dict[str, type[pl.DataType]] = {
    "id": pl.String,
    "citizen": pl.String,
    "text": pl.String,
    "code": pl.String,
    "codes": pl.String,
    "date": pl.Date,
    "month": pl.Date,
    "year": pl.Int32,
    "integer": pl.Int32,
    "quantity": pl.Float64,
    "money": pl.Float64,
    "boolean": pl.Boolean,
}


def _versions(rows: pl.DataFrame, delivery: int) -> pl.DataFrame:
    return rows.with_columns(since_id=pl.lit(delivery, pl.Int64))
