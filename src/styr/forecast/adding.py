# SPDX-License-Identifier: EUPL-1.2
"""Draws of several municipalities put together: added up, draw by draw, where the dimensions do not keep them apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from styr.forecast.result import Draws


def added(found: Sequence[Draws], by: Sequence[str]) -> Draws:
    """Draws of the same periods as one; cells of the same labels are added up."""
    periods = found[0].periods
    if not by:
        return Draws(
            pl.DataFrame(), periods, np.asarray(np.sum([each.values for each in found], axis=0, dtype=np.float64))
        )
    rows = pl.concat([each.labels for each in found])
    keys = rows.unique(maintain_order=True).sort(by, nulls_last=True).with_row_index("_to")
    place = rows.join(keys, on=list(by), how="left", nulls_equal=True, maintain_order="left")["_to"].to_numpy()
    summed = np.zeros((keys.height, *found[0].values.shape[1:]))
    begin = 0
    for each in found:
        np.add.at(summed, place[begin : begin + len(each.values)], each.values)
        begin += len(each.values)
    return Draws(keys.drop("_to"), periods, summed)
