# SPDX-License-Identifier: EUPL-1.2
"""Why a forecast is another than an earlier one: the change divided among its causes, down to the single grant."""

from __future__ import annotations

from styr.forecast.explain.causes import CAUSES
from styr.forecast.explain.changes import Change
from styr.forecast.explain.explaining import explain

__all__ = ["CAUSES", "Change", "explain"]
