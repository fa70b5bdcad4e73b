# SPDX-License-Identifier: EUPL-1.2
"""The cells a forecast is kept in: always by account function, and by what else it is to be split."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import polars as pl

from styr import vocabulary
from styr.forecast.exposure import YEAR
from styr.forecast.history import Lists
from styr.forecast.known import OPERATORS
from styr.forecast.parts import Cells


def cells_of(lists: Lists, functions: Sequence[str], by: Sequence[str]) -> tuple[Cells, pl.DataFrame]:
    """Cells by function and the dimensions, and their labels (function, provision, provision_group, provision_area,
    operator_type, target_groups, age_group; those of `by`, a row per cell).

    functions: of each provision. A cell of target_group is a set of groups (target_groups: a list), since a citizen has
    all that hold.
    """
    labels_of = age_groups() if "age_group" in by else [("", 0)]
    sets = lists.groups if "target_group" in by else ((),)
    operators = OPERATORS if "operator_type" in by else ("",)
    numbers: dict[tuple[Any, ...], int] = {}
    shape = (len(lists.provisions), len(operators), len(labels_of), len(sets))
    number = np.empty(shape, dtype=np.int64)
    for place in product(*map(range, shape)):
        provision = lists.provisions[place[0]]
        key = (
            functions[place[0]],
            provision if "provision" in by else None,
            vocabulary.group_of(provision) if "provision_group" in by else None,
            vocabulary.provision_area_of(vocabulary.group_of(provision)) if "provision_area" in by else None,
            *place[1:],
        )
        number[place] = numbers.setdefault(key, len(numbers))
    rows = pl.DataFrame(
        [(*key[:4], operators[key[4]] or None, list(sets[key[6]]), labels_of[key[5]][0]) for key in numbers],
        schema={
            "function": pl.String,
            "provision": pl.String,
            "provision_group": pl.String,
            "provision_area": pl.String,
            "operator_type": pl.String,
            "target_groups": pl.List(pl.String),
            "age_group": pl.String,
        },
        orient="row",
    )
    whole = np.broadcast_to(
        number,
        (shape[0], len(OPERATORS), shape[2], len(lists.groups) if "target_group" in by else max(len(lists.groups), 1)),
    )
    provisions = np.arange(shape[0]).reshape(-1, 1, 1, 1)
    pairs, row = np.unique(whole + provisions * len(numbers), return_inverse=True)
    edges = np.array([edge * YEAR for _, edge in labels_of[1:]])
    of = Cells(row.reshape(whole.shape), pairs % len(numbers), pairs // len(numbers), edges, len(numbers))
    return of, rows


def age_groups() -> list[tuple[str, int]]:
    """The usual age groups and the age each begins at."""
    names = [str(name) for name in vocabulary.parameter("default_age_groups")]
    return [(name, int(name.rstrip("+").split("-")[0])) for name in names]
