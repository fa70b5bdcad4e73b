# SPDX-License-Identifier: EUPL-1.2
"""HiGHS, set up so that the same program has the same answer on every machine: one thread, and no limit in seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from styr.statistics.disclosure.lattice import Floats


def solver(
    matrix: csr_array,
    rows: tuple[Floats, Floats],
    columns: tuple[Floats, Floats],
    cost: Floats,
    *,
    greatest: bool = False,
    whole: bool = False,
    options: Mapping[str, float | str] = {},
) -> Any:
    """A HiGHS that holds a program: the least (or greatest) cost with matrix times columns between the bounds of rows.

    whole: the columns are whole numbers. options: HiGHS's own.
    """
    import highspy  # slow to load, and needed only where something is hidden

    program: Any = highspy.HighsLp()
    program.num_row_, program.num_col_ = matrix.shape
    program.row_lower_, program.row_upper_ = rows
    program.col_lower_, program.col_upper_ = columns
    program.col_cost_ = cost
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = matrix.indptr
    program.a_matrix_.index_ = matrix.indices
    program.a_matrix_.value_ = matrix.data
    if greatest:
        program.sense_ = highspy.ObjSense.kMaximize
    if whole:
        program.integrality_ = [highspy.HighsVarType.kInteger] * len(cost)
    made: Any = highspy.Highs  # its constructor has no type
    model = made()
    for option, value in {"output_flag": False, "threads": 1, "random_seed": 0, **options}.items():
        model.setOptionValue(option, value)
    model.passModel(program)
    return model


def solved(model: Any) -> Floats | None:
    """The columns of the best answer; None when it was not found."""
    import highspy

    model.run()
    if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    found: Floats = np.array(model.getSolution().col_value)
    return found
