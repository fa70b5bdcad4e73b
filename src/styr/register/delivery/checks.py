# SPDX-License-Identifier: EUPL-1.2
"""Checks across rows: keys, periods, lives, references and overlaps, within a delivery and against the register."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from styr.register.delivery.findings import Rejections, Warning
from styr.register.delivery.reading import ROW, TableRead
from styr.vocabulary.exchange import Column, Table

Stored = Callable[[str, tuple[str, ...]], pl.DataFrame]
"""Gives columns of a table as the register knows them at the delivery's moment; empty when it knows none."""

_NEVER = date(9999, 12, 31)


def check_rows(
    read: TableRead,
    accepted: Mapping[str, pl.DataFrame],
    coming: Mapping[str, pl.DataFrame],
    stored: Stored,
    rejections: Rejections,
) -> pl.DataFrame:
    """The rows of a table that stand; the others go to rejections. accepted holds the rows that stand of the tables
    it refers to, coming the rows of the delivery's tables that are checked after it."""
    table, rows = read.table, read.rows
    for check in (_duplicate_keys, _periods, _references, _lives, _stored_grants, _overlaps):
        if rows.is_empty():
            break
        faulty = check(_Checked(read, rows, accepted, coming, stored, rejections))
        rows = rows.filter(~pl.Series(faulty).fill_null(False)) if faulty is not None else rows
    if rows.height < read.rows.height:
        fallen = read.rows.join(rows.select(ROW), on=ROW, how="anti")
        texts = fallen.select(pl.exclude(ROW).cast(pl.String), ROW)
        read.rejected = pl.concat([read.rejected, texts], how="diagonal").sort(ROW)
    return rows.select(list(table.columns)) if set(table.columns) <= set(rows.columns) else rows.drop(ROW)


class _Checked:
    """The rows of a table under check, and what they are checked against."""

    def __init__(
        self,
        read: TableRead,
        rows: pl.DataFrame,
        accepted: Mapping[str, pl.DataFrame],
        coming: Mapping[str, pl.DataFrame],
        stored: Stored,
        rejections: Rejections,
    ) -> None:
        self.read, self.rows, self.accepted, self.coming = read, rows, accepted, coming
        self.stored, self.rejections = stored, rejections

    @property
    def table(self) -> Table:
        return self.read.table

    def reject(self, faulty: pl.Series, column: str, kind: str, expected: str | pl.Series = "") -> pl.Series:
        """Reject the rows of a mask; returns the mask."""
        faulty = faulty.fill_null(False)
        values = self.rows[column] if column in self.rows.columns else pl.Series([""] * 0)
        self.rejections.add(
            self.rows[ROW].filter(faulty),
            file=self.read.file,
            table=self.table.name,
            column=column,
            kind=kind,
            values=values.filter(faulty) if len(values) else None,
            expected=expected if isinstance(expected, str) else expected.filter(faulty),
            hide=column in self.table.columns and self.table.columns[column].type == "citizen",
        )
        return faulty

    def warn(self, count: int, column: str, kind: str) -> None:
        if count:
            self.read.warnings.append(Warning(kind, self.read.file, column, count))

    def known(self, table: str, columns: tuple[str, ...]) -> pl.DataFrame:
        """Rows of a table as they will be known when the delivery is taken: delivered ones before stored ones."""
        was = self.stored(table, columns)
        delivered = self.accepted.get(table)
        if delivered is None:
            return was
        blank = [pl.lit(None, was.schema[name]).alias(name) for name in columns if name not in delivered.columns]
        now = delivered.with_columns(blank).select(columns)
        return pl.concat([now, was.join(now, on=columns[0], how="anti")], how="vertical_relaxed") if was.height else now


