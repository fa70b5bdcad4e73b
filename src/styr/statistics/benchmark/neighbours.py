# SPDX-License-Identifier: EUPL-1.2
"""Nearest neighbours: the municipalities most like each, by standardised Euclidean distance (METHODS § 4)."""

from __future__ import annotations

import numpy as np
import polars as pl

from styr.statistics.errors import CannotAnswer


def neighbours(background: pl.DataFrame, count: int) -> pl.DataFrame:
    """The nearest neighbours of each municipality.

    background: municipality and the variables they are likened by (see background). Each variable is divided by its
    standard deviation among the municipalities that have all of them; the others have no neighbours and are none.
    Returns municipality, place (1 nearest), neighbour, distance (standard deviations); equals by code. Raises
    CannotAnswer when a variable does not vary, or there are not so many others.
    """
    if count < 1:
        raise CannotAnswer("not_a_number_of_neighbours", count=count)
    known = background.drop_nulls().sort("municipality")
    if known.height <= count:
        raise CannotAnswer("too_few_for_neighbours", known=known.height, count=count, needed=count + 1)
    distance = distances(known)
    codes = known["municipality"].to_numpy()
    np.fill_diagonal(distance, np.inf)
    nearest = np.argsort(distance, axis=1, kind="stable")[:, :count]
    return pl.DataFrame(
        {
            "municipality": np.repeat(codes, count),
            "place": np.tile(np.arange(1, count + 1, dtype=np.int32), len(codes)),
            "neighbour": codes[nearest].ravel(),
            "distance": np.take_along_axis(distance, nearest, axis=1).ravel(),
        }
    )


def distances(background: pl.DataFrame) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """The distance between every two municipalities, in the order of the rows; no variable may be null."""
    values = background.drop("municipality").to_numpy().astype(np.float64)
    spread = values.std(axis=0, ddof=1)
    names = background.drop("municipality").columns
    if same := [name for name, each in zip(names, spread, strict=True) if not each > 0]:
        raise CannotAnswer("variable_tells_none_apart", name=same[0])
    standardised = values / spread
    difference = standardised[:, None, :] - standardised[None, :, :]
    found: np.ndarray[tuple[int, int], np.dtype[np.float64]] = np.sqrt((difference**2).sum(axis=2))
    return found


def beside_neighbours(rows: pl.DataFrame, nearest: pl.DataFrame) -> pl.DataFrame:
    """Rows (municipality, value) with neighbours (how many have a value that is shown), neighbours_mean (their
    unweighted mean), neighbours_difference (value less the mean) and neighbours_index (their mean = 100)."""
    values = rows.select(neighbour="municipality", _value="value")
    means = (
        nearest.join(values, on="neighbour", how="left")
        .group_by("municipality")
        .agg(neighbours=pl.col("_value").count().cast(pl.Int32), neighbours_mean=pl.col("_value").mean())
    )
    mean = pl.col("neighbours_mean")
    return rows.join(means, on="municipality", how="left", maintain_order="left").with_columns(
        neighbours_difference=pl.col("value") - mean,
        neighbours_index=pl.when(mean != 0).then(100 * pl.col("value") / mean),
    )
