# SPDX-License-Identifier: EUPL-1.2
"""Joining tables of cells, where an unknown (null) dimension is a cell like any other."""

from __future__ import annotations

from collections.abc import Sequence

from ibis.expr import types as ir


def beside(left: ir.Table, right: ir.Table, keys: Sequence[str]) -> ir.Table:
    """Left with right's further columns, where the keys agree; a null agrees with a null."""
    renamed = right.rename({f"_{key}": key for key in keys})
    joined = left.left_join(renamed, [left[key].identical_to(renamed[f"_{key}"]) for key in keys])
    return joined.drop(*(f"_{key}" for key in keys))
