# SPDX-License-Identifier: EUPL-1.2
"""The folder kept forecasts lie in: what each was asked, what it says of itself, and its draws.

<shelf>/fc-…/forecast.json   what was asked, by which version, when, under which name, and the hashes of the draws
<shelf>/fc-…/draws.parquet   municipality, function, month, draws (DKK of net expenditure, float32, in the draws' order)
<shelf>/fc-…/behind.parquet  municipality, function (null: all), persons: how many citizens are behind
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from styr import vocabulary
from styr.forecast.adding import added
from styr.forecast.assumptions import Assumptions, Override
from styr.forecast.budget import BUDGETED
from styr.forecast.errors import Refused, part
from styr.forecast.forecasting import Asked
from styr.forecast.guard import groupings, hidden, without_hidden
from styr.forecast.months import Month
from styr.forecast.result import Draws, Total, summary
from styr.statistics.result import as_arrow

FORMAT = 1
RECORD, DRAWS, BEHIND = "forecast.json", "draws.parquet", "behind.parquet"


@dataclass(frozen=True)
class Stored:
    """A kept forecast. made: when, as an ISO moment; made_with: versions of what made it; hashes: of the draws, by
    municipality; headers: what it says of itself, by language."""

    id: str
    name: str
    made: str
    snapshot: str
    asked: Asked
    municipalities: tuple[str, ...] | None
    made_with: Mapping[str, str]
    hashes: Mapping[str, str]
    headers: Mapping[str, Mapping[str, Any]] = field(repr=False)
    folder: Path = field(repr=False)

    def draws(self, by: Sequence[str] = (), total: Total = "month") -> Draws:
        """Its draws of net expenditure by municipality, region and function (any of them)."""
        rows = pl.read_parquet(self.folder / DRAWS)
        parts = [_draws(part, by) for part in rows.partition_by("municipality", maintain_order=True)]
        found = added(parts, by)
        return found if total == "month" else _by_year(found)

    def table(self, by: Sequence[str] = (), total: Total = "month", *, disclosure_control: bool = True) -> pa.Table:
        """The table of INTERFACE from the kept draws; cells as the forecast's own table hides them."""
        if wrong := [name for name in by if name not in BUDGETED]:
            raise Refused("kept_not_by", word=wrong[0], known=", ".join(BUDGETED))
        table = pl.DataFrame(pl.from_arrow(summary(self.draws(by, total), total)))
        if disclosure_control:
            amounts = table.group_by(by).agg(amount=pl.col("mean").sum()) if by else table.select(amount="mean").sum()
            behind = {way: self._behind(way) for way in groupings(by)}
            table = without_hidden(table, hidden(amounts, behind, by, "net_expenditure"), by, [total])
        return as_arrow(table.sort(total, *by, nulls_last=True))

    def _behind(self, way: tuple[str, ...]) -> pl.DataFrame:
        rows = pl.read_parquet(self.folder / BEHIND)
        split = pl.col("function").is_not_null() if "function" in way else pl.col("function").is_null()
        rows = with_region(rows.filter(split))
        if not way:
            return rows.select(pl.col("persons").sum())
        return rows.group_by(list(way)).agg(pl.col("persons").sum())


@dataclass(frozen=True)
class Shelf:
    """Where kept forecasts lie."""

    folder: Path

    def all(self) -> list[Stored]:
        """Every kept forecast, the oldest first."""
        found = [opened(each.parent) for each in sorted(self.folder.glob(f"*/{RECORD}")) if each.parent.name[0] != "."]
        return sorted(found, key=lambda each: (each.made, each.id))

    def open(self, wanted: str) -> Stored:
        """The forecast of an id, of the beginning of one, or the newest of a name; raises CannotAnswer for none."""
        every = self.all()
        of_name = [each for each in every if each.name == wanted]
        of_id = [each for each in every if each.id.startswith(wanted)]
        if of_name:
            return of_name[-1]
        if len(of_id) != 1:
            known = ", ".join(f"{each.id} ({each.name})" for each in every[-10:]) or part("none_kept")
            raise Refused("several_kept_as" if of_id else "none_kept_as", wanted=wanted, known=known)
        return of_id[0]


def opened(folder: Path) -> Stored:
    """The kept forecast in a folder; raises CannotAnswer when it cannot be read."""
    try:
        raw = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        if raw["format"] != FORMAT:
            raise Refused("kept_by_another_version", folder=folder)
        return Stored(
            id=raw["id"],
            name=raw["name"],
            made=raw["made"],
            snapshot=raw["asked"]["snapshot"],
            asked=_asked(raw["asked"]),
            municipalities=tuple(chosen) if (chosen := raw["asked"]["municipalities"]) is not None else None,
            made_with=raw["made_with"],
            hashes=raw["hashes"],
            headers=raw["headers"],
            folder=folder,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused("kept_in_part", folder=folder, error=error) from error


def asked_mapping(asked: Asked, snapshot: str, municipalities: Sequence[str] | None) -> dict[str, Any]:
    """What was asked, as plain values: all that decides the draws, given the version."""
    return {
        "snapshot": snapshot,
        "known_at": asked.known_at.isoformat(),
        "from": str(asked.first),
        "to": str(asked.last),
        "draws": asked.draws,
        "seed": asked.seed,
        "municipalities": None if municipalities is None else list(municipalities),
        "overrides": [each.to_mapping() for each in asked.assumptions.overrides],
    }


def with_region(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the region of their municipality."""
    codes = rows["municipality"].unique().to_list()
    region = pl.col("municipality").replace_strict({code: vocabulary.region_of(code) for code in codes} or {"": ""})
    return rows.with_columns(region=region)


def _asked(raw: Mapping[str, Any]) -> Asked:
    overrides = tuple(Override(**{**each, "when": date.fromisoformat(each["when"])}) for each in raw["overrides"])
    return Asked(
        date.fromisoformat(raw["known_at"]),
        Month.parse(raw["from"]),
        Month.parse(raw["to"]),
        raw["draws"],
        raw["seed"],
        Assumptions(overrides),
    )


def _draws(rows: pl.DataFrame, by: Sequence[str]) -> Draws:
    """One municipality's kept rows as draws by the dimensions."""
    months = rows["month"].unique(maintain_order=True).to_list()
    values = np.stack([each.to_numpy() for each in rows["draws"]]).reshape(-1, len(months), len(rows["draws"][0]))
    if not by:
        return Draws(pl.DataFrame(), tuple(months), values.sum(axis=0, keepdims=True, dtype=np.float64))
    labels = with_region(rows.filter(pl.col("month") == months[0]).select("municipality", "function"))
    return added([Draws(labels.select(by), tuple(months), values)], by)


def _by_year(found: Draws) -> Draws:
    of = np.array([int(str(month)[:4]) for month in found.periods])
    years = sorted(set(of.tolist()))
    parts = [found.values[:, of == year].sum(axis=1, dtype=np.float64) for year in years]
    return Draws(found.labels, tuple(years), np.stack(parts, axis=1))
