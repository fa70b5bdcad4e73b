# SPDX-License-Identifier: EUPL-1.2
"""Forecasts kept with all that made them, so that they can be shown, held against later ones, and made again.

A kept forecast is a folder of its own beside the snapshots, never changed (ADR 15).
"""

from __future__ import annotations

from styr.forecast.stored.keeping import Keeper
from styr.forecast.stored.making_again import Again, made_again
from styr.forecast.stored.shelf import Shelf, Stored

__all__ = ["Again", "Keeper", "Shelf", "Stored", "made_again"]
