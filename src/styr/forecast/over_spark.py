# SPDX-License-Identifier: EUPL-1.2
"""The simulation with its draws split over the executors of a Spark cluster.

A draw is a function of seed, municipality and its number alone, so the same numbers come as on one machine, bit for
bit. The accounts are carried over to afterwards, where the draws are together.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from styr.forecast.errors import Refused
from styr.forecast.parts import Cells, Parts
from styr.forecast.simulate import Simulated, simulated
from styr.statistics.engines import spark

_PYTHON = "PYSPARK_PYTHON"  # Spark's own setting
_FEWEST = 25  # draws of a task: fewer take no longer than it takes to hand them over


def simulated_over_spark(parts: Parts, cells: Cells, draws: int, seed: int, *, activity: bool) -> Simulated:
    """The same as simulated. Raises CannotAnswer where there is no Spark; its cluster is chosen as for statistics."""
    context = spark.session().sparkContext
    if context.master.startswith("local") and _PYTHON not in os.environ:
        context.pythonExec = sys.executable  # executors of this machine run the Python that has Styr
    tasks = max(1, min(int(context.defaultParallelism), draws // _FEWEST))
    bounds = np.linspace(0, draws, tasks + 1).astype(int).tolist()
    told = context.broadcast((parts, cells))
    try:
        blocks = context.parallelize(list(pairwise(bounds)), tasks)
        made = blocks.map(partial(_block, told, seed, activity)).collect()
    except Exception as error:
        if "No module named" in str(error):
            raise Refused("executors_lack_styr", master=context.master, setting=_PYTHON) from error
        raise
    finally:
        told.unpersist()
    return Simulated(*(np.concatenate(arrays) for arrays in zip(*made, strict=True)))


def _block(told: Any, seed: int, activity: bool, bounds: tuple[int, int]) -> tuple[np.ndarray, ...]:
    """One task: the draws of a block."""
    parts, cells = told.value
    begin, end = bounds
    return tuple(simulated(parts, cells, end - begin, seed, activity=activity, first=begin))
