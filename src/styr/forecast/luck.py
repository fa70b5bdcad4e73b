# SPDX-License-Identifier: EUPL-1.2
"""Standard normal numbers for the bridge to the accounts, by draw, function, and year or month, each by its own key."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from styr.forecast.chance import key_of, keys_of_text, mixed, normal
from styr.forecast.compiled import compiled

_BRIDGE = 99


def standard_normals(
    person: np.uint64, seed: int, draws: int, functions: Sequence[str], years: int, months: np.ndarray
) -> np.ndarray:
    """Numbers (draws, functions, years + months): years ahead first, then the months by their number."""
    result = np.empty((draws, len(functions), years + len(months)))
    keys = keys_of_text(pa.array(list(functions), pa.string()))
    _fill(result, np.uint64(seed), person, keys, years, np.asarray(months, dtype=np.int64))
    return result


@compiled
def _fill(
    result: np.ndarray, seed: np.uint64, person: np.uint64, keys: np.ndarray, years: int, months: np.ndarray
) -> None:
    for draw in range(result.shape[0]):
        key = key_of(key_of(key_of(mixed(seed), person), draw), _BRIDGE)
        for function in range(result.shape[1]):
            own = key_of(key, keys[function])
            for year in range(years):
                result[draw, function, year] = normal(own, year)
            for place in range(len(months)):
                result[draw, function, years + place] = normal(own, 1000 + months[place])
