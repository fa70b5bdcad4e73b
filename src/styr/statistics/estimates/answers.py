# SPDX-License-Identifier: EUPL-1.2
"""One question, counted or scaled: what growth, decomposition and comparison are made from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from styr.register.snapshot import Snapshot
from styr.statistics.count import count
from styr.statistics.errors import CannotAnswer
from styr.statistics.estimates.scaling import scaled
from styr.statistics.result import Result


def answer(
    snapshot: Snapshot,
    indicator: str,
    *,
    scale_to: str | None = None,
    scale_method: str = "ratio",
    delivered: Sequence[str] | None = None,
    **asked: Any,
) -> Result:
    """The indicator counted, or scaled to an area when one is named; asked is what count takes.

    Raises CannotAnswer when municipalities to scale from are named and nothing is scaled.
    """
    if scale_to:
        return scaled(snapshot, indicator, scale_to, method=scale_method, delivered=delivered, **asked)
    if delivered is not None:
        raise CannotAnswer("delivered_without_scaling")
    return count(snapshot, indicator, **asked)
