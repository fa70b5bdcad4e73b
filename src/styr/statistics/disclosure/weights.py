# SPDX-License-Identifier: EUPL-1.2
"""What the rows of a table weigh: the persons and the amount behind each, what hiding it loses, whether it is few."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from styr.statistics.disclosure.axes import Shape

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

#: Where it is not known how many persons are behind a cell it counts as so many: enough to be shown, few to hide.
UNKNOWN = 5


def measures(frame: pl.DataFrame, shape: Shape, threshold: int) -> tuple[Floats, ...]:
    """Counts of the rows, their amount, cost, and whether they are few."""
    known = frame["n"].is_not_null().to_numpy()
    n = frame["n"].fill_null(UNKNOWN).to_numpy().astype(np.float64)
    counts, few = [n], (n > 0) & (n < threshold)
    if shape.share:
        having, everyone = (frame[name].fill_null(0.0).to_numpy().astype(np.float64)
                            for name in ("numerator", "denominator"))  # fmt: skip
        rest = everyone - having
        few |= ((rest > 0) & (rest < threshold)) | ((having > 0) & (having < threshold))
        counts = [having] if shape.complete else [everyone, having, rest]
    amount = np.full(len(n), np.nan)
    if shape.amount and shape.amount in frame.columns:
        amount = frame[shape.amount].fill_null(0.0).to_numpy().astype(np.float64)
    return (*counts, amount, _costs(counts[0], known, frame), few.astype(np.float64))


def _costs(n: Floats, known: Bools, frame: pl.DataFrame) -> Floats:
    """What hiding a cell loses: log2(1 + persons), between counting cells and counting persons (ADR 7). Where the
    persons are not known the smaller amount goes first."""
    cost: Floats = np.log2(1 + n)
    if not known.all() and "value" in frame.columns:
        amount = frame["value"].abs().fill_null(0.0).to_numpy()
        cost = cost + np.where(known, 0.0, amount / (1 + amount.max()))
    return cost
