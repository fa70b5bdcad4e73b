# SPDX-License-Identifier: EUPL-1.2
"""Statistics: counting rules and indicators on a snapshot.

from styr.statistics import count
count(snapshot, "full_time_recipients", by=["year", "provision"], from_year=2014, to_year=2019).to_polars()
"""

from __future__ import annotations

from styr.statistics.benchmark import Benchmark, benchmark
from styr.statistics.catalogue import Indicator, Words, dimension, indicators
from styr.statistics.count import count
from styr.statistics.disclosure import Axis, Shape, controlled
from styr.statistics.disclosure.release import release
from styr.statistics.engines import session
from styr.statistics.errors import CannotAnswer
from styr.statistics.estimates.compare import compare
from styr.statistics.estimates.decompose import decomposition
from styr.statistics.estimates.decomposition import Decomposition, decompose
from styr.statistics.estimates.delivered import delivered
from styr.statistics.estimates.growth import growth
from styr.statistics.estimates.hypotheses import report as hypotheses
from styr.statistics.estimates.scaling import scale_to, scaled
from styr.statistics.estimates.target_group_expenditure import target_group_expenditure
from styr.statistics.prepare import prepare
from styr.statistics.result import Header, Result

__all__ = [
    "Axis",
    "Benchmark",
    "CannotAnswer",
    "Decomposition",
    "Header",
    "Indicator",
    "Result",
    "Shape",
    "Words",
    "benchmark",
    "compare",
    "controlled",
    "count",
    "decompose",
    "decomposition",
    "delivered",
    "dimension",
    "growth",
    "hypotheses",
    "indicators",
    "prepare",
    "release",
    "scale_to",
    "scaled",
    "session",
    "target_group_expenditure",
]
