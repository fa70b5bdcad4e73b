# SPDX-License-Identifier: EUPL-1.2
"""Statistics: counting rules and indicators on a snapshot.

from styr.statistics import count
count(snapshot, "full_time_recipients", by=["year", "provision"], from_year=2014, to_year=2019).to_polars()
"""

from __future__ import annotations

from styr.statistics.catalogue import Indicator, Words, indicators
from styr.statistics.count import count
from styr.statistics.errors import CannotAnswer
from styr.statistics.estimates.decomposition import Decomposition, decompose, decomposed
from styr.statistics.estimates.scaling import scale_to, scaled
from styr.statistics.result import Header, Result

__all__ = [
    "CannotAnswer",
    "Decomposition",
    "Header",
    "Indicator",
    "Result",
    "Words",
    "count",
    "decompose",
    "decomposed",
    "indicators",
    "scale_to",
    "scaled",
]