def _duplicate_keys(on: _Checked) -> pl.Series | None:
    """Rows of one key: of rows that say the same the first stands, of rows that differ none can."""
    key = [name for name in on.table.key if name in on.rows.columns]
    twice = (
        on.rows.select(pl.struct(key).is_duplicated()).to_series() if len(key) > 1 else on.rows[key[0]].is_duplicated()
    )
    if not twice.any():
        return None
    said = [name for name in on.rows.columns if name != ROW]
    among = on.rows.filter(twice)
    marked = among.with_columns(
        first=pl.col(ROW).min().over(key),
        sayings=pl.struct(said).n_unique().over(key),
    ).filter((pl.col("sayings") > 1) | (pl.col(ROW) != pl.col("first")))
    faulty = on.rows[ROW].is_in(marked[ROW].implode())
    other = on.rows.select(ROW, *key).with_columns(
        expected="rows "
        + pl.col(ROW).min().over(key).cast(pl.String)
        + ", "
        + pl.col(ROW).max().over(key).cast(pl.String)
    )["expected"]
    return on.reject(faulty, key[0], "duplicate_key", other)


def _periods(on: _Checked) -> pl.Series | None:
    names = set(on.rows.columns)
    faulty = pl.Series([False]).new_from_index(0, on.rows.height)
    if on.table.period and set(on.table.period) <= names:
        start, end = on.table.period
        early = on.rows[end] < on.rows[start]
        faulty = faulty | on.reject(early, end, "end_before_start", _between(on.rows, start, end))
    if {"birth_date", "death_date"} <= names:
        early = on.rows["death_date"] < on.rows["birth_date"]
        faulty = faulty | on.reject(
            early, "death_date", "death_before_birth", _between(on.rows, "birth_date", "death_date")
        )
    if {"start_date", "expected_end_date"} <= names:
        early = (on.rows["expected_end_date"] < on.rows["start_date"]).fill_null(False)
        on.warn(int(early.sum()), "expected_end_date", "expected_end_before_start")
    return faulty


def _references(on: _Checked) -> pl.Series | None:
    faulty = pl.Series([False]).new_from_index(0, on.rows.height)
    for column in on.table.references:
        if column.name in on.rows.columns:
            faulty = faulty | _unknown(on, column)
    return faulty


def _unknown(on: _Checked, column: Column) -> pl.Series:
    assert column.refers is not None
    table, name = column.refers
    values = on.rows.select(pl.col(column.name).alias(name), ROW).drop_nulls(name)
    delivered = on.accepted.get(table)
    if delivered is not None:
        values = values.join(delivered, on=name, how="anti")
    if values.height:
        values = values.join(on.stored(table, (name,)), on=name, how="anti")
    faulty = on.rows[ROW].is_in(values[ROW].implode())
    return on.reject(faulty, column.name, "unknown_reference", table)


def _lives(on: _Checked) -> pl.Series | None:
    """A grant lies within its citizen's life."""
    if on.table.name != "grants":
        return None
    citizens = on.known("citizens", ("citizen_id", "birth_date", "death_date"))
    lives = on.rows.select("citizen_id", "start_date", *({"end_date"} & set(on.rows.columns))).join(
        citizens, on="citizen_id", how="left", maintain_order="left"
    )
    if "end_date" not in lives.columns:
        lives = lives.with_columns(end_date=pl.lit(None, pl.Date))
    born_after = on.reject(
        lives["start_date"] < lives["birth_date"],
        "start_date",
        "birth_after_grant",
        _between(lives, "start_date", "birth_date"),
    )
    past = pl.max_horizontal("start_date", "end_date") > pl.col("death_date")
    after = lives.select(past.fill_null(False)).to_series()
    after = on.reject(after & ~born_after, "end_date", "outside_life", lives["death_date"].dt.strftime("† %Y-%m-%d"))
    still_open = lives["end_date"].is_null() & lives["death_date"].is_not_null() & ~after
    on.warn(int(still_open.sum()), "end_date", "open_after_death")
    return born_after | after


