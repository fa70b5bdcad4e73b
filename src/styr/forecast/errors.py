# SPDX-License-Identifier: EUPL-1.2
"""What the room of forecasts refuses, in Danish and English (refusals.yaml)."""

from __future__ import annotations

from styr.statistics.errors import CannotAnswer
from styr.statistics.words import Words


class Refused(CannotAnswer):
    """A forecast that cannot be made, kept, explained or held against what came; key and values as for CannotAnswer."""

    room = "styr.forecast"


def part(key: str, /, **values: object) -> Words:
    """What stands in the place of a value of another refusal."""
    said = Refused(key, **values)
    return Words(said.said("da"), said.said("en"))
