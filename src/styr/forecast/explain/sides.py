# SPDX-License-Identifier: EUPL-1.2
"""Two forecasts of a municipality laid side by side: the same cells, the same grants, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from styr import vocabulary
from styr.forecast.explain.ledger import GRANT, NAMED, Ledger, ledger
from styr.forecast.known import one_code
from styr.forecast.outcome import Outcome
from styr.forecast.parts import Parts
from styr.forecast.result import Measure

_LABELS = ("function", "provision", "provision_group", "provision_area", "operator_type", "target_groups", "age_group")


@dataclass(frozen=True)
class Side:
    """A forecast as its ledger, and the mean of the measure: labels of cells (a row each) and (cells, months). parts:
    what it was simulated from."""

    outcome: Outcome
    parts: Parts
    ledger: Ledger
    labels: pl.DataFrame
    total: np.ndarray

    @property
    def keys(self) -> np.ndarray:
        """The number of each ledger row's grant or named citizen; 0 for pools."""
        grants, named = self.outcome.town.grants.key, self.outcome.town.parts.named["key"]
        result = np.zeros(len(self.ledger.kind), dtype=np.uint64)
        for kind, of in ((GRANT, grants), (NAMED, named)):
            mine = self.ledger.kind == kind
            result[mine] = of[self.ledger.source[mine]]
        return result


@dataclass(frozen=True)
class Laid:
    """Sides laid beside each other: the rows any of them has, in the cells of all.

    cells: labels, a row each; kind, key, cell: of each row; and by side: expected (rows, months), source (the row of
    the grant or named citizen, -1 without) and total (cells, months).
    """

    cells: pl.DataFrame
    kind: np.ndarray
    key: np.ndarray
    cell: np.ndarray
    expected: tuple[np.ndarray, ...]
    source: tuple[np.ndarray, ...]
    total: tuple[np.ndarray, ...]

    def by_cell(self, rows: np.ndarray) -> np.ndarray:
        """Numbers of rows (rows, months) summed by cell."""
        sums = np.zeros((self.cells.height, rows.shape[1]))
        np.add.at(sums, self.cell, rows)
        return sums


def side(outcome: Outcome, by: tuple[str, ...], measure: Measure, day: date) -> Side:
    """One forecast, its provisions called by the codes in force on a day."""
    parts = outcome.town.parts
    found = ledger(outcome, by, parts)
    if measure == "individual_expenditure":
        return Side(outcome, parts, found, _recoded(found.cells, day), found.by_cell())
    labels, values = outcome.money("net_expenditure", by)
    return Side(outcome, parts, found, _recoded(labels, day), values.mean(axis=0, dtype=np.float64))


def laid(sides: Sequence[Side]) -> Laid:
    """Sides of one municipality and the same months, rows of the same grant in the same cell together."""
    named = [each.labels.with_columns(_name()) for each in sides]
    cells = pl.concat(named, how="diagonal").unique("_cell", keep="last", maintain_order=True)
    numbers = cells.select("_cell").with_row_index("_number")
    places = [each.join(numbers, on="_cell", how="left", maintain_order="left")["_number"].to_numpy() for each in named]
    rows = [_rows(each, of) for each, of in zip(sides, places, strict=True)]
    every = pl.concat(rows).unique(maintain_order=True).with_row_index("_row")
    to = [each.join(every, on=each.columns, how="left", maintain_order="left")["_row"].to_numpy() for each in rows]
    expected, source, total = [], [], []
    for each, row, cell in zip(sides, to, places, strict=True):
        expected.append(_added(every.height, row, each.ledger.mean))
        found = np.full(every.height, -1)
        found[row] = each.ledger.source
        source.append(found)
        total.append(_added(cells.height, cell, each.total))
    return Laid(
        cells.drop("_cell"),
        every["kind"].to_numpy().astype(str),
        every["key"].to_numpy(),
        every["cell"].to_numpy(),
        tuple(expected),
        tuple(source),
        tuple(total),
    )


def _rows(one: Side, places: np.ndarray) -> pl.DataFrame:
    found = one.ledger
    return pl.DataFrame(
        {
            "kind": pl.Series(found.kind.tolist(), dtype=pl.String),
            "key": pl.Series(one.keys, dtype=pl.UInt64),
            "cell": pl.Series(places[found.cell], dtype=pl.Int64),
        }
    )


def _added(size: int, to: np.ndarray, values: np.ndarray) -> np.ndarray:
    sums = np.zeros((size, values.shape[1]))
    np.add.at(sums, to, values)
    return sums


def _recoded(labels: pl.DataFrame, day: date) -> pl.DataFrame:
    same = one_code(day)
    provision = pl.col("provision").replace(same)
    codes = labels["provision"].replace(same).drop_nulls().unique()
    groups = {code: vocabulary.group_of(code) for code in codes}
    above = {
        "provision_group": groups,
        "provision_area": {code: vocabulary.provision_area_of(group) for code, group in groups.items()},
    }
    labels = labels.select(_LABELS).with_columns(provision)
    known = pl.col("provision").is_not_null()
    return labels.with_columns(
        pl.when(known & pl.col(name).is_not_null())
        .then(pl.col("provision").replace_strict(of, default=None))
        .otherwise(name)
        .alias(name)
        for name, of in above.items()
    )


def _name() -> pl.Expr:
    """A name for each cell, made of its labels."""
    groups = pl.col("target_groups").list.join("+")
    texts = [(groups if name == "target_groups" else pl.col(name)).fill_null("?") for name in _LABELS]
    return pl.concat_str(texts, separator="|").alias("_cell")
