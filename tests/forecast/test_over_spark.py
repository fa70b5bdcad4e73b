# SPDX-License-Identifier: EUPL-1.2
"""Over Spark the draws are split over executors, and are the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from registers_to_forecast import KNOWN, snapshot, town

from styr.forecast import Month
from styr.forecast.streaming import Part, Question, forecast_table


def test_draws_split_over_executors_are_the_same_bit_for_bit(tmp_path: Path, spark_cluster: Any) -> None:
    held = snapshot(tmp_path, KNOWN, town())
    tables: list[pa.Table] = []
    parts: list[Part] = []
    for engine in ("local", "spark"):
        question = Question("full_time_recipients", ("provision",), "year")
        table, _ = forecast_table(
            held, KNOWN, Month(2021, 1), Month(2021, 12), by=["function"], draws=101, engine=engine,
            beside=(question, parts.append),
        )  # fmt: skip
        tables.append(table)
    assert tables[0].equals(tables[1])
    assert all(np.array_equal(a.values, b.values) for a, b in zip(parts[0].found, parts[1].found, strict=True))
    assert parts[1].found[0].values.shape[2] == 101
