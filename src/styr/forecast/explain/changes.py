# SPDX-License-Identifier: EUPL-1.2
"""A change between two forecasts as tables: by cause and dimensions, and down to the single grant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from styr.forecast.explain.causes import CAUSES, Parts
from styr.forecast.explain.guarding import guarded
from styr.forecast.months import Month, months_between
from styr.forecast.result import ForecastHeader, Measure, Total
from styr.forecast.said import explained
from styr.statistics.result import as_arrow

_ROUNDING = 1e-6  # DKK that sums of the same numbers in another order differ by
#: Causes that are of a cell as a whole: every citizen with a grant in it is behind them.
_OF_CELLS = ("history", "override", "bridge")


@dataclass(frozen=True)
class Parted:
    """One municipality's change: labels of its cells, the parts by row and month, the measure then and now (cells,
    months), and the citizens behind rows (cell, key, person)."""

    municipality: str
    region: str
    cells: pl.DataFrame
    parts: Parts
    totals: tuple[np.ndarray, np.ndarray]
    months: tuple[Month, Month]
    people: pl.DataFrame


@dataclass(frozen=True)
class Change:
    """Why a forecast is another than the one made since an earlier day."""

    parted: tuple[Parted, ...] = field(repr=False)
    by: tuple[str, ...]
    total: Total
    measure: Measure
    made: ForecastHeader
    since: date
    earlier_snapshot: str
    ids: pl.DataFrame = field(repr=False)

    @property
    def header(self) -> ForecastHeader:
        """What the change is of."""
        return replace(self.made, header=explained(self.made.header, self.since))

    def to_mapping(self, language: str = "da") -> dict[str, Any]:
        """The header as plain values in one language, for files and pages."""
        said = self.header.to_mapping(language)
        return {**said, "since": self.since.isoformat(), "earlier_snapshot": self.earlier_snapshot}

    def table(self, *, disclosure_control: bool = True) -> pa.Table:
        """The period (month or year), the dimensions, cause, change, earlier and now (DKK): a row for each cause, whose
        changes add up to now - earlier. Cells and causes with few citizens behind, and what they could be worked out
        from, have no numbers and are marked in `suppressed`."""
        keys = [self.total, *self.by]
        rows = pl.concat([_parts_by_period(each, self.total) for each in self.parted])
        sums = self._in_cells(rows).group_by([*keys, "cause"]).agg(pl.col("change").sum())
        totals = pl.concat([_totals_by_period(each, self.total) for each in self.parted])
        cells = self._in_cells(totals).group_by(keys).agg(pl.col("earlier", "now").sum())
        whole = cells.join(pl.DataFrame({"cause": CAUSES}), how="cross")
        table = whole.join(sums, on=[*keys, "cause"], how="left", nulls_equal=True)
        table = table.with_columns(pl.col("change").fill_null(0.0))
        if disclosure_control:
            table = self._guarded(table)
        order = pl.col("cause").replace_strict({cause: place for place, cause in enumerate(CAUSES)})
        hidden = ["suppressed"] if "suppressed" in table.columns else []
        table = table.sort(*keys, order, nulls_last=True)
        return as_arrow(table.select(*keys, "cause", "change", "earlier", "now", *hidden))

    def by_grant(self) -> pa.Table:
        """The parts down to the single grant, for those who may see it: the period, the dimensions, cause, grant_id (of
        pools and of what is no grant's: null) and change."""
        rows = pl.concat([_parts_by_period(each, self.total, single=True) for each in self.parted])
        rows = self._in_cells(rows).join(self.ids, on="key", how="left")
        keys = [self.total, *self.by, "cause", "grant_id"]
        sums = rows.group_by(keys).agg(pl.col("change").sum()).filter(pl.col("change").abs() > _ROUNDING)
        return as_arrow(sums.select(*keys, "change").sort(keys, nulls_last=True))

    def _in_cells(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with the dimensions asked for; one of several target groups stands in each."""
        if "target_group" in self.by:
            return rows.with_columns(target_group=pl.col("target_groups")).explode("target_group")
        return rows

    def _guarded(self, table: pl.DataFrame) -> pl.DataFrame:
        people = self._in_cells(pl.concat([_people(each) for each in self.parted]))
        size = table.group_by(*self.by, "cause").agg(numerator=pl.col("change").abs().sum())
        return guarded(table, size, people, self.by)


def _periods(each: Parted, total: Total) -> tuple[list[str | int], np.ndarray]:
    """The periods, and which months (rows) are in each (columns)."""
    months = months_between(*each.months)
    of: list[str | int] = [str(month) if total == "month" else month.year for month in months]
    periods = list(dict.fromkeys(of))
    return periods, np.array([[each_of == period for period in periods] for each_of in of], dtype=float)


def _long(each: Parted, total: Total, columns: Mapping[str, Any], values: Mapping[str, np.ndarray]) -> pl.DataFrame:
    """Rows (cell and other columns) and their numbers by month, as a row for each period."""
    periods, sums = _periods(each, total)
    rows = pl.DataFrame(columns).with_row_index("_row")
    rows = rows.join(pl.DataFrame({total: periods}), how="cross", maintain_order="left_right")
    rows = rows.with_columns(pl.Series(name, (numbers @ sums).ravel()) for name, numbers in values.items())
    return rows.drop("_row").join(_labels(each), on="cell", how="left")


def _labels(each: Parted) -> pl.DataFrame:
    labels = each.cells.with_row_index("cell").with_columns(pl.col("cell").cast(pl.Int64))
    return labels.with_columns(municipality=pl.lit(each.municipality), region=pl.lit(each.region))


def _parts_by_period(each: Parted, total: Total, *, single: bool = False) -> pl.DataFrame:
    parts = each.parts
    change = parts.change
    columns = {"cell": parts.cell, "cause": pl.Series(parts.cause.astype(str).tolist(), dtype=pl.String)}
    if single:
        return _long(each, total, {**columns, "key": pl.Series(parts.key, dtype=pl.UInt64)}, {"change": change})
    rows = pl.DataFrame(columns)
    groups = rows.unique(maintain_order=True).with_row_index("_to")
    to = rows.join(groups, on=["cell", "cause"], how="left", maintain_order="left")["_to"].to_numpy()
    summed = np.zeros((groups.height, change.shape[1]))
    np.add.at(summed, to, change)
    return _long(each, total, {name: groups[name] for name in columns}, {"change": summed})


def _totals_by_period(each: Parted, total: Total) -> pl.DataFrame:
    then, now = each.totals
    return _long(each, total, {"cell": np.arange(len(then))}, {"earlier": then, "now": now})


def _people(each: Parted) -> pl.DataFrame:
    """The citizens behind each cell and cause: of a cell as a whole, all with a grant in it."""
    parts = each.parts
    rows = pl.DataFrame(
        {"cell": parts.cell, "cause": parts.cause.astype(str).tolist(), "key": parts.key},
        schema={"cell": pl.Int64, "cause": pl.String, "key": pl.UInt64},
    )
    found = rows.join(each.people, on=["cell", "key"]).select("cell", "cause", "person")
    whole = pl.DataFrame({"cause": [cause for cause in CAUSES if cause in _OF_CELLS]})
    everyone = each.people.select("cell", "person").unique().join(whole, how="cross").select("cell", "cause", "person")
    return pl.concat([found, everyone]).unique().join(_labels(each), on="cell", how="left")
