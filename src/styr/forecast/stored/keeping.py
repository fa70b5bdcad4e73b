# SPDX-License-Identifier: EUPL-1.2
"""Keeping a forecast while it is made: its draws are written municipality by municipality, and the folder appears whole
or not at all."""

from __future__ import annotations

import hashlib
import json
import platform
import shutil
import tempfile
from collections.abc import Sequence
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from types import TracebackType

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from styr import forecast as forecast_room
from styr.forecast.forecasting import Asked
from styr.forecast.result import Draws, ForecastHeader
from styr.forecast.stored.shelf import BEHIND, DRAWS, FORMAT, RECORD, Shelf, Stored, asked_mapping, opened
from styr.forecast.streaming import Part, Question

#: What is kept of every forecast.
KEPT = Question("net_expenditure", ("municipality", "function"), "month")
_SCHEMA = pa.schema(
    [
        ("municipality", pa.string()),
        ("function", pa.string()),
        ("month", pa.string()),
        ("draws", pa.list_(pa.float32())),
    ]
)
_LIBRARIES = ("numpy", "numba", "polars", "scipy")


class Keeper:
    """A context that takes the parts of a forecast (answers to KEPT last) and, told to, keeps them.

    with Keeper(shelf, asked, snapshot.id, codes) as keeper:
        table, header = forecast_table(…, beside=(KEPT, keeper.take))
        stored = keeper.keep("June", header, moment)
    """

    def __init__(self, shelf: Shelf, asked: Asked, snapshot: str, municipalities: Sequence[str] | None) -> None:
        self._shelf = shelf
        self._asked = asked_mapping(asked, snapshot, municipalities)
        self._hashes: dict[str, str] = {}
        self._behind: list[pl.DataFrame] = []

    def __enter__(self) -> Keeper:
        self._shelf.folder.mkdir(parents=True, exist_ok=True)
        self._work = Path(tempfile.mkdtemp(prefix=".keeping-", dir=self._shelf.folder))
        self._draws = pq.ParquetWriter(self._work / DRAWS, _SCHEMA, compression="zstd")
        return self

    def take(self, part: Part) -> None:
        """Write a municipality's draws."""
        found = part.found[-1]
        self._hashes[part.code] = hash_of(found)
        self._draws.write_table(_rows(found))
        for way, rows in part.behind[-1].items():
            if "municipality" in way:
                function = pl.col("function") if "function" in way else pl.lit(None, pl.String).alias("function")
                self._behind.append(rows.select("municipality", function, "persons"))

    def keep(self, name: str, header: ForecastHeader, moment: datetime) -> Stored:
        """Keep what was taken under a name; a forecast that is kept already, under the same name, is left as it is."""
        self._draws.close()
        pl.concat(self._behind).write_parquet(self._work / BEHIND)
        made_with = made_with_now()
        content = {"asked": self._asked, "made_with": made_with, "hashes": self._hashes, "name": name}
        identity = "fc-" + hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]
        folder = self._shelf.folder / identity
        if not (folder / RECORD).is_file():
            headers = {language: header.to_mapping(language) for language in ("da", "en")}
            record = {"format": FORMAT, "id": identity, "made": moment.isoformat(), **content, "headers": headers}
            text = json.dumps(record, indent=1, ensure_ascii=False, default=str)
            (self._work / RECORD).write_text(text, encoding="utf-8")
            self._work.rename(folder)
        return opened(folder)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._draws.close()
        shutil.rmtree(self._work, ignore_errors=True)


def hash_of(found: Draws) -> str:
    """The hash of draws: of every bit of them, and of what they are draws of."""
    labels = json.dumps([found.labels.rows(), list(map(str, found.periods))])
    values = np.ascontiguousarray(found.values, dtype=np.float32)
    return hashlib.sha256(labels.encode() + values.tobytes()).hexdigest()


def made_with_now() -> dict[str, str]:
    """Versions of what decides the bits of a draw: Styr, the forecast's own source, Python, libraries, machine."""
    libraries = {name: version(name) for name in _LIBRARIES}
    source = {"styr": version("styr"), "forecast": _source_hash()}
    return {**source, "python": platform.python_version(), **libraries, "machine": platform.machine()}


def _source_hash() -> str:
    digest = hashlib.sha256()
    for source in sorted(Path(forecast_room.__file__ or "").parent.glob("*.py")):
        digest.update(source.name.encode() + source.read_bytes())
    return digest.hexdigest()[:16]


def _rows(found: Draws) -> pa.Table:
    labels = found.labels.with_row_index("_cell")
    rows = labels.join(pl.DataFrame({"month": list(found.periods)}), how="cross", maintain_order="left_right")
    flat = pa.array(np.ascontiguousarray(found.values, dtype=np.float32).reshape(-1))
    each = found.values.shape[2]
    offsets = pa.array(np.arange(0, len(flat) + 1, each, dtype=np.int32))
    columns = [
        rows[name].cast(pl.String).to_arrow().cast(pa.string()) for name in ("municipality", "function", "month")
    ]
    return pa.Table.from_arrays([*columns, pa.ListArray.from_arrays(offsets, flat)], schema=_SCHEMA)
