# SPDX-License-Identifier: EUPL-1.2
"""Disclosure control of a change: a part that few citizens are behind is hidden, and enough else that it cannot be
worked out from the other parts, from other cells, or from the change in all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from styr.forecast.guard import groupings
from styr.statistics.catalogue import indicator
from styr.statistics.disclosure import Axis, Shape, controlled, shape_of


def guarded(table: pl.DataFrame, size: pl.DataFrame, people: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """The table of a change (dimensions, cause, change, earlier, now) without what must not be shown, marked in
    `suppressed`, which is there only where something is.

    size: dimensions, cause and numerator, how large the part is over all periods; people: dimensions, cause and person.
    """
    size = size.sort(*by, "cause", nulls_last=True)
    of_causes = [_counted(size, people, way, causes=True) for way in groupings(by)]
    of_cells = [_counted(size, people, way, causes=False) for way in groupings(by)]
    parts = _hidden(of_causes[0], [*of_causes[1:], *of_cells]).select(*by, "cause", part="suppressed")
    cells = _hidden(of_cells[0], of_cells[1:]).select(*by, cell="suppressed")
    if not (parts["part"].any() or cells["cell"].any()):
        return table
    found = table.join(parts, on=[*by, "cause"], how="left", nulls_equal=True)
    found = found.join(cells, on=list(by), how="left", nulls_equal=True) if by else found.join(cells, how="cross")
    part, cell = pl.col("part").fill_null(False), pl.col("cell").fill_null(False)
    found = found.with_columns(
        pl.when(~part).then("change").alias("change"),
        *(pl.when(~cell).then(name).alias(name) for name in ("earlier", "now")),
        suppressed=part | cell,
    )
    return found.drop("part", "cell")


def _counted(
    size: pl.DataFrame, people: pl.DataFrame, way: tuple[str, ...], *, causes: bool
) -> tuple[pl.DataFrame, Shape]:
    """A grouping of the cells, with their causes or without, and its shape."""
    keys = [*way, "cause"] if causes else list(way)
    shape = shape_of(indicator("individual_expenditure"), way)
    if causes:
        shape = replace(shape, axes=(*shape.axes, Axis("cause")))
    if not keys:
        return size.select(pl.col("numerator").sum(), n=pl.lit(people["person"].n_unique())), shape
    counts = people.group_by(keys).agg(n=pl.col("person").n_unique().cast(pl.Int64))
    amounts = size.group_by(keys, maintain_order=True).agg(pl.col("numerator").sum())
    found = amounts.join(counts, on=keys, how="left", nulls_equal=True, maintain_order="left")
    return found.with_columns(pl.col("n").fill_null(0)), shape


def _hidden(table: tuple[pl.DataFrame, Shape], totals: Sequence[tuple[pl.DataFrame, Shape]]) -> pl.DataFrame:
    cells, shape = table
    return controlled(cells.with_columns(method=pl.lit("")), shape, totals)