def _stored_grants(on: _Checked) -> pl.Series | None:
    """A citizen whose birth or death is news does not leave grants the register holds outside their life, unless the
    delivery has these grants too."""
    if on.table.name != "citizens":
        return None
    life = ("citizen_id", "birth_date", "death_date")
    now = on.rows.select(*({*life, ROW} & set(on.rows.columns)))
    was = on.stored("citizens", life)
    if "death_date" not in now.columns:
        now = now.with_columns(death_date=pl.lit(None, pl.Date))
    met = now.join(was, on="citizen_id", suffix="_was")
    news = met.filter(
        (pl.col("birth_date") > pl.col("birth_date_was"))
        | (pl.col("death_date") < pl.col("death_date_was").fill_null(_NEVER))
    )
    if news.is_empty():
        return None
    grants = on.stored("grants", ("grant_id", "citizen_id", "start_date", "end_date"))
    if (delivered := on.coming.get("grants")) is not None:
        grants = grants.join(delivered, on="grant_id", how="anti")
    met = news.join(grants, on="citizen_id")
    last = pl.max_horizontal("start_date", "end_date")
    early = met.filter(pl.col("start_date") < pl.col("birth_date"))
    late = met.filter(last > pl.col("death_date"))
    faulty = pl.Series([False]).new_from_index(0, on.rows.height)
    for rows, column, kind in (
        (early, "birth_date", "birth_after_stored"),
        (late, "death_date", "death_before_stored"),
    ):
        named = rows.group_by(ROW).agg(pl.col("grant_id").sort().first())
        first = on.rows.select(ROW).join(named, on=ROW, how="left", maintain_order="left")["grant_id"]
        faulty = faulty | on.reject(first.is_not_null() & ~faulty, column, kind, first)
    return faulty


def _overlaps(on: _Checked) -> pl.Series | None:
    """Periods of one owner that may not overlap: the later of two is rejected, a delivered one before a stored one."""
    if not on.table.no_overlap:
        return None
    owner, key = on.table.no_overlap[0], list(on.table.key)
    columns = tuple(dict.fromkeys((*key, "end_date")))
    mine = (
        on.rows.with_columns(pl.lit(None, pl.Date).alias("end_date")) if "end_date" not in on.rows.columns else on.rows
    )
    mine = mine.select(*columns, ROW)
    was = on.stored(on.table.name, columns)
    if was.height:
        was = was.join(mine, on=owner, how="semi").join(mine, on=key, how="anti")
    both = pl.concat(
        [mine, was.with_columns(pl.lit(None, pl.UInt32).alias(ROW)).select(mine.columns)], how="vertical_relaxed"
    )
    met = both.sort(owner, "start_date").with_columns(
        last=pl.col("end_date").fill_null(_NEVER).cum_max().shift(1).over(owner),
        before=pl.col("start_date").shift(1).over(owner),
        after=pl.when(pl.col(ROW).is_null()).then("start_date").backward_fill().shift(-1).over(owner),
    )
    over_earlier = pl.col("start_date") <= pl.col("last")
    over_stored = pl.col("end_date").fill_null(_NEVER) >= pl.col("after")
    met = met.filter((over_earlier | over_stored) & pl.col(ROW).is_not_null()).with_columns(
        other=pl.when(over_earlier).then("before").otherwise("after").dt.strftime("start %Y-%m-%d")
    )
    if met.is_empty():
        return None
    faulty = on.rows[ROW].is_in(met[ROW].implode())
    other = on.rows.select(ROW).join(met.select(ROW, "other"), on=ROW, how="left", maintain_order="left")["other"]
    return on.reject(faulty, "start_date", "overlap", other)


def _between(rows: pl.DataFrame, first: str, second: str) -> pl.Series:
    return rows.select(
        pl.lit(f"{first} ")
        + pl.col(first).dt.strftime("%Y-%m-%d")
        + f", {second} "
        + pl.col(second).dt.strftime("%Y-%m-%d")
    ).to_series()
